"""The door's pages: the desk, the scanner, the live board."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from flask import Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from mudhif.plugin_api import (
    Asked,
    BadInput,
    Event,
    MudhifError,
    Person,
    Registration,
    allow_wasm,
    current_device,
    current_event,
    current_who,
    event_pages,
    event_setting,
    free_places,
    given_answers,
    judge_answers,
    local,
    new_id,
    requires,
)
from mudhif.plugin_api import gettext as _

from . import words
from .asking import Questions, WalkInQuestions, questions_of, questions_of_a_walk_in, still_open
from .attendance import attendance_of, last_of, per_five_minutes
from .cases import late_scans
from .checkins import FORCE, SCAN, UNDO, answer_of, check_in, undo
from .counts import counts_of
from .device_list import devices_at_the_door
from .doors import gates_of
from .find import find_guests, propose_people
from .hookspecs import DoorItem
from .items import items_of
from .judge import Once, Outcome
from .requests import MAX_REASON, Request, is_uuid, read_request
from .sheet import GROUPS, attendance_sheet
from .sign_pages import took_part
from .signatures import HEIGHT, WIDTH
from .walk_in import answer_and_check_in, receive

desk = event_pages("desk", __name__)
scan = event_pages("scan", __name__)
board = event_pages("board", __name__)

LAST_GUESTS = 6
LAST_ARRIVALS = 8
WALK_IN_FIELDS = ("name", "sex", "organisation", "phone", "known")


def _hour(event: Event, at: str | datetime) -> str:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{local(event, moment):%H:%M}"


def _script_data(event: Event) -> dict[str, Any]:
    """What the page's script has to know, as ``data-`` attributes: no script stands in the page itself."""
    api = f"/api/v1/events/{event.id}"
    return {
        "event": event.id,
        "checkins": f"{api}/checkins",
        "live": f"{api}/live",
        "zone": event.timezone,
        "digits": "latn",
        "device": current_who().name or "",
        "gate": _gate(),
        "words": json.dumps(words.for_scripts(), ensure_ascii=False),
    }


def _gate() -> str:
    """The gate of the device that asks, where it stands at one."""
    device = current_device()
    return str(device.gates[0]) if device is not None and device.gates else ""


def _gates(event: Event) -> list[str]:
    """Those at which the device that asks stands; of the event, for whoever is free to choose."""
    device = current_device()
    return list(device.gates) if device is not None and device.gates else [gate.name for gate in gates_of(event.id)]


def _way() -> str:
    """Whether the desk checks guests in or out."""
    return "out" if request.values.get("direction") == "out" else "in"


def _reason() -> str | None:
    """What a form says of why: a word of its own, else one of those that stand there."""
    return request.form.get("word", "").strip()[:MAX_REASON] or request.form.get("reason") or None


def _outcome(event: Event) -> dict[str, Any] | None:
    """The outcome of the scan that the address names: a form leads there, and loading it again sends nothing."""
    scan_id = request.args.get("scan", "")
    answer = answer_of(event.id, scan_id) if scan_id else None
    if answer is None:
        return None
    why = words.why(answer, lambda at: _hour(event, at))
    guest = answer["registration"]
    note = words.note(guest["note"]) if guest else ""
    return {**answer, "card": words.cards()[answer["outcome"]], "why": why, "note": note}


# --- the desk ---------------------------------------------------------------------------------------------------------


@desk.get("/")
@requires(SCAN)
def show_desk(code: str) -> str:
    """Register walk-ins, find guests, check them in."""
    return _desk_page(current_event())


