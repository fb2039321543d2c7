"""The poster for the door: a QR that opens the form, the way to it in both languages, and the Wi-Fi it needs."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import asdict, dataclass

from mudhif.domain.errors import BadInput
from mudhif.i18n import _
from mudhif.services.badges import when_and_where
from mudhif.services.printing import PrintingFailed, layout, render_typst
from mudhif.services.qr import qr_svg
from mudhif.storage.models import Event

DEFAULT_PORT = 8000
_ADDRESS = re.compile(r"(https?)://([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """What stands on a poster."""

    title: str
    when: dict[str, str]
    organiser: str | None = None
    address: str
    wifi_name: str | None = None
    wifi_password: str | None = None


def poster_pdf(event: Event, address: str | None = None) -> bytes:
    """The poster of an event, A4, as a tagged PDF.

    Args:
        address: where this laptop answers, such as ``http://192.168.1.10:8000``; None: its own address on the network.

    Raises:
        BadInput: that is no address.
    """
    return render_poster(
        Poster(
            title=event.title,
            when={language: when_and_where(event, language) for language in ("en", "ar")},
            organiser=event.organiser,
            address=form_address(event.code, address),
            wifi_name=event.wifi_name,
            wifi_password=event.wifi_password,
        )
    )


def form_address(code: str, address: str | None = None) -> str:
    """The address of an event's form: plain http, because guests' phones do not know the laptop's certificate.

    Args:
        address: of the laptop, or of the form itself. "This machine" becomes its address on the network, since a
            phone that reads ``localhost`` looks for the form in itself.

    >>> form_address("hall-3", "192.168.1.10:8000")
    'http://192.168.1.10:8000/r/hall-3'
    """
    base = (address or f"http://127.0.0.1:{DEFAULT_PORT}").strip().rstrip("/").removesuffix(f"/r/{code}")
    found = _ADDRESS.fullmatch(base if "://" in base else f"http://{base}")
    if found is None:
        raise BadInput(fields={"address": [_("This is no address. Write it as http://192.168.1.10:8000.")]})
    scheme, host, port = found.groups()
    if host in ("localhost", "127.0.0.1", "[::1]"):
        host = lan_address()
    return f"{scheme}://{host}{port or ''}/r/{code}"


def lan_address() -> str:
    """This laptop's address on the network it is in; 127.0.0.1 where it is in none. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 9))
            found: str = probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
    return found


def wifi_code(name: str, password: str | None) -> str:
    """What a phone's camera reads to join a Wi-Fi.

    Source: the format that Android and iOS read, ``WIFI:T:WPA;S:<name>;P:<password>;;``.

    >>> wifi_code("Hall; 2", "a:b")
    'WIFI:T:WPA;S:Hall\\\\; 2;P:a\\\\:b;;'
    """

    def escaped(text: str) -> str:
        return re.sub(r'([\\;,:"])', r"\\\1", text)

    if not password:
        return f"WIFI:T:nopass;S:{escaped(name)};;"
    return f"WIFI:T:WPA;S:{escaped(name)};P:{escaped(password)};;"


def render_poster(poster: Poster) -> bytes:
    """A poster as a PDF."""
    wifi = qr_svg(wifi_code(poster.wifi_name, poster.wifi_password)) if poster.wifi_name else None
    data = {"data.json": json.dumps(asdict(poster) | {"qr": qr_svg(poster.address, quiet=0), "wifi_qr": wifi})}
    try:
        return render_typst(layout("poster.typ"), data)
    except PrintingFailed:
        # A letter of the title that no font of ours has: a poster with a gap is worth more than none.
        return render_typst(layout("poster.typ"), data, pdf_ua=False)
