"""ICVA's activity report: the sections of published reports, in their order."""

from __future__ import annotations

from pathlib import Path

import pytest

import mudhif_donor_icva
from mudhif_reports.packs import check_pack, load_pack
from mudhif_reports.rendering import DOCX, PDF

SEED = Path(__file__).resolve().parents[4] / "shared/seed/activity-report.txt"
ORDER = [
    "Project name", "Introduction", "Aim of the activity", "Session topic", "Activity details",
    "Objectives of the activity", "Participants", "Agenda", "Key discussion points", "Results and impact",
    "Recommendations", "Attachments", "Conclusion", "Next steps",
]  # fmt: skip


def test_the_plugin_brings_one_format_by_its_hook() -> None:
    (form,) = mudhif_donor_icva.mudhif_report_formats()
    assert form.id == "icva-activity-report"
    assert form.media_types == (PDF, DOCX)
    assert form.languages == ("en", "ar")
    assert form.donor is not None and "ICVA" in form.donor
    assert form.source


def test_the_sections_stand_in_the_order_of_the_published_reports() -> None:
    (form,) = mudhif_donor_icva.mudhif_report_formats()
    assert [section.heading["en"] for section in form.sections] == ORDER


@pytest.mark.skipif(not SEED.is_file(), reason="the published report is not beside this clone")
def test_a_published_report_has_these_sections_in_this_order() -> None:
    lines = [line.strip().rstrip(":").casefold() for line in SEED.read_text(encoding="utf-8").splitlines()]
    (form,) = mudhif_donor_icva.mudhif_report_formats()
    places = []
    for section in form.sections:
        names = [section.heading["en"].casefold(), *(name.casefold() for name in section.also)]
        places.append(next(n for n, line in enumerate(lines) if line.startswith(tuple(names))))
    assert places == sorted(places)


def test_every_section_has_a_heading_in_both_languages() -> None:
    (form,) = mudhif_donor_icva.mudhif_report_formats()
    assert all(set(section.heading) == {"en", "ar"} for section in form.sections)


def test_the_pack_has_no_finding() -> None:
    folder = Path(mudhif_donor_icva.__file__).parent / "pack"
    assert check_pack(folder) == []
    assert load_pack(folder).id == "icva-activity-report"
