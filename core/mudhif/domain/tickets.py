"""What a ticket is: 24 bytes that name a registration, signed, in base32. Pure: keys and ids are arguments.

Nothing that a clerk edits is in it, so correcting a name makes no printed ticket false. The text is upper case
base32 without padding, so that its QR stays in alphanumeric mode; one ticket has exactly one spelling.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import combinations, islice
from uuid import UUID

VERSION = 1
_BODY = struct.Struct(">B2s4s16sB")
BODY_BYTES = _BODY.size
TICKET_BYTES = BODY_BYTES + 64
TICKET_LENGTH = 141
MAX_SERIAL = 255
# Readings of one text from an Arabic keyboard that are tried. In 141 random letters "gh" stands once in seven tickets.
MAX_READINGS = 64
MAX_TEXT = 2000

_SHAPE = re.compile(rf"[A-Z2-7]{{{TICKET_LENGTH}}}=*")
_IN_ADDRESS = re.compile(r"/t/([^/?#]+)", re.IGNORECASE)
_NUMBER = re.compile(r"[#№]?([0-9]{1,9})")


class Verdict(StrEnum):
    """What a presented text turned out to be."""

    GOOD = "good"
    FORGED = "forged"
    WRONG_EVENT = "wrong-event"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class NotATicket(ValueError):
    """The text or the bytes do not have the one form that a ticket has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketBody:
    """What a ticket says, and what its signature covers.

    ``event_tail`` are the last 4 bytes of the event's id in hexadecimal (the first of a UUIDv7 are the minute it was
    made in, and two events of one morning would share them); ``key_id`` is that of the installation that signed.
    """

    key_id: str
    event_tail: str
    registration: str
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a scanner or a keyboard gave: tickets that it may stand for, best first, or a registration's number."""

    tickets: tuple[str, ...] = ()
    number: int | None = None


def event_tail(event: str) -> str:
    """The part of an event's id that its tickets carry.

    >>> event_tail("01930b2e-8f3a-7c11-9a52-4be1d0c7f6a9")
    'd0c7f6a9'
    """
    return UUID(event).hex[-8:]


def key_id(public: bytes) -> str:
    """The short name of a public key; two keys may share one, so a name gives candidates and never proof."""
    return sha256(public).hexdigest()[:4]


def pack(body: TicketBody) -> bytes:
    """The 24 bytes that are signed."""
    if not 0 <= body.serial <= MAX_SERIAL:
        raise NotATicket(f"serial {body.serial}")
    return _BODY.pack(
        VERSION, bytes.fromhex(body.key_id), bytes.fromhex(body.event_tail), UUID(body.registration).bytes, body.serial
    )


def unpack(raw: bytes) -> TicketBody:
    """What 24 bytes say.

    Raises:
        NotATicket: of another length or version.
    """
    if len(raw) != BODY_BYTES or raw[0] != VERSION:
        raise NotATicket("length or version")
    _, key, tail, registration, serial = _BODY.unpack(raw)
    return TicketBody(
        key_id=key.hex(), event_tail=tail.hex(), registration=str(UUID(bytes=registration)), serial=serial
    )


def encode(raw: bytes) -> str:
    """The text of a signed ticket: base32, upper case, no padding."""
    return base64.b32encode(raw).decode("ascii").rstrip("=")


def decode(text: str) -> bytes:
    """The bytes of a ticket's text, in its one spelling only.

    Raises:
        NotATicket: another spelling of the same bytes, too. Its last letter holds one bit that base32 does not use:
            without this check two texts would be one ticket, and the database would hold only one of them.
    """
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError) as error:
        raise NotATicket("not base32") from error
    if len(raw) != TICKET_BYTES or encode(raw) != text:
        raise NotATicket("another spelling")
    return raw


