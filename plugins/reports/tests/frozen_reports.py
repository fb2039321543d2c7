"""Frozen reports, made by hand: what a format gets to print, without an installation."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mudhif_reports import AgendaRow, AttachmentRow, CoverageRow, Figure, Frozen
from mudhif_reports.hookspecs import Attendant, EventFacts, ProjectFacts, Section

BAGHDAD = ZoneInfo("Asia/Baghdad")
SECTIONS = (
    Section(id="project", heading={"en": "Project name", "ar": "اسم المشروع"}, figures=("project.title",)),
    Section(id="introduction", heading={"en": "Introduction", "ar": "المقدمة"}, required=True),
    Section(id="details", heading={"en": "Activity details", "ar": "تفاصيل النشاط"}, filled_by="details"),
    Section(id="participants", heading={"en": "Participants", "ar": "المشاركون"}, filled_by="participants"),
    Section(id="agenda", heading={"en": "Agenda", "ar": "جدول الأعمال"}, filled_by="agenda"),
    Section(id="recommendations", heading={"en": "Recommendations", "ar": "التوصيات"}),
    Section(id="attachments", heading={"en": "Attachments", "ar": "المرفقات"}, filled_by="attachments"),
    Section(id="attendance", heading={"en": "List of participants", "ar": "قائمة الحضور"}, filled_by="attendance"),
)
TITLE = {"en": "Activity report", "ar": "تقرير نشاط"}
FIGURES = {
    "participants.total": 17, "participants.female": 11, "participants.male": 6, "participants.unknown": 0,
    "participants.kind.participant": 13, "participants.kind.media": 4, "participants.group.Academics": 8,
}  # fmt: skip


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2024-03-07T{clock}:00").replace(tzinfo=BAGHDAD)


def photo(width: int = 800, height: int = 500, colour: str = "#0d5953") -> bytes:
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(target, "JPEG")
    return target.getvalue()


def attached(name: str, consent: bool | None, sha256: str = "a" * 64) -> AttachmentRow:
    return AttachmentRow(id=name, sha256=sha256, name=name, media_type="image/jpeg", kind="photo",
                         caption=f"Caption of {name}", alt=f"Words for {name}", consent=consent)  # fmt: skip


def frozen_report(language: str = "en", blobs: Mapping[str, bytes] | None = None, **changes: Any) -> Frozen:
    """A report of a session in Nasiriyah; every part of it can be given otherwise."""
    arabic = language == "ar"
    given: dict[str, Any] = {
        "event": EventFacts(
            id="e", code="d3", title="الجلسة الحوارية الثالثة" if arabic else "Third Dialogue Session", ordinal=3,
            starts=at("09:00"), ends=at("13:00"), timezone="Asia/Baghdad",
            venue="قاعة عشتار" if arabic else "Ishtar Hall",
            city="الناصرية" if arabic else "Nasiriyah", organiser="منظمة بلا حدود" if arabic else "No Borders (NBH)",
            donor="ICVA",
        ),
        "project": ProjectFacts(id="p", title="تمكين المجتمعات" if arabic else "Empowering Communities",
                                grant_reference="GR-7"),
        "language": language,
        "media_type": "application/pdf",
        "figures": {
            name: Figure(id=name, value=value, unit="people", definition="Counted at the door.")
            for name, value in FIGURES.items()
        },
        "texts": {
            "introduction": "اجتمع المشاركون في الناصرية لمناقشة توطين العمل الإنساني." if arabic
            else "They met in Nasiriyah; a < b & c.",
            "recommendations": "• إبقاء خط مفتوح للتواصل\n• تقصير طريق الموافقات" if arabic
            else "• Keep one open line.\n• Shorten the way.",
        },
        "agenda": (
            AgendaRow(id="1", title="الافتتاح" if arabic else "Opening", starts=at("09:00"), ends=at("09:15"),
                      speakers=("سلمى", "هدى") if arabic else ("Salma", "Huda"),
                      actual_starts=at("09:03"), actual_ends=at("09:17")),
            AgendaRow(id="2", title="استراحة" if arabic else "Break", starts=at("10:30"), ends=at("11:00")),
        ),
        "coverage": (CoverageRow(id="c", outlet="قناة الأهوار" if arabic else "Ahwar Channel", kind="tv",
                                 on=date(2024, 3, 7)),),
        "attendance": (
            Attendant(registration="1", name="زينب كاظم عباس", name_alt="Zainab Kadhim", sex="f", arrived=True),
            Attendant(registration="2", name="Omar Khalaf", sex="m", organisation="Southern Lens", arrived=True),
            Attendant(registration="3", name="Never Came", sex="m", arrived=False),
        ),
        "made_at": datetime(2024, 3, 8, 6, 0, tzinfo=UTC) + timedelta(minutes=5),
        "blob": (blobs or {}).__getitem__,
    }  # fmt: skip
    return Frozen(**given | changes)
