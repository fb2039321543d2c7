"""What phones and laptops ask of a network to learn whether it works, answered as they expect it.

Where the laptop is the hotspot itself, answers every name with its own address, and listens at port 80, these questions
come to it; with the right answer a phone stays on the Wi-Fi instead of leaving it for its mobile data.
"""

from __future__ import annotations

from flask import Response, request

from mudhif.web.pages.blueprint import core

_APPLE = "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
_FIREFOX = '<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'

#: Path → (status, body, media type).
ANSWERS: dict[str, tuple[int, str, str]] = {
    "/generate_204": (204, "", "text/plain"),  # Android, ChromeOS
    "/gen_204": (204, "", "text/plain"),
    "/hotspot-detect.html": (200, _APPLE, "text/html"),  # iOS, macOS
    "/library/test/success.html": (200, _APPLE, "text/html"),
    "/ncsi.txt": (200, "Microsoft NCSI", "text/plain"),  # Windows 7, 8
    "/connecttest.txt": (200, "Microsoft Connect Test", "text/plain"),  # Windows 10, 11
    "/success.txt": (200, "success\n", "text/plain"),  # Firefox
    "/canonical.html": (200, _FIREFOX, "text/html"),
    "/check_network_status.txt": (200, "NetworkManager is online\n", "text/plain"),  # GNOME
}


def probe() -> Response:
    """Say that the network works."""
    status, body, kind = ANSWERS[request.path]
    return Response(body, status, content_type=kind)


for _path in ANSWERS:
    core.add_url_rule(_path, view_func=probe)
