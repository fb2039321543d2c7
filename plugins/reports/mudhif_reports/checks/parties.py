"""Who did what, where: partners and donors, names, places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from rapidfuzz.distance import OSA

from mudhif.plugin_api import N_
from mudhif.plugin_api import gettext as _

from ..claims.places import same_place
from ..folding import key
from ..hookspecs import Check, Claim, Claims, Finding
from .saying import distinct, places, readings, where

_ROLES = {"organiser": N_("organiser"), "partner": N_("partner"), "donor": N_("donor")}
_SUPPORT = re.compile(
    r"\b(?:logistics?|driver|finance|accountant|security|guard|procurement|cleaner|hr|it)\b", re.IGNORECASE
)
_ARTICLE = re.compile(r"^(?:al|el)[\s-]*(?=\w{3})")


def partner_role_differs(claims: Claims) -> list[Finding]:
    """One organisation is called a partner in one place and the donor in another."""
    found = []
    for name, parties in _by_name(claims).items():
        roles = distinct(claim.more["role"] for claim in parties)
        if not {"partner", "donor"} <= set(roles):
            continue
        concerned = [claim for claim in parties if claim.more["role"] in ("partner", "donor")]
        said = [_(_ROLES[claim.more["role"]]) for claim in concerned]
        found.append(
            Finding(
                rule="partner-role-differs",
                severity="warning",
                where=places(concerned),
                values=distinct(claim.more["role"] for claim in concerned),
                message=_(
                    "%(name)s is %(said)s. Say which of these it is, or that it is both.",
                    name=name if name.isupper() else concerned[0].place.text,
                    said=readings(concerned, said),
                ),
            )
        )
    return found


def _by_name(claims: Claims) -> dict[str, list[Claim]]:
    by_name: dict[str, list[Claim]] = {}
    for claim in sorted(claims.of("party"), key=lambda claim: (claim.place.line or 0, claim.place.start)):
        by_name.setdefault(claim.value, []).append(claim)
    return by_name


def donor_differs(claims: Claims) -> list[Finding]:
    """The labelled donor is the one by whom the prose says that it was funded."""
    return list(
        _role_differs(
            claims,
            "donor",
            "donor-differs",
            N_("The donor is given in more than one way: %(said)s. Keep the right one."),
        )
    )


def organiser_differs(claims: Claims) -> list[Finding]:
    """The labelled organiser is the one that the prose says organised it."""
    message = N_("The organiser is given in more than one way: %(said)s. Keep the right one.")
    return list(_role_differs(claims, "organiser", "organiser-differs", message))


def _role_differs(claims: Claims, role: str, rule: str, message: str) -> Iterator[Finding]:
    parties = [claim for claim in claims.of("party") if claim.more["role"] == role]
    fixed = [claim for claim in parties if claim.labelled or claim.recorded]
    # Two names of which one is short and one long may be the same; only names of one form can be held apart.
    for claim in parties:
        if claim in fixed or not fixed or claim.value in {other.value for other in fixed}:
            continue
        alike = [other for other in fixed if other.value.isupper() == claim.value.isupper()]
        if not alike or any(_may_be_same(claim.value, other.value) for other in fixed):
            continue
        both = [alike[0], claim]
        yield Finding(
            rule=rule,
            severity="error",
            where=places(both),
            values=tuple(c.more.get("words", c.place.text) if not c.labelled else c.place.text for c in both),
            message=_(message, said=readings(both, [c.place.text for c in both])),
        )


def _may_be_same(one: str, other: str) -> bool:
    a, b = set(key(one).split()), set(key(other).split())
    return a <= b or b <= a


def name_spelt_two_ways(claims: Claims) -> list[Finding]:
    """First and last part of two names are alike but not equal, and they never stand in one list."""
    names: dict[str, list[Claim]] = {}
    for claim in claims.of("name"):
        if len(str(claim.value).split()) >= 2:
            names.setdefault(str(claim.value), []).append(claim)
    found = []
    for one, other in combinations(names, 2):
        lists = {(claim.more["list"], claim.place.field) for claim in names[one]}
        if any((claim.more["list"], claim.place.field) in lists for claim in names[other]) or not _alike(one, other):
            continue
        both = [names[one][0], names[other][0]]
        found.append(
            Finding(
                rule="name-spelt-two-ways",
                severity="warning",
                where=places(both),
                values=(one, other),
                message=_(
                    "“%(one)s” (%(here)s) and “%(other)s” (%(there)s) look like one person. Use one spelling.",
                    one=one,
                    here=where([both[0].place]),
                    other=other,
                    there=where([both[1].place]),
                ),
            )
        )
    return found


def _alike(one: str, other: str) -> bool:
    a, b = one.split(), other.split()
    first_a, first_b = key(a[0]), key(b[0])
    last_a, last_b = (_ARTICLE.sub("", key(name[-1])).replace(" ", "") for name in (a, b))
    if min(len(last_a), len(last_b), len(first_a), len(first_b)) < 4 or (first_a, last_a) == (first_b, last_b):
        return first_a == first_b and last_a == last_b and len(last_a) >= 4 and key(one) != key(other)
    first = OSA.distance(first_a, first_b)
    last = OSA.distance(last_a, last_b)
    return first <= 1 and last <= 2 and first_a[0] == first_b[0] and last * 3 <= max(len(last_a), len(last_b))


def role_differs(claims: Claims) -> list[Finding]:
    """One person has one role."""
    found = []
    by_name: dict[str, list[Claim]] = {}
    for claim in claims.of("name"):
        if claim.more["role"]:
            by_name.setdefault(key(str(claim.value)), []).append(claim)
    for people in by_name.values():
        roles = distinct(key(claim.more["role"]) for claim in people)
        if len(roles) > 1 and not any(" and " in f" {role} " for role in roles):
            said = [claim.more["role_words"] for claim in people]
            found.append(
                Finding(
                    rule="role-differs",
                    severity="warning",
                    where=places(people),
                    values=distinct(said),
                    message=_("%(name)s is %(said)s. Use one role.", name=people[0].value, said=readings(people, said)),
                )
            )
    return found


def place_differs(claims: Claims) -> list[Finding]:
    """Where the prose says that it was held is where the label says."""
    venue = next(iter(claims.of("venue")), None)
    if venue is None:
        return []
    found = []
    organisers = {key(claim.more.get("words", claim.place.text)) for claim in claims.of("party")}
    for claim in claims.of("held-at"):
        if same_place(claim.place, venue.place):
            continue
        # An organisation is named for a place: perhaps its seat. A town or a hall that differs weighs more.
        is_organisation = (
            claim.value.rstrip(")").endswith(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) or key(claim.value) in organisers
        )
        found.append(
            Finding(
                rule="place-differs",
                severity="note" if is_organisation else "warning",
                where=(venue.place, claim.place),
                values=(venue.value, claim.value),
                message=_(
                    "The event was at %(venue)s (%(here)s), but %(there)s says %(other)s. Say where it was.",
                    venue=venue.value,
                    here=where([venue.place]),
                    there=where([claim.place]),
                    other=claim.value,
                ),
            )
        )
    return found[:1]


def role_unusual(claims: Claims) -> list[Finding]:
    """Somebody of the support staff among the facilitators."""
    return [
        Finding(
            rule="role-unusual",
            severity="note",
            where=(claim.place,),
            values=(role,),
            message=_(
                "“%(role)s” is named among the facilitators (%(where)s). Say what this person "
                "facilitated, or list them apart.",
                role=role,
                where=where([claim.place]),
            ),
        )
        for claim in claims.of("facilitators")
        for role in claim.more["roles"]
        if _SUPPORT.search(role)
    ]


CHECKS = (
    Check(
        id="partner-role-differs",
        severity="warning",
        reads=("party",),
        explains=("One organisation is either a partner or the donor, unless the text says that it is both."),
        example=(
            "Introduction: Our team, in collaboration with the Water Fund (WF), held a workshop.\n\n"
            "Activity Details\nDonor: Water Fund (WF)"
        ),
        quiet=(
            "Introduction: Our team, in collaboration with the River Club (RC), held a workshop.\n\n"
            "Activity Details\nDonor: Water Fund (WF)"
        ),
        run=partner_role_differs,
    ),
    Check(
        id="donor-differs",
        severity="error",
        reads=("party",),
        explains=("The donor in the details is the one by whom the text says that the event was funded."),
        example="Introduction: The workshop was funded by UNDP.\n\nActivity Details\nDonor: ICVA",
        quiet="Introduction: The workshop was funded by UNDP through ICVA.\n\nActivity Details\nDonor: UNDP",
        run=donor_differs,
    ),
    Check(
        id="organiser-differs",
        severity="error",
        reads=("party",),
        explains=("The organiser in the details is the one that the text says held the event."),
        example=(
            "Introduction: The River Club organized a workshop.\n\nActivity Details\nOrganizer: Water Friends Society"
        ),
        quiet="Introduction: The River Club (RC) organized a workshop.\n\nActivity Details\nOrganizer: RC",
        run=organiser_differs,
    ),
    Check(
        id="name-spelt-two-ways",
        severity="warning",
        reads=("name",),
        explains=(
            "One person's name is spelt one way. Two people in one list are two people, however alike their names."
        ),
        example="Introduction: Ms. Zainab Alwaeli opened the day.\n\nConclusion\n\nMs. Zainab Al-Waely closed it.",
        quiet="Facilitators: Ammar Alsamaki (Project Manager), Ammer Alsamaki (Project Coordinator)",
        run=name_spelt_two_ways,
    ),
    Check(
        id="role-differs",
        severity="warning",
        reads=("name",),
        explains=("One person has one role."),
        example=(
            "Facilitators: Zainab Kadhim (Project Manager)\n\nConclusion\n\n"
            "Zainab Kadhim (Project Coordinator) closed the day."
        ),
        quiet=(
            "Facilitators: Zainab Kadhim (Project Manager)\n\nConclusion\n\n"
            "Zainab Kadhim (project manager) closed the day."
        ),
        run=role_differs,
    ),
    Check(
        id="place-differs",
        severity="warning",
        reads=("venue", "held-at", "party"),
        explains=("The place in the details is where the text says that the event was held."),
        example="Activity Details\nLocation: Lotus Hall, Nasiriyah\n\nConclusion\n\nThe workshop was held in Basra.",
        quiet="Activity Details\nLocation: Lotus Hall, Nasiriyah\n\nConclusion\n\nThe workshop was held in Nasiriyah.",
        run=place_differs,
    ),
    Check(
        id="role-unusual",
        severity="note",
        reads=("facilitators",),
        explains=("Facilitators are those who lead the talks."),
        example="Activity Details\nFacilitators: Zainab Kadhim (Trainer), Ali Hasan (Logistic officer)",
        quiet="Activity Details\nFacilitators: Zainab Kadhim (Trainer), Ali Hasan (Project Coordinator)",
        run=role_unusual,
    ),
)