def _desk_page(
    event: Event,
    values: dict[str, str] | None = None,
    errors: dict[str, list[str]] | None = None,
    asking: dict[str, Any] | None = None,
) -> str:
    who, outcome = current_who(), _outcome(event)
    if asking is None and outcome is not None and outcome["outcome"] == "needs-answers":
        asking = _asking(event, outcome["registration"]["id"], is_again="again" in request.args)
    if asking is None and who.may("guests.edit") and (walk_in := _of_event(event, request.args.get("ask", ""))):
        asking = _asking(event, walk_in.id, is_walk_in=True)
    search = request.args.get("find", "").strip()
    found = _found(event, search) if search else []
    return render_template(
        "mudhif_checkin/desk.html",
        data=_script_data(event) | {"words": json.dumps(words.for_the_desk(), ensure_ascii=False)},
        values=values or {},
        errors=errors or {},
        scan_id=new_id(),
        new_scan_id=new_id,
        outcome=outcome,
        asking=asking,
        items=_choosable(event),
        item=_item(event) or "",
        search=search,
        found=found,
        kinds=words.kinds(),
        last=last_of(event.id, who.id, LAST_GUESTS),
        hour=lambda at: _hour(event, at),
        may_undo=who.may(UNDO),
        may_force=who.may(FORCE),
        way=_way(),
        is_full=free_places(event) == 0,
        event=event,
        force_reasons=words.force_reasons(),
        undo_reasons=words.undo_reasons(),
        may_register=who.may("guests.edit"),
        may_print=who.may("tickets.print"),
        asks_signature=event_setting(event.id, "checkin", "signature"),
    )


def _asking(
    event: Event,
    registration: str,
    given: dict[str, Any] | None = None,
    wrong: dict[str, list[str]] | None = None,
    *,
    is_again: bool = False,
    is_walk_in: bool = False,
) -> dict[str, Any]:
    """The form that asks a guest the questions of the door; asked again, it says what was left out.

    A walk-in is asked what the form requires, too.
    """
    guest = Registration.get_by_id(registration)
    questions = questions_of_a_walk_in(event.id) if is_walk_in else questions_of(event.id)
    answers = (guest.answers or {}) | (given or {})
    left_out = judge_answers(questions.all, answers).mistakes if is_again or wrong else {}
    return {
        "registration": guest.id,
        "person": Person.get_by_id(guest.person),
        "questions": _open(questions, guest.answers or {}),
        "is_walk_in": is_walk_in,
        "answers": given or {},
        "wrong": left_out | (wrong or {}),
    }


def _open(questions: Questions | WalkInQuestions, answers: dict[str, Any]) -> list[Asked]:
    return questions.still_open(answers) if isinstance(questions, WalkInQuestions) else still_open(questions, answers)


def _found(event: Event, search: str) -> list[dict[str, Any]]:
    """Whom a search means; for who may register guests, with the people of earlier events."""
    if current_who().may("guests.edit"):
        return propose_people(event, search)
    return find_guests(event.id, search)


def _of_event(event: Event, registration: str) -> Registration | None:
    found: Registration | None = Registration.get_or_none(
        Registration.id == registration, Registration.event == event.id, ~Registration.deleted
    )
    return found


def _item(event: Event) -> str | None:
    """The agenda item that the desk checks guests in to, where one was chosen."""
    chosen = request.values.get("item", "")
    return chosen if chosen and any(item.id == chosen for item in items_of(event)) else None


def _choosable(event: Event) -> list[DoorItem]:
    """The agenda items to choose from, where a check-in holds for one."""
    return items_of(event) if event_setting(event.id, "checkin", "once") == Once.ITEM else []


@desk.post("/")
@requires(SCAN)
@requires("guests.edit")
def post_walk_in(code: str) -> ResponseReturnValue:
    """Register a walk-in and check them in, in one step."""
    event = current_event()
    values = {name: request.form.get(name, "").strip() for name in WALK_IN_FIELDS}
    scan = Request(_scan_id(), item=_item(event))
    if request.form.get("force"):
        scan = scan._replace(force=True, force_reason=_reason())
    try:
        received = receive(event, values, scan, current_who(), values["known"] or None)
    except MudhifError as error:
        fields = error.errors or {"": [str(error)]}
        return make_response(_desk_page(event, values, fields), error.status)
    kept = _kept(event) | ({"ask": received.registration} if received.is_asked else {"scan": received.scan_id})
    return redirect(url_for("desk.show_desk", code=event.code, **kept))


