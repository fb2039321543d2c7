"""One badge from the door: shown, printed by one press, its prints counted."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from mudhif.plugin_api import badge_picture, current_event, current_who, event_pages, local, requires

from .badges import print_badge, prints_of
from .signatures import guest_of

badge = event_pages("badge", __name__)

PRINT = "tickets.print"


@badge.get("/<registration>")
@requires(PRINT)
def show_badge(code: str, registration: str) -> str:
    """The badge as it will be, and when it was printed before."""
    return _page(registration, is_printing=False)


@badge.post("/<registration>")
@requires(PRINT)
def post_badge(code: str, registration: str) -> str:
    """Print it: the page opens the browser's print dialog and goes back to the desk."""
    print_badge(current_event(), registration, current_who())
    return _page(registration, is_printing=True)


@badge.get("/<registration>/picture.png")
@requires(PRINT)
def badge_png(code: str, registration: str) -> Response:
    """The badge at the size of its label."""
    guest_of(current_event(), registration)
    return Response(badge_picture(current_event(), registration), mimetype="image/png")


def _page(registration: str, *, is_printing: bool) -> str:
    event = current_event()
    prints = prints_of(registration)
    return render_template(
        "mudhif_checkin/badge.html",
        guest=guest_of(event, registration),
        registration=registration,
        prints=[(f"{local(event, printed.at):%H:%M}", printed.device) for printed in prints],
        is_printing=is_printing,
        back=url_for("desk.show_desk", code=event.code, scan=request.args.get("scan") or None),
    )
