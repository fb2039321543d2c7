"""One line of an agenda taken apart: its times, its titles, its speakers; what it cannot be is left to the parser.

A line may hold several items ("09:00–09:15 Opening 09:15–09:30 Aims"); each becomes a `Piece`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from .days import without_dates
from .times import Span, folded, length_at, spans, without_marks

_BULLET = r"[^\w(\[]*(?:o\s+)?"  # bullets, table rules, a chat's clock faces
_NUMBER = r"(?:\(?\d{1,2}[.)]\)?\s+|[a-z][.)]\s+)?"
_BEFORE_TIME = re.compile(
    rf"^{_BULLET}{_NUMBER}(?:(?:from|at|time|de|à|من|الوقت|الساعة)\b\s*:?\s*){{0,3}}[\[(]?\s*$", re.I
)
_IS_BULLET = re.compile(r"^(?:\s{2,}|\s*\t|\s*[>*•·▪◦●○‣⁃∙□✓☐–—-]\s*|\s*o\s+)(?=\S)")
_EDGE = " \t|:-–—.,;،؛)]•·ـ"
_SPEAKERS = re.compile(
    r"^(?:(?:guest\s+|key\s?note\s+)?speakers?|presenters?|presented by|facilitators?|facilitated by"
    r"|moderators?|moderated by|panell?ists?|chair(?:ed by|person)?"
    r"|led by|with|intervenante?s?|animateurs?|animatrices?|mod[ée]rateurs?|mod[ée]ratrices?|pr[ée]sent[ée]e? par"
    r"|المتحدث(?:ون|ين|ة|ات)?|المحاضر(?:ون|ة)?|الميسر(?:ون|ة|ات)?|المقدم|تقديم|تيسير|[إا]دارة(?:\s+الجلسة)?|مدير\s+الجلسة|مع)\s*[:：-]\s*(?P<names>.+)$"
    r"|^(?:by|par|presented by|facilitated by|moderated by|led by)\s+(?P<by>[A-Z].+)$",
    re.I,
)
_NAME_MARK = re.compile(
    r"^(?:dr|mr|mrs|ms|prof|eng|mme|m)\b\.?\s|^(?:د|أ|م|السيد|السيدة|الدكتور|الدكتورة)\s?[./]?\s?", re.I
)
_OPEN = re.compile(
    r"^(?:t\.?b\.?[cda]\.?|to be (?:confirmed|decided|announced)|يحدد لاحق[اً]*|à confirmer)(?!\w)[\s|:–—-]*", re.I
)
_DECLARED = re.compile(
    r"^(?:(?:event |session )?(?:time|hours|duration|date and time|when)|horaires?|heures?"
    r"|الوقت|التوقيت|الزمن|المدة)\s*:",
    re.I,
)

_COLUMNS = {
    "time": "time|times|hour|hours|start|starts|start time|time from|from|end|ends|end time|time to|to|heure|horaire"
    "|début|fin|de|à|الوقت|الساعة|التوقيت|من|إلى|الى|البداية|النهاية",
    "length": "length|duration|minutes|min|mins|durée|المدة|الزمن",
    "title": "title|topic|session|sessions|activity|activities|item|subject|agenda|agenda item|programme|program|event"
    "|description|content|what|titre|activité|sujet|thème|الموضوع|الفقرة|الفقرات|العنوان|النشاط|الجلسة|المحور",
    "speakers": "speaker|speakers|presenter|presenters|facilitator|facilitators|by|who|lead|responsible|moderator"
    "|intervenant|intervenants|responsable|animateur|المتحدث|المتحدثون|الميسر|المسؤول|المحاضر|المقدم",
    "day": "day|jour|اليوم",
    "count": "no|no.|#|n°|s/n|ت|م|الرقم|التسلسل|date|التاريخ|kind|type|النوع",
    "detail": "room|venue|location|place|notes|note|remarks|comments|methodology|method|materials|salle"
    "|lieu|القاعة|المكان|ملاحظات|الملاحظات|details|التفاصيل|track",
}
_ROLE = {word: role for role, words in _COLUMNS.items() for word in words.split("|")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one item takes from a line; `span` None where it has no start."""

    span: Span | None = None
    title: str = ""
    seconds: int | None = None
    speakers: tuple[str, ...] = ()
    detail: str = ""
    day: int | None = None  # where a table has a column of days


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line with what the list's other lines do not change."""

    number: int
    text: str  # as given, without invisible marks
    plain: str  # folded, dates blanked; the same length as `text`
    found: tuple[Span, ...] = field(default=())

    @property
    def is_blank(self) -> bool:
        return not self.text.strip(" \t|*_=-–—•.#")

    @property
    def is_bulleted(self) -> bool:
        return bool(_IS_BULLET.match(self.text))

    @property
    def bare_text(self) -> str:
        """The text without bullet, and without the rules of a table around it."""
        return re.sub(rf"^{_BULLET}", "", self.text).strip(" \t|")


