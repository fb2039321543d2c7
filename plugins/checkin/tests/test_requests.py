"""The ten lines that check a scan say what the schema says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError

from mudhif.domain.errors import BadInput
from mudhif_checkin.requests import Request, ScanSchema, read_moment, read_request

UUID = "01930b2e-8f3a-7c11-9a52-4be1d0c7f6a9"
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
moments = st.sampled_from(
    ["2024-03-07T09:00:00+03:00", "2024-03-07t09:00:00z", "2024-03-07T09:00:00", "2024-W10-4T09:00:00Z", "2024-03-07",
     "2024-03-07 09:00:00.123456789+03:00", "2024-02-30T09:00:00Z", "0001-01-01T00:00:00+14:00", "٢٠٢٤-03-07T09:00:00Z"]
)  # fmt: skip
ids = st.sampled_from([UUID, UUID.upper(), UUID.replace("-", ""), f"{{{UUID}}}", UUID + "\n", "x", ""])
requests = st.fixed_dictionaries(
    {},
    optional={
        "scan_id": ids | json_values,
        "ticket": st.text(max_size=8) | json_values | st.just("A" * 2000) | st.just("A" * 2001),
        "registration": ids | json_values,
        "at": moments | json_values,
        "gate": st.text(max_size=8) | json_values | st.just("g" * 101),
        "direction": st.sampled_from(["in", "out", "IN", "sideways"]) | json_values,
        "force": json_values,
        "answers": json_values,
        "verdict_shown": st.sampled_from(["welcome", "not-allowed", "Welcome", ""]) | json_values,
        "anything": json_values,
    },
)


def by_schema(data: Any) -> Request | None:
    try:
        loaded = ScanSchema().load(data)
    except ValidationError:
        return None
    loaded["scan_id"] = loaded["scan_id"].lower()
    loaded["registration"] = loaded["registration"] and loaded["registration"].lower()
    return Request(**loaded)


def by_hand(data: Any) -> Request | None:
    try:
        return read_request(data)
    except BadInput:
        return None


@given(requests | json_values)
@example({"scan_id": UUID, "ticket": "1"})
@example({"scan_id": UUID, "registration": UUID, "at": "2024-03-07T09:00:00+03:00", "direction": "out", "force": True})
@example({"scan_id": UUID, "ticket": "1", "registration": UUID})
@example({"scan_id": UUID, "ticket": "1", "force": 1})
@example({"scan_id": UUID, "ticket": "1", "answers": {"a": "\udfff"}})
@example({"scan_id": UUID, "ticket": "1", "direction": None})
@example({"scan_id": UUID, "ticket": "1", "verdict_shown": "full"})
@example({"scan_id": UUID + "\n", "ticket": "1"})
def test_the_short_check_and_the_schema_agree(data: Any) -> None:
    assert by_hand(data) == by_schema(data)


valid = st.fixed_dictionaries(
    {"scan_id": st.just(UUID), "ticket": st.text("AB12 زه", min_size=1, max_size=30)},
    optional={
        "at": st.just("2024-03-07T09:00:00Z"),
        "gate": st.text(min_size=1, max_size=9).filter(lambda t: not any("\ud800" <= c <= "\udfff" for c in t)),
        "direction": st.sampled_from(["in", "out"]),
        "force": st.booleans(),
        "answers": st.dictionaries(st.text("abc"), st.text("abc") | st.integers()),
        "verdict_shown": st.sampled_from(["welcome", "already"]),
    },
)


@given(valid)
def test_what_a_device_sends_is_taken_by_both(data: Any) -> None:
    assert by_hand(data) == by_schema(data) is not None


@given(requests | json_values)
def test_what_is_wrong_is_said_field_by_field(data: Any) -> None:
    try:
        read_request(data)
    except BadInput as error:
        assert error.errors
        assert all(isinstance(s, str) and s for sentences in error.errors.values() for s in sentences)
        assert str(error)


@pytest.mark.parametrize("text", ["", "9:00", "2024-03-07T09:00", "2024-03-07T09:00:00", "2024-03-07T25:00:00Z"])
def test_a_time_without_offset_is_no_moment(text: str) -> None:
    assert read_moment(text) is None
