"""What pasted agendas mean: excerpts of published ones, and a set written before it was run."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mudhif_agenda.parser import Bounds, agenda_section, clock_text, parse_agenda, split_lines

SEED = next(
    (path for up in Path(__file__).parents if (path := up / "shared/seed/activity-report.txt").exists()), Path("none")
)


def rows(text: str, **known: object) -> list[str]:
    """Each item as `day start end title`, `?` for what is not known."""
    items = parse_agenda(text, **known).items  # type: ignore[arg-type]
    return [f"{i.day} {clock_text(i.start) or '?'} {clock_text(i.end) or '?'} {i.title}" for i in items]


def rules(text: str, **known: object) -> list[str]:
    return [f.rule for f in parse_agenda(text, **known).findings]  # type: ignore[arg-type]


SAMPLES = {
    "a table with ranges, unevenly spaced": (
        "09:00-09:30 │ Introductions\n09:30- 09:50 │ Overview of the project\n09:50 -10:30│Group work",
        ["1 09:00 09:30 Introductions", "1 09:30 09:50 Overview of the project", "1 09:50 10:30 Group work"],
    ),
    "am and pm, a colon, speakers below": (
        "8:30 AM - 9:00 AM: Registration\n"
        "9:00 AM - 9:15 AM: Opening\n"
        "- Topic: Welcome\n"
        "- Speaker: Jean B., Marie C.\n"
        "1:00 PM - 2:00 PM: Lunch",
        ["1 08:30 09:00 Registration", "1 09:00 09:15 Opening", "1 13:00 14:00 Lunch"],
    ),
    "starts only, twelve hours, no am or pm, the next day not marked": (
        "1 - 4  pm Registration\n4:00 Welcome\n6:30 Dinner\n8:30 Preparing for Tomorrow\n7:00 Breakfast\n"
        "8:30 Opening Session\n10:00 Break\n12:30 Lunch\n2:00 Small Groups",
        [
            "1 13:00 16:00 Registration",
            "1 16:00 18:30 Welcome",
            "1 18:30 20:30 Dinner",
            "1 20:30 ? Preparing for Tomorrow",
            "2 07:00 08:30 Breakfast",
            "2 08:30 10:00 Opening Session",
            "2 10:00 12:30 Break",
            "2 12:30 14:00 Lunch",
            "2 14:00 ? Small Groups",
        ],
    ),
    "start and length in columns": (
        "TIME\tLENGTH\tTOPIC\n10:00\t45m\tIntroduction\n10:45\t15m\tBreak\n11:00\t1h30\tWork",
        ["1 10:00 10:45 Introduction", "1 10:45 11:00 Break", "1 11:00 12:30 Work"],
    ),
    "French": (
        "9h – 9h30 Accueil\n9h30 – 10h45 : Présentation\n10 h 45 à 11h Pause café\n11h Débat\n12h30-14h Déjeuner",
        [
            "1 09:00 09:30 Accueil",
            "1 09:30 10:45 Présentation",
            "1 10:45 11:00 Pause café",
            "1 11:00 12:30 Débat",
            "1 12:30 14:00 Déjeuner",
        ],
    ),
    "Arabic digits with ص and م": (
        "٩:٠٠ – ٩:٣٠ ص التسجيل\n"
        "٩:٣٠ – ١٠:٣٠ صباحًا الافتتاح\n"
        "١١:٠٠ ص – ١:٠٠ م الجلسة الحوارية\n"
        "١:٠٠ – ٢:٠٠ م غداء\n"
        "٨:٣٠ مساءً عشاء",
        [
            "1 09:00 09:30 التسجيل",
            "1 09:30 10:30 الافتتاح",
            "1 11:00 13:00 الجلسة الحوارية",
            "1 13:00 14:00 غداء",
            "1 20:30 ? عشاء",
        ],
    ),
    "bare hours": (
        "9-10 Welcome\n10-10:30 Introductions\n10:30-12 Work\n12-1 Lunch\n1-3 Groups\n3-3:30 Close",
        [
            "1 09:00 10:00 Welcome",
            "1 10:00 10:30 Introductions",
            "1 10:30 12:00 Work",
            "1 12:00 13:00 Lunch",
            "1 13:00 15:00 Groups",
            "1 15:00 15:30 Close",
        ],
    ),
    "an evening past midnight": (
        "8:00 pm - 11:30 pm Dinner\n11:30 pm - 12:30 am Music\n00:30 Buses leave",
        ["1 20:00 23:30 Dinner", "1 23:30 00:30 Music", "2 00:30 ? Buses leave"],
    ),
    "everything on one line": (
        "12:45 PM – 01:00 PM Closing 01:00 PM – 02:00 PM Lunch 02:00 PM – 02:30 PM Departure",
        ["1 12:45 13:00 Closing", "1 13:00 14:00 Lunch", "1 14:00 14:30 Departure"],
    ),
}

HELD_OUT = {
    "a chat message in Arabic": (
        "*برنامج الورشة*\n"
        "🕘 9:00 - 9:30 تسجيل المشاركين\n"
        "🕤 9:30 - 10:15 الجلسة الأولى: مقدمة\n"
        "☕ 10:15 - 10:30 استراحة\n"
        "🕥 10:30 - 12:00 عمل المجموعات\n"
        "🍽 12:00 - 1:00 غداء",
        [
            "1 09:00 09:30 تسجيل المشاركين",
            "1 09:30 10:15 الجلسة الأولى: مقدمة",
            "1 10:15 10:30 استراحة",
            "1 10:30 12:00 عمل المجموعات",
            "1 12:00 13:00 غداء",
        ],
    ),
    "Arabic words for from and to": (
        "من الساعة 9 صباحاً إلى الساعة 10 صباحاً: الافتتاح\n"
        "من 10:00 إلى 11:30 الجلسة الأولى\n"
        "من 11:30 حتى 12:00 استراحة الصلاة",
        ["1 09:00 10:00 الافتتاح", "1 10:00 11:30 الجلسة الأولى", "1 11:30 12:00 استراحة الصلاة"],
    ),
    "am glued on, to and until": (
        "9:00am-9:15am Welcome\n9.15am – 10am Aims\n10am to 11am Talk\n11 a.m. until noon Panel\nnoon - 1 pm Lunch",
        [
            "1 09:00 09:15 Welcome",
            "1 09:15 10:00 Aims",
            "1 10:00 11:00 Talk",
            "1 11:00 12:00 Panel",
            "1 12:00 13:00 Lunch",
        ],
    ),
    "a Markdown table": (
        "| Time | Session | Facilitator |\n"
        "|---|---|---|\n"
        "| 09:00 – 09:30 | Opening | Dr. Ali |\n"
        "| 09:30 – 11:00 | Mapping | Zainab and Omar |",
        ["1 09:00 09:30 Opening", "1 09:30 11:00 Mapping"],
    ),
    "titles first": (
        "Opening remarks (09:00–09:30)\nKeynote, 09:30–10:15\nClosing .......... 12:00",
        ["1 09:00 09:30 Opening remarks", "1 09:30 10:15 Keynote", "1 12:00 ? Closing"],
    ),
    "a session's number before its time": (
        "Session 1 (09:00 - 10:30): Budgeting\nSession 2 (10:45 - 12:00): Reporting",
        ["1 09:00 10:30 Session 1 Budgeting", "1 10:45 12:00 Session 2 Reporting"],
    ),
    "French with de and à": (
        "De 9h à 9h30 : Accueil des participants\nDe 9h30 à 10h30 : Exposé\n10H30 : Pause",
        ["1 09:00 09:30 Accueil des participants", "1 09:30 10:30 Exposé", "1 10:30 ? Pause"],
    ),
    "start and end in two columns": (
        "Start\tEnd\tActivity\n09:00\t09:30\tOpening\n09:30\t11:00\tTraining\n11:00\t11:15\tBreak",
        ["1 09:00 09:30 Opening", "1 09:30 11:00 Training", "1 11:00 11:15 Break"],
    ),
    "lines counted with a dash": (
        "1- 09:00 - 09:30 الافتتاح\n2- 09:30 - 10:30 العرض\n3- 10:30 - 11:00 النقاش",
        ["1 09:00 09:30 الافتتاح", "1 09:30 10:30 العرض", "1 10:30 11:00 النقاش"],
    ),
    "cells below one another": (
        "Time\nActivity\n09:00 – 09:30\nOpening\n09:30 – 10:30\nDialogue",
        ["1 09:00 09:30 Opening", "1 09:30 10:30 Dialogue"],
    ),
    "two days with dates": (
        "Thursday 7 March 2024\n"
        "9:00 - 12:00 Training\n"
        "Friday, March 8, 2024\n"
        "9:00 - 12:00 Field visit\n"
        "12:00 - 1:30 Lunch",
        ["1 09:00 12:00 Training", "2 09:00 12:00 Field visit", "2 12:00 13:30 Lunch"],
    ),
    "Arabic day headings": (
        "اليوم الأول: الخميس ٧ آذار ٢٠٢٤\n٩:٠٠ - ١٢:٠٠ تدريب\nاليوم الثاني\n٩:٠٠ - ١٢:٠٠ زيارة ميدانية",
        ["1 09:00 12:00 تدريب", "2 09:00 12:00 زيارة ميدانية"],
    ),
    "military, with years in a title": (
        "0900 - 0930 Opening\n0930 - 1100 Strategy 2020-2025 and the 2030 Agenda\n1100 - 1115 hrs Tea",
        ["1 09:00 09:30 Opening", "1 09:30 11:00 Strategy 2020-2025 and the 2030 Agenda", "1 11:00 11:15 Tea"],
    ),
    "dots": (
        "9.00 – 9.30 Arrival\n9.30 – 10.45 Theory\n10.45 Coffee\n11.00 – 1.00 Practice",
        ["1 09:00 09:30 Arrival", "1 09:30 10:45 Theory", "1 10:45 11:00 Coffee", "1 11:00 13:00 Practice"],
    ),
    "Persian digits and a tatweel for a dash": (
        "۹:۰۰ ـ ۹:۳۰ الافتتاح\n۹:۳۰ ـ ۱۱:۰۰ ورشة",
        ["1 09:00 09:30 الافتتاح", "1 09:30 11:00 ورشة"],
    ),
    "lengths behind the title": (
        "09:00 Opening (15 min)\n09:15 Talk – 45 minutes\n10:00 نقاش (نصف ساعة)",
        ["1 09:00 09:15 Opening", "1 09:15 10:00 Talk", "1 10:00 10:30 نقاش"],
    ),
    "11 to 1 pm": ("11 – 1 pm Workshop\n1 – 2 pm Lunch", ["1 11:00 13:00 Workshop", "1 13:00 14:00 Lunch"]),
    "three starts in one line": (
        "8:00 Registration 8:30 Opening 9:00 First talk",
        ["1 08:00 08:30 Registration", "1 08:30 09:00 Opening", "1 09:00 ? First talk"],
    ),
    "parts of the day": (
        "Morning session\n09:00 Theory\n12:00 Lunch\nAfternoon\n1:00 Practice\n3:00 Close",
        ["1 09:00 12:00 Theory", "1 12:00 13:00 Lunch", "1 13:00 15:00 Practice", "1 15:00 ? Close"],
    ),
    "Windows ends, a byte order mark, direction marks": (
        "\ufeff09:00\u202fAM\u200e – 10:00\u202fAM\u200f Opening\r\n10:00\u00a0AM – 11:00\u00a0AM Talk\r\n",
        ["1 09:00 10:00 Opening", "1 10:00 11:00 Talk"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), SAMPLES.values(), ids=list(SAMPLES))
def test_published_forms_are_read(text, expected):
    assert rows(text) == expected


@pytest.mark.parametrize(("text", "expected"), HELD_OUT.values(), ids=list(HELD_OUT))
def test_forms_written_before_they_were_run_are_read(text, expected):
    assert rows(text) == expected


@pytest.mark.parametrize("text", [text for text, _ in (*SAMPLES.values(), *HELD_OUT.values())])
def test_good_agendas_leave_no_line_over(text):
    assert "unparsed-line" not in rules(text)
    assert "ambiguous-time" not in rules(text)


def test_speakers_and_details_belong_to_the_item_above():
    agenda = parse_agenda("09:00-10:00 Opening\n- Speaker: Dr. Ali Hassan (University), Zainab Kadhim\n- With coffee\n")
    assert agenda.items[0].speakers == ("Dr. Ali Hassan", "Zainab Kadhim")
    assert agenda.items[0].detail == "With coffee"


def test_a_second_range_in_a_line_is_reported_and_the_first_is_kept():
    agenda = parse_agenda("12:45 PM – 01:00 PM Lunch Break 01:00 PM – 02:00 PM\n")
    assert [(i.start, i.end, i.title) for i in agenda.items] == [(765, 780, "Lunch Break")]
    assert agenda.items[0].other == (780, 840)
    assert [(f.rule, f.severity) for f in agenda.findings] == [
        ("second-time-range", "warning"),
        ("item-untitled", "note"),
    ]
    assert agenda.findings[0].values == ("13:00", "14:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10:00 – 09:30 Opening", ["end-before-start"]),
        ("09:30 - 09:30 Opening", ["zero-length"]),
        ("09:00-10:00 One\n09:45-10:30 Two", ["overlap"]),
        ("09:00-10:00 One\n10:15-10:30 Two", ["gap"]),
        ("09:00-10:00 One\n10:14-10:30 Two", []),
        ("09:00 One", ["no-end"]),
        ("09:00-10:00", ["item-untitled"]),
        ("7:00 Gathering", ["ambiguous-time", "no-end"]),
        ("25:00 Opening", ["unparsed-line"]),
        ("9:75 - 10:00 Opening", ["unparsed-line"]),
        ("Just a sentence with 3 questions.", ["unparsed-line"]),
        ("Session 3 on the 2030 Agenda", ["unparsed-line"]),
        ("١٨-٦-١٤٤٤هـ الموافق ١١-١-٢٠٢٣م", []),
    ],
)
def test_what_is_doubtful_is_found_once(text, expected):
    assert rules(text) == expected


def test_an_item_outside_the_event_is_one_finding_with_all_its_places():
    found = parse_agenda(
        "08:30-09:00 A\n09:00-13:00 B\n13:00-13:30 C\n13:30-14:00 D", bounds=Bounds(start=540, end=780)
    ).findings
    assert [(f.rule, [p.line for p in f.where], f.values) for f in found] == [
        ("before-event-start", [1], ("08:30", "09:00")),
        ("past-event-end", [3, 4], ("14:00", "13:00")),
    ]


def test_the_events_own_times_settle_morning_and_afternoon():
    assert rows("5:00 Tea\n6:00 Talk\n7:00 Close", bounds=Bounds(start=17 * 60, end=20 * 60)) == [
        "1 17:00 18:00 Tea",
        "1 18:00 19:00 Talk",
        "1 19:00 ? Close",
    ]


def test_what_is_to_be_confirmed_has_no_time():
    assert rows("09:00-10:00 Opening\nTBC – Field visit") == ["1 09:00 10:00 Opening", "1 ? ? Field visit"]


REPORT = """Report of the third session