def read_lines(numbered: Iterable[tuple[int, str]]) -> list[Line]:
    """Lines with the times that the list as a whole lets them have."""
    read = []
    for number, raw in numbered:
        # No line of an agenda is so long; what is, is reported and not searched for times.
        is_long = len(raw) > MAX_LINE
        text = without_marks(raw[:200]) + " …" if is_long else without_marks(raw)
        plain = without_dates(folded(text))
        if is_long:
            plain = _DIGITS.sub("#", plain)
        read.append(Line(number=number, text=text, plain=plain, found=tuple(spans(plain))))
    counted = _numbered(read)
    read = [_without_number(line) if line.number in counted else line for line in read]
    allowed = _Allowed.of(read)
    return [replace(line, found=tuple(span for span in line.found if allowed.holds(line, span))) for line in read]


MAX_LINE = 3000
_DIGITS = re.compile(r"\d")
_COUNT = re.compile(r"^\s*(\d{1,2})\s?[-.)\u0640]\s*(?=\S)")


def _numbered(lines: Sequence[Line]) -> set[int]:
    """The lines whose leading number only counts them: 1- 2- 3-, with times behind."""
    counted: set[int] = set()
    expected = 1
    for line in lines:
        m = _COUNT.match(line.plain)
        if m and int(m[1]) == expected and re.search(r"\d[:.hH]\d\d", line.plain[m.end() :]):
            counted.add(line.number)
            expected += 1
    return counted if len(counted) >= 2 else set()


def _without_number(line: Line) -> Line:
    plain = _COUNT.sub(lambda m: " " * len(m[0]), line.plain)
    text = " " * (len(line.text) - len(line.text.lstrip())) + line.text.lstrip()
    cut = len(line.plain) - len(_COUNT.sub("", line.plain))
    return replace(line, plain=plain, text=" " * cut + text[cut:], found=tuple(spans(plain)))


@dataclass(frozen=True, slots=True)
class _Allowed:
    """Which of the weak forms (9-10, 9.30, 0930) are times in this list: those that the list uses as such."""

    compact: bool
    dotted: bool
    bare: bool

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Allowed:
        leading = [(line, span) for line in lines for span in line.found if _BEFORE_TIME.match(line.plain[: span.at])]
        dotted = [span for line, span in leading if _is_dotted(line, span)]
        bare = [span for line, span in leading if _is_bare_range(line, span)]
        strong = [span for _, span in leading if span.start.strong or (span.end and span.end.strong)]
        return cls(
            compact=any(span.start.compact and span.start.hour < 10 for _, span in leading),
            dotted=any(span.end for span in dotted)
            or (len(dotted) >= 2 and not strong and all(s.start.minute % 5 == 0 for s in dotted)),
            bare=len(bare) >= 2 or bool(strong),
        )

    def holds(self, line: Line, span: Span) -> bool:
        if span.start.strong or (span.end and span.end.strong):
            return True
        if not _BEFORE_TIME.match(line.plain[: span.at]):
            if span.end is None:
                return False
            year = span.start.compact and span.start.hour in (19, 20)  # 2020-2025 is a plan's years
            return (self.dotted and _is_dotted(line, span)) or (self.compact and span.start.compact and not year)
        if span.start.compact:
            return self.compact
        if _is_dotted(line, span):
            return self.dotted
        return self.bare and _is_bare_range(line, span)


def _is_dotted(line: Line, span: Span) -> bool:
    return (
        "." in line.plain[span.at : span.to] and not span.start.compact and not (span.start.strong and span.end is None)
    )


def _is_bare_range(line: Line, span: Span) -> bool:
    if not span.end or "." in line.plain[span.at : span.to] or span.start.compact:
        return False
    behind = line.plain[span.to :]
    return max(span.start.hour, span.end.hour) <= 24 and bool(re.match(r"[\s|:,-]+\S|$", behind))


