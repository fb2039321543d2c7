"""What a heading or a label of a report means, in English and Arabic: one role for all its synonyms."""

from __future__ import annotations

import re

from .folding import plain, words

HEADINGS: dict[str, tuple[str, ...]] = {
    "project": ("project name", "project title", "name project", "title project", "اسم المشروع", "عنوان المشروع"),
    "introduction": (
        *("introduction", "background", "preamble", "overview", "context"),
        *("مقدمة", "المقدمة", "تمهيد", "خلفية", "الخلفية", "نبذة"),
    ),
    "summary": ("summary", "executive summary", "abstract", "الملخص", "ملخص", "الملخص التنفيذي", "الخلاصة التنفيذية"),
    "aim": ("aim", "aims", "goal", "general objective", "purpose", "الهدف", "الهدف العام", "الغاية", "يهدف"),
    "topic": ("topic", "topics", "subject", "theme", "موضوع", "الموضوع", "محاور", "المحاور"),
    "details": (
        "details",
        "information",
        "general information",
        "data",
        "تفاصيل",
        "معلومات",
        "المعلومات العامة",
        "بيانات",
    ),
    "objectives": ("objectives", "specific objectives", "goals", "اهداف", "الأهداف", "الأهداف الخاصة"),
    "participants": (
        *("participants", "attendees", "attendance", "beneficiaries", "target group", "audience", "who attended"),
        *("المشاركون", "المشاركين", "الحضور", "الحاضرون", "المستفيدون", "المستفيدين", "الفئة المستهدفة"),
    ),
    "agenda": (
        *("agenda", "programme", "program", "schedule", "timetable"),
        *("جدول الأعمال", "جدول أعمال", "المنهاج", "منهاج", "البرنامج", "برنامج"),
    ),
    "discussion": (
        *("discussion", "discussions", "discussion points", "points discussed", "topics discussed", "discussed points"),
        *("محاور النقاش", "نقاط النقاش", "المناقشات", "النقاشات", "المناقشة"),
    ),
    "results": (
        *("results", "results impact", "outcomes", "outputs", "impact", "achievements", "findings", "results outcomes"),
        *("النتائج", "نتائج", "المخرجات", "الأثر", "النتائج الأثر"),
    ),
    "recommendations": ("recommendations", "recommendation", "التوصيات", "توصيات", "المقترحات"),
    "challenges": ("challenges", "difficulties", "challenges faced", "obstacles", "التحديات", "المعوقات", "الصعوبات"),
    "lessons": ("lessons", "lessons learned", "lessons learnt", "الدروس المستفادة", "الدروس"),
    "coverage": ("coverage", "media coverage", "visibility", "press coverage", "التغطية الإعلامية", "التغطية"),
    "attachments": (
        "attachments",
        "annexes",
        "annex",
        "appendix",
        "appendices",
        "attached",
        "المرفقات",
        "الملاحق",
        "الملحقات",
    ),
    "conclusion": ("conclusion", "conclusions", "closing", "الخاتمة", "خاتمة", "الخلاصة"),
    "next-steps": (
        *("next steps", "follow up", "way forward", "future steps", "future plans", "followup", "steps forward"),
        *("الخطوات القادمة", "الخطوات التالية", "الخطوات المقبلة", "المتابعة"),
    ),
}
"""Section headings by role, without articles and without the words that any heading may carry."""

NARRATIVE_ROLES = frozenset(HEADINGS) - {"project", "participants", "agenda", "attachments", "details", "coverage"}
"""Roles whose heading may run into its own paragraph ("Introduction: The …")."""