def _scan_id() -> str:
    """That of the form, which makes sending it twice once."""
    sent = request.form.get("scan_id", "").lower()
    return sent if is_uuid(sent) else new_id()


@desk.post("/check-in")
@requires(SCAN)
def post_check_in(code: str) -> ResponseReturnValue:
    """Check in somebody who was found, or whose ticket was read."""
    is_walk_in = "walk_in" in request.form and current_who().may("guests.edit")
    return _answer_by_form() if is_walk_in else _check_in_by_form("desk.show_desk")


def _answer_by_form() -> ResponseReturnValue:
    """What a walk-in answers; open questions are asked again, with what was answered."""
    event, registration = current_event(), request.form.get("registration", "")
    given = given_answers(questions_of_a_walk_in(event.id).asked, request.form)
    scan = Request(_scan_id(), item=_item(event))
    try:
        scan_id = answer_and_check_in(event.id, registration, given, scan, current_who())
    except BadInput as error:
        asking = _asking(event, registration, given, error.errors, is_walk_in=True)
        return make_response(_desk_page(event, asking=asking), error.status)
    return redirect(url_for("desk.show_desk", code=event.code, scan=scan_id, **_kept(event)))


def _check_in_by_form(page: str) -> ResponseReturnValue:
    event = current_event()
    presented = {name: request.form.get(name) or None for name in ("ticket", "registration")}
    if presented["ticket"] is not None:
        presented["ticket"] = presented["ticket"].strip() or None
    way, item, kept = _way(), _item(event), _kept(event)
    if not any(presented.values()):
        return redirect(url_for(page, code=event.code, **kept))
    sent: dict[str, Any] = {"scan_id": request.form.get("scan_id", ""), **presented, "direction": way}
    sent |= {"item": item} if item else {}
    if request.form.get("force"):
        sent |= {"force": True, "force_reason": _reason()}
    given = given_answers(questions_of(event.id).at_the_door, request.form) if "asked" in request.form else {}
    try:
        answer = check_in(event.id, read_request(sent | ({"answers": given} if given else {})), current_who())
    except BadInput as error:
        if not given or not presented["registration"]:
            raise
        asking = _asking(event, presented["registration"], given, error.errors)
        return make_response(_desk_page(event, asking=asking), error.status)
    if given and answer.outcome == Outcome.NEEDS_ANSWERS:
        kept["again"] = "yes"
    return redirect(url_for(page, code=event.code, scan=answer.fields["scan_id"], **kept))


def _kept(event: Event) -> dict[str, Any]:
    """What the desk goes on with: the direction and the agenda item that were chosen."""
    item = _item(event)
    return ({"direction": "out"} if _way() == "out" else {}) | ({"item": item} if item else {})


@desk.post("/undo")
@requires(UNDO)
def post_undo(code: str) -> ResponseReturnValue:
    """Take a check-in back."""
    event = current_event()
    undo(event.id, request.form.get("checkin", ""), _reason() or "undone at the desk", current_who())
    flash(_("The check-in was taken back."))
    return redirect(url_for("desk.show_desk", code=event.code, **_kept(event)))


# --- the scanner ------------------------------------------------------------------------------------------------------


@scan.get("/")
@requires(SCAN)
def show_scan(code: str) -> Response:
    """Scan tickets with this device's camera or a USB scanner."""
    event, who = current_event(), current_who()
    counts = counts_of(event.id)
    page = render_template(
        "mudhif_checkin/scan.html",
        data=_script_data(event),
        cards=words.cards(),
        acts=words.acts(),
        reasons={"force": words.force_reasons(), "undo": words.undo_reasons()},
        counts=counts,
        of=words.for_scripts()["of"] % {"registered": counts.registered},
        scan_id=new_id(),
        outcome=_outcome(event),
        may={"force": who.may(FORCE), "undo": who.may(UNDO)},
        gates=_gates(event),
        asks_signature=event_setting(event.id, "checkin", "signature"),
        took_part=took_part(event),
        paper=(WIDTH, HEIGHT),
    )
    return allow_wasm(make_response(page))


