"""What a report says, before anybody lays it out."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudhif_reports.content import (
    Block,
    Heading,
    Items,
    Pairs,
    Paragraph,
    Picture,
    Table,
    clean,
    content_of,
    text_blocks,
)
from mudhif_reports.documents import document_of
from mudhif_reports.hookspecs import Attendant, Frozen
from mudhif_reports.narrative import sections_in
from mudhif_reports.values import is_known, is_list_field, lists_of, values_of

sys.path.insert(0, str(Path(__file__).parent))
from frozen_reports import SECTIONS, TITLE, attached, frozen_report, photo


def sections_of(frozen: Frozen) -> dict[str, list[Block]]:
    parts: dict[str, list[Block]] = {}
    for block in content_of(frozen, TITLE, SECTIONS).blocks:
        if isinstance(block, Heading):
            parts[block.text] = []
        else:
            parts[list(parts)[-1]].append(block)
    return parts


def rows_of(blocks: list[Block]) -> dict[str, str]:
    (pairs,) = [block for block in blocks if isinstance(block, Pairs)]
    return dict(pairs.rows)


def said(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def test_the_sections_stand_in_the_order_of_the_format() -> None:
    assert list(sections_of(frozen_report())) == [section.heading["en"] for section in SECTIONS]


def test_a_section_without_anything_says_so() -> None:
    empty = frozen_report(texts={}, agenda=(), coverage=(), attendance=(), figures={})
    for heading in ("Introduction", "Participants", "Agenda", "Recommendations", "Attachments", "List of participants"):
        assert said(sections_of(empty)[heading]) == ["Nothing was recorded for this section."]


def test_what_is_not_known_has_no_line_and_is_not_invented() -> None:
    bare = frozen_report()
    bare = replace(bare, event=replace(bare.event, ordinal=None, donor=None, venue=None), project=None)
    assert list(rows_of(sections_of(bare)["Activity details"])) == [
        "Activity title",
        "Date",
        "Time",
        "Place",
        "Organiser",
    ]


def test_facilitators_who_are_registered_are_named_with_their_roles() -> None:
    led = frozen_report(
        attendance=(
            Attendant(registration="1", name="Salma Jabbar", role="Project Manager", kind="facilitator", arrived=False),
            Attendant(registration="2", name="Huda Rahim", kind="facilitator"),
        )
    )
    assert rows_of(sections_of(led)["Activity details"])["Facilitators"] == "Salma Jabbar (Project Manager), Huda Rahim"


def test_typed_details_become_lines_beside_the_recorded_ones() -> None:
    typed = frozen_report(texts={"details": "5. Facilitators: Huda Rahim (Logistics).\nIt rained."})
    blocks = sections_of(typed)["Activity details"]
    assert rows_of(blocks)["Facilitators"] == "Huda Rahim (Logistics)"
    assert said(blocks) == ["It rained."]


def test_an_agenda_that_never_ran_has_no_column_for_it() -> None:
    never = tuple(replace(row, actual_starts=None, actual_ends=None) for row in frozen_report().agenda)
    (table,) = [b for b in sections_of(frozen_report(agenda=never))["Agenda"] if isinstance(b, Table)]
    assert table.columns == ("Planned", "Item")
    (table,) = [b for b in sections_of(frozen_report())["Agenda"] if isinstance(b, Table)]
    assert table.columns == ("Planned", "Item", "As it was")
    assert table.rows[0] == ("09:00–09:15", "Opening (Salma, Huda)", "09:03–09:17")
    assert table.rows[1][2] == "–"


def test_only_photos_with_consent_are_printed_and_the_others_are_named() -> None:
    shown = frozen_report(
        blobs={"a" * 64: photo()},
        attachments=(attached("yes.jpg", True), attached("no.jpg", False), attached("unasked.jpg", None)),
    )
    blocks = sections_of(shown)["Attachments"]
    assert [block.alt for block in blocks if isinstance(block, Picture)] == ["Words for yes.jpg"]
    assert "Not printed, since consent is not recorded: no.jpg, unasked.jpg" in said(blocks)


@pytest.mark.parametrize("blobs", [{"a" * 64: b"no picture"}, {"a" * 64: photo()[:400]}], ids=["text", "cut off"])
def test_a_photo_that_cannot_be_read_is_said_and_stops_nothing(blobs: dict[str, bytes]) -> None:
    blocks = sections_of(frozen_report(blobs=blobs, attachments=(attached("yes.jpg", True),)))["Attachments"]
    assert not [block for block in blocks if isinstance(block, Picture)]
    assert any("not on this laptop or cannot be read: yes.jpg" in line for line in said(blocks))


def test_a_photo_that_another_laptop_has_is_said() -> None:
    def missing(_sha256: str) -> bytes:
        raise FileNotFoundError

    blocks = sections_of(frozen_report(blob=missing, attachments=(attached("yes.jpg", True),)))["Attachments"]
    assert any("cannot be read: yes.jpg" in line for line in said(blocks))


def test_the_list_holds_who_came_and_not_who_stayed_away() -> None:
    (table,) = [b for b in sections_of(frozen_report())["List of participants"] if isinstance(b, Table)]
    assert [row[1] for row in table.rows] == ["زينب كاظم عباس\nZainab Kadhim", "Omar Khalaf"]
    assert [line["name"] for line in lists_of(frozen_report())["attendance"]] == ["زينب كاظم عباس", "Omar Khalaf"]


def test_times_in_arabic_have_no_dash_between_digits_and_months_are_iraqi() -> None:
    values = values_of(frozen_report("ar"))
    assert values["event.times"] == "من 09:00 إلى 13:00"
    assert values["event.dates"] == "7 آذار 2024"
    assert values_of(frozen_report())["event.dates"] == "7 March 2024"


def test_two_days_are_a_span() -> None:
    frozen = frozen_report()
    later = frozen.event.ends.replace(day=9) if frozen.event.ends else None
    assert (
        values_of(replace(frozen, event=replace(frozen.event, ends=later)))["event.dates"]
        == "7 March 2024 to 9 March 2024"
    )


def test_an_arabic_report_has_no_english_label() -> None:
    content = content_of(frozen_report("ar", draft=True), TITLE, SECTIONS)
    words = [content.foot.replace(content.subtitle, ""), content.draft or ""]
    for block in content.blocks:
        if isinstance(block, Heading | Paragraph):
            words.append(block.text)
        elif isinstance(block, Pairs):
            words += [label for label, _value in block.rows]
        elif isinstance(block, Table):
            words += block.columns
            words += [row[0] for row in block.rows]
    latin = [word for word in words if any("a" <= letter.lower() <= "z" for letter in word)]
    assert [word for word in latin if "Academics" not in word] == []


def test_the_foot_tells_the_time_where_the_event_was() -> None:
    assert "8 March 2024 09:05" in content_of(frozen_report(), TITLE, SECTIONS).foot


def test_every_value_of_an_event_may_be_named_in_a_pack() -> None:
    assert [name for name in values_of(frozen_report()) if not is_known(name)] == []
    for owner, rows in lists_of(frozen_report()).items():
        assert all(is_list_field(f"{owner}.{field}") for row in rows for field in row)
    assert not is_known("participants.femal") and not is_known("event.weather") and not is_list_field("agenda.weather")


def test_typed_lists_stay_lists() -> None:
    blocks = text_blocks("Before.\n1. one\n2.two\n٣. three\n\n• four\n- five\nAfter.")
    assert blocks == [
        Paragraph(text="Before."),
        Items(items=("one", "two", "three"), ordered=True),
        Items(items=("four", "five"), ordered=False),
        Paragraph(text="After."),
    ]


@given(st.text())
def test_no_word_of_a_text_is_lost_in_blocks(text: str) -> None:
    blocks: list[Any] = text_blocks(text)
    words = " ".join(" ".join(b.items) if isinstance(b, Items) else b.text for b in blocks)
    letters = [letter for letter in text if letter.isalpha()]
    assert [letter for letter in words if letter.isalpha()] == letters


@given(st.text())
def test_what_no_document_can_hold_is_left_out(text: str) -> None:
    assert not any(ord(letter) < 32 and letter not in "\t\n" for letter in clean(text))


@pytest.mark.parametrize(
    ("details", "kept"),
    [
        (" 1. Date of Activity: 7 March 2024\n 5. Facilitators: Huda (Logistics)", "Facilitators: Huda (Logistics)"),
        ("• التاريخ: 7 آذار 2024\n• الميسرون: هدى", "الميسرون: هدى"),
    ],
    ids=["en", "ar"],
)
def test_of_the_details_of_a_finished_text_only_who_led_is_taken_over(details: str, kept: str) -> None:
    heading = "Activity Details" if "Date" in details else "تفاصيل النشاط"
    assert sections_in(document_of(f"{heading}\n{details}\n"))["details"] == kept
