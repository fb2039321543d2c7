"""Whatever is given to them, the readers and checks answer; and what they quote stands where they say."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from mudhif_reports.checks import CHECKS, findings_in, run_checks
from mudhif_reports.claims import read_claims
from mudhif_reports.documents import document_of
from mudhif_reports.facts import facts_of
from mudhif_reports.folding import plain, plain_with_offsets
from mudhif_reports.hookspecs import Claims

WORDS = st.sampled_from(
    [
        *(
            "Activity Report:",
            "Fourth",
            "the third",
            "Forth",
            "dialogue session",
            "workshop",
            "was held",
            "on",
            "in Basra",
        ),
        *(
            "Project Name:",
            "project “Clean Water for All”",
            "Introduction:",
            "Participants",
            "Agenda",
            "Conclusion",
            "Attachments",
        ),
        *(
            "Total number of participants: 15",
            "Male: 09 . Female: 06",
            "| Guest: 13.",
            "28 (5 male)",
            "about 40",
            "women",
            "72%",
        ),
        *(
            "09:00 AM – 01:00 PM",
            "٩:٠٠ ص",
            "07 March 2024",
            "٢٣ ايار مايو ٢٠٢١",
            "Monday,",
            "12–14 MAY 2021",
            "four-day training",
        ),
        *(
            "NBH",
            "(ICVA)",
            "Donor:",
            "funded by",
            "in collaboration with",
            "Ms. Zainab Alwaeli",
            "(Project Manager)",
            "XX",
            "[[a]]",
        ),
        *(
            "الجلسة الحوارية الرابعة",
            "المشاركون",
            "عدد المشاركين: ١٥",
            "المرفقات",
            "صور",
            "•",
            "1.",
            "\t",
            "\n",
            "\n\n",
            "“",
            "”",
            "(",
        ),
    ]
)
TEXTS = st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=60).map(" ".join))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_no_text_makes_them_fail_and_every_line_they_name_exists(text: str) -> None:
    document = document_of(text)
    claims = Claims(read_claims(document))
    facts_of(claims)
    for claim in claims:
        line = document.lines[(claim.place.line or 0) - 1]
        assert claim.place.line and claim.place.text in line.text
    for finding in run_checks(claims, strict=True):
        assert finding.rule in {check.id for check in CHECKS}
        assert finding.message and "%(" not in finding.message
        for place in finding.where:
            assert place.line is not None and 1 <= place.line <= len(document.lines)
            assert place.text in document.lines[place.line - 1].text


@given(st.text(max_size=200))
def test_the_plain_form_keeps_the_way_back(text: str) -> None:
    folded, offsets = plain_with_offsets(text)
    assert len(folded) == len(offsets)
    assert list(offsets) == sorted(offsets)
    assert all(0 <= offset < len(text) for offset in offsets)


@given(st.text(alphabet=st.characters(whitelist_categories=("Lu", "Ll", "Nd", "Zs")), max_size=60))
def test_plain_text_stays_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_a_report_of_twenty_pages_takes_under_a_second() -> None:
    page = "The third dialogue session in Dhi Qar brought 15 participants together on 7 March 2024. " * 30
    text = "\n\n".join(f"Chapter\n\n{page}\n\nAgenda\n• 09:00 AM – 09:15 AM Opening" for _ in range(20))
    begin = time.perf_counter()
    findings_in(text)
    assert time.perf_counter() - begin < 3  # a second on a laptop; more where eight others build
