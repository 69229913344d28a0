"""Which statements there are, in the order in which their answers were taken in.

Only folded responses are read, so what is not released is not told. A sitting's end is told with
the last of its folded responses, or later, when it ends after that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Q

from studium.analytics.models import ResponseFold, XapiSettings
from studium.analytics.xapi import statements
from studium.analytics.xapi.statements import Answer, Course, Finish, Site, Source, Statement
from studium.assessment.models import (
    AttemptAnswer,
    ExamAttempt,
    PracticeAnswer,
    PracticeSession,
    QuizAnswer,
    QuizAttempt,
    Response,
)
from studium.content.models import Concept, lesson_texts
from studium.lib.errors import Conflict

BATCH = 100
"""So many answers are read, and sent, at once."""
SOURCES = ("exam_attempt", "quiz_attempt", "practice_session")
Sitting = tuple[str, UUID]
"""A field of `SOURCES` and the id of an attempt or session."""
_RELATED = (
    "response__course",
    "response__user",
    "response__question",
    "response__exam_attempt__exam",
    "response__quiz_attempt__quiz",
    "response__practice_session",
)


@dataclass(slots=True)
class Batch:
    """Some answers in their order, the ends told with them, and the sittings without an end.

    `last` is the seq of the newest answer, the seq asked for where there is none.
    """

    last: int
    answers: list[Answer] = field(default_factory=list)
    finishes: dict[Sitting, Finish] = field(default_factory=dict)
    unfinished: list[Sitting] = field(default_factory=list)
    is_empty: bool = True


def site_of(held: XapiSettings) -> Site:
    """The site as its statements name it; refused while it does not know its own address."""
    if not settings.SITE_URL:
        raise Conflict(
            "Statements name this site by its address, which it does not know. The operator sets "
            "STUDIUM_URL."
        )
    return Site(settings.SITE_URL.rstrip("/"), held.namespace, held.pseudonym_secret)


def batch_after(
    seq: int, *, with_responses: bool, limit: int = BATCH, since: datetime | None = None
) -> Batch:
    """The next folded answers after `seq`; `since` leaves out what was answered before."""
    rows = ResponseFold.objects.filter(seq__gt=seq).order_by("seq").select_related(*_RELATED)
    if since is not None:
        rows = rows.filter(response__occurred_at__gte=since)
    folds = list(rows[:limit])
    if not folds:
        return Batch(seq)
    responses = [one.response for one in folds]
    known = [one for one in responses if one.user.erased_at is None]
    about = _concepts_of(known)
    said = _said(known) if with_responses else {}
    batch = Batch(folds[-1].seq, is_empty=False)
    batch.answers = [_answer(one, about, said) for one in known]
    _add_ends(batch, known, {one.response_id: one.seq for one in folds})
    return batch


def all_statements(
    held: XapiSettings, *, since: datetime | None = None, after: int = 0
) -> Iterator[Statement]:
    """Every statement there is to be told now, each once."""
    site = site_of(held)
    while True:
        batch = batch_after(after, with_responses=held.with_responses, since=since)
        if batch.is_empty:
            return
        yield from told_in(site, batch)
        after = batch.last


def told_in(site: Site, batch: Batch) -> Iterator[Statement]:
    """The statements of a batch: answers, then ends."""
    for answer in batch.answers:
        yield from statements.answered(site, answer)
    for finish in batch.finishes.values():
        yield from statements.finished(site, finish)


def ends_of(sittings: Iterable[Sitting]) -> dict[Sitting, Finish]:
    """The ends of those of the sittings that are over."""
    of_field: dict[str, list[UUID]] = defaultdict(list)
    for name, pk in sittings:
        of_field[name].append(pk)
    exams = ExamAttempt.objects.filter(pk__in=of_field["exam_attempt"], score__isnull=False)
    runs = QuizAttempt.objects.filter(pk__in=of_field["quiz_attempt"], finished_at__isnull=False)
    practice = PracticeSession.objects.filter(
        pk__in=of_field["practice_session"], finished_at__isnull=False
    )
    return {
        **{
            ("exam_attempt", one.pk): _exam_end(one)
            for one in exams.select_related("exam__course", "user")
            if one.user.erased_at is None
        },
        **{
            ("quiz_attempt", one.pk): _run_end(one)
            for one in runs.select_related("quiz__lesson__course", "user").defer(
                *lesson_texts("quiz__lesson")
            )
            if one.user.erased_at is None
        },
        **{
            ("practice_session", one.pk): _session_end(one)
            for one in practice.select_related("course", "user")
            if one.user.erased_at is None
        },
    }


def _add_ends(batch: Batch, responses: Sequence[Response], seqs: dict[UUID, int]) -> None:
    """Ends go with the last folded answer of a sitting, so that a page of many tells them once."""
    here: dict[Sitting, int] = {}
    for one in responses:
        here[sitting_of(one)] = seqs[one.pk]
    last = _last_seqs(here)
    ending = [sitting for sitting, seq in here.items() if seq == last[sitting]]
    batch.finishes = ends_of(ending)
    batch.unfinished = [sitting for sitting in ending if sitting not in batch.finishes]


def sitting_of(response: Response) -> Sitting:
    """In which attempt or session a response was given."""
    for name in SOURCES:
        pk = getattr(response, f"{name}_id")
        if pk is not None:
            return name, pk
    raise LookupError(response.pk)  # a constraint of the table rules this out


def _last_seqs(sittings: Iterable[Sitting]) -> dict[Sitting, int]:
    found: dict[Sitting, int] = {}
    asked = list(sittings)
    for name in SOURCES:
        ids = [pk for kind, pk in asked if kind == name]
        if ids:
            rows = (
                ResponseFold.objects.filter(**{f"response__{name}__in": ids})
                .values_list(f"response__{name}")
                .annotate(last=Max("seq"))
            )
            found |= {(name, pk): last for pk, last in rows}
    return found


def _answer(
    row: Response, about: tuple[dict[UUID, str], dict[UUID, UUID]], said: dict[UUID, Any]
) -> Answer:
    names, own = about
    concepts = [UUID(one) for one in row.concepts]
    if not concepts and row.lesson_id in own:
        concepts = [own[row.lesson_id]]
    return Answer(
        response_id=row.pk,
        user_id=row.user_id,
        course=_course(row.course),
        source=_source(row),
        question_id=row.question_id,
        kind=row.question.kind,
        text=row.question.question_text,
        share=float(row.share),
        seconds=row.seconds,
        at=row.received_at if row.replaces_id else row.occurred_at,
        concepts=[(one, names[one]) for one in concepts if one in names],
        replaces=row.replaces_id,
        response=said.get(row.pk),
    )


def _course(row: Any) -> Course:
    return Course(row.pk, row.title, row.language)


def _source(row: Response) -> Source:
    if row.exam_attempt is not None:
        exam = row.exam_attempt.exam
        return Source("exam", exam.pk, exam.title, row.exam_attempt.pk)
    if row.quiz_attempt is not None:
        quiz = row.quiz_attempt.quiz
        return Source("quiz", quiz.pk, quiz.title, row.quiz_attempt.pk)
    assert row.practice_session_id is not None
    return _practice(row.course, row.practice_session_id)


def _practice(course: Any, session_id: UUID) -> Source:
    return Source("practice", course.pk, f"Practice: {course.title}", session_id)


def _exam_end(row: ExamAttempt) -> Finish:
    assert row.submitted_at is not None
    source = Source("exam", row.exam_id, row.exam.title, row.pk)
    return Finish(
        row.user_id, _course(row.exam.course), source, row.attempted_at, row.submitted_at,
        row.score, row.passed,
    )  # fmt: skip


def _run_end(row: QuizAttempt) -> Finish:
    assert row.finished_at is not None
    source = Source("quiz", row.quiz_id, row.quiz.title, row.pk)
    course = _course(row.quiz.lesson.course)
    return Finish(row.user_id, course, source, row.started_at, row.finished_at)


def _session_end(row: PracticeSession) -> Finish:
    assert row.finished_at is not None
    source = _practice(row.course, row.pk)
    return Finish(row.user_id, _course(row.course), source, row.created_at, row.finished_at)


def _concepts_of(rows: Sequence[Response]) -> tuple[dict[UUID, str], dict[UUID, UUID]]:
    """Names of concepts, and by lesson the concept that answers without a tag count to."""
    tagged = {UUID(one) for row in rows for one in row.concepts}
    untagged = {row.lesson_id for row in rows if not row.concepts}
    found = Concept.objects.filter(Q(pk__in=tagged) | Q(lesson__in=untagged))
    names: dict[UUID, str] = {}
    own: dict[UUID, UUID] = {}
    for pk, name, lesson_id in found.values_list("pk", "name", "lesson_id"):
        names[pk] = name
        if lesson_id is not None:
            own[lesson_id] = pk
    return names, own


def _said(rows: Sequence[Response]) -> dict[UUID, Any]:
    """What was answered, by response; read only where the site says that it may leave."""
    found: dict[tuple[UUID, UUID], Any] = {}
    stores: tuple[tuple[Any, str, str], ...] = (
        (AttemptAnswer, "attempt_id", "exam_attempt_id"),
        (QuizAnswer, "attempt_id", "quiz_attempt_id"),
        (PracticeAnswer, "session_id", "practice_session_id"),
    )
    for model, key, name in stores:
        ids = {getattr(row, name) for row in rows} - {None}
        if ids:
            answers = model.objects.filter(**{f"{key}__in": ids})
            for attempt_id, question_id, response in answers.values_list(
                key, "question_id", "response"
            ):
                found[attempt_id, question_id] = response
    return {row.pk: found.get((sitting_of(row)[1], row.question_id)) for row in rows}