def pieces(line: Line, columns: Sequence[str] | None = None) -> list[Piece]:
    """The items that a line holds, in its order; none where it has no time, no length and no *to be confirmed*."""
    if columns and (in_cells := _from_cells(line, columns)):
        return in_cells
    found = _splitting(line)
    if not found:
        return _without_times(line)
    before, behind = line.text[: found[0].at], line.text[found[-1].to :]
    if _BEFORE_TIME.match(line.plain[: found[0].at]):
        return [_after(line, span, _next_at(found, i, line)) for i, span in enumerate(found)]
    if not behind.strip(_EDGE + "(["):
        starts = [0, *(span.to for span in found[:-1])]
        return [replace(_title(line.text[at : span.at]), span=span) for at, span in zip(starts, found, strict=True)]
    first = _after(line, found[0], _next_at(found, 0, line))
    title = " ".join(filter(None, (clean(before), first.title)))
    return [replace(first, title=title), *(_after(line, s, _next_at(found, i, line)) for i, s in enumerate(found) if i)]


def opens_an_item(line: Line) -> bool:
    """Whether the line has a time at its beginning or its end, as an agenda's lines do and a sentence does not."""
    if not line.found:
        return False
    leads = _BEFORE_TIME.match(line.plain[: line.found[0].at])
    return bool(leads) or not line.plain[line.found[-1].to :].strip(_EDGE)


def _next_at(found: Sequence[Span], i: int, line: Line) -> int:
    return found[i + 1].at if i + 1 < len(found) else len(line.text)


def _splitting(line: Line) -> list[Span]:
    """The spans at which an item begins: the leading one, ranges, and three or more single times that rise."""
    if not line.found:
        return []
    first, rest = line.found[0], line.found[1:]
    leads = bool(_BEFORE_TIME.match(line.plain[: first.at]))
    singles = [span for span in line.found if span.end is None]
    if leads and len(singles) == len(line.found) >= 3 and _rises(singles):
        return singles
    ranges = [span for span in rest if span.end and (span.start.strong or span.start.compact)]
    if leads or (first.end and (first.start.strong or not first.start.compact)):
        return [first, *ranges]
    if ranges:
        return ranges
    return [line.found[-1]] if _stands_apart(line, line.found[-1]) else []


def _rises(singles: Sequence[Span]) -> bool:
    starts = [span.start.readings()[0] for span in singles]
    return all(a < b or b < 12 * 60 for a, b in pairwise(starts))


def _stands_apart(line: Line, span: Span) -> bool:
    """A single time at the end of a line is the item's only behind a gap, a rule or a bracket."""
    return not line.plain[span.to :].strip(_EDGE) and bool(
        re.search(r"(?:\t|\s{2,}|[|:(\[،,-]\s*|\.{3,}\s*|…\s*)$", line.plain[: span.at])
    )


def _after(line: Line, span: Span, until: int) -> Piece:
    at = span.to + len(line.plain[span.to :]) - len(line.plain[span.to :].lstrip(_EDGE + "(["))
    seconds = None
    if (length := length_at(line.plain, at)) and length[1] <= until:
        seconds, at = length
    found = _title(line.text[at:until])
    return replace(found, span=span, seconds=seconds or found.seconds)


def _title(text: str) -> Piece:
    """Title, and length, speakers and details where the text has cells or a length in brackets at its end."""
    cells = [
        cell.strip()
        for cell in re.split(r"\t+|\s*\|\s*", text.lstrip(_EDGE + "([").rstrip(" \t|:–—-"))
        if cell.strip(_EDGE)
    ]
    if not cells:
        return Piece()
    title, seconds = _without_length(cells[0])
    speakers: tuple[str, ...] = ()
    details = []
    for cell in cells[1:]:
        length = length_at(folded(cell))
        if length and length[1] == len(cell) and seconds is None:
            seconds = length[0]
        elif names := speakers_in(cell):
            speakers += names
        elif _NAME_MARK.match(cell):
            speakers += names_of(cell)
        else:
            details.append(cell)
    return Piece(title=clean(title), seconds=seconds, speakers=speakers, detail=" · ".join(details))


def _without_length(text: str) -> tuple[str, int | None]:
    """A length in brackets, or behind a dash or a comma, at the end of a title."""
    plain = folded(text)
    for m in re.finditer(r"[(\[]|\s[–—-]\s|[,،]\s", text):
        length = length_at(plain, m.end())
        if length and not text[length[1] :].strip(" )].") and text[: m.start()].strip():
            return text[: m.start()], length[0]
    return text, None


