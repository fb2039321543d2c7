"""What kind of item a title names: a guess from its words, in English, French and Arabic."""

from __future__ import annotations

import re

KINDS = ("session", "break", "meal", "ceremony", "discussion", "other")

_RULES = (
    (
        "meal",
        r"\b(?:lunch|dinner|supper|breakfast|buffet|iftar|suhoor|d[ée]jeuner|d[îi]ner|petit[- ]d[ée]jeuner)\b"
        r"|غدا[ءة]|عشاء|فطور|[إا]فطار|وجبة",
    ),
    ("break", r"\b(?:break|coffee|tea|pause|prayers?|recess|rest)\b|استراحة|[إا]ستراحه|صلاة|قهوة|شاي|راحة"),
    (
        "ceremony",
        r"^(?:the\s+)?(?:official\s+)?(?:opening|welcome|closing|conclusion|inauguration|farewell)"
        r"|\b(?:opening (?:session|ceremony|remarks|speech(?:es)?)|welcom(?:e|ing)|closing (?:session|ceremony|remarks)"
        r"|closure|thank(?:s|ing)|national anthem|certificates?|ceremony"
        r"|ouverture|cl[ôo]ture|bienvenue|accueil|remise)\b"
        r"|افتتاح|ترحيب|كلمة|ختام|اختتام|النشيد|توزيع الشهادات|شكر",
    ),
    (
        "discussion",
        r"\b(?:discussions?|questions?|q\s?&\s?a|debate|interaction|d[ée]bat|[ée]changes?)\b"
        r"|نقاش|مناقشة|[أا]سئلة|مداخلات|حوار مفتوح",
    ),
    (
        "other",
        r"\b(?:registration|arrivals?|departures?|sign[- ]in|inscription|transport|check[- ]in|group photo|free time"
        r"|arriv[ée]e|d[ée]part)\b|تسجيل|استقبال|وصول|مغادرة|صورة جماعية",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern, re.I)) for kind, pattern in _RULES)


def kind_of(title: str) -> str:
    """The kind of a title; one that names none of the others is a session.

    >>> kind_of("Lunch break"), kind_of("Opening of the session"), kind_of("الأسئلة والنقاش"), kind_of("Budget")
    ('meal', 'ceremony', 'discussion', 'session')
    """
    return next((kind for kind, pattern in _COMPILED if pattern.search(title)), "session")


_HINTS = (
    (re.compile(r"\bbreakfast\b|petit[- ]d[ée]j|فطور|\bmorning\b|صباحي|\bmatin\b", re.I), 5 * 60, 12 * 60),
    (re.compile(r"\blunch\b|غدا[ءة]|(?<!petit[- ])\bd[ée]jeuner\b", re.I), 11 * 60 + 30, 16 * 60),
    (re.compile(r"\b(?:dinner|supper|evening|night)\b|عشاء|مسائي|\bd[îi]ner\b|\bsoir[ée]e\b", re.I), 17 * 60, 24 * 60),
    (re.compile(r"\bafternoon\b|بعد الظهر|apr[èe]s-midi", re.I), 12 * 60, 18 * 60),
)  # fmt: skip


def usual_hours(title: str) -> tuple[int, int] | None:
    """The minutes of the day between which such an item usually begins, where its title says so."""
    return next(((low, high) for pattern, low, high in _HINTS if pattern.search(title)), None)
