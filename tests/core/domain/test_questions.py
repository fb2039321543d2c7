"""What a question's answer is, and which questions are shown: by the table that the page is held to as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudhif.domain.questions import Asked, Wrong, judge_answers, shown

TABLE = json.loads((Path(__file__).parents[3] / "frontend" / "core" / "question_cases.json").read_text("utf-8"))
QUESTIONS = {q["id"]: Asked(**q) for q in TABLE["questions"]}


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["case"])
def test_the_table(case):
    questions = [QUESTIONS[id] for id in case["questions"]]

    judged = judge_answers(questions, case["given"])

    assert [question.id for question in shown(questions, case["given"])] == case["shown"]
    assert json.dumps(judged.answers, sort_keys=True) == json.dumps(
        case["answers"], sort_keys=True
    )  # as JSON: True is not 1 there
    assert (judged.wrong, list(judged.missing)) == (case["wrong"], case["missing"])
    assert judge_answers(questions, case["given"] | judged.answers).answers == judged.answers


def test_a_form_is_told_of_each_answer_that_is_wrong_and_of_each_that_is_missing():
    judged = judge_answers([QUESTIONS["village!"], QUESTIONS["born"]], {"born": "soon"})

    assert judged.errors == {"born": ["This is no date. Write it as 2024-03-07."]}
    assert judged.mistakes == judged.errors | {"village!": ["Please answer this question."]}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3),
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*QUESTIONS, "asked-elsewhere"]), anything))
def test_whatever_is_sent_is_kept_or_wrong_or_missing_and_what_is_kept_is_read_as_itself(given):
    judged = judge_answers(QUESTIONS.values(), given)
    visible = {question.id for question in shown(QUESTIONS.values(), given)}

    assert set(judged.answers) | set(judged.wrong) | set(judged.missing) <= visible
    assert not set(judged.answers) & set(judged.wrong)
    assert all(isinstance(wrong, Wrong) for wrong in judged.wrong.values())
    again = judge_answers(QUESTIONS.values(), given | judged.answers)
    assert (again.answers, again.wrong, again.missing) == (judged.answers, judged.wrong, judged.missing)
    json.dumps(judged.answers, allow_nan=False)
