"""Do the numbers of people agree with each other (and, in an event, with its rows)?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from mudhif.plugin_api import gettext as _

from ..hookspecs import Check, Claim, Claims, Finding, Place
from .saying import distinct, places, readings, where

_MOST_PARTS = 12


def _stated(claims: Claims, *whom: str) -> list[Claim]:
    """Labelled numbers of the text (not of the record) that count these."""
    return [
        claim
        for claim in claims.of("people")
        if claim.labelled and not claim.recorded and (not whom or claim.more["who"] in whom)
    ]


def _single(found: Sequence[Claim]) -> int | None:
    values = {claim.value[0] for claim in found}
    return values.pop() if len(values) == 1 else None


def total_differs(claims: Claims) -> list[Finding]:
    """The labelled total against its sexes and ages; a prose total against the sexes in its own sentence."""
    return [*_labelled_totals(claims), *_prose_totals(claims)]


def _labelled_totals(claims: Claims) -> Iterator[Finding]:
    totals, males, females = (_stated(claims, name) for name in ("total", "male", "female"))
    total, male, female = _single(totals), _single(males), _single(females)
    if len({claim.value for claim in totals}) > 1 and _are_one_set(totals):
        yield _total(totals, _("The total is given as %(said)s. Only one can be right.", said=_said(totals)))
        return
    if total is None:
        return
    if male is not None and female is not None and not _stated(claims, "unknown"):
        others = [claim.value[0] for claim in _stated(claims, "other")]
        if not any(male + female + extra == total for extra in _sums(others)):
            parts = [totals[0], males[0], females[0]]
            sum_ = male + female
            yield _total(
                parts,
                _(
                    "The total is %(total)s, but %(male)s men and %(female)s women make %(sum)s (%(where)s). "
                    "Correct one of the three.",
                    total=total,
                    male=male,
                    female=female,
                    sum=sum_,
                    where=where(claim.place for claim in parts),
                ),
                (total, male, female),
            )
    ages = _stated(claims, "age")
    if len(ages) >= 2 and len({claim.more["label"] for claim in ages}) == len(ages):
        sum_ = sum(claim.value[0] for claim in ages)
        if sum_ != total and not _stated(claims, "unknown"):
            yield _total(
                [totals[0], *ages],
                _(
                    "The total is %(total)s, but the ages add up to %(sum)s. Correct one of them.",
                    total=total,
                    sum=sum_,
                ),
                (total, *(claim.value[0] for claim in ages)),
            )


def _are_one_set(totals: Sequence[Claim]) -> bool:
    """Two totals of one event: not "invited" beside "attended", and not one for each day."""
    labels = {claim.more["label"].casefold().strip() for claim in totals}
    plain_labels = all("total" in label or "number of participants" in label or "عدد" in label for label in labels)
    return plain_labels and not any(claim.more.get("each") for claim in totals)


def _prose_totals(claims: Claims) -> Iterator[Finding]:
    by_sentence: dict[object, list[Claim]] = {}
    for claim in claims.of("people"):
        if not claim.labelled and "sentence" in claim.more:
            by_sentence.setdefault((claim.more["sentence"], claim.place.field), []).append(claim)
    for said in by_sentence.values():
        by_who = {name: [claim for claim in said if claim.more["who"] == name] for name in ("total", "male", "female")}
        if any(len(found) != 1 for found in by_who.values()) or any(c.more["each"] or c.more["part"] for c in said):
            continue
        total, male, female = (by_who[name][0] for name in ("total", "male", "female"))
        if any(claim.value[0] != claim.value[1] for claim in (total, male, female)):
            continue
        sum_ = male.value[0] + female.value[0]
        if sum_ != total.value[0]:
            yield _total(
                [total, male, female],
                _(
                    "%(total)s people are named, but %(male)s men and %(female)s women make %(sum)s (%(where)s). "
                    "Correct one of the three.",
                    total=total.value[0],
                    male=male.value[0],
                    female=female.value[0],
                    sum=sum_,
                    where=where([total.place]),
                ),
                (total.value[0], male.value[0], female.value[0]),
            )


def _total(said: Sequence[Claim], message: str, values: tuple[int, ...] | None = None) -> Finding:
    values = values or tuple(claim.value[0] for claim in said)
    return Finding(rule="total-differs", severity="error", where=places(said), values=values, message=message)


def _sums(parts: Sequence[int]) -> set[int]:
    parts = parts[:_MOST_PARTS]
    return {sum(chosen) for size in range(len(parts) + 1) for chosen in combinations(parts, size)}


def figure_unexplained(claims: Claims) -> list[Finding]:
    """A labelled number beside the total that no stated sum explains: not false, but a reader must ask."""
    total = _single(_stated(claims, "total"))
    others = _stated(claims, "other")
    if total is None or not others:
        return []
    male, female = _single(_stated(claims, "male")) or 0, _single(_stated(claims, "female")) or 0
    named = {
        value for claim in claims.of("people") if claim.more["who"] in ("total", "other") for value in (claim.value[0],)
    }
    unexplained = [claim for claim in others if not _is_explained(claim, others, total, male + female, named)]
    if not unexplained:
        return []
    figures = ", ".join(f"“{claim.place.text}”" for claim in unexplained)
    return [
        Finding(
            rule="figure-unexplained",
            severity="warning",
            where=places(unexplained),
            values=(*(claim.value[0] for claim in unexplained), total),
            message=_(
                "%(figures)s stands beside a total of %(total)s (%(where)s), and nothing says how they "
                "belong together. "
                "Say whether they are among the %(total)s or come on top.",
                figures=figures,
                total=total,
                where=where(claim.place for claim in unexplained),
            ),
        )
    ]


def _is_explained(claim: Claim, others: Sequence[Claim], total: int, sexes: int, named: set[int]) -> bool:
    value = claim.value[0]
    rest = [other.value[0] for other in others if other is not claim]
    if any(value + part in (total, total - sexes if sexes else total) for part in _sums(rest)):
        return True
    # "Guest: 3" is clear where 12 participants are named, or where somebody adds the guests to the total.
    return total + value in named or (total - value in named - {value} and total - value > 0)


def narrative_figure_differs(claims: Claims) -> list[Finding]:
    """Numbers in prose against the recorded ones (in an event) or the labelled ones (in a file)."""
    found = []
    for name in ("total", "male", "female"):
        recorded = [claim for claim in claims.of("people") if claim.recorded and claim.more["who"] == name]
        basis = recorded or (_stated(claims, name) if not claims.of_event else [])
        expected = _single(basis)
        if expected is None:
            continue
        against = [
            claim
            for claim in claims.of("people")
            if claim.more["who"] == name
            and not claim.recorded
            and ((claim.labelled and recorded) or (claim.more.get("attended") and not _is_part(claim)))
            and not claim.value[0] <= expected <= claim.value[1]
        ]
        if against:
            found.append(_narrative(claims, basis[0], against, expected))
    return found


def _is_part(claim: Claim) -> bool:
    return bool(claim.more["part"] or claim.more["each"])


def _narrative(claims: Claims, basis: Claim, against: Sequence[Claim], expected: int) -> Finding:
    said = ", ".join(f"“{claim.place.text}” ({where([claim.place])})" for claim in against)
    recorded = _("recorded are %(value)s", value=expected)
    labelled = _("%(where)s says %(value)s", where=where([basis.place]), value=expected)
    return Finding(
        rule="narrative-figure-differs",
        severity="error" if claims.of_event else "warning",
        where=places([basis, *against]),
        values=(expected, *(claim.value[0] for claim in against)),
        message=_(
            "The text says %(said)s, but %(basis)s. Use %(value)s, or say why it differs.",
            said=said,
            basis=recorded if basis.recorded else labelled,
            value=expected,
        ),
    )


def percent_sum_differs(claims: Claims) -> list[Finding]:
    """The shares of women and men in one sentence make a hundred, give or take one."""
    found = []
    for shares in _shares_by_sentence(claims):
        whom = {claim.more["who"] for claim in shares}
        sum_ = sum(claim.value for claim in shares)
        if whom == {"male", "female"} and len(shares) == 2 and abs(sum_ - 100) > 1:
            found.append(
                Finding(
                    rule="percent-sum-differs",
                    severity="error",
                    where=places(shares),
                    values=tuple(claim.value for claim in shares),
                    message=_(
                        "The shares of women and men make %(sum)s %% and not 100 %% (%(where)s). Correct one of them.",
                        sum=f"{sum_:g}",
                        where=where([shares[0].place]),
                    ),
                )
            )
    return found


def percent_differs(claims: Claims) -> list[Finding]:
    """A share of a sex agrees with the labelled counts, give or take one per cent."""
    total = _single(_stated(claims, "total"))
    if not total:
        return []
    found = []
    for share in claims.of("share"):
        count = _single(_stated(claims, share.more["who"]))
        if count is None or abs(share.value - 100 * count / total) <= 1:
            continue
        counted = _stated(claims, share.more["who"])
        found.append(
            Finding(
                rule="percent-differs",
                severity="warning",
                where=places([share, *counted]),
                values=(share.value, round(100 * count / total, 1)),
                message=_(
                    "“%(said)s” (%(where)s), but %(count)s of %(total)s are %(share)s %%. Correct one of them.",
                    said=share.place.text,
                    where=where([share.place]),
                    count=count,
                    total=total,
                    share=f"{100 * count / total:.0f}",
                ),
            )
        )
    return found


def _shares_by_sentence(claims: Claims) -> Iterator[list[Claim]]:
    by_sentence: dict[object, list[Claim]] = {}
    for claim in claims.of("share"):
        by_sentence.setdefault((claim.more["sentence"], claim.place.field), []).append(claim)
    yield from by_sentence.values()


def disaggregation_missing(claims: Claims) -> list[Finding]:
    """A total of people with nothing of what donors count apart: sex, groups, or age and disability."""
    totals = _stated(claims, "total")
    if not totals or claims.of_event:
        return []
    groups = claims.of("group")
    uncounted = groups if groups and not any(claim.more["counted"] for claim in groups) else []
    missing = []
    if not _stated(claims, "male", "female"):
        missing.append(_("sex"))
    if not _stated(claims, "age"):
        missing.append(_("age"))
    if not _stated(claims, "disabled"):
        missing.append(_("disability"))
    if uncounted:
        missing.append(_("the groups named"))
    if not uncounted and _("sex") not in missing and len(missing) < 2:
        return []
    where_: tuple[Place, ...] = places([totals[0], *uncounted])
    return [
        Finding(
            rule="disaggregation-missing",
            severity="warning",
            where=where_,
            values=distinct(missing),
            message=_(
                "The participants are not counted by: %(missing)s (%(where)s). Add the counts, or say "
                "that they were not taken.",
                missing=", ".join(missing),
                where=where(where_),
            ),
        )
    ]


def label_number(claims: Claims) -> list[Finding]:
    """A label in the singular with a number above one."""
    found = []
    for claim in _stated(claims):
        label = claim.more["label"].strip().casefold()
        if claim.value[0] > 1 and label in (
            "guest",
            "participant",
            "attendee",
            "volunteer",
            "man",
            "woman",
            "person",
            "trainer",
        ):
            found.append(
                Finding(
                    rule="label-number",
                    severity="note",
                    where=(claim.place,),
                    values=(claim.value[0],),
                    message=_(
                        "“%(label)s” is one, and %(value)s are counted (%(where)s).",
                        label=claim.more["label"],
                        value=claim.value[0],
                        where=where([claim.place]),
                    ),
                )
            )
    return found


def _said(found: Sequence[Claim]) -> str:
    return readings(found, [claim.value[0] for claim in found])


CHECKS = (
    Check(
        id="total-differs",
        severity="error",
        reads=("people",),
        explains=("A total is the sum of the sexes and of the ages given with it, and is the same everywhere."),
        example="Participants\n\nTotal number of participants: 15 | Male: 08 . Female: 06",
        quiet="Participants\n\n28 (5 male)\nAbout 40 trainees came, 25 women and 12 men.",
        run=total_differs,
    ),
    Check(
        id="figure-unexplained",
        severity="warning",
        reads=("people",),
        explains=("Every labelled number beside the participants is a part of the total or said to come on top."),
        example="Participants\n\nTotal number of participants: 15 | Male: 9 | Female: 6 | Guest: 13",
        quiet="Participants\n\nTotal: 15 | Trainees: 12 | Guests: 3",
        run=figure_unexplained,
    ),
    Check(
        id="narrative-figure-differs",
        severity="warning",
        reads=("people",),
        explains=(
            "Numbers of people in prose are the labelled ones; in an event's report they are the recorded "
            "ones (an error)."
        ),
        example=(
            "Introduction: In all 18 participants attended the session in Basra.\n\nParticipants\n\n"
            "Total number of participants: 15"
        ),
        quiet=(
            "Introduction: For the session 30 participants were invited. About 15 people attended. Ten of "
            "the trainees were "
            "chosen, and 200 leaflets were given away.\n\nParticipants\n\nTotal number of participants: 15"
        ),
        run=narrative_figure_differs,
    ),
    Check(
        id="percent-sum-differs",
        severity="error",
        reads=("share",),
        explains=("The shares of women and men make a hundred per cent."),
        example="Participants\n\nOf those present 72% were female and 38% male.",
        quiet="Participants\n\nOf those present 52% female and 49% male.",
        run=percent_sum_differs,
    ),
    Check(
        id="percent-differs",
        severity="warning",
        reads=("share", "people"),
        explains=("A share of women or men agrees with the counts, give or take one per cent."),
        example="Participants\n\nTotal: 50 | Male: 30 | Female: 20\nAmong them 60% female.",
        quiet="Participants\n\nTotal: 21 | Male: 8 | Female: 13\nAmong them 62% female.",
        run=percent_differs,
    ),
    Check(
        id="disaggregation-missing",
        severity="warning",
        reads=("people", "group"),
        explains=("Participants are counted by sex, and by age, disability or group where donors ask for it."),
        example=(
            "Participants\n\nTotal number of participants: 15\n\n"
            "Participants included:\n• Academics\n• Media professionals"
        ),
        quiet="Participants\n\nTotal: 15 | Male: 9 | Female: 6\nAged 18-59: 12\nAged 60+: 3\nWith a disability: 1",
        run=disaggregation_missing,
    ),
    Check(
        id="label-number",
        severity="note",
        reads=("people",),
        explains=("A label in the singular counts one."),
        example="Participants\n\nTotal: 15 | Guest: 13",
        quiet="Participants\n\nTotal: 15 | Guests: 13 | Male: 9",
        run=label_number,
    ),
)
