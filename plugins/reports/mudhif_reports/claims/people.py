"""How many people: labelled numbers, numbers in prose with what they count, shares, and groups with their counts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..documents import Document, Line, sentences
from ..hookspecs import Claim
from .numbers import APPROXIMATE, NUMBER, interval, value_of

_FEMALE = r"\b(?:females?|women|woman|girls?|ladies)\b|اناث|انثي|نساء|امراه|فتيات|سيدات|مشاركات|متدربات"
_MALE = r"\b(?:males?|men|man|boys?|gentlemen)\b|ذكور|ذكر(?!ي)|رجال|رجل|شبان"
_ALL = (
    r"\b(?:participants?|attendees?|people|persons?|trainees?|beneficiar(?:y|ies)|individuals?|attendants?)\b"
    r"|مشارك(?!ات)\w*|متدرب(?!ات)\w*|شخص\w*|مستفيد\w*|حاضر\w*|افراد|فرد(?!\w)"
)
_TOTAL = r"\b(?:total|overall|altogether|sum)\b|\bnumber of\b|\bno\.? of\b|مجموع|اجمالي|الكلي|عدد"
_UNKNOWN = r"\b(?:unknown|unspecified|not (?:stated|recorded|specified)|undisclosed|prefer)\b|غير محدد|غير معروف"
_DISABLED = r"\bdisabilit|\bdisabled\b|\bPWDs?\b|اعاقه"
_AGE_LABEL = (
    r"(?:aged?s?\s*)?(?:\d{1,2}\s*(?:-|to)\s*\d{1,3}|\d{1,2}\s*\+|(?:under|over|above|below)\s+\d{1,2})"
    r"(?:\s*years?)?(?:\s*old)?"
)
_AGE = re.compile(rf"(?P<label>{_AGE_LABEL})\s*(?:[:=]|\t)\s*\(?\s*(?P<n>{NUMBER})(?![\d:/%]|\s*%)", re.IGNORECASE)
_LABELLED = re.compile(
    rf"(?:^|(?<=[|.;,(\t:/•*]))\s*(?P<label>[^\W\d_][^:=|;,.()\t\d]{{0,60}}?)\s*(?:[:=]|\t)\s*\(?\s*(?P<n>{NUMBER})"
    r"(?![\d:/%]|\.\d|\s*(?:%|a\.?m\b|p\.?m\b|years?|hours?|minutes?|days?))",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?P<label>\btotal\b|\b(?:fe)?males?\b|\bwomen\b|\bmen\b|ذكور|اناث|رجال|نساء)\s*-?\s*(?P<n>\d{1,5})(?![\d:/%]|\s*%)",
    re.I,
)
_PROSE = re.compile(
    rf"(?:{APPROXIMATE})?\(?\s*(?<![\d:/.-])(?P<n>{NUMBER})(?![\d:/]|\.\d)\s*\)?\s+"
    rf"(?P<adjectives>(?:(?!of\b|and\b|to\b|for\b|in\b|من\b)[^\W\d_][\w'-]*\s+){{0,3}}?)(?P<noun>{_FEMALE}|{_MALE}|{_ALL})",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"(?P<n>\d{{1,5}})\s*\(\s*(?P<m>\d{{1,5}})\s+(?P<noun>{_FEMALE}|{_MALE})\s*\)", re.IGNORECASE)
_SHARE = re.compile(
    rf"(?P<n>\d{{1,3}}(?:\.\d)?)\s*%?\s*(?P<sign>%|per\s?cent)?\s*(?:of\s+(?:them|participants)\s+)?(?:were\s+|are\s+)?(?P<noun>{_FEMALE}|{_MALE})",
    re.I,
)
_BOTH_SEXES = re.compile(
    r"\b(?:men and women|women and men|males? and females?|both sexes|boys and girls)\b|من الجنسين"
    r"|رجال ونساء|امراه ورجل|رجلا? وامراه|ومتدربه|ومشاركه",
    re.I,
)
_ATTENDED = re.compile(
    r"\b(?:attended|attending|participated|took part|joined|were present|was attended|gathered"
    r"|brought together|welcomed"
    r"|in attendance|participation of|attendance of|presence of|reached|trained|there were)\b"
    r"|حضر|شارك(?!ين)|بمشاركه|بحضور|استهدف|حضور",
    re.IGNORECASE,
)
_NOT_THIS = re.compile(
    r"\b(?:planned|plan|expected|target(?:ed|s)?|invited|registered|capacity|seats?|previous|previously|last|earlier|will|next"
    r"|each|per|every|first|second|other|chosen|selected|additional|future|trained later|indirect"
    r"|households?|families)\b"
    r"|الختامي|الافتتاح|المستهدف|المخطط|سابق|دعي|كل|سيتم|مقعد",
    re.IGNORECASE,
)
_SUBSET_BEFORE = re.compile(
    r"(?:\bincluding|\bamong (?:them|whom)|\bof (?:them|whom)|\bof which|منهم|بينهم|من بينهم)\s*(?:were\s*)?[,:]?\s*$",
    re.I,
)
_EACH = re.compile(r"\b(?:each|per|every)\b|في كل|لكل", re.IGNORECASE)
_STAFF = re.compile(
    r"\b(?:excluding|including|besides|without|not counting|in addition to|plus)\s+(?:the\s+)?(?:\w+\s+)?"
    r"(?:staff|facilitators?|organi[sz]ers?|team|trainers?)\b|عدا الميسرين|من ضمنهم الميسر",
    re.IGNORECASE,
)
_PEOPLE_LINE = re.compile(
    rf"(?:{_TOTAL})[^:|.]{{0,40}}(?:{_ALL})|(?:{_ALL})\s*[:=]\s*\(?\s*\d|\bparticipants?\b[^:]{{0,30}}:\s*\(?\d", re.I
)
_PROSE_SECTIONS = {None, "introduction", "summary", "conclusion", "discussion", "results", "aim"}
_LIST_WORDS = re.compile(
    r"\b(?:and\s+)?(?:representatives?|members?)\s+(?:of|from)\s+(?:the\s+)?|\bممثل\w*\s+(?:عن\s+)?", re.IGNORECASE
)


def claims_of(document: Document) -> Iterator[Claim]:
    """``people`` (labelled or prose, ``who`` they are), ``share``, ``group`` and ``staff-counted``."""
    for index, line in enumerate(document.lines):
        role = document.role(index)
        if role == "agenda" or line.is_blank:
            continue
        about_people = role == "participants" or (role in ("details", None) and _PEOPLE_LINE.search(line.plain))
        labelled = list(_labelled(document, index, line)) if about_people else []
        yield from labelled
        yield from _prose(document, index, line, bool(about_people), bool(labelled))
        yield from _shares(document, index, line)
        if role == "participants" and not labelled and line.is_item:
            yield from _groups(document, index, line)
        if match := _STAFF.search(line.plain):
            yield Claim(kind="staff-counted", value=True, place=line.place(match.start(), match.end()), section=role)


def who(label: str) -> str:
    """Whom a label counts: female, male, unknown (sex), disabled, total, or other.

    >>> [who(label) for label in ("Female", "Total number of participants", "عدد الذكور", "Guest")]
    ['female', 'total', 'male', 'other']
    """
    for name, pattern in (("female", _FEMALE), ("male", _MALE)):
        if re.search(pattern, label, re.IGNORECASE) and not _BOTH_SEXES.search(label):
            return name
    for name, pattern in (("unknown", _UNKNOWN), ("disabled", _DISABLED), ("total", f"{_TOTAL}|{_ALL}")):
        if re.search(pattern, label, re.IGNORECASE):
            return name
    return "other"


def _labelled(document: Document, index: int, line: Line) -> Iterator[Claim]:
    taken: list[tuple[int, int]] = []
    for pattern in (_AGE, _LABELLED, _BARE):
        for match in pattern.finditer(line.plain):
            span = (match.start("label"), match.end("n"))
            if any(span[0] < b and a < span[1] for a, b in taken) or (value := value_of(match.group("n"))) is None:
                continue
            taken.append(span)
            label = " ".join(match.group("label").split())
            kind = "age" if pattern is _AGE else who(label)
            yield Claim(
                kind="people",
                value=(value, value),
                place=line.place(*span),
                section=document.role(index),
                labelled=True,
                more={"who": kind, "label": line.place(match.start("label"), match.end("label")).text, "line": index},
            )
    for match in _COUNTED.finditer(line.plain):
        part = (match.start("m"), match.end("noun"))
        if not any(part[0] < b and a < part[1] for a, b in taken) and taken:
            yield _counted(document, index, line, part, int(match.group("m")), who(match.group("noun")))


def _prose(document: Document, index: int, line: Line, about_people: bool, labelled: bool) -> Iterator[Claim]:
    if labelled:
        return
    for start, end in sentences(line):
        sentence = line.plain[start:end]
        split = _COUNTED.search(sentence)
        if split and about_people:
            whole = (start + split.start("n"), start + split.end("n"))
            part = (start + split.start("m"), start + split.end("noun"))
            yield _counted(document, index, line, whole, int(split.group("n")), "total")
            yield _counted(document, index, line, part, int(split.group("m")), who(split.group("noun")))
            continue
        for match in _PROSE.finditer(sentence):
            value = value_of(match.group("n"))
            # "one", "two": mostly words of speech, not counts.
            if value is None or (value < 3 and not match.group("n").isdigit()):
                continue
            place_start = start + match.start() + len(match.group()) - len(match.group().lstrip(" ("))
            noun = match.group("noun")
            both = _BOTH_SEXES.match(sentence, match.start("noun"))
            yield Claim(
                kind="people",
                value=interval(value, match),
                place=line.place(place_start, start + match.end()),
                section=document.role(index),
                more={
                    "who": "total" if both or who(noun) not in ("male", "female") else who(noun),
                    "label": noun,
                    "line": index,
                    "sentence": (index, start),
                    "attended": _is_attendance(document, index, sentence, match),
                    "part": bool(_SUBSET_BEFORE.search(sentence[: match.start()])),
                    "each": bool(_EACH.search(sentence)),
                },
            )


def _counted(document: Document, index: int, line: Line, span: tuple[int, int], value: int, kind: str) -> Claim:
    return Claim(
        kind="people",
        value=(value, value),
        place=line.place(*span),
        section=document.role(index),
        labelled=True,
        more={"who": kind, "label": "", "line": index},
    )


def _is_attendance(document: Document, index: int, sentence: str, match: re.Match[str]) -> bool:
    """Whether a number in prose says how many came to this event: only then can it be held against the total."""
    if document.role(index) not in _PROSE_SECTIONS | {"participants"} and document.lines[index].field is None:
        return False
    if document.role(index) in ("next-steps", "recommendations", "objectives"):
        return False
    if re.match(r"\s*(?:of|from|من)\b", sentence[match.end() :]) and re.search(
        r"\bchosen|selected|elected\b", sentence
    ):
        return False
    return bool(_ATTENDED.search(sentence)) and not _NOT_THIS.search(sentence)


def _shares(document: Document, index: int, line: Line) -> Iterator[Claim]:
    if "%" not in line.plain and "cent" not in line.plain:
        return
    for start, end in sentences(line):
        sentence = line.plain[start:end]
        for match in _SHARE.finditer(sentence):
            if "%" in match.group() or match.group("sign"):
                yield Claim(
                    kind="share",
                    value=float(match.group("n")),
                    place=line.place(start + match.start(), start + match.end()),
                    section=document.role(index),
                    more={"who": who(match.group("noun")), "sentence": (index, start)},
                )


def _groups(document: Document, index: int, line: Line) -> Iterator[Claim]:
    """The groups that an item names; a comma parts two of them."""
    start = line.body_start
    for part in re.finditer(r"[^,;،]+", line.plain[start:]):
        text = _LIST_WORDS.sub("", part.group()).strip(" .")
        if text:
            yield Claim(
                kind="group",
                value=text.casefold(),
                place=line.place(start + part.start(), start + part.end()),
                section="participants",
                more={"counted": bool(re.search(r"\d", part.group()))},
            )
