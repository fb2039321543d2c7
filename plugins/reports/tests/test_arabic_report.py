"""An Arabic report is held against itself as an English one is."""

from __future__ import annotations

import pytest

from mudhif_reports.checks import findings_in
from mudhif_reports.claims import read_claims
from mudhif_reports.documents import document_of
from mudhif_reports.facts import facts_of
from mudhif_reports.hookspecs import Claims

REPORT = """تقرير نشاط: الجلسة الحوارية الرابعة حول المياه النظيفة

اسم المشروع: تمكين المجتمعات من خلال المناصرة لتنسيق العمل الإنساني

المقدمة
نظمت منظمة أهوار بلا حدود بالتعاون مع صندوق المياه الجلسة الحوارية الثانية ضمن مشروع «تمكين المجتمعات من خلال المناصرة الجماعية لتنسيق العمل الإنساني» في محافظة ذي قار.

تفاصيل النشاط
1. عنوان النشاط: الجلسة الحوارية الثالثة
2. التاريخ: الأحد ٧ آذار ٢٠٢٤
3. الوقت: ٩:٠٠ صباحاً إلى ١:٠٠ ظهراً
4. المكان: الناصرية، قاعة اللوتس
5. الجهة المانحة: صندوق المياه

المشاركون
عدد المشاركين: ١٥ | ذكور: ٨ | إناث: ٦ | ضيوف: ١٣

جدول الأعمال
• ٩:٠٠ ص – ٩:٣٠ ص الافتتاح
• ٩:٣٠ ص – ١٢:٠٠ م الحوار
• ١٢:٠٠ م – ١:٠٠ م الغداء ١:٠٠ م – ٢:٠٠ م

النتائج
1. تبادل المشاركون الخبرات.

المرفقات
1. صور جماعية.
2. تغطية إعلامية من قناة الأهوار.

الخاتمة
حضر الجلسة 18 مشاركاً. عقدت الجلسة بتاريخ 14 آذار 2024.
"""  # noqa: E501 - a paragraph is one line


def rules(text: str) -> set[str]:
    return {finding.rule for finding in findings_in(text) if finding.severity != "note"}


EXPECTED = {
    *("ordinal-differs", "project-title-differs", "date-differs", "weekday-differs", "total-differs", "past-event-end"),
    *("second-time-range", "disaggregation-missing", "figure-unexplained", "narrative-figure-differs"),
    *("attachment-missing", "coverage-incomplete", "partner-role-differs"),
}


def test_its_contradictions_are_found() -> None:
    assert rules(REPORT) == EXPECTED


def test_its_facts_are_read_with_latin_digits() -> None:
    assert facts_of(Claims(read_claims(document_of(REPORT)))) == {
        "title": "الجلسة الحوارية الثالثة",
        "ordinal": 3,
        "date": "2024-03-07",
        "start": "09:00",
        "end": "13:00",
        "venue": "قاعة اللوتس",
        "participants": {"total": 15, "male": 8, "female": 6},
    }


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        ("الجلسة الحوارية الثانية", "الجلسة الحوارية الثالثة", set()),
        ("المناصرة الجماعية", "المناصرة", {"project-title-differs"}),
        ("الأحد", "الخميس", {"weekday-differs"}),
        ("ذكور: ٨", "ذكور: ٩", {"total-differs"}),
        (" | ضيوف: ١٣", "", {"figure-unexplained"}),
        (" ١:٠٠ م – ٢:٠٠ م", "", {"second-time-range", "past-event-end"}),
        ("18 مشاركاً", "خمسة عشر شخصاً", {"narrative-figure-differs"}),
        ("14 آذار", "7 آذار", {"date-differs"}),
        ("قناة الأهوار", "قناة الأهوار بتاريخ 8 آذار 2024", {"coverage-incomplete"}),
        ("بالتعاون مع صندوق المياه", "بالتعاون مع دائرة الماء", {"partner-role-differs"}),
    ],
)
def test_a_change_moves_exactly_its_findings(old: str, new: str, gone: set[str]) -> None:
    assert old in REPORT
    assert rules(REPORT.replace(old, new, 1)) == EXPECTED - gone
