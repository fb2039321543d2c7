"""An event's report: figures that can be recounted, a narrative held against them, findings that a person accepts."""

from __future__ import annotations

import pytest

from mudhif.app import Application
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import write
from mudhif_reports import AttachmentRow, CoverageRow, Figure, Format, Frozen, Scope, Section
from mudhif_reports.accepting import accept, accepted_in, finding_key, standing
from mudhif_reports.checking import check_event
from mudhif_reports.checks import run_checks
from mudhif_reports.documents import document_of
from mudhif_reports.figures import figures_of, scope_of
from mudhif_reports.freezing import FormatCannot, NoFormat, find_format, freeze, language_of, media_type_of
from mudhif_reports.hookspecs import Claims, Finding
from mudhif_reports.models import Narrative
from mudhif_reports.narrative import NoSections, narrative_of, sections_in, write_narrative
from mudhif_reports.recorded import recorded_claims


def printed(frozen: Frozen) -> bytes:
    return f"{frozen.event.title}\n{frozen.texts}".encode()


FORM = Format(
    id="short",
    title={"en": "Short"},
    donor=None,
    languages=("en", "ar"),
    media_types=("application/pdf",),
    sections=(
        Section(id="introduction", heading={"en": "Introduction"}, required=True, words=12),
        Section(id="conclusion", heading={"en": "Conclusion"}, required=True),
        Section(id="agenda", heading={"en": "Agenda"}, filled_by="agenda", required=True),
    ),
    render=printed,
)


def narrate(event: Event, language: str = "en", **texts: str) -> None:
    write(write_narrative, event, texts, language)


def finding(event: Event, rule: str, form: Format | None = None) -> Finding:
    (found,) = [finding for finding in check_event(event, form=form).findings if finding.rule == rule]
    return found


def rules(event: Event, form: Format | None = None) -> set[str]:
    return {finding.rule for finding in check_event(event, form=form).findings}


# --- figures ----------------------------------------------------------------------------------------------------------


def test_every_figure_of_people_counts_its_rows(event: Event, guests: list[Registration]) -> None:
    figures = figures_of(scope_of(event))
    assert figures["registrations.registered"].value == 5
    assert set(figures["registrations.registered"].rows) == {guest.id for guest in guests}
    assert (figures["registrations.female"].value, figures["registrations.male"].value) == (3, 2)
    for figure in figures.values():
        if figure.unit == "people":
            assert figure.value == len(figure.rows)
            assert figure.definition


def test_figures_have_the_shape_of_the_contract(event: Event) -> None:
    shown = figures_of(scope_of(event))["registrations.registered"].as_json()
    assert {"id", "value", "unit", "rows"} <= set(shown)


# --- narrative --------------------------------------------------------------------------------------------------------


def test_a_text_is_kept_by_section_and_language_and_an_empty_one_is_none(event: Event) -> None:
    narrate(event, introduction="We met.\r\nAll came.", conclusion="  ")
    narrate(event, "ar", introduction="التقينا.")
    assert narrative_of(event.id, "en") == {"introduction": "We met.\nAll came."}
    assert narrative_of(event.id, "ar") == {"introduction": "التقينا."}
    narrate(event, introduction="")
    assert narrative_of(event.id, "en") == {}


def test_a_text_that_did_not_change_makes_no_edit(event: Event) -> None:
    narrate(event, introduction="We met.")
    before = Narrative.get().rev
    assert write(write_narrative, event, {"introduction": "We met."}, "en") == 0
    assert Narrative.get().rev == before


def test_the_sections_of_a_published_report_become_the_narrative(published: str) -> None:
    texts = sections_in(document_of(published))
    assert {"introduction", "aim", "objectives", "discussion", "results", "recommendations", "attachments",
            "conclusion", "next-steps"} <= set(texts)  # fmt: skip
    assert not {"participants", "agenda", "project"} & set(texts)
    assert texts["details"].startswith("Facilitators: ") and "\n" not in texts["details"]
    assert texts["introduction"].startswith(("The No Borders", "Together with"))
    assert texts["attachments"].splitlines()[0].strip() == "1. Group photos of participants."


def test_a_text_without_headings_gives_no_narrative() -> None:
    with pytest.raises(NoSections):
        sections_in(document_of("We met and went home."))


# --- checks against the rows ------------------------------------------------------------------------------------------


def test_the_number_in_the_text_is_held_against_the_rows(event: Event, guests: list[Registration]) -> None:
    narrate(event, introduction="In all 18 participants attended.")
    found = finding(event, "narrative-figure-differs")
    recorded = figures_of(scope_of(event))["participants.total"].value
    assert found.severity == "error"
    assert found.values == (recorded, 18)
    assert found.where[0].as_json() == {"text": str(recorded), "field": "participants.total"}
    assert found.where[1].as_json() == {"line": 1, "text": "18 participants", "field": "introduction"}


def test_another_ordinal_than_the_event_has_is_an_error(event: Event) -> None:
    narrate(
        event,
        introduction="We organized the second dialogue session.",
        conclusion="The third dialogue session went well.",
    )
    found = finding(event, "ordinal-differs")
    assert found.values == (3, 2, 3)
    assert "line 1 of “Introduction”" in found.message and "as recorded" in found.message


def test_a_title_is_held_against_the_projects_and_its_other_spellings(event: Event) -> None:
    narrate(event, introduction="It was part of the project “Cleaner Water for the Marshes” in Nasiriyah.")
    assert finding(event, "project-title-differs").values == (
        "Clean Water for the Marshes",
        "Cleaner Water for the Marshes",
    )
    scope = scope_of(event)

    def learn(tx: object) -> None:
        tx.update(scope.project, aliases=["Cleaner Water for the Marshes"])  # type: ignore[attr-defined]

    write(learn)
    assert "project-title-differs" not in rules(event)