def _without_times(line: Line) -> list[Piece]:
    text = line.bare_text
    if m := _OPEN.match(text):
        return [_title(text[m.end() :])] if text[m.end() :].strip() else []
    title, seconds = _without_length(text)
    length = length_at(folded(text))
    if length and (text[length[1] :].startswith(("\t", "|", ":", " |", " -", " –", " :"))):
        title, seconds = text[length[1] :], length[0]
    if seconds is None and (cells := _title(text)).seconds:
        return [cells]
    return [Piece(title=clean(title), seconds=seconds)] if seconds else []


def columns_of(line: Line) -> list[str] | None:
    """The roles of a table's columns, where the line is the table's head: `Time | Session | Speaker`."""
    if line.found:
        return None
    cells = _cells(line.text) if re.search(r"[\t|]|\s{2,}", line.text.strip()) else []
    roles = [_ROLE.get(cell.strip(" :.*").lower(), "") for cell in cells]
    if len(cells) >= 2 and roles and all(roles):
        return roles
    # One word alone: a table pasted cell by cell.
    alone = _ROLE.get(line.text.strip(" :.*|\t").lower())
    return [] if alone and alone != "detail" else None


def _cells(text: str) -> list[str]:
    text = text.strip(" \n")
    mark = r"\t" if "\t" in text else r"\|" if "|" in text else r"\s{2,}"
    return [cell.strip() for cell in re.split(mark, text.strip("|") if mark == r"\|" else text)]


def _from_cells(line: Line, columns: Sequence[str]) -> list[Piece]:
    cells = _cells(line.text)
    cells += [""] * (len(columns) - len(cells))  # empty ones at the end are not written
    if len(cells) != len(columns) or len(cells) < 2 or not ("\t" in line.text or "|" in line.text):
        return []
    of = {role: [cell for cell, column in zip(cells, columns, strict=True) if column == role] for role in set(columns)}
    times = [cell for cell in of.get("time", []) if cell]
    read = read_lines([(line.number, " - ".join(times))])[0] if times else None
    if not read or not read.found or len(read.found) > 1:
        return []
    title, seconds = _without_length(of.get("title", [""])[0])
    for cell in of.get("length", []):
        plain = folded(cell)
        length = length_at(plain)
        seconds = length[0] if length else int(plain) * 60 if plain.isdigit() and 0 < int(plain) <= 1440 else seconds
    names = tuple(name for cell in of.get("speakers", []) for name in names_of(cell))
    details = [cell for cell in [*of.get("title", [])[1:], *of.get("detail", [])] if cell]
    return [
        Piece(
            span=read.found[0],
            title=clean(title),
            seconds=seconds,
            speakers=names,
            detail=" · ".join(details),
            day=_day_in(of.get("day", [])),
        )
    ]


def _day_in(cells: Sequence[str]) -> int | None:
    plain = folded(cells[0]) if cells else ""
    return int(plain) if plain.isdigit() and 0 < int(plain) <= 60 else None


def is_declared_time(line: Line) -> bool:
    """Whether the line gives the event's own time (`Time: 09:00 to 13:00`), and is no item."""
    text = re.sub(rf"^{_BULLET}{_NUMBER}", "", line.text, flags=re.I)
    if not _DECLARED.match(text) or len(line.found) != 1 or not line.found[0].end:
        return False
    return not line.text[line.found[0].to :].strip(_EDGE)


def speakers_in(text: str) -> tuple[str, ...]:
    """The names of a line such as `Speaker: …` or `المتحدث: …`; none where it is no such line."""
    m = _SPEAKERS.match(text.strip())
    return names_of(m["names"] or m["by"]) if m else ()


def names_of(text: str) -> tuple[str, ...]:
    """Names apart, without what stands in brackets behind them.

    >>> names_of("Dr. Ali Hassan (University), Zainab Kadhim and Omar")
    ('Dr. Ali Hassan', 'Zainab Kadhim', 'Omar')
    """
    without = re.sub(r"\([^)]*\)", "", text)
    return tuple(
        name for part in re.split(r"\s*[,;،؛/&]\s*|\s+(?:and|et)\s+|\s+و\s+", without) if (name := clean(part))
    )


def clean(text: str) -> str:
    """A title without the marks around it; brackets stay where they are a pair."""
    text = re.sub(r"(?:\.{3,}|…)$", "", re.sub(r"\s+", " ", text).strip()).strip(" \t|:–—-,;،؛•·*_ـ")
    if text.count("(") > text.count(")"):
        text = text.rstrip("( ") if text.endswith("(") else text
    if text.count(")") > text.count("("):
        text = text.strip(") ")
    return text.rstrip(" .") if text.endswith(".") and text.count(".") == 1 else text
