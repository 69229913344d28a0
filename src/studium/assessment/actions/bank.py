"""Quizzes and their questions: write, publish, put in order, retire.

An answered question is never changed: a fix makes its next version and retires the one before,
which stays where it was answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Value, When
from django.db.models.aggregates import Max

from studium.assessment import rights, terms
from studium.assessment.asked import content_of
from studium.assessment.kinds import (
    NEED_PERSON,
    Draft,
    OptionDraft,
    QuestionContent,
    kind,
)
from studium.assessment.models import (
    AttemptAnswer,
    Exam,
    ExamAttempt,
    ExamQuestion,
    Question,
    QuestionConcept,
    QuestionStatus,
    QuestionTag,
    Quiz,
    QuizAnswer,
    QuizStatus,
    Response,
)
from studium.assessment.models.bank import POSITION_OFFSET
from studium.assessment.writing import (
    QuestionDraft,
    Resolve,
    Written,
    changed,
    draft_of,
    problems_of,
    write,
)
from studium.content.queries import surroundings
from studium.identity.actions import audit
from studium.lib.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from studium.identity.models import User

__all__ = [
    "OptionDraft",
    "QuestionDraft",
    "add_question",
    "add_questions",
    "archive_quiz",
    "check_drafts",
    "create_quiz",
    "draft_of",
    "edit_question",
    "is_answered",
    "move_question",
    "move_to_quiz",
    "order_questions",
    "publish_quiz",
    "retire_question",
    "update_quiz",
]

NOT_ASKED = "The question cannot be asked like this."
SLUG_TAKEN = "Another quiz of this lesson has this name in the text."

# What may change on an answered question, because nobody's answer meant anything else before.
_FREE = ("explanation", "explanation_html", "points", "source", "external_id", "status", "origin")
# What an answer was given to.
_ASKED = ("question_text", "answer", "options", "kind", "spec", "question_html")


@transaction.atomic
def create_quiz(*, by: User, lesson_id: UUID, now: datetime, settings: Mapping[str, Any]) -> Quiz:
    """A new quiz of a lesson, a draft. `settings` as in `terms.QUIZ_DEFAULTS`; title is needed."""
    lesson = rights.lesson_for_author(by, lesson_id)
    values = {**terms.QUIZ_DEFAULTS, **settings}
    _require_settings(values, lesson_id=lesson.pk)
    last = Quiz.objects.filter(lesson=lesson).aggregate(last=Max("position"))["last"]
    quiz = Quiz.objects.create(
        lesson=lesson, position=(last or 0) + 1, created_at=now, **stripped(values)
    )
    _record("quiz.create", quiz, by=by, now=now, detail={"title": quiz.title})
    return quiz


@transaction.atomic
def update_quiz(*, by: User, quiz_id: UUID, now: datetime, settings: Mapping[str, Any]) -> Quiz:
    """Change some settings of a quiz."""
    quiz = rights.quiz_for_author(by, quiz_id, lock=True)
    _require_settings(settings, lesson_id=quiz.lesson_id, quiz_id=quiz.pk)
    before = {name: getattr(quiz, name) for name in settings}
    values = stripped(settings)
    for name, value in values.items():
        setattr(quiz, name, value)
    quiz.save(update_fields=list(values))
    _record("quiz.update", quiz, by=by, now=now, detail={"before": before, "after": values})
    return quiz


@transaction.atomic
def publish_quiz(*, by: User, quiz_id: UUID, now: datetime) -> Quiz:
    """Let students practise. A quiz needs a question first."""
    quiz = rights.quiz_for_author(by, quiz_id, lock=True)
    approved = current_questions(quiz).filter(status=QuestionStatus.APPROVED)
    if not approved.exclude(kind__in=NEED_PERSON).exists():
        raise nothing_to_ask(quiz.title)
    return _set_status(quiz, QuizStatus.PUBLISHED, by=by, now=now)


@transaction.atomic
def archive_quiz(*, by: User, quiz_id: UUID, now: datetime) -> Quiz:
    """Take a quiz out of use. Runs and results stay; its questions stay in the bank."""
    quiz = rights.quiz_for_author(by, quiz_id, lock=True)
    return _set_status(quiz, QuizStatus.ARCHIVED, by=by, now=now)


def add_question(
    *,
    by: User,
    quiz_id: UUID,
    draft: QuestionDraft,
    now: datetime,
) -> Question:
    """Add one question at the end of a quiz. Raises `Invalid` with what to mend by field."""
    written = write(draft, resolve_image=images_of(rights.quiz_for_author(by, quiz_id)))
    if written.problems:
        raise invalid(NOT_ASKED, written.problems)
    return _add(by=by, quiz_id=quiz_id, all_written=[written], now=now)[0]


def add_questions(
    *,
    by: User,
    quiz_id: UUID,
    drafts: Sequence[QuestionDraft],
    now: datetime,
    then: Callable[[list[Question]], None] | None = None,
) -> list[Question]:
    """Add many at once, all or none. Fields of an error are `questions.<number from 0>.<field>`.

    `then` is called with them in the same transaction. Their HTML is made before that begins, so
    that others wait for the storing only.
    """
    images = images_of(rights.quiz_for_author(by, quiz_id))
    all_written = written(drafts, resolve_image=images)
    with transaction.atomic():
        made = _add(by=by, quiz_id=quiz_id, all_written=all_written, now=now)
        if then is not None:
            then(made)
    return made


def written(drafts: Sequence[QuestionDraft], *, resolve_image: Resolve) -> list[Written]:
    """What drafts become, if all of them can be asked; raises `Invalid` as `add_questions` does."""
    found = [write(draft, resolve_image=resolve_image) for draft in drafts]
    problems = {
        f"questions.{number}.{name}": message
        for number, one in enumerate(found)
        for name, message in one.problems.items()
    }
    if problems:
        raise invalid("Some questions cannot be asked like this.", problems)
    return found


@transaction.atomic
def edit_question(
    *,
    by: User,
    question_id: UUID,
    changes: Mapping[str, Any],
    now: datetime,
) -> Question:
    """Write some fields of `QuestionDraft` anew; gives the question to use from now on.

    Nobody answered it and no begun paper holds it: it is changed in place. Otherwise, when what
    was asked changes, the next version takes its place, and the place on papers not begun yet.
    """
    old = rights.question_for_author(by, question_id, lock=True)
    _require_current(old)
    unknown = set(changes) - set(QuestionDraft.__dataclass_fields__)
    if unknown:
        raise Invalid(
            "A question has no such field.",
            fields=dict.fromkeys(sorted(unknown), "There is no such field."),
        )
    written = write(changed(draft_of(old), changes), resolve_image=images_of(old.quiz))
    if written.problems:
        raise invalid(NOT_ASKED, written.problems)
    columns = _with_old_options(old, written.columns)
    same = all(getattr(old, name) == columns[name] for name in _ASKED if name != "question_html")
    if same or not is_answered(old):
        question = _change(old, columns if not same else {n: columns[n] for n in _FREE})
    else:
        question = _next_version(old, columns, now=now)
    _record_question("question.edit", question, by=by, now=now)
    return question


@transaction.atomic
def retire_question(*, by: User, question_id: UUID, now: datetime) -> Question:
    """Take a question out of its quiz and the bank; what was answered stays."""
    question = rights.question_for_author(by, question_id, lock=True)
    _require_current(question)
    _require_not_last(question)
    _leave_pools(question)
    planned = _papers_not_begun(question).select_related("exam").first()
    if planned is not None:
        raise Conflict(
            f"The question is on the paper of “{planned.exam.title}”. Take it off there first.",
            code="question_on_paper",
        )
    question.retired_at = now
    question.save(update_fields=["retired_at"])
    _record_question("question.retire", question, by=by, now=now)
    return question


@transaction.atomic
def move_question(*, by: User, question_id: UUID, to: int, now: datetime) -> list[UUID]:
    """Put a question at place `to` (from 1) of its quiz; gives the new order."""
    question = rights.question_for_author(by, question_id)
    quiz = rights.quiz_for_author(by, question.quiz_id, lock=True)
    order = list(current_questions(quiz).values_list("pk", flat=True))
    if question.pk not in order:
        raise NotFound
    if not 1 <= to <= len(order):
        raise Invalid(
            f"The quiz has places 1 to {len(order)}.",
            fields={"position": f"Choose a place from 1 to {len(order)}."},
        )
    order.remove(question.pk)
    order.insert(to - 1, question.pk)
    _renumber(quiz, order)
    return order


@transaction.atomic
def order_questions(*, by: User, quiz_id: UUID, order: Sequence[UUID], now: datetime) -> list[UUID]:
    """Put all questions of a quiz into this order; it must name each of them once."""
    quiz = rights.quiz_for_author(by, quiz_id, lock=True)
    current = list(current_questions(quiz).values_list("pk", flat=True))
    if sorted(order) != sorted(current):
        raise Conflict("The questions of this quiz changed meanwhile. Reload, then order them.")
    _renumber(quiz, order)
    return list(order)


def check_drafts(
    *, by: User, quiz_id: UUID, drafts: Sequence[QuestionDraft]
) -> list[dict[str, str]]:
    """What has to be mended in each draft before the quiz takes it, by field; stores nothing."""
    rights.quiz_for_author(by, quiz_id)
    return [problems_of(draft) for draft in drafts]


def current_questions(quiz: Quiz) -> Any:
    """The questions of a quiz that are in use, in order."""
    return Question.objects.filter(quiz=quiz, retired_at__isnull=True).order_by("position")


# --- settings and states ---------------------------------------------------------------------


def _require_settings(
    settings: Mapping[str, Any], *, lesson_id: UUID, quiz_id: UUID | None = None
) -> None:
    problems = terms.quiz_problems(settings)
    slug = settings.get("slug")
    if slug is not None and "slug" not in problems:
        taken = Quiz.objects.filter(lesson_id=lesson_id, slug=slug)
        if taken.exclude(pk=quiz_id or lesson_id).exists():
            problems["slug"] = SLUG_TAKEN
    if problems:
        raise cannot_be_set(problems)


def cannot_be_set(problems: Mapping[str, str]) -> Invalid:
    """A refusal of a quiz's settings, with what to mend at each."""
    return invalid("The quiz cannot be set like this.", problems)