def sign(body: TicketBody, private: bytes) -> str:
    """The text of a ticket, signed with a raw Ed25519 private key (32 bytes)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    raw = pack(body)
    return encode(raw + Ed25519PrivateKey.from_private_bytes(private).sign(raw))


def verify(text: str, event: str, keys: Mapping[str, Iterable[bytes]]) -> tuple[Verdict, TicketBody | None]:
    """Judge a ticket by its signature alone, as a phone without the guest list does.

    Args:
        text: a candidate of :func:`read`.
        event: the id of the event at whose door it is shown.
        keys: raw public keys by their key id.

    Returns:
        good, forged or wrong-event, and what a truly signed ticket says. Whether its serial still stands, only
        the registration knows.
    """
    try:
        raw = decode(text)
        body = unpack(raw[:BODY_BYTES])
    except NotATicket:
        return Verdict.FORGED, None
    if not any(_signed_by(public, raw) for public in keys.get(body.key_id, ())):
        return Verdict.FORGED, None
    return (Verdict.GOOD if body.event_tail == event_tail(event) else Verdict.WRONG_EVENT), body


def _signed_by(public: bytes, raw: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(raw[BODY_BYTES:], raw[:BODY_BYTES])
    except (InvalidSignature, ValueError):
        return False
    return True


def read(text: str) -> Reading:
    """What a presented text may stand for; nothing of it is judged yet.

    Takes a ticket in either case, an address with ``/t/<ticket>`` in it, a registration's number in any digits, and
    all of these typed by a USB scanner through an Arabic keyboard.

    >>> read(" ٠٠٤٤ ").number
    44
    >>> read("nonsense")
    Reading(tickets=(), number=None)
    """
    if len(text) > MAX_TEXT:
        return Reading()
    plain = "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")
    plain = "".join(str(unicodedata.decimal(c, c)) for c in plain)
    if number := _NUMBER.fullmatch(plain):
        return Reading(number=int(number[1]))
    typed, doubtful = from_arabic_keyboard(plain) if _typed_in_arabic(plain) else (plain, ())
    address = _IN_ADDRESS.search(typed)
    start, end = address.span(1) if address else (0, len(typed))
    places = [place - start for place in doubtful if start <= place < end]
    return Reading(tickets=tuple(_shaped(typed[start:end], places)))


def _shaped(typed: str, doubtful: list[int]) -> Iterator[str]:
    """The readings of a typed text that have a ticket's shape; a letter at a doubtful place may be the two G and H."""
    missing = TICKET_LENGTH - len(typed.rstrip("="))
    if not typed.isascii() or not 0 <= missing <= len(doubtful):
        return
    for places in islice(combinations(doubtful, missing), MAX_READINGS):
        candidate = "".join("GH" if i in places else c for i, c in enumerate(typed)).upper()
        if _SHAPE.fullmatch(candidate):
            yield candidate


# An Arabic keyboard (Windows "Arabic 101", xkb "ara"), key by key, in the order of the Latin letters. A scanner
# types capitals with Shift, some with Caps Lock, which an Arabic layout does not know: both rows are met.
_LATIN = "qwertyuiopasdfghjklzxcvnm"
_PLAIN = "ضصثقفغعهخحشسيبلاتنمئءؤرىة"
_SHIFTED = (
    "\u064e\u064b\u064f\u064c\0\u0625\u2018\u00f7\u00d7\u061b\u0650\u064d][\0\u0623\u0640\u060c/~\u0652}{\u0622\u2019"
)
_SIGNS = {"ظ": "/", "ز": ".", "و": ",", "ك": ";", "ط": "'", "ج": "[", "د": "]", "ذ": "`", "؟": "?"}
_LIGATURES = {"\ufefb": "b", "\ufef5": "B", "\ufef9": "T", "\ufef7": "G"}
_ONE_KEY = (
    dict(zip(_PLAIN, _LATIN, strict=True))
    | {arabic: latin.upper() for arabic, latin in zip(_SHIFTED, _LATIN, strict=True) if arabic != "\0"}
    | _SIGNS
    | {"`": "U", "'": "M"}
    | _LIGATURES
)
# Keys that type lam and an alef at once. "لا" is also what the keys G and H type one after the other.
_LAM_ALEF = "لا"
_TWO_LETTERS = {"لإ": "T", "لأ": "G", "لآ": "B", _LAM_ALEF: "b"}
_ARABIC_ALONE = frozenset(c for c in _ONE_KEY if not c.isascii())


def _typed_in_arabic(text: str) -> bool:
    return any(c in _ARABIC_ALONE for c in text)


def to_arabic_keyboard(text: str) -> str:
    """What an Arabic keyboard types for a Latin text: the inverse of :func:`from_arabic_keyboard`."""
    one = {latin: arabic for arabic, latin in reversed(_ONE_KEY.items()) if arabic not in _LIGATURES}
    two = {latin: arabic for arabic, latin in _TWO_LETTERS.items()}
    return "".join(two.get(c) or one.get(c) or c for c in text)


def from_arabic_keyboard(text: str) -> tuple[str, tuple[int, ...]]:
    """The Latin text that was typed, and the places in it where a "b" may have been "gh".

    A lam and an alef are what the key B types, and also the keys G and H. The ticket's length says how many of the
    places are two letters, and its signature which.
    """
    keys: list[str] = []
    doubtful: list[int] = []
    i = 0
    while i < len(text):
        pair = text[i : i + 2]
        if pair == _LAM_ALEF:
            doubtful.append(len(keys))
        keys.append(_TWO_LETTERS.get(pair) or _ONE_KEY.get(text[i], text[i]))
        i += 2 if pair in _TWO_LETTERS else 1
    return "".join(keys), tuple(doubtful)
