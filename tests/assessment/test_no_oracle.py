"""Nothing that a student gets before release says which option is right: no id, order or time."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from studium.assessment import rules
from studium.assessment.actions import bank, sit
from studium.assessment.kinds import KINDS, OptionDraft
from studium.assessment.writing import QuestionDraft, write
from tests import factories
from tests.assessment.kinds.samples import PAIRS

TEXTS = ["one", "two", "three", "four"]
# Chi-square with 3 degrees of freedom passes this by chance about once in 700,000 times.
LIMIT = 30


def is_uniform(places: list[int]) -> bool:
    counts, expected = Counter(places), len(places) / 4
    return sum((counts[place] - expected) ** 2 / expected for place in range(4)) < LIMIT


def options(right: int = 0) -> list[OptionDraft]:
    return [OptionDraft(text, right=place == right) for place, text in enumerate(TEXTS)]


def test_where_the_key_stands_is_uniform_over_attempts() -> None:
    made = write(QuestionDraft("single_choice", "?", options=options())).columns
    ids = [one["id"] for one in made["options"]]
    places = [
        rules.option_order(ids, seed, "a question").index(made["answer"]) for seed in range(2000)
    ]
    assert is_uniform(places)


def test_ids_say_nothing_about_the_order_in_which_an_author_wrote() -> None:
    ranks: list[int] = []
    for _ in range(500):
        made = write(QuestionDraft("single_choice", "?", options=options())).columns
        ids = sorted(one["id"] for one in made["options"])
        ranks.append(ids.index(made["answer"]))
        assert {len(one) for one in ids} == {8}
    assert is_uniform(ranks)


@pytest.mark.parametrize("kind", ["ordering", "matching", "cloze"])
def test_what_is_stored_mixed_is_mixed_anew_for_each_question(kind: str) -> None:
    """The first entry, the first match and the right choice of a gap stand anywhere."""
    places: list[int] = []
    spec = {
        "matching": {"pairs": PAIRS, "distractors": ["D"]},
        "cloze": {"text": "[[*one|two|three|four]]"},
    }.get(kind, {})
    for _ in range(500):
        draft = QuestionDraft(
            kind, "?", options=options() if kind == "ordering" else None, spec=spec
        )
        made = write(draft).columns
        key = json.loads(made["answer"])
        first = key[0] if isinstance(key, list) else next(iter(key.values()))
        listed = made["options"] or made["spec"]["gaps"][0]["options"]
        places.append([one["id"] for one in listed].index(first))
    assert is_uniform(places)


@pytest.mark.django_db
def test_saving_an_answer_never_looks_at_the_key(course, ada, bruno, monkeypatch) -> None:
    """So neither its time nor its reply can depend on whether the answer is right."""
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
    now = datetime.now(UTC)
    drafts = [
        QuestionDraft("single_choice", "Which?", options=options()),
        QuestionDraft("ordering", "In order?", options=options()),
        QuestionDraft("matching", "Which belong together?", spec={"pairs": PAIRS}),
        QuestionDraft("cloze", "?", spec={"text": "[[one]] [[*two|three]]"}),
        QuestionDraft("numeric", "?", answer="a", spec={"parameters": {"a": {"values": ["1"]}}}),
    ]
    made = bank.add_questions(by=bruno, quiz_id=quiz.pk, drafts=drafts, now=now)
    right = [KINDS[one.kind].right_answer(bank.content_of(one)) for one in made]
    exam = factories.exam(course=course, questions=made)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)

    def looked(*_: object) -> None:
        raise AssertionError("saving looked at the key")

    for one in {type(kind) for kind in KINDS.values()}:
        for name in ("score", "right_answer", "parts", "remark"):
            monkeypatch.setattr(one, name, looked)
    for question, response in zip(made, right, strict=True):
        sit.save_answer(
            by_id=ada.pk, attempt_id=attempt.pk, question_id=question.pk,
            response=response, revision=1, now=datetime.now(UTC),
        )  # fmt: skip
