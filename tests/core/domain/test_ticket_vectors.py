"""The tickets by which a phone's own reading is held to this one: ``frontend/checkin/offline/ticket_vectors.json``.

Run this file to write them anew after a change of what a ticket is; the same tests then run on both sides.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mudhif.domain import tickets
from mudhif.domain.tickets import TicketBody, Verdict

VECTORS = Path(__file__).parents[3] / "frontend" / "checkin" / "offline" / "ticket_vectors.json"
EVENT = "01930b2e-8f3a-7c11-9a52-4be1d0c7f6a9"
OTHER_EVENT = "01930b2e-8f3a-7c11-9a52-4be1d0c7f6aa"
FIRST = "01930b2e-9111-7abc-8def-0123456789ab"
SECOND = "01930b2e-9112-7abc-8def-ba9876543210"
OURS, OTHERS, STRANGERS = bytes(range(32)), bytes(range(1, 33)), bytes(range(2, 34))


def public(private: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


KEYS = {tickets.key_id(public(private)): [public(private)] for private in (OURS, OTHERS)}


def ticket(registration: str = FIRST, serial: int = 0, event: str = EVENT, private: bytes = OURS, key: str = "") -> str:
    body = TicketBody(
        key_id=key or tickets.key_id(public(private)),
        event_tail=tickets.event_tail(event),
        registration=registration,
        serial=serial,
    )
    return tickets.sign(body, private)


def changed(text: str, place: int) -> str:
    """The ticket with another letter at this place."""
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


def other_spelling(text: str) -> str:
    """The same bytes by another text: the bit that base32 does not use is set in the last letter."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return text[:-1] + alphabet[alphabet.index(text[-1]) + 1]


def older_version(text: str) -> str:
    raw = bytearray(tickets.decode(text))
    raw[0] = 2
    raw[24:] = Ed25519PrivateKey.from_private_bytes(OURS).sign(bytes(raw[:24]))
    return tickets.encode(bytes(raw))


def with_letters(letters: str) -> str:
    """A true ticket that has these letters in a row: on an Arabic keyboard G and H are what B is."""
    return next(text for serial in range(256) if letters in (text := ticket(SECOND, serial)))


def presented() -> dict[str, str]:
    """What is shown at the door, by what it is."""
    true = ticket()
    arabic = tickets.to_arabic_keyboard
    return {
        "a true ticket": true,
        "a true ticket of a later serial": ticket(serial=1),
        "a true ticket of the last serial": ticket(serial=tickets.MAX_SERIAL),
        "a true ticket that another laptop of ours signed": ticket(private=OTHERS),
        "a true ticket of another event": ticket(event=OTHER_EVENT),
        "a ticket that a stranger signed": ticket(private=STRANGERS),
        "a ticket that a stranger signed under the name of our key": ticket(
            private=STRANGERS, key=tickets.key_id(public(OURS))
        ),
        "a ticket with another version": changed(true, 0),
        "a ticket of a version that is not known, truly signed": older_version(true),
        "a ticket with another key id": changed(true, 2),
        "a ticket with another event in it": changed(true, 7),
        "a ticket with another registration in it": changed(true, 20),
        "a ticket with another serial in it": changed(true, 37),
        "a ticket with a changed signature": changed(true, 90),
        "a ticket with its last letter changed": changed(true, 140),
        "the same bytes by another text": other_spelling(true),
        "a ticket with its padding": true + "===",
        "a ticket without its last letter": true[:-1],
        "a ticket with a letter more": true + "A",
        "a ticket with a digit that base32 has not": true[:50] + "1" + true[51:],
        "lower case": true.lower(),
        "both cases": true[:70] + true[70:].lower(),
        "spaces and line ends around and in it": f"  {true[:70]}\r\n{true[70:]}\t",
        "signs that nobody sees": f"\ufeff\u200f{true}\u200e",
        "an address": f"http://192.168.8.2:8000/t/{true}",
        "an address with more behind it": f"https://192.168.8.2:8443/t/{true}?lang=ar#top",
        "an address in capitals": f"HTTP://192.168.8.2:8000/T/{true}",
        "an address of something else": "http://192.168.8.2:8000/r/dialogue-3",
        "an Arabic keyboard, lower case": arabic(true.lower()),
        "an Arabic keyboard, capitals": arabic(true),
        "an Arabic keyboard, a ticket with B": arabic(with_letters("B").lower()),
        "an Arabic keyboard, a ticket with G and H in a row": arabic(with_letters("GH").lower()),
        "an Arabic keyboard, another event": arabic(ticket(event=OTHER_EVENT).lower()),
        "an Arabic keyboard, a forged one": arabic(changed(true, 60).lower()),
        "an Arabic keyboard, an address": arabic(f"http://192.168.8.2:8000/t/{true}".lower()),
        "a number": "44",
        "a number with its sign": "#44",
        "a number in Arabic digits": " ٠٠٤٤ ",
        "a number in Persian digits": "۴۴",
        "a number that is too long": "1234567890",
        "nothing": "",
        "a word": "nonsense",
        "an Arabic word": "زينب",
        "somebody else's code": "WIFI:S:hall;T:WPA;P:reeds;;",
        "a text without end": "A" * 3000,
    }


def judged(text: str) -> dict[str, Any]:
    """As `services.tickets.read_ticket` has it where the list knows nothing."""
    read = tickets.read(text)
    if read.number is not None:
        return {"reading": "good", "registration": None, "serial": None, "number": read.number}
    for candidate in read.tickets:
        verdict, body = tickets.verify(candidate, EVENT, KEYS)
        if body is not None:
            return {
                "reading": verdict.value, "registration": body.registration, "serial": body.serial, "number": None,
            }  # fmt: skip
    verdict = Verdict.FORGED if read.tickets else Verdict.UNKNOWN
    return {"reading": verdict.value, "registration": None, "serial": None, "number": None}


def vectors() -> dict[str, Any]:
    return {
        "about": "What tickets say to everybody who reads them. Written by tests/core/domain/test_ticket_vectors.py.",
        "event": EVENT,
        "keys": {name: [key.hex() for key in keys] for name, keys in KEYS.items()},
        "vectors": [{"shown": shown, "text": text, **judged(text)} for shown, text in presented().items()],
    }


def test_the_file_of_vectors_is_what_tickets_are_now():
    assert json.loads(VECTORS.read_text("utf-8")) == vectors()


@pytest.mark.parametrize(
    ("shown", "reading"),
    [
        ("a true ticket", "good"),
        ("an Arabic keyboard, a ticket with G and H in a row", "good"),
        ("a true ticket of another event", "wrong-event"),
        ("a ticket that a stranger signed under the name of our key", "forged"),
        ("the same bytes by another text", "forged"),
        ("a word", "unknown"),
    ],
)
def test_the_vectors_hold_what_they_are_named_for(shown, reading):
    assert judged(presented()[shown])["reading"] == reading


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n", "utf-8")
