"""Random parts of a paper: what they draw, that it is fair and kept, and what stands against it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction

from studium.assessment import autosave, drawing, queries, rules
from studium.assessment.actions import bank, curate, papers, pools, sit
from studium.assessment.models import (
    AttemptAnswer,
    Exam,
    ExamAttempt,
    ExamPool,
    ExamQuestion,
    Question,
    Quiz,
)
from studium.content.models import Course
from studium.identity.models import User
from studium.lib.errors import Conflict, Invalid, NotFound
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(course: Course) -> Quiz:
    return factories.quiz(
        lesson=course.lessons.earliest("order_index"), status="draft", questions=8
    )


@pytest.fixture
def exam(bruno: User, course: Course, quiz: Quiz, now: datetime) -> Exam:
    """One fixed question, three of the other seven, two points each."""
    made = papers.create_exam(by=bruno, course_id=course.pk, now=now, settings={"title": "Mixed"})
    first = quiz.questions.earliest("position")
    papers.set_paper(by=bruno, exam_id=made.pk, places=[papers.Place(first.pk)], now=now)
    add(bruno, made, now, pick=3, points=2)
    return papers.publish_exam(by=bruno, exam_id=made.pk, now=now)


def add(by: User, exam: Exam, now: datetime, *, title: str = "Any", **values: object) -> ExamPool:
    given = {"title": title, "pick": 1, **values}
    return pools.add_pool(by=by, exam_id=exam.pk, now=now, values=given)


def candidates(pool: ExamPool) -> set[UUID]:
    return set(ExamQuestion.objects.filter(pool=pool).values_list("question_id", flat=True))


def begin(by: User, exam: Exam, now: datetime) -> ExamAttempt:
    return sit.start_attempt(by=by, exam_id=exam.pk, now=now)


def undrawn(attempt: ExamAttempt) -> Question:
    asked = [place.question_id for place in drawing.paper_of_attempt(attempt)]
    rows = Question.objects.filter(used_in__exam=attempt.exam_id)
    return rows.exclude(pk__in=asked).earliest("position")


# --- drawing ---------------------------------------------------------------------------------


def test_an_attempt_is_asked_the_fixed_questions_and_its_own_draw(
    ada: User, exam: Exam, now: datetime
) -> None:
    attempt = begin(ada, exam, now)
    view = queries.attempt_view(viewer=ada, attempt_id=attempt.pk, now=now)
    ids = [one.asked.id for one in view.questions]
    assert len(ids) == len(set(ids)) == 4
    assert [one.asked.points for one in view.questions] == [1, 2, 2, 2]
    assert len(attempt.drawn) == 3
    assert {UUID(hex=one) for one in attempt.drawn} == set(ids[1:])
    assert attempt.events.get(kind="start").detail["drawn"] == attempt.drawn


def test_the_stored_seed_gives_the_stored_draw_again(ada: User, exam: Exam, now: datetime) -> None:
    attempt = begin(ada, exam, now)
    again = drawing.drawn_with(
        attempt.draw_seed, ExamPool.objects.filter(exam=exam), drawing.candidates_of(exam)
    )
    assert [one.hex for one in again] == attempt.drawn


def test_every_candidate_is_drawn_as_often_as_every_other_one() -> None:
    """Chi-square over 4,000 seeds from 1 on; 11 degrees of freedom, refused above p = 0.001."""
    items = [UUID(int=number) for number in range(12)]
    seen: Counter[UUID] = Counter()
    pairs: Counter[tuple[UUID, ...]] = Counter()
    for seed in range(1, 4001):
        got = rules.drawn(items, pick=2, seed=seed, what="pool")
        seen.update(got)
        pairs[tuple(sorted(got))] += 1
    mean = 4000 * 2 / 12
    assert sum((seen[one] - mean) ** 2 / mean for one in items) < 31.26
    mean = 4000 / 66
    assert (
        sum((pairs[pair] - mean) ** 2 / mean for pair in pairs) + (66 - len(pairs)) * mean < 110.0
    )


def test_no_question_of_one_bank_key_is_drawn_twice() -> None:
    key, pool = uuid4(), ExamPool(pk=uuid4(), title="P", pick=1)
    other = ExamPool(pk=uuid4(), title="Q", pick=1)
    same = {pool.pk: [(uuid4(), key)], other.pk: [(uuid4(), key)]}
    with pytest.raises(LookupError):
        drawing.drawn_with(1, [pool, other], same)


def test_score_and_points_count_the_attempts_own_paper(
    ada: User, exam: Exam, now: datetime
) -> None:
    attempt = begin(ada, exam, now)
    for place in drawing.paper_of_attempt(attempt)[:2]:
        sit.save_answer(
            by_id=ada.pk,
            attempt_id=attempt.pk,
            question_id=place.question_id,
            response="a",
            revision=1,
            now=now,
        )
    done = sit.submit(by=ada, attempt_id=attempt.pk, now=now)
    assert (done.points, done.max_points, done.score) == (3, 7, 42)
    result = queries.result_view(viewer=ada, attempt_id=attempt.pk, now=now)
    assert len(result.questions) == 4


def test_an_exam_without_pools_draws_nothing(ada: User, course: Course, now: datetime) -> None:
    attempt = begin(ada, factories.exam(course=course), now)
    assert (attempt.draw_seed, attempt.drawn) == (None, None)
    assert len(drawing.paper_of_attempt(attempt)) == 3


def test_the_view_of_an_exam_counts_what_is_asked(bruno: User, exam: Exam, now: datetime) -> None:
    view = queries.exam_view(viewer=bruno, exam_id=exam.pk, now=now)
    assert (view.questions, view.points) == (4, 7)


# --- what the database holds -----------------------------------------------------------------


def test_an_undrawn_candidate_is_not_answered(ada: User, exam: Exam, now: datetime) -> None:
    attempt = begin(ada, exam, now)
    question = undrawn(attempt)
    with pytest.raises(NotFound):
        sit.save_answer(
            by_id=ada.pk,
            attempt_id=attempt.pk,
            question_id=question.pk,
            response="a",
            revision=1,
            now=now,
        )
    assert autosave.look(attempt_id=attempt.pk, question_id=question.pk, user_id=ada.pk) is None
    with pytest.raises(DatabaseError, match="on the exam's paper"), transaction.atomic():
        AttemptAnswer.objects.create(
            attempt=attempt, question=question, response="a", saved_at=now, points_possible=2
        )


def test_a_draw_that_is_unfair_is_refused(ada: User, exam: Exam, now: datetime) -> None:
    all_of = [one.hex for one in candidates(exam.pools.get())]
    fixed = ExamQuestion.objects.get(exam=exam, pool=None).question_id.hex
    for drawn in (
        None,
        [],
        all_of[:2],
        all_of[:4],
        [all_of[0], all_of[0], all_of[1]],
        [*all_of[:2], fixed],
        [*all_of[:2], uuid4().hex],
        [*all_of[:2], "x"],
        {"a": 1},
    ):
        with pytest.raises(DatabaseError, match="draws from each pool"), transaction.atomic():
            factories.exam_attempt(exam=exam, user=ada, at=now, drawn=drawn, draw_seed=1)
    factories.exam_attempt(exam=exam, user=ada, at=now, drawn=all_of[:3], draw_seed=1)


def test_a_draw_and_a_begun_pool_never_change(ada: User, exam: Exam, now: datetime) -> None:
    attempt, pool = begin(ada, exam, now), exam.pools.get()
    for change in ({"drawn": []}, {"draw_seed": 5}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ExamAttempt.objects.filter(pk=attempt.pk).update(**change)
    with pytest.raises(DatabaseError, match="pools are frozen"), transaction.atomic():
        ExamPool.objects.filter(pk=pool.pk).update(pick=1)


# --- building --------------------------------------------------------------------------------


def test_candidates_are_those_that_fit_the_rule(
    bruno: User, course: Course, quiz: Quiz, now: datetime
) -> None:
    made = papers.create_exam(by=bruno, course_id=course.pk, now=now, settings={"title": "Tags"})
    questions = list(quiz.questions.order_by("position"))
    factories.question(quiz=quiz, kind="true_false")
    curate.tag_questions(
        by=bruno, question_ids=[one.pk for one in questions[:2]], add=["Loops"], now=now
    )
    tagged = add(bruno, made, now, title="Loops", rule={"tags": ["loops"]})
    assert candidates(tagged) == {one.pk for one in questions[:2]}
    kinds = add(bruno, made, now, title="Kinds", rule={"kinds": ["true_false"]})
    assert len(candidates(kinds)) == 1
    lesson = add(bruno, made, now, title="Lesson", rule={"lessons": [str(quiz.lesson_id)]})
    assert len(candidates(lesson)) == 6  # the others stand in the parts before


def test_a_question_stands_on_a_paper_once(bruno: User, exam: Exam, now: datetime) -> None:
    pool = exam.pools.get()
    picked = min(candidates(pool))
    fixed = ExamQuestion.objects.get(exam=exam, pool=None).question_id
    papers.set_paper(by=bruno, exam_id=exam.pk, places=[papers.Place(picked)], now=now)
    assert picked not in candidates(pool)
    assert fixed in candidates(pool)


def test_a_new_question_becomes_a_candidate_by_refreshing(
    bruno: User, exam: Exam, quiz: Quiz, now: datetime
) -> None:
    fresh = factories.question(quiz=quiz)
    (line,) = queries.pools_of(viewer=bruno, exam_id=exam.pk)
    assert (line.candidates, line.fits, line.is_stale) == (7, 8, True)
    assert pools.refresh_pools(by=bruno, exam_id=exam.pk, now=now) == 8
    assert fresh.pk in candidates(exam.pools.get())
    assert queries.variants(queries.pools_of(viewer=bruno, exam_id=exam.pk)) == 56


def test_a_begun_exam_keeps_its_pools(
    ada: User, bruno: User, exam: Exam, quiz: Quiz, now: datetime
) -> None:
    pool = exam.pools.get()
    begin(ada, exam, now)
    for change in (
        lambda: pools.refresh_pools(by=bruno, exam_id=exam.pk, now=now),
        lambda: add(bruno, exam, now),
        lambda: pools.remove_pool(by=bruno, exam_id=exam.pk, pool_id=pool.pk, now=now),
        lambda: pools.change_pool(
            by=bruno, exam_id=exam.pk, pool_id=pool.pk, values={"pick": 1}, now=now
        ),
    ):
        with pytest.raises(Conflict) as refused:
            change()
        assert refused.value.code == "paper_is_frozen"


def test_a_candidates_new_version_takes_its_place(bruno: User, exam: Exam, now: datetime) -> None:
    pool = exam.pools.get()
    old = Question.objects.get(pk=min(candidates(pool)))
    new = bank.edit_question(
        by=bruno, question_id=old.pk, changes={"question_text": "Written anew?"}, now=now
    )
    assert new.pk in candidates(pool)
    assert len(candidates(pool)) == 7


def test_a_candidate_can_retire_while_the_pool_has_enough(
    bruno: User, exam: Exam, now: datetime
) -> None:
    pool = exam.pools.get()
    for question_id in sorted(candidates(pool))[:4]:
        bank.retire_question(by=bruno, question_id=question_id, now=now)
    assert len(candidates(pool)) == 3
    with pytest.raises(Conflict) as refused:
        bank.retire_question(by=bruno, question_id=min(candidates(pool)), now=now)
    assert refused.value.code == "question_on_paper"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"pick": 0}, "pick"),
        ({"pick": True}, "pick"),
        ({"points": 1001}, "points"),
        ({"rule": []}, "rule"),
        ({"rule": {"colour": ["red"]}}, "rule"),
        ({"rule": {"kinds": ["riddle"]}}, "rule"),
        ({"rule": {"lessons": ["1"]}}, "rule"),
        ({"rule": {"scope": "world"}}, "rule"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_pool_that_does_not_fit_is_refused_at_its_field(
    bruno: User, exam: Exam, now: datetime, values: dict, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add(bruno, exam, now, **values)
    assert field in refused.value.fields


# --- conflicts -------------------------------------------------------------------------------


def test_conflicts_name_the_pool(bruno: User, course: Course, quiz: Quiz, now: datetime) -> None:
    made = papers.create_exam(by=bruno, course_id=course.pk, now=now, settings={"title": "Bad"})
    assert queries.pool_conflicts(made.pk) == []
    add(bruno, made, now, title="None", rule={"tags": ["nothing"]})
    add(bruno, made, now, title="Many", pick=9)
    add(bruno, made, now, title="Again", rule={"kinds": ["single_choice"]})
    found = {(one.code, one.blocks) for one in queries.pool_conflicts(made.pk)}
    assert found == {
        ("pool_empty", True),
        ("pool_too_small", True),
        ("pools_overlap", False),
    }
    with pytest.raises(Conflict) as refused:
        papers.publish_exam(by=bruno, exam_id=made.pk, now=now)
    assert refused.value.code == "pool_empty"


def test_a_published_exam_cannot_be_made_impossible(bruno: User, exam: Exam, now: datetime) -> None:
    pool = exam.pools.get()
    with pytest.raises(Conflict) as refused:
        pools.change_pool(by=bruno, exam_id=exam.pk, pool_id=pool.pk, values={"pick": 8}, now=now)
    assert refused.value.code == "pool_too_small"


def test_only_the_owner_draws_from_all_own_courses(
    bruno: User, eva: User, course: Course, exam: Exam, now: datetime
) -> None:
    second = factories.course(owner=bruno)
    far = factories.quiz(lesson=second.lessons.earliest("order_index"), status="draft")
    rule = {"scope": "owner", "quizzes": [str(far.pk)]}
    assert len(candidates(add(bruno, exam, now, rule=rule))) == 2
    factories.enrollment(user=eva, course=course, role="instructor")
    with pytest.raises(Invalid) as refused:
        add(eva, exam, now, rule={"scope": "owner"})
    assert "rule" in refused.value.fields