@scan.get("/worker.js")
@requires(SCAN)
def scan_worker(code: str) -> Response:
    """The service worker, by which the scanner opens without the laptop."""
    response = scan.send_static_file("worker.js")
    response.headers["Service-Worker-Allowed"] = url_for("scan.show_scan", code=code)
    return response


@scan.get("/app.webmanifest")
def scan_manifest(code: str) -> Response:
    """What makes the scanner's page an app of the phone's; it says nothing of the event."""
    locale = get_locale()
    language = locale.language if locale else "en"
    page = url_for("scan.show_scan", code=code)
    response = jsonify(
        name=f"{_('Scanner')} · {_('Mudhif')}",
        short_name=_("Scanner"),
        lang=language,
        dir="rtl" if language == "ar" else "ltr",
        start_url=page,
        scope=page,
        display="standalone",
        background_color="#0b1413",
        theme_color="#0b1413",
        icons=[{"src": url_for("static", filename="favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    )
    response.mimetype = "application/manifest+json"
    return response


@scan.post("/")
@requires(SCAN)
def post_scan(code: str) -> ResponseReturnValue:
    """Without a script: what a USB scanner typed into the field."""
    return _check_in_by_form("scan.show_scan")


# --- the live board ---------------------------------------------------------------------------------------------------


@board.get("/")
@requires("checkin.view")
def show_board(code: str) -> str:
    """How many came, and who came last; moves by itself."""
    return render_template("mudhif_checkin/board.html", **_board(current_event()))


@board.get("/parts")
@requires("checkin.view")
def board_parts(code: str) -> str:
    """The parts of the board that the page fetches anew when somebody comes."""
    return render_template("mudhif_checkin/board_parts.html", **_board(current_event()))


@board.get("/attendance.pdf")
@requires("guests.view")
def attendance_pdf(code: str) -> Response:
    """The attendance sheet, in the reader's language: as recorded, or ``blank`` to sign on paper; in groups ``by``."""
    event = current_event()
    locale = get_locale()
    language = locale.language if locale else "en"
    by = next((group for group in GROUPS if group == request.args.get("by")), None)
    pdf = attendance_sheet(
        event,
        attendance_of(event.id),
        language,
        phones=current_who().may("guests.contact"),
        by=by,
        blank=bool(request.args.get("blank")),
    )
    name = f"attendance-{event.code}.pdf"
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _board(event: Event) -> dict[str, Any]:
    came = attendance_of(event.id)
    now = datetime.now(UTC)
    # After the event, the chart shows its last arrivals instead of an empty half hour.
    latest = came.arrivals[-1].at if came.arrivals else now
    is_over = now > event.ends and latest < event.ends
    chart = per_five_minutes([a.at for a in came.arrivals], latest if is_over else now)
    may_see_names = current_who().may("guests.view") or current_who().may(SCAN)
    return {
        "data": _script_data(event),
        "came": came,
        "figures": came.as_json(),
        "walk_ins": sum(a.source in ("desk", "form") for a in came.arrivals),
        "chart": [(_hour(event, at), number) for at, number in chart],
        "is_now": not is_over,
        "top": _round_up(max(number for _at, number in chart)),
        "last": list(reversed(came.arrivals[-LAST_ARRIVALS:])) if may_see_names else [],
        "may_see_names": may_see_names,
        "may_print": current_who().may("guests.view"),
        "may_scan": current_who().may(SCAN),
        "devices": devices_at_the_door(event.id, now) if may_see_names else [],
        "late": late_scans(event.id) if may_see_names else 0,
        "may_settle": current_who().may("event.edit"),
        "kinds": words.kinds(),
        "place": words.place,
        "hour": lambda at: _hour(event, at),
    }


def _round_up(number: int) -> int:
    """The top of a chart's scale: even, and never nothing.

    >>> [_round_up(n) for n in (0, 1, 5, 9, 23, 160)]
    [2, 2, 6, 10, 30, 200]
    """
    step = 2 if number <= 10 else 10 if number <= 100 else 100
    return max(step, -(-number // step) * step)
