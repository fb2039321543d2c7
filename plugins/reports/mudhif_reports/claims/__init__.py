"""What a text claims, read by subject; knows of no particular report and never raises on a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..documents import Document
from ..hookspecs import Claim
from . import (
    agenda,
    attachments,
    dates,
    form,
    names,
    ordinals,
    organisations,
    people,
    places,
    structure,
    surface,
    titles,
)

READERS: tuple[Callable[[Document], Iterator[Claim]], ...] = (
    structure.claims_of,
    titles.claims_of,
    ordinals.claims_of,
    dates.claims_of,
    agenda.claims_of,
    places.claims_of,
    people.claims_of,
    names.claims_of,
    organisations.claims_of,
    attachments.claims_of,
    surface.claims_of,
    form.claims_of,
)


def read_claims(document: Document) -> list[Claim]:
    """Everything that a document claims, subject by subject, each in the order of the text."""
    return [claim for reader in READERS for claim in reader(document)]
