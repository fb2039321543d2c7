"""One badge from the door: shown, printed by one press on the label of this desk's printer, its prints told."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for
from flask_babel import get_locale

from mudhif.plugin_api import (
    BadInput,
    all_layouts,
    badge_picture,
    current_event,
    current_who,
    event_pages,
    find_layout,
    local,
    prints_of,
    requires,
)

from .badges import print_badge
from .signatures import guest_of

badge = event_pages("badge", __name__)

PRINT = "tickets.print"
USUAL = "single"
REMEMBERED = "badge_label"
"""The cookie with the layout that was chosen: two desks may have two printers."""


@badge.get("/<registration>")
@requires(PRINT)
def show_badge(code: str, registration: str) -> Response:
    """The badge as it will be, and when it was printed before."""
    return _page(registration, is_printing=False)


@badge.post("/<registration>")
@requires(PRINT)
def post_badge(code: str, registration: str) -> Response:
    """Print it: the page opens the browser's print dialog and goes back to the desk."""
    print_badge(current_event(), registration, current_who(), _layout())
    return _page(registration, is_printing=True)


@badge.get("/<registration>/picture.png")
@requires(PRINT)
def badge_png(code: str, registration: str) -> Response:
    """The badge at the size of its label."""
    guest_of(current_event(), registration)
    return Response(badge_picture(current_event(), registration, _layout()), mimetype="image/png")


@badge.get("/label.css")
@requires(PRINT)
def label_css(code: str) -> Response:
    """The page of the printer: the label, to the millimetre."""
    label = find_layout(_layout())
    width, height = label.page_width_mm, label.page_height_mm
    # A tenth less than the page, or rounding makes a second one.
    style = (
        f"@page {{ size: {width:g}mm {height:g}mm; margin: 0; }}\n"
        f":root {{ --label-width: {width:g}mm; --label-height: {height:g}mm; "
        f"--label-inside: {height - 0.1:g}mm; }}\n"
    )
    return Response(style, mimetype="text/css")


def _layout() -> str:
    """The layout that is asked for, else the one of last time; one that is gone, or has several on a page, is none."""
    for name in (request.args.get("layout"), request.cookies.get(REMEMBERED)):
        try:
            if name and find_layout(name).per_page == 1:
                return name
        except BadInput:
            continue
    return USUAL


def _page(registration: str, *, is_printing: bool) -> Response:
    event, layout = current_event(), find_layout(_layout())
    prints = prints_of(registration)
    page = make_response(
        render_template(
            "mudhif_checkin/badge.html",
            guest=guest_of(event, registration),
            registration=registration,
            prints=[(f"{local(event, printed.at):%H:%M}", printed.device) for printed in prints],
            is_printing=is_printing,
            layout=layout,
            labels=[
                (one.name, one.title_in(str(get_locale() or "en"))) for one in all_layouts().usable if one.per_page == 1
            ],
            back=url_for("desk.show_desk", code=event.code, scan=request.args.get("scan") or None),
        )
    )
    if request.args.get("layout") == layout.name:
        page.set_cookie(
            REMEMBERED, layout.name, max_age=365 * 86_400, path=f"/e/{event.code}/badge",
            httponly=True, samesite="Lax", secure=request.is_secure,
        )  # fmt: skip
    return page
