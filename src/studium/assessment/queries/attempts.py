"""Exam attempts as their owner or the staff may see them.

The one rule of release lives here: before it, no score, no correctness, no key and no explanation
leaves, in no field, order or length. Whoever renders an attempt takes it from here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.assessment import corrected, release, rights, rules
from studium.assessment.asked import (
    Asked,
    asked,
    explanation_html,
    option_explanations,
    remark_html,
    variant_seed,
)
from studium.assessment.counting import Counted, counting_score
from studium.assessment.drawing import asked_in_attempt, lessons_of, paper_of_attempt
from studium.assessment.kinds import Response, kind
from studium.assessment.late import penalty_percent
from studium.assessment.models import (
    AttemptAnswer,
    AttemptEvent,
    AttemptStatus,
    EventKind,
    Exam,
    ExamAttempt,
    ExamQuestion,
    Release,
)
from studium.assessment.queries.receipts import final_receipt
from studium.assessment.queries.running import running_exam
from studium.assessment.scoring import right_contents, score_place
from studium.lib.prepared import Prepared, together

if TYPE_CHECKING:
    from studium.identity.models import User


_ANSWERS = Prepared(lambda attempt: AttemptAnswer.objects.filter(attempt_id=attempt), "attempt")
_REGRADED = Prepared(
    lambda attempt: AttemptEvent.objects.filter(
        attempt_id=attempt, kind=EventKind.REGRADED
    ).order_by("seq"),
    "attempt",
)


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """The latest stored response to a question; None was cleared."""

    response: Response
    revision: int
    saved_at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "response": self.response,
            "revision": self.revision,
            "saved_at": self.saved_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question of an attempt, with what its owner has answered so far."""

    asked: Asked
    answer: SavedAnswer | None

    def as_json(self) -> dict[str, Any]:
        """The shape the API promises: `answer` is there once something was saved."""
        made = self.asked.as_json()
        if self.answer is not None:
            made["answer"] = self.answer.as_json()
        return made


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """An attempt in a list. `score`, `passed` and points are None until they are released."""

    id: UUID
    exam_id: UUID
    exam_title: str
    user_id: UUID
    user_name: str
    attempt_no: int
    attempts_allowed: int
    status: str
    closed_by: str | None
    attempted_at: datetime
    deadline_at: datetime
    submitted_at: datetime | None
    pass_mark: int
    released: bool
    score: int | None
    passed: bool | None
    points: Decimal | None
    max_points: Decimal | None


@dataclass(frozen=True, slots=True)
class AttemptView:
    """An attempt with its questions, before and after it was handed in; never with a key.
    `receipt` is the code of handing in, once that happened."""

    line: AttemptLine
    server_time: datetime
    questions: tuple[PaperQuestion, ...]
    receipt: str | None

    @property
    def may_be_over(self) -> bool:
        """Whether it runs and its deadline has passed; there may be some grace yet, or a pause."""
        runs = self.line.status == AttemptStatus.IN_PROGRESS
        return runs and self.server_time > self.line.deadline_at

    def as_json(self) -> dict[str, Any]:
        """The shape the API promises."""
        line = self.line
        return {
            "id": str(line.id),
            "exam_id": str(line.exam_id),
            "attempt_no": line.attempt_no,
            "status": line.status,
            "closed_by": line.closed_by,
            "score": line.score,
            "passed": line.passed,
            "attempted_at": line.attempted_at.isoformat(),
            "deadline_at": line.deadline_at.isoformat(),
            "submitted_at": line.submitted_at.isoformat() if line.submitted_at else None,
            "server_time": self.server_time.isoformat(),
            "receipt": self.receipt,
            "questions": [question.as_json() for question in self.questions],
        }


@dataclass(frozen=True, slots=True)
class Marked:
    """A question after grading. `points` is None until correctness is shown, `right` until keys
    are; explanations are None and empty until they are. `worth` and `right` are with the
    corrections in force; a dropped question counts for nobody. `parts` says which parts of the
    answer are right, with the correctness; `remark_html` is what its author says to exactly this
    answer."""

    number: int
    asked: Asked
    lesson_id: UUID
    lesson_topic: str
    answer: SavedAnswer | None
    points: Decimal | None
    right: Response
    explanation_html: str | None
    option_explanations: Mapping[str, str]
    parts: Mapping[str, bool] = field(default_factory=dict)
    remark_html: str = ""
    worth: Decimal = Decimal(0)
    is_dropped: bool = False