def _set_status(quiz: Quiz, status: QuizStatus, *, by: User, now: datetime) -> Quiz:
    if quiz.status != status:
        before, quiz.status = quiz.status, status
        quiz.save(update_fields=["status"])
        detail = {"before": before, "after": str(status)}
        _record("quiz.status", quiz, by=by, now=now, detail=detail)
    return quiz


def stripped(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as they are stored."""
    return {
        name: value.strip() if isinstance(value, str) else value for name, value in values.items()
    }


def invalid(message: str, problems: Mapping[str, str]) -> Invalid:
    """A refusal that says what to mend at each field."""
    return Invalid(f"{message} Mend what is marked.", fields=dict(problems))


def nothing_to_ask(title: str) -> Conflict:
    """A refusal to publish a quiz of this title."""
    return Conflict(
        f"“{title}” has no approved question yet. Add one, then publish.", code="quiz_is_empty"
    )


def images_of(quiz: Quiz) -> Resolve:
    """Where an image of the course is found; questions refer to them as lessons do."""
    return surroundings(quiz.lesson.course).image


# --- questions -------------------------------------------------------------------------------


@transaction.atomic
def _add(
    *, by: User, quiz_id: UUID, all_written: Sequence[Written], now: datetime
) -> list[Question]:
    quiz = rights.quiz_for_author(by, quiz_id, lock=True)
    last = current_questions(quiz).aggregate(last=Max("position"))["last"] or 0
    require_room(last + len(all_written))
    rows = [
        Question(quiz=quiz, position=last + place, created_at=now, **written.columns)
        for place, written in enumerate(all_written, start=1)
    ]
    Question.objects.bulk_create(rows, batch_size=500)
    _record("question.add", quiz, by=by, now=now, detail=added(rows))
    return rows


def require_room(count: int) -> None:
    """Raises `Conflict` where a quiz would come to more questions than it holds."""
    if count >= POSITION_OFFSET:
        raise Conflict("A quiz cannot hold that many questions. Make another quiz.")


def added(rows: Sequence[Question]) -> dict[str, Any]:
    """What the log says of questions that were added to a quiz."""
    return {"count": len(rows), "questions": [str(row.pk) for row in rows[:100]]}


def _require_not_last(question: Question) -> None:
    others = current_questions(question.quiz).exclude(pk=question.pk)
    if question.quiz.status == QuizStatus.PUBLISHED and not (
        others.filter(status=QuestionStatus.APPROVED).exists()
    ):
        raise Conflict(
            f"This is the last question of “{question.quiz.title}”, which is published. "
            "Add another one or archive the quiz.",
            code="last_question",
        )


def _leave_pools(question: Question) -> None:
    """A candidate goes, as long as its pool has enough others; else the paper needs it."""
    rows = _papers_not_begun(question).filter(pool_id__isnull=False)
    for row in rows.select_related("pool"):
        if ExamQuestion.objects.filter(pool_id=row.pool_id).count() > row.pool.pick:
            row.delete()


def _require_current(question: Question) -> None:
    if question.retired_at is not None:
        newer = Question.objects.filter(replaces_id=question.pk).first()
        where = " Change its newer version." if newer else ""
        raise Conflict(
            f"This question was taken out of use.{where}",
            code="question_retired",
            extra={"replaced_by": str(newer.pk)} if newer else {},
        )


def is_answered(question: Question) -> bool:
    """Whether an answer or a begun paper holds on to what was asked."""
    held = (
        AttemptAnswer.objects.filter(question=question),
        QuizAnswer.objects.filter(question=question),
        Response.objects.filter(question=question),
        ExamQuestion.objects.filter(question=question, exam__attempts__isnull=False),
    )
    return any(rows.exists() for rows in held)


def _with_old_options(old: Question, columns: dict[str, Any]) -> dict[str, Any]:
    """Keep the ids inside a question whose key, options and rules were written as they were."""
    if old.kind != columns["kind"]:
        return columns
    new = QuestionContent(
        columns["kind"],
        columns["question_text"],
        columns["answer"],
        columns["options"],
        columns["spec"],
    )
    if _written(content_of(old)) != _written(new):
        return columns
    return {**columns, "options": old.options, "answer": old.answer, "spec": old.spec}


def _written(content: QuestionContent) -> Draft:
    draft = kind(content.kind).draft(content)
    options = draft.options and [replace(option, label=None) for option in draft.options]
    return replace(draft, text="", options=options)


def _change(question: Question, columns: Mapping[str, Any]) -> Question:
    for name, value in columns.items():
        setattr(question, name, value)
    question.save(update_fields=list(columns))
    return question


def move_to_quiz(question: Question, quiz: Quiz, *, now: datetime) -> Question:
    """The question's next version in another quiz, at its end. Whoever calls checked the rights
    and holds both locked."""
    _require_current(question)
    _require_not_last(question)
    last = current_questions(quiz).aggregate(last=Max("position"))["last"] or 0
    columns = {name: getattr(question, name) for name in (*_ASKED, *_FREE)}
    return _next_version(question, columns, now=now, quiz=quiz, place=last + 1)


def _next_version(
    old: Question,
    columns: Mapping[str, Any],
    *,
    now: datetime,
    quiz: Quiz | None = None,
    place: int | None = None,
) -> Question:
    if place is None:
        place = old.position
        old.position = place + POSITION_OFFSET
        old.save(update_fields=["position"])
    new = Question.objects.create(
        quiz=quiz or old.quiz,
        position=place,
        version=old.version + 1,
        bank_key=old.bank_key,
        replaces=old,
        created_at=now,
        **columns,
    )
    _keep_words(old, new)
    for row in _papers_not_begun(old):
        _swap(row, new)
    old.retired_at = now
    old.save(update_fields=["retired_at"])
    return new


def _keep_words(old: Question, new: Question) -> None:
    """The next version begins with the tags and concepts of the one before."""
    QuestionTag.objects.bulk_create(
        QuestionTag(question=new, tag_id=row.tag_id)
        for row in QuestionTag.objects.filter(question=old)
    )
    QuestionConcept.objects.bulk_create(
        QuestionConcept(question=new, concept_id=row.concept_id)
        for row in QuestionConcept.objects.filter(question=old)
    )


def _papers_not_begun(question: Question) -> Any:
    begun = ExamAttempt.objects.filter(exam_id=OuterRef("exam_id"))
    return ExamQuestion.objects.filter(question=question).exclude(Exists(begun))


def _swap(row: ExamQuestion, new: Question) -> None:
    """Put the new version in an old one's place; a published paper is never empty meanwhile."""
    Exam.objects.select_for_update().get(pk=row.exam_id)
    place, points = row.position, row.points
    fresh = ExamQuestion.objects.create(
        exam_id=row.exam_id,
        question=new,
        pool_id=row.pool_id,
        position=place + POSITION_OFFSET // 2,
        points=points,
    )
    row.delete()
    ExamQuestion.objects.filter(pk=fresh.pk).update(position=place)


def _renumber(quiz: Quiz, order: Sequence[UUID]) -> None:
    """Number anew in two steps, because SQLite checks UNIQUE row by row."""
    rows = Question.objects.filter(quiz=quiz, retired_at__isnull=True)
    rows.update(position=F("position") + POSITION_OFFSET)
    places = [When(pk=pk, then=Value(place)) for place, pk in enumerate(order, start=1)]
    rows.update(position=Case(*places))


def _record(action: str, quiz: Quiz, *, by: User, now: datetime, detail: Mapping[str, Any]) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="quiz",
        object_id=quiz.pk,
        course_id=quiz.lesson.course_id,
        detail=dict(detail),
        now=now,
    )


def _record_question(action: str, question: Question, *, by: User, now: datetime) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="question",
        object_id=question.pk,
        course_id=question.quiz.lesson.course_id,
        detail={"version": question.version, "quiz": str(question.quiz_id)},
        now=now,
    )
