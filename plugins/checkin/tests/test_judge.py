"""The judge against its table of cases, and what must hold of every verdict."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudhif_checkin.judge import (
    Before,
    Door,
    Holder,
    Once,
    Outcome,
    Presented,
    Reading,
    Reason,
    Verdict,
    accepted,
    judge,
)

TABLE = json.loads(files("mudhif_checkin").joinpath("judge_cases.json").read_text(encoding="utf-8"))
CASES = TABLE["cases"]


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def filled(case: dict[str, Any], part: str) -> dict[str, Any]:
    return {**TABLE["unless_said"][part], **case.get(part, {})}


def verdict_of(case: dict[str, Any]) -> Verdict:
    holder = None
    if case.get("holder", {}) is not None:
        h = filled(case, "holder")
        holder = Holder(h["status"], h["kind"], frozenset(h["answered"]))
    d, b, s = filled(case, "door"), filled(case, "before"), filled(case, "scan")
    door = Door(
        kinds=None if d["kinds"] is None else frozenset(d["kinds"]),
        gates={kind: frozenset(gates) for kind, gates in d["gates"].items()},
        opens=moment(d["opens"]),
        closes=moment(d["closes"]),
        capacity=d["capacity"],
        reentry=d["reentry"],
        questions=tuple(d["questions"]),
        once=d["once"],
        zone=ZoneInfo(d["zone"]) if d["zone"] else None,
    )
    scan = Presented(datetime.fromisoformat(s["at"]), s["direction"], s["gate"], s["force"], s["item"])
    before = Before(**{**b, "at": moment(b["at"])})
    return judge(Reading(case.get("reading", "good")), holder, door, before, scan)


@pytest.mark.parametrize("case", CASES, ids=[case["holds"] for case in CASES])
def test_the_judge_holds(case: dict[str, Any]) -> None:
    wanted = filled(case, "verdict")
    verdict = verdict_of(case)
    assert (verdict.outcome, verdict.reason, list(verdict.questions), verdict.forced) == (
        wanted["outcome"],
        wanted["reason"],
        wanted["questions"],
        wanted["forced"],
    )


def test_the_table_has_every_outcome_and_every_reason() -> None:
    assert {case["verdict"]["outcome"] for case in CASES} == {o.value for o in Outcome}
    assert {case["verdict"].get("reason") for case in CASES} - {None} == {r.value for r in Reason}
    assert {case.get("reading", "good") for case in CASES} == {r.value for r in Reading}
    assert len(CASES) >= 150


DAY, DAY_AFTER = datetime(2024, 3, 7), datetime(2024, 3, 8)  # noqa: DTZ001 - Hypothesis adds the zone
hours = st.none() | st.datetimes(DAY, DAY_AFTER, timezones=st.just(UTC))
kinds = st.sampled_from(["participant", "guest", "media"])
gate_names = st.sampled_from(["main", "side"])
holders = st.builds(
    Holder,
    status=st.sampled_from(["invited", "registered", "waiting", "cancelled"]),
    kind=kinds,
    answered=st.frozensets(st.sampled_from(["diet", "access"])),
)
doors = st.builds(
    Door,
    kinds=st.none() | st.frozensets(kinds),
    gates=st.dictionaries(kinds, st.frozensets(gate_names)),
    opens=hours,
    closes=hours,
    capacity=st.none() | st.integers(0, 3),
    reentry=st.booleans(),
    questions=st.lists(st.sampled_from(["diet", "access"]), unique=True).map(tuple),
    once=st.sampled_from(Once),
    zone=st.just(UTC),
)
befores = st.builds(  # a check-in of which no time is said is one that holds now
    Before, inside=st.booleans(), arrived=st.booleans(), people_inside=st.integers(0, 4), at=st.none(), item=st.none()
)
scans = st.builds(
    Presented,
    at=st.datetimes(DAY, DAY_AFTER, timezones=st.just(UTC)),
    direction=st.sampled_from(["in", "out"]),
    gate=st.none() | gate_names,
    force=st.booleans(),
    item=st.none() | st.sampled_from(["a", "b"]),
)
anything = st.tuples(st.sampled_from(Reading), st.none() | holders, doors, befores, scans)


@given(anything)
def test_force_never_refuses_what_was_allowed_and_marks_only_what_was_not(asked: Any) -> None:
    reading, holder, door, before, scan = asked
    plain = judge(reading, holder, door, before, scan._replace(force=False))
    forced = judge(reading, holder, door, before, scan._replace(force=True))
    if accepted(plain.outcome):
        assert forced == plain
    if forced.forced:
        assert not accepted(plain.outcome)


@given(anything)
def test_nobody_is_let_in_without_a_registration_of_this_event(asked: Any) -> None:
    reading, holder, _door, _before, _scan = asked
    verdict = judge(*asked)
    is_nobody = holder is None and reading is not Reading.UNLISTED
    if is_nobody or reading in (Reading.UNKNOWN, Reading.FORGED, Reading.WRONG_EVENT):
        assert not accepted(verdict.outcome)


@given(anything)
def test_a_reason_and_questions_come_with_their_outcome_alone(asked: Any) -> None:
    verdict = judge(*asked)
    assert (verdict.reason is not None) == (verdict.outcome is Outcome.NOT_ALLOWED)
    assert bool(verdict.questions) == (verdict.outcome is Outcome.NEEDS_ANSWERS)


@given(anything)
def test_a_guest_who_is_inside_is_never_welcomed_again_without_force(asked: Any) -> None:
    reading, holder, door, before, scan = asked
    verdict = judge(reading, holder, door, before._replace(inside=True), scan._replace(force=False, direction="in"))
    assert verdict.outcome is not Outcome.WELCOME


@given(anything, st.none() | st.sampled_from(["a", "b"]))
def test_a_check_in_for_another_item_is_judged_as_if_there_had_been_none(asked: Any, other: str | None) -> None:
    reading, holder, door, before, scan = asked
    door = door._replace(once=Once.ITEM)
    elsewhere = before._replace(inside=True, arrived=True, at=scan.at, item=other)
    nowhere = before._replace(inside=False, arrived=False)
    if other != scan.item:
        assert judge(reading, holder, door, elsewhere, scan) == judge(reading, holder, door, nowhere, scan)
