"""One row of a guest list, read: the guest's own fields, what the event asks, what was agreed to, and its key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mudhif.domain.guests import Problem, Reading, read_guest, tidy
from mudhif.domain.names import fold
from mudhif.domain.questions import SENTENCES, Asked, judge_answers
from mudhif.i18n import N_
from mudhif.services.guest_columns import QUESTION, answers_given, date_of_serial
from mudhif.services.guest_tables import CONSENTS, GuestTable, Row

NO_VALUE = N_("The file holds a formula here, but not its value. Open it in a spreadsheet program, save it, try again.")
SERIAL = N_("The sheet keeps this date as the number %(text)s; it is taken as %(date)s.")
DAY_FIRST = N_("%(text)s is taken as %(date)s, the day first. If it is not, write it as year-month-day.")
NO_CONSENT = N_("“%(text)s” says neither yes nor no; nothing is noted.")

_YES_WORDS = "yes,y,true,1,ok,agree,agreed,i agree,نعم,أوافق,موافق,موافقة"
_NO_WORDS = "no,n,false,0,disagree,i disagree,i do not agree,لا,كلا,لا أوافق,غير موافق,غير موافقة,أرفض"
_YES, _NO = (frozenset(map(fold, words.split(","))) for words in (_YES_WORDS, _NO_WORDS))
_REFUSING = re.compile(r"\b(?:not|don.?t|disagree|no)\b|(?:^|\s)(?:لا|غير|أرفض)(?:\s|$)", re.IGNORECASE)
_AGREEING = re.compile(r"\bagree|\bconsent|\bpermit|[أا]وافق|موافق", re.IGNORECASE)
_SERIAL = re.compile(r"[1-6]\d{4}")
_EITHER_WAY = re.compile(r"(0?[1-9]|1[0-2])[-/.](0?[1-9]|1[0-2])[-/.](\d{4})")


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the rows of one table."""

    table: GuestTable
    questions: Sequence[Asked]
    now: datetime

    def read(self, row: Row) -> Reading:
        """The row's values, with ``answers``, ``consents`` and ``key`` where it has them, and all that is wrong."""
        texts, doubts = dict(row.texts), list(self._dates(row))
        if _SERIAL.fullmatch(texts.get("birth_year", "")):
            texts["birth_year"] = date_of_serial(int(texts["birth_year"]))
        reading = read_guest(texts, self.now)
        problems = [p for p in reading.problems if p.field not in row.unvalued]
        problems += [Problem(field=field, message=NO_VALUE) for field in row.unvalued]
        values = dict(reading.values)
        if given := answers_given(self.questions, texts):
            judged = judge_answers(self.questions, given)
            problems += [
                Problem(field=f"{QUESTION}{id}", message=str(SENTENCES[wrong])) for id, wrong in judged.wrong.items()
            ]
            values |= {"answers": judged.answers} if judged.answers else {}
        consents = [consent for name in CONSENTS for consent in self._consent(name, texts, doubts)]
        values |= {"consents": consents} if consents else {}
        values |= {"key": tidy(texts["key"])} if texts.get("key") else {}
        return Reading(values=values, problems=tuple(problems), doubts=(*reading.doubts, *doubts))

    def _dates(self, row: Row) -> Iterator[Problem]:
        """What a sheet's dates were taken for, where they could be something else."""
        named = {f"{QUESTION}{question.id}" for question in self.questions if question.kind == "date"} | {"birth_year"}
        for name in sorted(named & set(row.texts)):
            text = row.texts[name]
            if _SERIAL.fullmatch(text):
                yield Problem(field=name, message=SERIAL, values={"text": text, "date": date_of_serial(int(text))})
            match = _EITHER_WAY.fullmatch(text)
            if match and name != "birth_year" and match[1].lstrip("0") != match[2].lstrip("0"):
                day = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
                yield Problem(field=name, message=DAY_FIRST, values={"text": text, "date": day})

    def _consent(self, name: str, texts: Mapping[str, str], doubts: list[Problem]) -> Iterator[dict[str, Any]]:
        text = tidy(texts.get(name, ""))
        if not text:
            return
        given = _agreed(text)
        if given is None:
            doubts.append(Problem(field=name, message=NO_CONSENT, values={"text": text}))
            return
        header = next((column.header for column in self.table.columns if column.field == name), "")
        at = _moment(texts.get("timestamp", "")) or self.now
        yield {
            "id": name.removeprefix("consent_"),
            "given": given,
            "at": at.isoformat(timespec="seconds"),
            "text": header,
        }


def _agreed(text: str) -> bool | None:
    folded = fold(text)
    if folded in _YES or folded in _NO:
        return folded in _YES
    if _REFUSING.search(text):
        return False
    return True if _AGREEING.search(text) else None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
