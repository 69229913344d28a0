"""Questions of every kind go out into a quiz file and come back as they were."""

from __future__ import annotations

import json

import pytest

from studium.assessment.kinds import kind
from studium.formats.draft import QuestionDraft, QuizDraft, Report
from studium.formats.questions import draft_as_json, numbered
from studium.formats.quiz_toml import read_quiz, write_quiz
from tests.assessment.kinds.samples import SAMPLES


def _quiz(name: str) -> QuizDraft:
    content = numbered(SAMPLES[name])
    question = QuestionDraft(
        kind=content.kind,
        text=content.text,
        answer=content.answer,
        options=None if content.options is None else tuple(content.options),
        spec=content.spec,
        explanation="Because.",
        position=1,
    )
    return QuizDraft("one", "One", (question,))


def _read(data: bytes, report: Report) -> QuizDraft | None:
    return read_quiz(data, path="one.toml", key="one", title="One", report=report)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_question_comes_back_equal_and_can_be_scored(name: str) -> None:
    report, quiz = Report(), _quiz(name)
    back = _read(write_quiz(quiz), report)
    assert not report.problems
    content = SAMPLES[name]
    its = kind(content.kind)
    assert back is not None
    # mdBook's own types say defaults too, and end a program with its last letter.
    assert back == quiz or name in ("number", "prints", "fails")
    assert _read(write_quiz(back), report) == back
    assert back.questions[0].kind == content.kind
    assert len(back.questions[0].options or ()) == len(content.options or ())
    assert json.loads(json.dumps(draft_as_json(content)))["spec"] == dict(its.draft(content).spec)


@pytest.mark.parametrize(
    "draft",
    [
        "",
        "[]",
        "{",
        '{"spec": []}',
        '{"options": {}}',
        '{"options": [{"right": true}]}',
        '{"options": [{"text": 1}]}',
        '{"options": [{"text": "a", "x": 1}]}',
        '{"spec": {}}',
        "[" * 999,
    ],
)
def test_a_draft_that_cannot_be_read_is_an_error_with_its_line(draft: str) -> None:
    report = Report()
    text = (
        '[[questions]]\ntype = "Question"\nprompt.prompt = "?"\n'
        f'answer.kind = "matching"\nanswer.draft = {json.dumps(draft)}\n'
    )
    back = _read(text.encode(), report)
    assert back is None or back.questions == ()
    assert [problem.line for problem in report.problems] == [1]
