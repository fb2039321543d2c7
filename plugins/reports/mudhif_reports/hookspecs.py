"""The four hooks that *reports* brings, and the values that pass through them.

Another plugin gives figures, formats, claims and checks with ``hookimpl(optionalhook=True)`` and imports the values
it needs from ``mudhif_reports`` inside the function: without *reports* the door still opens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

from mudhif.plugin_api import hookspec

Severity = Literal["error", "warning", "note"]
Filling = Literal["text", "details", "participants", "agenda", "coverage", "attachments", "attendance"]

NOTHING: Mapping[str, Any] = MappingProxyType({})


# --- figures ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaRow:
    """One item as planned and, where the timer ran, as it was."""

    id: str
    title: str
    starts: datetime | None = None
    ends: datetime | None = None
    kind: str = "other"
    speakers: tuple[str, ...] = ()
    actual_starts: datetime | None = None
    actual_ends: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """One piece of coverage: who carried it, when, where it can be seen."""

    id: str
    outlet: str
    kind: str
    on: date | None = None
    headline: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRow:
    """One file of the event. ``kind``: photo, poster, signed-list, presentation, coverage, other.

    ``alt`` says in words what a picture shows; ``consent`` is true where everybody in it agreed to publication,
    false where somebody did not, and None where nobody was asked.
    """

    id: str
    sha256: str
    name: str
    media_type: str
    kind: str = "other"
    caption: str = ""
    alt: str = ""
    consent: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of a report that can be opened and recounted.

    Args:
        id: dotted and stable, the plugin's name first: ``checkin.arrived``, ``agenda.items``, ``media.coverage``.
        value: what stands in the report; None where it is not known (never a guess).
        unit: a word in the plural: people, items, minutes.
        definition: a sentence in the reader's language: what is counted and what is not.
        rows: ids of the rows that were counted. People are counted by the ids of their *registrations*.
        correct_url: the page where a wrong value is put right.
        table: the rows themselves where a report prints them: ``AgendaRow`` of ``agenda.items``, ``CoverageRow`` of
            ``media.coverage``, ``AttachmentRow`` of ``media.attachments``.
    """

    id: str
    value: int | float | str | None
    unit: str
    definition: str
    rows: tuple[str, ...] = ()
    correct_url: str | None = None
    table: tuple[AgendaRow | CoverageRow | AttachmentRow, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The shape that ``report figures --json`` promises."""
        return {
            "id": self.id,
            "value": self.value,
            "unit": self.unit,
            "definition": self.definition,
            "rows": list(self.rows),
            "correct_url": self.correct_url,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What figures are asked for: one event and its project (read-only), in the language of the report."""

    event: Any
    project: Any
    language: str = "en"


# --- what a text says -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands: the words as typed, their line (1-based), and in an event's report the field.

    ``line`` is None for what is recorded and not typed: then ``field`` names the record's field.
    """

    text: str
    line: int | None = None
    start: int = 0
    field: str | None = None
    item: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The contract's shape; keys that do not apply are left out."""
        known = {"line": self.line, "text": self.text, "item": self.item, "field": self.field}
        return {key: value for key, value in known.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that a text (or a record) says, normalised, with the place where it says so.

    Args:
        kind: what it is about; docs/checks.md lists the kinds that *reports* reads.
        value: normalised, comparable: a number, a text, an ISO date, ``(start, end)`` in minutes.
        place: where, with the words as they were typed.
        section: the role of the section it stands in (``introduction``, ``participants`` …), where one is known.
        labelled: it stands after a label (``Date:``), and so outranks prose when one value must be shown.
        recorded: it comes from the event's own rows, not from a text.
        more: what checks of this kind need besides; plain values.
    """

    kind: str
    value: Any
    place: Place
    section: str | None = None
    labelled: bool = False
    recorded: bool = False
    more: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


class Claims(Sequence[Claim]):
    """All claims of one text (with those of its event, where there is one), in the order of the text."""

    def __init__(self, claims: Iterable[Claim], *, of_event: bool = False) -> None:
        self._claims = tuple(claims)
        self.of_event = of_event
        """Whether the text is an event's own report: then its rows are known and a claim can be held against them."""

    def of(self, *kinds: str) -> list[Claim]:
        """The claims of these kinds, in order."""
        return [claim for claim in self._claims if claim.kind in kinds]

    def __getitem__(self, index: Any) -> Any:
        return self._claims[index]

    def __len__(self) -> int:
        return len(self._claims)

    def __iter__(self) -> Iterator[Claim]:
        return iter(self._claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found: one cause, every place of it, the values as normalised, and a calm sentence."""

    rule: str
    severity: Severity
    message: str
    where: tuple[Place, ...] = ()
    values: tuple[Any, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The shape of findings in the contract."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "where": [place.as_json() for place in self.where],
            "message": self.message,
            "values": list(self.values),
        }

    def with_severity(self, severity: Severity) -> Finding:
        """The same finding where a format or an event takes it more (or less) seriously."""
        return replace(self, severity=severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule. It reads claims of the kinds in ``reads`` and nothing else: neither a database nor a clock.

    ``explains`` says in a sentence what the rule holds; ``example`` is a text on which it must speak and ``quiet``
    one on which it must not. docs/checks.md shows all three, and a test runs both texts. ``strict``: it runs only when
    asked for (``report check --strict``). ``severity`` is the usual one; a finding may carry another.
    """

    id: str
    severity: Severity
    reads: tuple[str, ...]
    explains: str
    example: str
    run: Callable[[Claims], list[Finding]]
    quiet: str = ""
    strict: bool = False


# --- formats ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of a format: its headings by language, what fills it, and what the donor asks of it.

    Args:
        id: the role where it has one (``introduction``, ``recommendations``): a text written once serves all formats.
        heading: by language.
        filled_by: ``text``: the narrative; the others are filled from the event's rows (a text may still precede them).
        also: other headings under which a finished report may have it.
        words: at most so many.
    """

    id: str
    heading: Mapping[str, str]
    filled_by: Filling = "text"
    required: bool = False
    words: int | None = None
    also: tuple[str, ...] = ()
    hint: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What the donor wants with the report: ``figure`` (often a count of attachments) of at least ``minimum``."""

    id: str
    title: Mapping[str, str]
    figure: str
    minimum: int = 1
    maximum: int | None = None
    consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendant:
    """One line of the attendance list; ``arrived_at`` is None for who did not come (or where nobody looked)."""

    registration: str
    name: str
    name_alt: str | None = None
    sex: str | None = None
    organisation: str | None = None
    role: str | None = None
    kind: str = "participant"
    arrived: bool | None = None
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """The event as a report prints it; ``starts`` and ``ends`` are aware and in the event's own time zone."""

    id: str
    code: str
    title: str
    ordinal: int | None = None
    kind: str | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    timezone: str = "UTC"
    venue: str | None = None
    city: str | None = None
    governorate: str | None = None
    district: str | None = None
    organiser: str | None = None
    donor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """The project as a report prints it."""

    id: str
    title: str
    donor: str | None = None
    grant_reference: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """All that a format gets to render: plain values, read once, so that PDF and DOCX of one report agree.

    Args:
        media_type: what is asked for, one of the format's ``media_types``.
        language: of the document, one of the format's ``languages``.
        figures: by id. ``figures["participants.total"].value`` and so on.
        texts: the narrative by section id, as typed; a section without a text is absent.
        attendance: the attendance list in the order of the names.
        findings: what the checks say that nobody has accepted; a draft prints that it has some.
        made_at: when it was frozen, aware; the same in every output of one export.
        draft: errors were open when it was asked for.
        blob: the bytes of an attachment by its sha256.
    """

    event: EventFacts
    project: ProjectFacts | None
    language: str
    media_type: str
    figures: Mapping[str, Figure]
    texts: Mapping[str, str]
    agenda: tuple[AgendaRow, ...] = ()
    coverage: tuple[CoverageRow, ...] = ()
    attachments: tuple[AttachmentRow, ...] = ()
    attendance: tuple[Attendant, ...] = ()
    findings: tuple[Finding, ...] = ()
    made_at: datetime | None = None
    draft: bool = False
    blob: Callable[[str], bytes] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A donor's report format.

    Args:
        id: stable, lower case with dashes: ``icva-activity-report``.
        title: by language.
        donor: as people know it; None for a general format.
        languages: codes in which it can be written, the first is the default.
        media_types: what ``render`` can make, the first is the default.
        sections: in the order of the document.
        demands: annexes and figures that the donor asks for.
        source: where the format comes from, in words or an address.
        render: makes the document; runs no check, reads nothing but what it is given.
        severities: rules that this donor takes otherwise; ``off`` silences a rule.
    """

    id: str
    title: Mapping[str, str]
    donor: str | None
    languages: tuple[str, ...]
    media_types: tuple[str, ...]
    sections: tuple[Section, ...]
    render: Callable[[Frozen], bytes]
    demands: tuple[Demand, ...] = ()
    source: str = ""
    checked_on: date | None = None
    severities: Mapping[str, Severity | Literal["off"]] = field(default_factory=lambda: NOTHING)

    def as_json(self, language: str) -> dict[str, Any]:
        """The shape that ``report formats --json`` promises."""
        return {
            "id": self.id,
            "title": in_language(self.title, language),
            "donor": self.donor,
            "media_types": list(self.media_types),
            "languages": list(self.languages),
            "source": self.source,
        }


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in a language, else in English, else whichever there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


# --- the hooks --------------------------------------------------------------------------------------------------------


@hookspec
def mudhif_report_figures(scope: Scope, read: Any) -> list[Figure]:  # type: ignore[empty-body]
    """Figures of one event, each with the ids of the rows that it counts.

    Called when a report is shown, checked or written. ``read`` is the read-only query object; whoever does not know a
    figure leaves it out or gives None, and never a guess.
    """


@hookspec
def mudhif_report_formats() -> list[Format]:  # type: ignore[empty-body]
    """The donor formats that this plugin can write. Called anew each time, so that a pack just installed is there."""


@hookspec
def mudhif_report_claims(document: Any) -> list[Claim]:  # type: ignore[empty-body]
    """What a finished text claims, besides what *reports* reads itself.

    ``document`` is a ``mudhif_reports.documents.Document``: numbered lines, sections by role, a language. It must not
    raise on any text; one that does loses its claims, not the check.
    """


@hookspec
def mudhif_report_checks() -> list[Check]:  # type: ignore[empty-body]
    """Rules over claims, besides those of *reports*. A rule that cannot name two places is a note."""
