"""Each rule speaks on its own example and keeps quiet on the other; and the cases where checkers cry wolf."""

from __future__ import annotations

from collections import Counter

import pytest

from mudhif_reports.checks import CHECKS, findings_in
from mudhif_reports.hookspecs import Check

WITH_EXAMPLE = [check for check in CHECKS if check.example]
WITH_QUIET = [check for check in CHECKS if check.quiet]


def rules_in(text: str) -> Counter[str]:
    """The rules that speak, with how often."""
    return Counter(finding.rule for finding in findings_in(text))


def spoken(check: Check, text: str) -> list[str]:
    return [finding.rule for finding in findings_in(text, [check], strict=True)]


@pytest.mark.parametrize("check", WITH_EXAMPLE, ids=lambda check: check.id)
def test_a_rule_speaks_once_on_its_example(check: Check) -> None:
    assert spoken(check, check.example) == [check.id]


@pytest.mark.parametrize("check", WITH_QUIET, ids=lambda check: check.id)
def test_a_rule_keeps_quiet_where_it_should(check: Check) -> None:
    assert spoken(check, check.quiet) == []


def test_every_rule_has_one_id_and_reads_kinds_that_some_reader_gives() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    for check in CHECKS:
        assert check.reads and check.explains.endswith(".")


TITLE = "Activity Report: Second Dialogue Session\n\n"
DETAILS = "Activity Details\nDate: 7 March 2024\nLocation: Lotus Hall, Nasiriyah\n\n"


@pytest.mark.parametrize(
    "text",
    [
        TITLE + "Introduction: After the first dialogue session was held on 3/5, the second on 17/5 brought new faces.",
        TITLE + "Introduction: It is the 3rd of the series (the first dialogue session was held in Amman in May).",
        TITLE + "Introduction: The third module of the second course was taught here for a week.",
        TITLE + "Introduction: On the first day of the dialogue session we met; on Day Two we agreed.",
        TITLE + "Key Discussion Points\n\nFirst: transport. Second: registration. Third: reporting.",
        TITLE + "Agenda\n• 11:00 – 12:00 Third Dialogue Session: needs",
        TITLE + "Agenda\n• الجلسة الحوارية الثالثة 11:00",
        TITLE + "Next Steps\n\nThe third dialogue session will be held in April.",
        TITLE + "Conclusion\n\nUnlike the first dialogue session, this one ended with a plan.",
        TITLE + DETAILS + "Conclusion\n\nThe first dialogue session was held in January.",
        TITLE + DETAILS + "Conclusion\n\nThe first dialogue session took place on 9 January 2024.",
        TITLE + DETAILS + "Conclusion\n\nThe first dialogue session was held in Basra.",
        TITLE + "Conclusion\n\nThe first dialogue session was held in May.",
        TITLE + "Conclusion\n\nThe first two dialogue sessions brought fewer people.",
        "تقرير الجلسة الحوارية الثانية\n\nالمقدمة\n\n"
        "عقدت الجلسة الحوارية الثانيه في الناصرية، في اليوم الأول من الشهر.",
    ],
    ids=[
        "dated",
        "in brackets",
        "two heads",
        "days",
        "enumeration",
        "agenda",
        "arabic agenda",
        "planned",
        "unlike",
        "another month",
        "another date",
        "another place",
        "told as past",
        "plural",
        "arabic",
    ],
)
def test_an_ordinal_of_something_else_is_no_contradiction(text: str) -> None:
    assert "ordinal-differs" not in rules_in(text)


def test_an_ordinal_with_the_events_own_date_and_place_counts() -> None:
    text = TITLE + DETAILS + "Conclusion\n\nThe third dialogue session was held in Nasiriyah on 7 March 2024."
    assert rules_in(text)["ordinal-differs"] == 1


def test_arabic_ordinals_are_held_against_each_other() -> None:
    text = "تقرير الجلسة الحوارية الرابعة\n\nالمقدمة\n\nنظمت منظمتنا الجلسة الحوارية الثانية في محافظة ذي قار."
    (finding,) = [finding for finding in findings_in(text) if finding.rule == "ordinal-differs"]
    assert finding.values == (4, 2)
    assert finding.where[1].text == "الجلسة الحوارية الثانية"


@pytest.mark.parametrize(
    "words",
    [
        "set forth in the session",
        "went forth to the session",
        "a youth session",
        "the final session",
        "the month of sessions",
        "the faith session",
    ],
)
def test_a_right_word_is_no_misspelt_ordinal(words: str) -> None:
    assert "misspelt-ordinal" not in rules_in(f"Conclusion\n\nIt was {words} that we agreed.")


@pytest.mark.parametrize("word", ["Forth", "Fourht", "Thrid", "Secound", "Fith", "Nineth"])
def test_a_misspelt_ordinal_before_an_event_noun_is_found(word: str) -> None:
    assert "misspelt-ordinal" in rules_in(f"Conclusion\n\nThe {word} dialogue session was good.")


PEOPLE = "Participants\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "28 (5 male)",
        "Total: 40 | Male: 25 | Female: 12 | Not stated: 3",
        "About 40 trainees came, 25 women and 12 men.",
        "20 people in each of two towns, 25 women and 15 men in total.",
        "Among them were 19 young people, including 4 women.",
        "Number of participants: 25 people of both sexes",
        "عدد المشاركين: ١٥ | ذكور: ٩ | إناث: ٦",
    ],
)
def test_numbers_that_may_be_true_are_not_called_wrong(text: str) -> None:
    assert not {"total-differs", "narrative-figure-differs"} & set(rules_in(PEOPLE + text))


@pytest.mark.parametrize(
    "text",
    [
        "Total 15, male 8, female 6",
        "Amongst the 18 participants who attended there were 7 females and 12 males.",
        "عدد المشاركين: ١٥ | ذكور: ٨ | إناث: ٦",
        "Total\t15\nMale\t8\nFemale\t6",
    ],
)
def test_numbers_that_cannot_all_be_true_are_found(text: str) -> None:
    assert rules_in(PEOPLE + text)["total-differs"] == 1


NARRATED = "Participants\n\nTotal number of participants: 15\n\nConclusion\n\n"


@pytest.mark.parametrize(
    "sentence",
    [
        "The plan was that 30 people would attend.",
        "In the last session 22 people participated.",
        "Ten of the trainees were chosen to go on.",
        "The hall has a capacity of 60 people.",
        "We gave away 200 leaflets.",
        "Nearly 16 people attended.",
        "Of them 4 participants attended the excursion each day.",
    ],
)
def test_a_number_of_something_else_does_not_contradict_the_total(sentence: str) -> None:
    assert "narrative-figure-differs" not in rules_in(NARRATED + sentence)


def test_two_people_of_one_family_in_one_list_are_two_people() -> None:
    text = "Facilitators: Ammar M.S. Alsamaki (Project Manager), Masar M.S. Alsamaki (Project Coordinator)"
    assert "name-spelt-two-ways" not in rules_in(text)


def test_a_topic_in_quotes_is_no_project_title() -> None:
    text = (
        "Project Name: Clean Water for All Towns\n\nSession Topic\nIt revolved around “Clean Rivers for All Villages”."
    )
    assert "project-title-differs" not in rules_in(text)


def test_years_are_no_times() -> None:
    assert "second-time-range" not in rules_in("Agenda\n• 09:00 – 10:00 Questions on the 2024–2025 plan")


def test_days_of_a_range_agree_with_its_days() -> None:
    text = "Activity Details\nDate: 12 – 14 May 2021\n\nConclusion\n\nThe workshop was held on 13 May 2021."
    assert "date-differs" not in rules_in(text)