LABEL_WORDS: dict[str, tuple[str, ...]] = {
    "title": (
        *(
            "activity title",
            "title of activity",
            "activity name",
            "name of activity",
            "event title",
            "event name",
            "title",
        ),
        *(
            "session title",
            "workshop title",
            "training title",
            "title of event",
            "title of session",
            "title of workshop",
        ),
        *("عنوان النشاط", "اسم النشاط", "عنوان الجلسة", "عنوان الورشة", "اسم الفعالية", "عنوان الفعالية", "العنوان"),
    ),
    "project": (
        *("project name", "project title", "name of project", "title of project", "project"),
        *("اسم المشروع", "عنوان المشروع", "المشروع"),
    ),
    "date": (
        *(
            "date of activity",
            "activity date",
            "date",
            "dates",
            "date of event",
            "event date",
            "date of implementation",
        ),
        *("date of session", "date of workshop", "session date", "implementation date", "date and day", "day and date"),
        *("تاريخ النشاط", "التاريخ", "تاريخ التنفيذ", "تاريخ الجلسة", "تاريخ الفعالية", "اليوم والتاريخ"),
    ),
    "time": (
        "time",
        "timing",
        "time of activity",
        "activity time",
        "hours",
        "الوقت",
        "التوقيت",
        "وقت النشاط",
        "الزمان",
    ),
    "place": (
        *(
            "location",
            "venue",
            "place",
            "place of activity",
            "activity location",
            "location of activity",
            "activity place",
        ),
        *("المكان", "مكان النشاط", "الموقع", "مكان الانعقاد", "مكان التنفيذ", "القاعة"),
    ),
    "facilitators": (
        *(
            "facilitators",
            "facilitator",
            "trainers",
            "trainer",
            "moderators",
            "moderator",
            "facilitated by",
            "speakers",
        ),
        *("الميسرون", "الميسرين", "المدربون", "المدرب", "الميسر", "إدارة الجلسة"),
    ),
    "organiser": (
        *(
            "organizing organization",
            "organising organisation",
            "organizer",
            "organiser",
            "organized by",
            "organised by",
        ),
        *("implementing organization", "implementing organisation", "implemented by", "implementer"),
        *("الجهة المنظمة", "المنظمة المنفذة", "الجهة المنفذة", "المنظم", "جهة التنفيذ"),
    ),
    "donor": (
        *("donor", "donors", "funded by", "funding entity", "funder", "funding agency", "donor agency"),
        *("الجهة المانحة", "المانح", "الجهة الممولة", "بتمويل من", "الممول"),
    ),
    "partner": (
        "partner",
        "partners",
        "in collaboration with",
        "in partnership with",
        "الشركاء",
        "الشريك",
        "بالتعاون مع",
    ),
    "report-date": (
        "report date",
        "date of report",
        "date of submission",
        "submission date",
        "reported on",
        "تاريخ التقرير",
    ),
    "author": (
        *("prepared by", "author", "written by", "report prepared by", "submitted by", "reported by", "signature"),
        *("إعداد", "أعده", "أعدته", "كتابة", "التوقيع", "معد التقرير"),
    ),
    "grant": (
        *(
            "grant reference",
            "grant number",
            "contract number",
            "agreement number",
            "grant no",
            "contract no",
            "reference",
        ),
        *("رقم المنحة", "رقم العقد", "رقم الاتفاقية"),
    ),
}

_CARRIED = frozenset(
    plain(word)
    for word in (
        *(
            "the",
            "of",
            "for",
            "our",
            "activity",
            "session",
            "event",
            "workshop",
            "training",
            "course",
            "meeting",
            "dialogue",
        ),
        *("key", "main", "most", "important", "overall", "general", "list", "and", "on", "to", "this", "s", "report"),
        *("النشاط", "الجلسة", "الورشة", "الفعالية", "الدورة", "اللقاء", "أهم", "أبرز", "الرئيسية", "الحوارية", "من"),
    )
)


def _joined(tokens: list[str]) -> str:
    return " ".join(tokens)


_ROLE_BY_HEADING = {_joined(words(text)): role for role, texts in HEADINGS.items() for text in texts}
_ROLE_BY_LABEL = {
    _joined([word for word in words(text) if word != "the"]): role
    for role, texts in LABEL_WORDS.items()
    for text in texts
}
LABELS = frozenset(_ROLE_BY_LABEL)
_AND = re.compile(r"^و(?=ال)")


def role_of_heading(text: str) -> str | None:
    """The role of a heading, or None where it is not a known one.

    >>> role_of_heading("Objectives of the Activity"), role_of_heading("التوصيات والنتائج"), role_of_heading("Lunch")
    ('objectives', 'recommendations', None)
    """
    tokens = words(text)
    if not tokens or len(tokens) > 8:
        return None
    tokens = [_AND.sub("", token) for token in tokens]
    if role := _ROLE_BY_HEADING.get(_joined(tokens)):
        return role
    kept = [token for token in tokens if token not in _CARRIED]
    if role := _ROLE_BY_HEADING.get(_joined(kept)):
        return role
    # "Results and Recommendations" is one section with two roles; the first one names it.
    roles = [_ROLE_BY_HEADING.get(token) for token in kept]
    return roles[0] if len(kept) > 1 and all(roles) else None


def role_of_label(text: str) -> str | None:
    """The role of a label, or None where it is not a known one.

    >>> role_of_label("Date of the Activity"), role_of_label("الجهة المانحة"), role_of_label("Importance")
    ('date', 'donor', None)
    """
    tokens = [token for token in words(text) if token != "the"]
    return _ROLE_BY_LABEL.get(_joined(tokens)) if len(tokens) <= 4 else None
