"""A phone number as people write it, beside the form in which it can be compared. The written form is kept.

Source: libphonenumber's rules (ITU-T E.164); what spreadsheets make of numbers was tried on Excel's own files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from mudhif.i18n import N_

REGION = "IQ"

_SCIENTIFIC = re.compile(r"\d(?:[.,٫]\d+)?e\+?\d+", re.IGNORECASE)
_SPREADSHEET_FLOAT = re.compile(r"(\d{6,15})\.0")
_SEVERAL = re.compile(r"[/,;،؛\n|]|\s+و\s*(?=[\d+])")
_NOTHING_WORDS = "|-|--|—|.|/|n/a|na|none|no|nil|null|لا|لايوجد|لا يوجد|بدون"
_NOTHING = frozenset(_NOTHING_WORDS.split("|"))
_ZEROS = (0x0660, 0x06F0)
_DIGITS = str.maketrans({chr(zero + digit): str(digit) for zero in _ZEROS for digit in range(10)})

CUT = N_("The spreadsheet has cut this number (%(text)s); its last digits are gone. Type it again, or leave it empty.")
WRONG_LENGTH = N_("This number has %(digits)s digits; an Iraqi mobile has 11. Add the rest, or leave it empty.")
NO_NUMBER = N_("This is no phone number: %(text)s")
UNUSUAL = N_("This number could not be checked; it is kept as it is written: %(text)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A phone as it was written, and what is known of it.

    ``e164`` is null where the number could not be made out. ``problem`` says why it cannot be taken; ``doubt`` is for
    a person to look at, and the number is kept. Both are sentences to translate, ``values`` fill them in.
    """

    text: str
    e164: str | None = None
    problem: str | None = None
    doubt: str | None = None
    digits: int = 0

    @property
    def values(self) -> dict[str, object]:
        return {"text": self.text, "digits": self.digits}


def read_phone(text: str, region: str = REGION) -> Phone | None:
    """What a cell or a field holds; None where it holds no phone. Of several numbers the first is the one compared.

    >>> read_phone("٠٧٨٠ ١٢٣ ٤٥٦٧").e164, read_phone("7801234567").e164, read_phone("00964-780-123-4567").e164
    ('+9647801234567', '+9647801234567', '+9647801234567')
    >>> read_phone("7.80123E+09").problem == CUT, read_phone("-"), read_phone("0780 123").problem == WRONG_LENGTH
    (True, None, True)
    """
    text = " ".join(text.split())
    plain = text.translate(_DIGITS)
    if plain.casefold() in _NOTHING:
        return None
    if _SCIENTIFIC.fullmatch(plain):
        return Phone(text=text, problem=CUT)
    if match := _SPREADSHEET_FLOAT.fullmatch(plain):
        # A number's own ".0" is no digit of the phone: read as one it gives a wrong number, not an error.
        plain = text = match.group(1)
    # "0780/1234567" is one number, "07801234567 / 07711234567" are two.
    first = next((part for part in _SEVERAL.split(plain) if len(re.findall(r"\d", part)) >= 9), plain)
    digits = len(re.sub(r"\D", "", first))
    if digits < 3 or digits > 20:
        return Phone(text=text, problem=NO_NUMBER, digits=digits)
    return _parsed(text, first, digits, region)


def _parsed(text: str, first: str, digits: int, region: str) -> Phone:
    try:
        number = phonenumbers.parse(first, region)
    except phonenumbers.NumberParseException:
        return Phone(text=text, problem=NO_NUMBER, digits=digits)
    if phonenumbers.is_valid_number(number):
        return Phone(
            text=text, e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), digits=digits
        )
    national = str(number.national_number)
    if number.country_code == 964 and re.match("7[3-9]", national) and len(national) != 10:
        return Phone(text=text, problem=WRONG_LENGTH, digits=len(national) + 1)
    return Phone(text=text, doubt=UNUSUAL, digits=digits)


def digits_of(text: str) -> str:
    """The digits of a text, in whatever script, as Latin ones.

    >>> digits_of("+964 ٧٨٠-1234")
    '9647801234'
    """
    return re.sub(r"\D", "", text.translate(_DIGITS))
