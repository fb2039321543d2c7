"""What the door says: a word for each outcome, and the sentence under it. Neutral in Arabic: nobody is commanded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mudhif.plugin_api import gettext as _


class Card(NamedTuple):
    """How an outcome looks and reads. ``look`` names its field of colour, ``acts`` its buttons, the safe one last."""

    door: str
    look: str
    say: str
    why: str
    acts: tuple[str, ...]


def cards() -> dict[str, Card]:
    """Every card of the scanner, in the reader's language."""
    again, find = ("next",), ("find", "next")
    force = ("force", "next")
    return {
        "welcome": Card("welcome", "welcome", _("Welcome"), "", ("undo", "sign")),
        "just-now": Card("already", "left", _("Already in, just now"), "", ("sign", *again)),
        "already": Card("already", "already", _("Already in"), "", ("undo", "sign", *force)),
        "left": Card("left", "left", _("Goodbye"), "", ("undo",)),
        "needs-answers": Card("needs-answers", "ask", _("One question"), _("Ask before this guest goes in."), force),
        "waiting": Card("waiting", "wait", _("On the waiting list"), _("No place is given to this guest yet."), force),
        "full": Card("full", "wait", _("The hall is full"), _("Every place is taken."), force),
        "cancelled": Card("cancelled", "stop", _("Cancelled"), _("This registration was cancelled."), force),
        "wrong-event": Card(
            "wrong-event", "stop", _("Another event"), _("This ticket is not for today's event."), find
        ),
        "revoked": Card("revoked", "stop", _("Ticket withdrawn"), _("A new ticket was issued for this guest."), force),
        "forged": Card(
            "forged", "stop", _("Not our ticket"), _("This ticket is not ours. Find the guest by name."), find
        ),
        "unknown": Card(
            "unknown", "stop", _("Not on this list"), _("Find the guest by name, or register a walk-in."), find
        ),
        "not-allowed": Card("not-allowed", "stop", _("Not here, not now"), "", force),
        "undone": Card("left", "left", _("Undone"), _("This guest counts as not scanned."), again),
        "nothing-to-undo": Card("left", "left", _("Undone"), _("The laptop had let nobody in."), again),
        "signed": Card("welcome", "welcome", _("Signature kept"), "", again),
        "unsent": Card(
            "unknown",
            "stop",
            _("Not saved"),
            _("The laptop did not answer. Try again: it is the same scan and counts once."),
            ("next", "again"),
        ),
        "idle": Card("welcome", "idle", _("Ready"), _("Hold the code into the frame."), ()),
    }


def acts() -> dict[str, tuple[str, str]]:
    """The buttons of a card: what they are called, and their icon."""
    return {
        "next": (_("Next guest"), "scan"),
        "undo": (_("Undo"), "undo"),
        "sign": (_("Sign"), "edit"),
        "force": (_("Let in all the same"), "lock"),
        "find": (_("Find by name"), "search"),
        "again": (_("Try again"), "flip"),
    }


def kinds() -> dict[str, str]:
    """The kinds of guests in words."""
    return {
        "participant": _("Participant"),
        "guest": _("Guest of honour"),
        "facilitator": _("Facilitator"),
        "media": _("Media"),
        "staff": _("Staff"),
    }


def reasons() -> dict[str, str]:
    """Why a guest may not pass."""
    return {
        "gate": _("This guest comes in by another door."),
        "kind": _("This door is not for this kind of guest."),
        "too-early": _("The doors are not open yet."),
        "closed": _("The doors are closed."),
    }


def force_reasons() -> dict[str, str]:
    """Why somebody is let in against the rules: the four that are asked for most; any word will do."""
    return {
        "organiser": _("The organiser said so"),
        "known": _("Known to the team"),
        "damaged": _("The ticket is damaged"),
        "list-wrong": _("The list is wrong"),
    }


def undo_reasons() -> dict[str, str]:
    """Why a check-in is taken back."""
    return {
        "wrong-guest": _("The wrong guest was chosen"),
        "by-mistake": _("Scanned by mistake"),
        "did-not-enter": _("The guest did not go in"),
        "try": _("It was only a try"),
    }


def flags() -> dict[str, str]:
    """What a note for the volunteer is about."""
    return {"diet": _("Diet"), "access": _("Access"), "vip": _("Guest of honour, to be received"), "other": _("Note")}