Details
1. Date: 7 March 2024
2. Time: 09:00 AM to 01:00 PM
3. Place: a hall
Objectives
1. To talk at 10:00 and to listen.

Agenda
  • 09:00 AM – 09:30 AM Opening
  • 09:30 AM – 10:00 AM Talk
  • 12:45 PM – 01:00 PM Lunch Break 01:00 PM – 02:00 PM

Key points
The session was held from 09:00 to 13:00 in the hall.
1. Importance of cooperation"""


def test_a_reports_agenda_is_found_with_the_lines_of_the_report():
    assert [number for number, _ in agenda_section(REPORT)] == [11, 12, 13, 14]
    agenda = parse_agenda(REPORT)
    assert [item.line for item in agenda.items] == [11, 12, 13]
    assert [f.rule for f in agenda.findings] == ["gap", "second-time-range", "item-untitled", "past-event-end"]
    assert (agenda.bounds.start, agenda.bounds.end) == (540, 780)


@pytest.mark.skipif(not SEED.exists(), reason="the published report lies outside of the repository")
def test_the_published_report_has_ten_items_and_three_findings():
    agenda = parse_agenda(SEED.read_text(encoding="utf-8"))
    assert [item.line for item in agenda.items] == list(range(37, 47))
    assert [item.kind for item in agenda.items] == [
        "ceremony",
        "session",
        "session",
        "discussion",
        "break",
        "session",
        "discussion",
        "discussion",
        "ceremony",
        "meal",
    ]
    assert [(f.rule, f.where[0].line) for f in agenda.findings] == [
        ("second-time-range", 46),
        ("item-untitled", 46),
        ("past-event-end", 46),
    ]


def test_long_texts_and_long_lines_are_read_in_moments():
    began = time.monotonic()
    for text in ("09:00" + " " * 50_000 + "x", "9:0" * 50_000, "09:00 Opening " + "word 12 - 13 x " * 4_000):
        assert rules(text) == ["unparsed-line"]
    assert len(parse_agenda("\n".join(["09:00 - 09:05 Item"] * 3_000)).items) == 3_000
    assert time.monotonic() - began < 10


CLOCKS = st.builds(
    lambda h, m, form: form.format(h=h, m=m),
    st.integers(0, 26),
    st.integers(0, 61),
    st.sampled_from(
        [
            "{h:02}:{m:02}",
            "{h}:{m:02}",
            "{h}h{m:02}",
            "{h}",
            "{h}.{m:02}",
            "{h:02}{m:02}",
            "{h}:{m:02} pm",
            "{h} ص",
            "٩:٣٠",
        ]
    ),
)
WORDS = st.lists(
    st.one_of(
        CLOCKS,
        st.sampled_from(
            [
                "-",
                "–",
                "to",
                "إلى",
                "|",
                "\t",
                "•",
                "Opening",
                "غداء",
                "Day 2",
                "اليوم الثاني",
                "(15 min)",
                "Speaker:",
                "2024-03-07",
                ":",
                "m",
                "TBC",
                "Agenda",
            ]
        ),
        st.text(max_size=6),
    ),
    max_size=8,
)
TEXTS = st.lists(WORDS.map(" ".join), max_size=12).map("\n".join)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("00:00 - 24:00 x")
@example("\x00\ufeff\r\r\n12")
def test_any_text_is_read_and_each_of_its_lines_accounted_for_once(text):
    agenda = parse_agenda(text)
    lines = split_lines(text)
    assert sorted(agenda.roles) == list(range(1, len(lines) + 1))
    for number, role in agenda.roles.items():
        made = [item for item in agenda.items if item.line == number]
        reported = [f for f in agenda.findings if f.rule == "unparsed-line" and f.where[0].line == number]
        assert bool(made) == (role == "item")
        assert len(reported) == (1 if role == "unparsed" else 0)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_times_lie_within_the_day_and_nothing_is_invented(text):
    for item in parse_agenda(text).items:
        assert item.day >= 1
        if item.start is None:
            assert item.end is None
            continue
        assert 0 <= item.start <= 1440
        assert item.end is None or 0 <= item.end <= 2880
        if item.seconds is not None and item.end is not None:
            assert item.seconds == (item.end - item.start) * 60 or item.end < item.start
        if item.start == 0:
            assert any(sign in text for sign in ("00", "0h", "12", "24", "0", "١٢", "midnight"))
