"""The quizzes of a course that is just being made, as imports bring them: made ready before the
course's transaction begins, stored in it with few statements, however many questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from studium.assessment import rights, terms
from studium.assessment.actions import bank
from studium.assessment.kinds import NEED_PERSON
from studium.assessment.models import (
    Question,
    QuestionConcept,
    QuestionStatus,
    Quiz,
    QuizStatus,
)
from studium.assessment.writing import QuestionDraft, Resolve
from studium.content.naming import NamesOfNew
from studium.identity.actions import audit
from studium.lib import inserts
from studium.lib.db import ids

if TYPE_CHECKING:
    from studium.identity.models import AuditEntry, User

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class NewQuiz:
    """A quiz to take in; `slug` names it in its lesson's text. Each question comes with the names
    of the concepts it asks about."""

    lesson_id: UUID
    title: str
    slug: str
    questions: Sequence[tuple[QuestionDraft, Collection[str]]]


@dataclass(frozen=True, slots=True)
class Ready:
    """Quizzes of a course that have only to be stored, then published."""

    by: User
    course_id: UUID
    quizzes: list[UUID]
    stored: list[inserts.Insert]


def make_ready(
    *,
    by: User,
    course_id: UUID,
    quizzes: Sequence[NewQuiz],
    images: Resolve,
    names: NamesOfNew,
    now: datetime,
) -> Ready:
    """Check and write out quizzes for a course that is not stored yet, in their order in each of
    its lessons. `images` says where a file of the course is found, `names` its concepts.

    Raises what `bank.create_quiz`, `bank.add_questions` and `bank.publish_quiz` raise.
    """
    places: Counter[UUID] = Counter()
    slugs: set[tuple[UUID, str]] = set()
    rows: list[Quiz] = []
    questions: list[Question] = []
    links: list[QuestionConcept] = []
    log: list[AuditEntry] = []
    for one in quizzes:
        places[one.lesson_id] += 1
        quiz = _quiz(one, places[one.lesson_id], now=now)
        _require_free(quiz, slugs)
        asked = _questions(quiz, [draft for draft, _ in one.questions], images, now=now)
        for question, (_, texts) in zip(asked, one.questions, strict=True):
            linked = names.ids(texts)
            links += [QuestionConcept(question_id=question.pk, concept_id=it) for it in linked]
        rows.append(quiz)
        questions += asked
        log += _log(quiz, asked, course_id, by=by, now=now)
    stored: list[Model] = [*names.taken(), *rows, *questions, *links, *log]
    return Ready(by, course_id, ids(rows), inserts.inserts(stored))


@transaction.atomic
def take_in(ready: Ready) -> None:
    """Store the quizzes that were made ready for a course, and publish them; the course is stored
    by now."""
    rights.require_author(ready.by, ready.course_id)
    inserts.run(ready.stored)
    for start in range(0, len(ready.quizzes), _AT_ONCE):
        some = Quiz.objects.filter(pk__in=ready.quizzes[start : start + _AT_ONCE])
        some.update(status=QuizStatus.PUBLISHED)


def _quiz(one: NewQuiz, place: int, *, now: datetime) -> Quiz:
    values = {**terms.QUIZ_DEFAULTS, "title": one.title, "slug": one.slug}
    problems = terms.quiz_problems(values)
    if problems:
        raise bank.cannot_be_set(problems)
    return Quiz(lesson_id=one.lesson_id, position=place, created_at=now, **bank.stripped(values))


def _require_free(quiz: Quiz, slugs: set[tuple[UUID, str]]) -> None:
    if quiz.slug is None:
        return
    if (quiz.lesson_id, quiz.slug) in slugs:
        raise bank.cannot_be_set({"slug": bank.SLUG_TAKEN})
    slugs.add((quiz.lesson_id, quiz.slug))


def _questions(
    quiz: Quiz, drafts: Sequence[QuestionDraft], images: Resolve, *, now: datetime
) -> list[Question]:
    rows = [
        Question(quiz_id=quiz.pk, position=place, created_at=now, **written.columns)
        for place, written in enumerate(bank.written(drafts, resolve_image=images), start=1)
    ]
    bank.require_room(len(rows))
    if not any(
        row.status == QuestionStatus.APPROVED and row.kind not in NEED_PERSON for row in rows
    ):
        raise bank.nothing_to_ask(quiz.title)
    return rows


def _log(
    quiz: Quiz, asked: Sequence[Question], course_id: UUID, *, by: User, now: datetime
) -> list[AuditEntry]:
    """What each step would have left in the log, done by itself."""
    published = {"before": quiz.status, "after": str(QuizStatus.PUBLISHED)}
    steps: dict[str, dict[str, Any]] = {
        "quiz.create": {"title": quiz.title},
        "question.add": bank.added(asked),
        "quiz.status": published,
    }
    return [
        audit.entry(
            by=by,
            action=action,
            object_type="quiz",
            object_id=quiz.pk,
            course_id=course_id,
            detail=detail,
            now=now,
        )
        for action, detail in steps.items()
    ]
