"""Who gets a place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mudhif.domain.seats import Status, seat


@given(st.none() | st.integers(0, 50), st.booleans(), st.integers(0, 60))
def test_no_more_are_registered_than_there_are_places(capacity, waiting_list, guests):
    statuses = []
    for _ in range(guests):
        statuses.append(seat(capacity, statuses.count(Status.REGISTERED), waiting_list=waiting_list))
    registered = statuses.count(Status.REGISTERED)
    assert registered == guests if capacity is None else registered == min(guests, capacity)
    assert (Status.WAITING in statuses) <= waiting_list