def note(of: Mapping[str, str | None] | None) -> str:
    """A note in one line."""
    if not of:
        return ""
    return ": ".join(part for part in (flags().get(of["flag"] or ""), of["text"]) if part)


def for_scripts() -> dict[str, str]:
    """The sentences that the page's script fills in."""
    return {
        "came": _("Came in at %(time)s"),
        "came_by": _("Came in at %(time)s, by %(device)s"),
        "came_by_at": _("Came in at %(time)s, by %(device)s at %(gate)s"),
        "left": _("Checked out at %(time)s"),
        "in_since": _("in since %(time)s"),
        "of": _("of %(registered)s"),
        "state_saved": _("Saved on the laptop"),
        "state_waiting": _("Waiting for the laptop"),
        "state_off": _("The laptop does not answer"),
        "state_kept": _("Kept on this phone"),
        "state_closed": _("Closed on the laptop"),
        "scan_again": _("The code did not come whole. Scan it again."),
        "sounds_like": _("sounds like it"),
        "kept": _("Kept on this phone"),
        "unlisted": _("True ticket, not on this phone’s list"),
        "kept_here": _("%(count)s kept here"),
        "kept_since": _("the oldest for %(minutes)s min"),
        "set_aside": _("Set aside: %(why)s"),
        "list_here": _("List: %(count)s, %(minutes)s min old"),
        "no_list": _("No list on this phone yet"),
        "some_questions": _("Some questions"),
        "ask_optional": _("optional"),
        "ask_yes": _("Yes"),
        "ask_no": _("No"),
        "ask_none": _("No answer"),
        "ask_unanswered": _("Please answer this question."),
        "ask_no-text": _("Write the answer as text."),
        "ask_too-long": _("This is too long; 1000 letters are taken."),
        "ask_no-number": _("This is no number. Write digits only, such as 12."),
        "ask_no-date": _("This is no date. Write it as 2024-03-07."),
        "ask_no-choice": _("This is none of the answers to choose from."),
        "ask_no-yes-no": _("Answer with yes or no."),
        "phone_closed": _("Closed on the laptop: this phone only hands in what it keeps."),
        **{f"flag_{flag}": words for flag, words in flags().items()},
        **{f"kind_{kind}": words for kind, words in kinds().items()},
        **{f"not_allowed_{reason}": words for reason, words in reasons().items()},
    }


def for_the_desk() -> dict[str, str]:
    """The sentences of the desk's proposals: what tells people of one name apart."""
    return {
        "in_since": _("in since %(time)s"),
        "sounds_like": _("sounds like it"),
        "ticket_number": _("number %(number)s"),
        "phone_end": _("phone …%(digits)s"),
        "session": _("session %(number)s"),
        "came_to": _("came to %(events)s"),
        "registered_for": _("was registered for %(events)s"),
        "comma": _(", "),
        "status_registered": _("registered, not in yet"),
        "status_invited": _("invited, not in yet"),
        "status_waiting": _("on the waiting list"),
        "status_cancelled": _("cancelled"),
    }


def right(id: str) -> str:
    """A right of the door as the page of roles lists it, with its id for whoever looks it up."""
    from .hooks import mudhif_permissions

    return next((f"{one.title} ({id})" for one in mudhif_permissions() if one.id == id), id)


def why(answer: Mapping[str, Any], clock: Any) -> str:
    """The sentence under an outcome, for a page without script. ``clock`` writes an instant as an hour."""
    outcome, first, guest = answer["outcome"], answer["first"], answer["registration"]
    sentences = for_scripts()
    if outcome == "already" and first:
        key = "came_by_at" if first["device"] and first["gate"] else "came_by" if first["device"] else "came"
        return sentences[key] % {"time": clock(first["at"]), "device": device(first["device"]), "gate": first["gate"]}
    if outcome == "left":
        return sentences["left"] % {"time": clock(answer["checkin"]["at"])}
    if outcome == "not-allowed":
        return reasons().get(answer["reason"] or "", "")
    if outcome == "welcome" and guest:
        return " · ".join(part for part in (kinds().get(guest["kind"], guest["kind"]), guest["organisation"]) if part)
    return cards()[outcome].why


def device(name: str | None) -> str:
    """A device as people read it: its own name; that of the prompt in their language."""
    return _("command line") if name == "command line" else name or ""


def place(arrival: Any) -> str:
    """Where somebody came in: the gate, else the device."""
    if arrival.gate == "poster":
        return _("Poster, own phone")
    return str(arrival.gate or device(arrival.device))
