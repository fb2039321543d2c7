"""What was left in a text by mistake: gaps of a template, a donor's instructions, debris of a web page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..documents import Document
from ..hookspecs import Claim

_PLACEHOLDER = re.compile(
    r"\[\s*(?:enter|insert|type|add|click|write|name|date|number|xx+|tbc|tbd|\.{3,}|…)[^\]]{0,60}\]"
    r"|<\s*(?:specify|insert|enter|name|date|add)\b[^>@]{0,60}>"
    r"|\{\{[^}]{0,80}\}?\}?|\[\[[^\]]{0,80}\]\]"
    r"|\bX{2,}\b(?!\s*century)|\blorem ipsum\b|\b(?:TBC|TBD|T\.B\.D\.?)\b"
    r"|(?<=:)\s*(?:\.{4,}|…{1,}|_{3,})\s*(?=$|\||,)",
    re.IGNORECASE,
)
_ROMAN_OR_TAG = re.compile(r"^(?:XX|XXX)$")
_INSTRUCTION = re.compile(
    r"\bdelete (?:this (?:text|section|box|page)|before submi(?:tting|ssion))\b|\bplease (?:delete|fill in"
    r"|describe here|insert)\b"
    r"|\b(?:max(?:imum)?\.?|no more than)\s+\d+\s+(?:words|pages|characters)\b|\bguidance\s*:",
    re.IGNORECASE,
)
_DEBRIS = re.compile(
    r"^\W*(?:scroll to top|back to top(?: button)?|related (?:articles|posts)|leave a (?:reply|comment)"
    r"|share this(?: post)?"
    r"|skip to content|read more|previous post|next post|العودة الى الاعلي|مقالات ذات صله|اترك تعليقا)\W*$",
    re.IGNORECASE,
)
_CAPS_ROMAN_CONTEXT = re.compile(r"\b(?:century|chapter|part|volume|annex|louis|session|workshop)\s+$", re.IGNORECASE)


def claims_of(document: Document) -> Iterator[Claim]:
    """``placeholder``, ``instruction`` and ``debris``."""
    for index, line in enumerate(document.lines):
        for match in _PLACEHOLDER.finditer(line.plain):
            text = match.group().strip()
            if text.isalpha() and not text.isupper() and text.casefold() != "lorem ipsum":
                continue
            if _ROMAN_OR_TAG.match(text) and _CAPS_ROMAN_CONTEXT.search(line.plain[: match.start()]):
                continue
            yield Claim(
                kind="placeholder",
                value=text,
                place=line.place(match.start(), match.end()),
                section=document.role(index),
            )
        if found := _INSTRUCTION.search(line.plain):
            place = line.place(found.start(), found.end())
            yield Claim(kind="instruction", value=place.text, place=place, section=document.role(index))
        if _DEBRIS.match(line.plain):
            yield Claim(kind="debris", value=line.place().text, place=line.place(), section=document.role(index))