@dataclass(frozen=True, slots=True)
class Regraded:
    """A regrade that moved this attempt, or its undoing: old and new score, and why."""

    at: datetime
    reason: str
    undone: bool
    score: tuple[int, int]


@dataclass(frozen=True, slots=True)
class LessonPoints:
    """What was earned on the questions of one lesson."""

    lesson_id: UUID
    topic: str
    points: Decimal
    max_points: Decimal

    @property
    def share(self) -> Decimal:
        """What was earned, 0 to 1."""
        return self.points / self.max_points


@dataclass(frozen=True, slots=True)
class ResultView:
    """What an attempt came to.

    What is `…_shown` goes with the release of its part, but nothing is while an exam runs. `later`
    has the parts that are still to come with their moment, None for never. `attempt` is the row all
    this was read from, its exam and course with it. `counted` is the result of the exam over the
    attempts whose score is known, `penalty_percent` what being late cost.
    """

    line: AttemptLine
    attempt: ExamAttempt
    as_staff: bool
    exam: Exam
    course_slug: str
    course_title: str
    release: str
    releases_at: datetime | None
    correctness_shown: bool
    keys_shown: bool
    explanations_shown: bool
    later: tuple[tuple[str, datetime | None], ...]
    questions: tuple[Marked, ...]
    lessons: tuple[LessonPoints, ...]
    earlier: tuple[AttemptLine, ...]
    counts: str
    counted: Counted
    penalty_percent: int | None
    regraded: tuple[Regraded, ...] = ()


def is_released(
    attempt: ExamAttempt, exam: Exam, now: datetime, *, part: str = release.SCORE
) -> bool:
    """Whether the attempt's owner may know its score, or another part of how it was marked."""
    return attempt.status == AttemptStatus.GRADED and release.released(exam, part, now)


def attempt_view(*, viewer: User, attempt_id: UUID, now: datetime) -> AttemptView:
    """An attempt to be answered or looked at; raises `NotFound` for other people's."""
    found, stored = together(
        rights.READ.asked(attempt=attempt_id), _ANSWERS.asked(attempt=attempt_id)
    )
    attempt, as_staff = rights.attempt_for_reader(viewer, found)
    answers = {row.question_id: row for row in stored}
    questions = tuple(
        [PaperQuestion(one, _saved(answers.get(one.id))) for one in asked_in_attempt(attempt)]
    )
    runs = attempt.status == AttemptStatus.IN_PROGRESS
    receipt = None if runs else final_receipt(attempt.pk)
    return AttemptView(line_of(attempt, now, as_staff=as_staff), now, questions, receipt)


def result_view(*, viewer: User, attempt_id: UUID, now: datetime) -> ResultView:
    """How an attempt was marked, as far as the viewer may know."""
    attempt, as_staff = rights.exam_attempt_for_reader(viewer, attempt_id)
    exam, line = attempt.exam, line_of(attempt, now, as_staff=as_staff)
    shown = _shown_parts(viewer, attempt, now, as_staff=as_staff)
    answers = _answers(attempt)
    earlier = _lines_of(attempt.user_id, now, as_staff=as_staff, exam_id=exam.pk)
    corrections = corrected.in_force(exam.pk)
    paper = _paper(attempt)
    lessons = lessons_of(paper)
    questions = tuple(
        _marked(
            (number, *lessons[place.question_id]),
            place,
            attempt,
            answers.get(place.question_id),
            corrections,
            shown=shown,
        )
        for number, place in enumerate(paper, start=1)
    )
    return ResultView(
        line=line,
        attempt=attempt,
        as_staff=as_staff,
        exam=exam,
        course_slug=exam.course.slug,
        course_title=exam.course.title,
        release=exam.release,
        releases_at=releases_at(exam),
        correctness_shown=release.CORRECTNESS in shown,
        keys_shown=release.KEY in shown,
        explanations_shown=release.EXPLANATION in shown,
        later=_later(attempt, now, as_staff=as_staff),
        questions=questions,
        lessons=_by_lesson(questions) if release.CORRECTNESS in shown else (),
        earlier=earlier,
        counts=exam.counts,
        counted=counting_score(earlier, exam.counts),
        penalty_percent=penalty_percent(attempt) if line.released else None,
        regraded=_regraded(attempt) if line.released else (),
    )