def test_a_date_in_the_text_is_held_against_the_events(event: Event) -> None:
    narrate(event, introduction="The session was held on 14 March 2024.")
    assert finding(event, "date-differs").values == ("2024-03-07", "2024-03-14")


def test_a_claimed_attachment_without_a_row_is_an_error(event: Event) -> None:
    narrate(event, attachments="1. Group photos of participants.")
    assert finding(event, "attachment-missing").severity == "error"


def claims_with(event: Event, *rows: AttachmentRow | CoverageRow) -> Claims:
    figure = Figure(id="media.attachments", value=len(rows), unit="files", definition="Files.", table=rows)
    return Claims(recorded_claims(scope_of(event), {"media.attachments": figure}), of_event=True)


def test_a_photo_of_somebody_who_said_no_is_an_error_and_of_nobody_asked_a_warning(event: Event) -> None:
    def photo(name: str, consent: bool | None) -> AttachmentRow:
        return AttachmentRow(id=name, sha256="0" * 64, name=name, media_type="image/png", kind="photo", consent=consent)

    claims = claims_with(event, photo("yes.png", True), photo("no.png", False), photo("unasked.png", None))
    found = [finding for finding in run_checks(claims) if finding.rule == "consent-missing"]
    assert [(finding.severity, finding.values) for finding in found] == [
        ("error", ("no.png",)),
        ("warning", ("unasked.png",)),
    ]


def test_recorded_coverage_needs_a_date_or_a_link(event: Event) -> None:
    claims = claims_with(event, CoverageRow(id="1", outlet="Marsh Channel", kind="tv"))
    assert [finding.rule for finding in run_checks(claims)] == ["coverage-incomplete"]


def test_what_a_format_requires_has_to_be_written_and_not_too_long(event: Event) -> None:
    narrate(event, introduction="A text of far more words than this little format is willing to take from us.")
    assert finding(event, "section-missing", FORM).values == ("conclusion",)
    assert finding(event, "section-too-long", FORM).values == (16, 12)
    assert not {"section-missing", "section-too-long"} & rules(event)


def test_a_format_takes_a_rule_otherwise(event: Event) -> None:
    from dataclasses import replace

    narrate(event, conclusion="The JCF met.")
    strict = replace(FORM, severities={"abbreviation-undefined": "error", "section-missing": "off"})
    assert finding(event, "abbreviation-undefined", strict).severity == "error"
    assert "section-missing" not in rules(event, strict)


def test_an_event_without_a_text_has_facts_all_the_same(event: Event) -> None:
    facts = check_event(event).facts
    assert facts["title"] == "The Third Dialogue Session"
    assert (facts["ordinal"], facts["date"], facts["start"], facts["end"], facts["venue"]) == (
        3,
        "2024-03-07",
        "09:00",
        "13:00",
        "Lotus Hall",
    )


# --- accepting --------------------------------------------------------------------------------------------------------


def test_an_accepted_finding_is_settled_until_its_values_change(event: Event) -> None:
    narrate(event, introduction="We organized the second dialogue session.")
    found = finding(event, "ordinal-differs")
    write(accept, event.id, found, "The donor counts otherwise.")
    accepted = accepted_in(event.id)
    assert accepted == {finding_key(found): "The donor counts otherwise."}
    assert standing([found], accepted) == []
    narrate(event, introduction="We organized the fifth dialogue session.")
    assert standing([finding(event, "ordinal-differs")], accepted) != []


def test_a_finding_is_not_accepted_without_a_reason(event: Event) -> None:
    from mudhif.domain.errors import BadInput

    narrate(event, introduction="We organized the second dialogue session.")
    with pytest.raises(BadInput, match="Write why"):
        write(accept, event.id, finding(event, "ordinal-differs"), "  ")


# --- freezing ---------------------------------------------------------------------------------------------------------


def test_a_frozen_report_holds_all_that_a_format_prints(event: Event, guests: list[Registration]) -> None:
    narrate(event, introduction="We met.", conclusion="We parted.")
    frozen = freeze(event, FORM, language="en", media_type="application/pdf")
    assert frozen.event.starts is not None and frozen.event.starts.hour == 9
    assert frozen.project is not None and frozen.project.title == "Clean Water for the Marshes"
    assert frozen.texts == {"introduction": "We met.", "conclusion": "We parted."}
    assert len(frozen.attendance) == 5
    assert b"The Third Dialogue Session" in FORM.render(frozen)


def test_a_report_with_an_open_error_is_a_draft(event: Event) -> None:
    narrate(event, introduction="We met.", conclusion="We parted.")
    assert not freeze(event, FORM, language="en", media_type="application/pdf").draft
    narrate(event, introduction="We met for the second dialogue session.")
    assert freeze(event, FORM, language="en", media_type="application/pdf").draft


def test_a_format_that_is_not_there_is_named_with_those_that_are(installation: Application) -> None:
    with pytest.raises(NoFormat, match="no-such"):
        find_format("no-such")


def test_a_format_says_what_it_cannot_do() -> None:
    assert media_type_of(FORM, None) == media_type_of(FORM, "pdf") == "application/pdf"
    assert language_of(FORM, None) == "en"
    with pytest.raises(FormatCannot, match="docx"):
        media_type_of(FORM, "docx")
    with pytest.raises(FormatCannot, match="fr"):
        language_of(FORM, "fr")


def test_figures_of_another_plugin_stand_beside_ours(event: Event) -> None:
    scope = scope_of(event)
    assert isinstance(scope, Scope)
    ours = {name for name in figures_of(scope) if name.startswith("registrations.")}
    assert len(ours) >= 7
