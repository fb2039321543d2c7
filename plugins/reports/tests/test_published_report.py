"""A published report full of contradictions: what must be found in it, what not, and what each change of it moves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest

from mudhif_reports.checks import findings_in
from mudhif_reports.claims import read_claims
from mudhif_reports.documents import document_of
from mudhif_reports.facts import facts_of
from mudhif_reports.hookspecs import Claims, Finding

ERRORS = {"ordinal-differs", "project-title-differs", "second-time-range", "past-event-end"}
WARNINGS = {
    *("misspelt-ordinal", "figure-unexplained", "disaggregation-missing", "attachment-missing"),
    *("coverage-incomplete", "partner-role-differs"),
}
QUIET = {
    *("total-differs", "overlap", "gap", "date-differs", "abbreviation-undefined", "name-spelt-two-ways"),
    *("duration-days-differ", "abbreviation-redefined", "event-title-differs", "section-empty", "section-missing"),
}
NOTES = {
    *("item-untitled", "label-number", "group-not-represented", "staff-count-unclear", "role-unusual", "place-differs"),
    *("attachment-expected", "next-step-without-owner", "heading-run-in", "report-undated", "author-missing"),
}


def rules_in(text: str) -> Counter[str]:
    """The rules that speak, with how often."""
    return Counter(finding.rule for finding in findings_in(text))


def one(text: str, rule: str) -> Finding:
    found = [finding for finding in findings_in(text) if finding.rule == rule]
    assert len(found) == 1, f"{rule}: {len(found)} findings"
    return found[0]


def test_its_errors_and_warnings_are_found_each_once_and_nothing_else(published: str) -> None:
    findings = findings_in(published)
    assert Counter(f.rule for f in findings if f.severity == "error") == Counter(ERRORS)
    assert Counter(f.rule for f in findings if f.severity == "warning") == Counter(WARNINGS)
    assert {f.rule for f in findings if f.severity == "note"} >= NOTES
    assert not QUIET & {f.rule for f in findings}


def test_five_places_number_the_event_in_three_ways(published: str) -> None:
    finding = one(published, "ordinal-differs")
    assert [place.line for place in finding.where] == [1, 5, 14, 49, 79]
    assert finding.values == (4, 2, 3, 3, 4)
    assert [place.text.casefold() for place in finding.where] == [
        "fourth dialogue session",
        "the second dialogue session",
        "the third dialogue session",
        "the third dialogue session",
        "the forth dialogue session",
    ]


def test_the_project_has_three_readings_in_four_places(published: str) -> None:
    finding = one(published, "project-title-differs")
    assert [place.line for place in finding.where] == [4, 5, 37, 49]
    assert len(finding.values) == 3
    assert (
        finding.where[0].text
        == "Empowering Communities through Advocacy for Humanitarian Coordination and Localization"
    )
    assert finding.where[2].text == finding.where[3].text


def test_the_lunch_has_two_times_and_runs_past_the_end(published: str) -> None:
    second, past = one(published, "second-time-range"), one(published, "past-event-end")
    assert [place.line for place in second.where] == [46]
    assert second.values == ("12:45–13:00", "13:00–14:00")
    assert [place.line for place in past.where] == [46, 16]
    assert past.values == ("14:00", "13:00")


def test_thirteen_guests_are_left_unexplained(published: str) -> None:
    finding = one(published, "figure-unexplained")
    assert [(place.line, place.text) for place in finding.where] == [(30, "Guest: 13")]
    assert "13" in finding.message and "15" in finding.message and "line 30" in finding.message


def test_three_attachments_are_claimed_and_not_there(published: str) -> None:
    assert [place.line for place in one(published, "attachment-missing").where] == [73, 74, 75]


def test_one_organisation_is_partner_and_donor(published: str) -> None:
    finding = one(published, "partner-role-differs")
    assert [place.line for place in finding.where] == [5, 20, 37]
    assert set(finding.values) == {"partner", "donor"}


def test_its_facts_are_the_labelled_ones(published: str) -> None:
    facts = facts_of(Claims(read_claims(document_of(published))))
    assert facts == {
        "title": "The Third Dialogue Session",
        "ordinal": 3,
        "date": "2024-03-07",
        "start": "09:00",
        "end": "13:00",
        "venue": "Ishtar Conference Hall near Nasiriyah Park",
        "participants": {"total": 15, "male": 9, "female": 6},
    }


@dataclass(frozen=True)
class Change:
    """Some words of the text replaced by others, and the rules that then come or go."""

    name: str
    words: tuple[tuple[str, str], ...]
    come: tuple[str, ...] = ()
    go: tuple[str, ...] = ()
    more: tuple[str, ...] = field(default=())
    """Rules whose findings change with the words although they stand elsewhere."""


TITLE_A = "Empowering Communities through Advocacy for Humanitarian Coordination and Localization"
TITLE_B = "Empowering Communities through Collective Advocacy for Humanitarian Work Coordination and Localization"
TITLE_C = "Empowering Communities through Collective Advocacy for Humanitarian Coordination and Localization"
LUNCH = "12:45 PM – 01:00 PM Lunch Break 01:00 PM – 02:00 PM"
CONCLUSION = "Conclusion\n\n"

CHANGES = (
    Change(
        "every ordinal is the third",
        (
            ("Fourth Dialogue", "Third Dialogue"),
            ("second dialogue", "third dialogue"),
            ("Forth dialogue", "third dialogue"),
        ),
        go=("ordinal-differs", "misspelt-ordinal"),
    ),
    Change("the introduction says third", (("the second dialogue", "the third dialogue"),)),
    Change("the introduction says 2nd", (("the second dialogue", "the 2nd dialogue"),)),
    Change("the introduction says seventh", (("the second dialogue", "the seventh dialogue"),)),
    Change("the misspelling is corrected", (("Forth dialogue", "Fourth dialogue"),), go=("misspelt-ordinal",)),
    Change("another word is misspelt", (("Forth dialogue", "Thrid dialogue"),)),
    Change(
        "the conclusion numbers nothing",
        (("Forth dialogue", "whole dialogue"),),
        go=("misspelt-ordinal",),
        more=("ordinal-differs",),
    ),
    Change(
        "the title is a workshop's",
        (("Fourth Dialogue Session on", "Fourth Training Workshop on"),),
        come=("event-title-differs",),
        more=("ordinal-differs",),
    ),
    Change("the labelled title is the quoted one", ((TITLE_A, TITLE_B),)),
    Change("all titles are one", ((TITLE_A, TITLE_C), (TITLE_B, TITLE_C)), go=("project-title-differs",)),
    Change("the labelled title is quite another", ((TITLE_A, "Safe Water for the Marshes of the South"),)),
    Change(
        "titles differ in capitals alone",
        ((TITLE_A, TITLE_C.upper()), (TITLE_B, TITLE_C)),
        go=("project-title-differs",),
    ),
    Change("no guests", ((" | Guest: 13.", "."),), go=("figure-unexplained", "label-number")),
    Change("guests in the plural", (("Guest: 13", "Guests: 13"),), go=("label-number",)),
    Change("guests and hosts make the total", (("Guest: 13.", "Guest: 13 | Hosts: 2."),), go=("figure-unexplained",)),
    Change("a total that does not add up", (("participants: 15", "participants: 16"),), come=("total-differs",)),
    Change("men that do not add up", (("Male: 09", "Male: 08"),), come=("total-differs",)),
    Change("another total that adds up", (("participants: 15", "participants: 16"), ("Male: 09", "Male: 10"))),
    Change("no sexes", (("Gender Distribution: Male: 09 . Female: 06 | ", ""),)),
    Change(
        "everything is counted",
        (
            ("Participants included", "Aged 18-59: 12 | Aged 60+: 3 | With a disability: 1\n\nParticipants included"),
            ("Academics, representatives from the governmental sector", "Academics and the governmental sector: 5"),
            ("volunteer team leaders", "volunteer team leaders: 4"),
            ("media professionals", "media professionals: 6"),
        ),
        go=("disaggregation-missing",),
    ),
    Change(
        "the ages do not add up",
        (("Participants included", "Aged 18-59: 12 | Aged 60+: 5\n\nParticipants included"),),
        come=("total-differs",),
        more=("disaggregation-missing",),
    ),
    Change(
        "lunch is two rows",
        ((LUNCH, "12:45 PM – 01:00 PM Closing\n  • 01:00 PM – 02:00 PM Lunch Break"),),
        go=("second-time-range", "item-untitled"),
    ),
    Change(
        "lunch has one time",
        ((LUNCH, "12:45 PM – 01:00 PM Lunch Break"),),
        go=("second-time-range", "past-event-end", "item-untitled"),
    ),
    Change(
        "lunch follows after the close",
        ((LUNCH, "12:45 PM – 01:00 PM Lunch Break after the close 01:00 PM – 02:00 PM"),),
        go=("past-event-end",),
    ),
    Change("lunch has no name", ((LUNCH, "12:45 PM – 01:00 PM"),), go=("second-time-range", "past-event-end")),
    Change("the event ends at two", (("09:00 AM to 01:00 PM", "09:00 AM to 02:00 PM"),), go=("past-event-end",)),
    Change("the event ends at 14:00", (("09:00 AM to 01:00 PM", "09:00 to 14:00"),), go=("past-event-end",)),
    Change(
        "the event begins at ten", (("09:00 AM to 01:00 PM", "10:00 AM to 01:00 PM"),), come=("before-event-start",)
    ),
    Change("two rows overlap", (("09:15 AM – 09:30 AM", "09:10 AM – 09:30 AM"),), come=("overlap",)),
    Change("the break is left out", (("  • 10:30 AM – 11:00 AM Short Break\n", ""),), come=("gap",)),
    Change(
        "a row ends before it begins", (("10:00 AM – 10:30 AM", "10:00 AM – 09:45 AM"),), come=("end-before-start",)
    ),
    Change("a row takes no time", (("10:00 AM – 10:30 AM", "10:00 AM – 10:00 AM"),), come=("zero-length",)),
    Change(
        "the conclusion has another date",
        ((CONCLUSION, CONCLUSION + "The session was held on 14 March 2024. "),),
        come=("date-differs",),
    ),
    Change("the conclusion has the date", ((CONCLUSION, CONCLUSION + "The session was held on 7 March 2024. "),)),
    Change(
        "the conclusion speaks of another session",
        ((CONCLUSION, CONCLUSION + "The first dialogue session was held in Basra in January. "),),
    ),
    Change("the wrong weekday", (("07 March 2024", "Monday, 07 March 2024"),), come=("weekday-differs",)),
    Change("the right weekday", (("07 March 2024", "Thursday, 07 March 2024"),)),
    Change("the date in figures", (("07 March 2024", "07/03/2024"),), come=("date-ambiguous",)),
    Change(
        "other hours in the introduction",
        (("Dhi Qar Governorate, Iraq.", "Dhi Qar Governorate, Iraq. It was held from 10:00 AM to 01:00 PM."),),
        come=("time-differs",),
    ),
    Change(
        "photos are counted",
        (("photos of participants.", "photos of participants (12 photos)."),),
        more=("attachment-missing",),
    ),
    Change(
        "all attachments are there",
        (
            ("photos of participants.", "photos of participants (12 photos)."),
            ("Project posters.", "Project posters: available on request."),
            ("Ahwar Channel.", "Ahwar Channel: https://example.org/ahwar"),
        ),
        go=("attachment-missing", "coverage-incomplete"),
    ),
    Change(
        "the coverage has a date", (("Ahwar Channel.", "Ahwar Channel, 8 March 2024."),), go=("coverage-incomplete",)
    ),
    Change("slides are attached", (("Project posters.", "Slides of the presentation."),), go=("attachment-expected",)),
    Change(
        "another donor",
        (("Donor: International Council of Voluntary Agencies (ICVA)", "Donor: UNDP"),),
        come=("donor-differs",),
        more=("partner-role-differs",),
    ),
    Change(
        "the partner is another",
        (("the International Council of Voluntary Agencies (ICVA),", "the River Club (RC),"),),
        go=("partner-role-differs",),
    ),
    Change(
        "an abbreviation that nobody explains",
        ((CONCLUSION, CONCLUSION + "The JCF took part in the planning. "),),
        come=("abbreviation-undefined",),
    ),
    Change(
        "more people in the conclusion",
        ((CONCLUSION, CONCLUSION + "In all 18 participants attended. "),),
        come=("narrative-figure-differs",),
    ),
    Change("about as many in the conclusion", ((CONCLUSION, CONCLUSION + "About 15 participants attended. "),)),
    Change("people who were invited", ((CONCLUSION, CONCLUSION + "For the day 40 people were invited. "),)),
    Change("a gap of a template", ((CONCLUSION, CONCLUSION + "[Enter text here] "),), come=("placeholder-left",)),
    Change(
        "the donor's guidance",
        ((CONCLUSION, CONCLUSION + "Delete this text before you send it. "),),
        come=("instructions-left",),
    ),
    Change("a button of the page", (("Next Steps\n\n", "Scroll to Top\n\nNext Steps\n\n"),), come=("web-debris",)),
    Change("an author", (("Project Name:", "Prepared by: Noor Ali\n\nProject Name:"),), go=("author-missing",)),
    Change(
        "a date of the report",
        (("Project Name:", "Report date: 10 March 2024\n\nProject Name:"),),
        go=("report-undated",),
    ),
    Change(
        "a date of the report before the event",
        (("Project Name:", "Report date: 10 January 2024\n\nProject Name:"),),
        come=("date-in-future",),
        go=("report-undated",),
    ),
    Change("no logistics officer", (("Logistic officer", "Project Officer"),), go=("role-unusual",)),
    Change(
        "staff is told apart",
        (("participants: 15", "participants: 15 (excluding staff)"),),
        go=("staff-count-unclear",),
    ),
    Change("headings on lines of their own", (("Introduction: ", "Introduction\n"),), go=("heading-run-in",)),
    Change(
        "next steps have a date",
        (("Next Steps\n\n", "Next Steps\n\nAll of it by the end of April. "),),
        go=("next-step-without-owner",),
    ),
    Change(
        "the conclusion is held in the hall",
        (("session at No Borders Humanity Organization (NBH)", "session at Ishtar Conference Hall"),),
        go=("place-differs",),
    ),
    Change(
        "NGOs are present",
        (("media professionals", "media professionals and civil society organizations"),),
        go=("group-not-represented",),
    ),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_change_moves_exactly_its_findings(published: str, change: Change) -> None:
    changed = published
    for old, new in change.words:
        assert old in changed, f"{old!r} does not stand in the text"
        changed = changed.replace(old, new, 1)
    before, after = findings_in(published), findings_in(changed)
    expected = Counter(finding.rule for finding in before) + Counter(change.come)
    for rule in change.go:
        expected[rule] -= 1
    assert rules_in(changed) == +expected
    moved = {*change.come, *change.go, *change.more}
    assert untouched(after, changed, published, moved) == untouched(before, published, changed, moved)


def untouched(findings: list[Finding], text: str, other: str, moved: set[str]) -> list[tuple[object, ...]]:
    """What is said of lines that stand in both texts."""
    lines, others = text.split("\n"), set(other.split("\n"))
    return [
        (finding.rule, finding.severity, tuple(place.text for place in finding.where), finding.values)
        for finding in findings
        if finding.rule not in moved and all(lines[place.line - 1] in others for place in finding.where if place.line)
    ]


def test_thirty_changes_and_more() -> None:
    assert len(CHANGES) >= 30
    assert len({change.name for change in CHANGES}) == len(CHANGES)