def own_attempts(
    *, viewer: User, now: datetime, exam_id: UUID | None = None, course_id: UUID | None = None
) -> tuple[AttemptLine, ...]:
    """The viewer's attempts, all or those at one exam or in one course, oldest first."""
    narrowed: dict[str, UUID] = {}
    if exam_id is not None:
        narrowed["exam_id"] = exam_id
    if course_id is not None:
        narrowed["exam__course_id"] = course_id
    return _lines_of(viewer.pk, now, as_staff=False, **narrowed)


def attempts_at(
    *, viewer: User, exam_id: UUID, now: datetime, limit: int = 50, offset: int = 0
) -> tuple[list[AttemptLine], int]:
    """Everybody's attempts at an exam, newest first, and how many there are; for its staff."""
    exam, _role = rights.exam_for_reader(viewer, exam_id)
    rights.require_results(viewer, exam.course_id)
    rows = ExamAttempt.objects.filter(exam=exam).select_related("exam", "user")
    page = rows.order_by("-attempted_at", "-pk")[offset : offset + limit]
    return [line_of(row, now, as_staff=True) for row in page], rows.count()


def events_of(*, viewer: User, attempt_id: UUID) -> list[AttemptEvent]:
    """The journal of an attempt for the staff; its owner sees it without what grading added."""
    attempt, as_staff = rights.exam_attempt_for_reader(viewer, attempt_id)
    rows = AttemptEvent.objects.filter(attempt=attempt).order_by("seq")
    return list(rows if as_staff else rows.exclude(kind__in=["graded", "marked", "regraded"]))


def releases_at(exam: Exam) -> datetime | None:
    """When scores come out, where that is a moment for all; else None."""
    if exam.release not in (Release.AFTER_CLOSE, Release.ON_DATE):
        return None
    return release.release_moment(exam, release.SCORE, graded_at=exam.created_at)


# --- parts -----------------------------------------------------------------------------------


def _shown_parts(
    viewer: User, attempt: ExamAttempt, now: datetime, *, as_staff: bool
) -> Collection[str]:
    """The parts of the result that the viewer may see; none while they sit an exam."""
    if attempt.status != AttemptStatus.GRADED:
        return ()
    if as_staff:
        return release.PARTS
    if running_exam(viewer, now) is not None:
        return ()
    return [part for part in release.PARTS if is_released(attempt, attempt.exam, now, part=part)]


def _later(
    attempt: ExamAttempt, now: datetime, *, as_staff: bool
) -> tuple[tuple[str, datetime | None], ...]:
    """What is not out yet, and from when it is."""
    if as_staff:
        return ()
    moments = (
        (part, release.release_moment(attempt.exam, part, graded_at=attempt.graded_at or now))
        for part in release.PARTS
    )
    return tuple((part, at) for part, at in moments if at is None or at > now)


def _lines_of(
    user_id: UUID, now: datetime, *, as_staff: bool, **narrowed: UUID
) -> tuple[AttemptLine, ...]:
    rows = _attempts(tuple(narrowed)).all(user_id=user_id, **narrowed)
    return tuple(line_of(row, now, as_staff=as_staff) for row in rows)


@cache
def _attempts(names: tuple[str, ...]) -> Prepared[ExamAttempt]:
    return Prepared(
        lambda **narrowed: (
            ExamAttempt.objects.filter(**narrowed)
            .select_related("exam", "user")
            .order_by("attempted_at", "pk")
        ),
        "user_id",
        *names,
    )


