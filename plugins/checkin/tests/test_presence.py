"""Who is inside and who arrived, derived from facts."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mudhif_checkin.presence import Checkin, arrivals, arrived, inside, next_turn, standing

ids = st.text("abcdef", min_size=2, max_size=4)
checkins = st.builds(
    Checkin,
    id=ids,
    registration=st.sampled_from(["zahra", "ammar", "haidar"]),
    direction=st.sampled_from(["in", "out"]),
    turn=st.integers(0, 5),
    undoes=st.none() | ids,
)
facts_of_an_event = st.lists(checkins, unique_by=lambda c: c.id)


def came(turn: int = 1, id: str = "a", **more: Any) -> Checkin:
    return Checkin(id=id, registration="zahra", turn=turn, **more)


def left(turn: int, id: str = "z") -> Checkin:
    return Checkin(id=id, registration="zahra", direction="out", turn=turn)


def undo(of: str, id: str = "u") -> Checkin:
    return Checkin(id=id, registration="zahra", undoes=of)


@given(facts_of_an_event, st.data())
def test_nothing_depends_on_the_order_of_arrival_nor_on_a_fact_coming_twice(facts: list[Checkin], data: Any) -> None:
    shuffled = data.draw(st.permutations(facts))
    for derived in (inside, arrived, arrivals, standing):
        assert derived(shuffled) == derived(facts) == derived(facts + shuffled)


@given(facts_of_an_event)
def test_whoever_is_inside_has_arrived(facts: list[Checkin]) -> None:
    assert inside(facts) <= arrived(facts)


def test_a_guest_who_came_is_inside() -> None:
    assert inside([came()]) == arrived([came()]) == {"zahra"}


def test_a_guest_who_left_has_arrived_but_is_not_inside() -> None:
    facts = [came(1), left(2)]
    assert inside(facts) == frozenset()
    assert arrived(facts) == {"zahra"}


def test_a_guest_who_came_back_is_inside() -> None:
    assert inside([came(3, "c"), left(2), came(1)]) == {"zahra"}


def test_an_undone_checkin_never_happened() -> None:
    assert arrived([came(), undo("a")]) == inside([came(), undo("a")]) == frozenset()


def test_an_undone_checkout_leaves_the_guest_inside() -> None:
    assert inside([came(1), left(2), undo("z")]) == {"zahra"}


def test_undoing_twice_on_two_laptops_undoes_once() -> None:
    assert inside([came(1), came(2, "b"), undo("b", "u"), undo("b", "v")]) == {"zahra"}


def test_an_undo_of_something_that_has_not_come_yet_waits_for_it() -> None:
    assert inside([undo("a")]) == frozenset()
    assert inside([undo("a"), came()]) == frozenset()


def test_the_first_checkin_that_stands_is_the_arrival() -> None:
    assert arrivals([came(1, "a"), came(2, "b"), undo("a")]) == {"zahra": "b"}


def test_two_laptops_that_gave_one_turn_agree_by_the_id() -> None:
    assert inside([came(1, "a"), left(1, "b")]) == frozenset()
    assert inside([left(1, "a"), came(1, "b")]) == {"zahra"}


def test_a_new_fact_comes_after_all_that_are_known() -> None:
    assert next_turn([]) == 1
    assert next_turn([came(4), left(2)]) == 5