def line_of(attempt: ExamAttempt, now: datetime, *, as_staff: bool) -> AttemptLine:
    """The attempt as a line of a list, with as much as the reader may know. Check rights first."""
    graded = attempt.status == AttemptStatus.GRADED
    released = graded and (as_staff or is_released(attempt, attempt.exam, now))
    return AttemptLine(
        id=attempt.pk,
        exam_id=attempt.exam_id,
        exam_title=attempt.exam.title,
        user_id=attempt.user_id,
        user_name=attempt.user.name,
        attempt_no=attempt.attempt_no,
        attempts_allowed=attempt.attempts_allowed,
        status=attempt.status,
        closed_by=attempt.closed_by,
        attempted_at=attempt.attempted_at,
        deadline_at=attempt.deadline_at,
        submitted_at=attempt.submitted_at,
        pass_mark=attempt.pass_mark,
        released=released,
        score=attempt.score if released else None,
        passed=attempt.passed if released else None,
        points=attempt.points if released else None,
        max_points=attempt.max_points if released else None,
    )


def _paper(attempt: ExamAttempt) -> list[ExamQuestion]:
    """The attempt's own paper, in its own order."""
    return paper_of_attempt(attempt, shuffled=True)


def _asked(place: ExamQuestion, attempt: ExamAttempt) -> Asked:
    question = place.question
    ids = [option["id"] for option in question.options or ()]
    order = rules.option_order(ids, attempt.shuffle_seed, question.pk)
    seed = variant_seed(attempt)
    return asked(question, points=place.points, option_ids=order, seed=seed)


def _answers(attempt: ExamAttempt) -> dict[UUID, AttemptAnswer]:
    return {row.question_id: row for row in _ANSWERS.all(attempt=attempt.pk)}


def _saved(row: AttemptAnswer | None) -> SavedAnswer | None:
    return None if row is None else SavedAnswer(row.response, row.revision, row.saved_at)


def _marked(
    where: tuple[int, UUID, str],
    place: ExamQuestion,
    attempt: ExamAttempt,
    row: AttemptAnswer | None,
    corrections: corrected.InForce,
    *,
    shown: Collection[str],
) -> Marked:
    question = place.question
    number, lesson_id, lesson_topic = where
    scored = corrected.for_attempt(corrected.place_of(place, corrections), attempt)
    points = row.points_awarded if row is not None else score_place(scored, None).points
    its, content = kind(question.kind), right_contents(scored)[0]
    response = row.response if row is not None else None
    explained = release.EXPLANATION in shown
    return Marked(
        number=number,
        asked=_asked(place, attempt),
        lesson_id=lesson_id,
        lesson_topic=lesson_topic,
        answer=_saved(row),
        points=points if release.CORRECTNESS in shown else None,
        right=its.right_answer(content) if release.KEY in shown else None,
        parts=its.parts(content, response)
        if response is not None and release.CORRECTNESS in shown
        else {},
        remark_html=remark_html(content, response) if explained else "",
        explanation_html=explanation_html(question, seed=variant_seed(attempt))
        if explained
        else None,
        option_explanations=option_explanations(content) if explained else {},
        worth=scored.worth,
        is_dropped=scored.is_dropped,
    )


def _regraded(attempt: ExamAttempt) -> tuple[Regraded, ...]:
    rows = _REGRADED.all(attempt=attempt.pk)
    return tuple(
        Regraded(
            at=row.occurred_at,
            reason=row.detail["reason"],
            undone=row.detail["undone"],
            score=(row.detail["score_before"], row.detail["score"]),
        )
        for row in rows
    )


def _by_lesson(questions: Sequence[Marked]) -> tuple[LessonPoints, ...]:
    found: dict[UUID, LessonPoints] = {}
    for one in questions:
        if one.is_dropped:
            continue
        sums = found.get(one.lesson_id)
        found[one.lesson_id] = LessonPoints(
            one.lesson_id,
            one.lesson_topic,
            (sums.points if sums else Decimal(0)) + (one.points or Decimal(0)),
            (sums.max_points if sums else Decimal(0)) + one.worth,
        )
    return tuple(found.values())
