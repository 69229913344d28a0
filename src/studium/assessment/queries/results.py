"""What an attempt came to, as far as its owner or the staff may know."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.assessment import corrected, release, rights
from studium.assessment.asked import (
    Asked,
    explanation_html,
    option_explanations,
    remark_html,
    variant_seed,
)
from studium.assessment.closing import is_overdue, last_moment
from studium.assessment.counting import Counted, counting_score
from studium.assessment.drawing import BegunPlace, begun_paper
from studium.assessment.kinds import Response, kind
from studium.assessment.late import penalty_percent
from studium.assessment.models import (
    AttemptAnswer,
    AttemptEvent,
    AttemptStatus,
    EventKind,
    Exam,
    ExamAttempt,
)
from studium.assessment.queries.attempts import (
    ANSWERS,
    AttemptLine,
    SavedAnswer,
    is_released,
    line_of,
    releases_at,
    saved,
)
from studium.assessment.queries.marking import Talk, talk_about, talk_asked
from studium.assessment.queries.receipts import code_in, final_asked
from studium.assessment.queries.running import running_exam, sits_asked
from studium.assessment.scoring import Correction, right_contents, score_place
from studium.lib import prepared
from studium.lib.db import uuid_param, uuid_value
from studium.lib.prepared import ByHand, Prepared, together
from studium.lib.reads import holds_until

if TYPE_CHECKING:
    from studium.identity.models import User

_REGRADED = Prepared(
    lambda attempt: AttemptEvent.objects.filter(
        attempt_id=attempt, kind=EventKind.REGRADED
    ).order_by("seq"),
    "attempt",
)
_MADE = Prepared(
    lambda exam, user: ExamAttempt.objects.filter(exam_id=exam, user_id=user).order_by(
        "attempted_at", "pk"
    ),
    "exam",
    "user",
)
# What may change about a begun paper: the rest of it is kept in the process.
_CHANGING = """
SELECT p.question_id, z.lesson_id, l.topic, q.question_html, q.explanation_html
FROM exam_questions p JOIN questions q ON q.id = p.question_id JOIN quizzes z ON z.id = q.quiz_id
JOIN lessons l ON l.id = z.lesson_id WHERE p.exam_id = %s AND {}
"""


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
    attempts whose score is known, `penalty_percent` what being late cost. `is_over`: it still runs
    though its time is over, and has to be closed.
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
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A result with what its page says beside it. `receipt` is the short code of handing in, None
    while the attempt runs."""

    result: ResultView
    talk: Talk
    receipt: str | None


def result_view(*, viewer: User, attempt_id: UUID, now: datetime) -> ResultView:
    """How an attempt was marked, as far as the viewer may know."""
    return _result(viewer, attempt_id, now)[0]


def result_page(*, viewer: User, attempt_id: UUID, now: datetime) -> ResultPage:
    """The same with what people said about it, and its receipt."""
    asked: tuple[prepared.Asked[Any] | ByHand, ...] = (
        *talk_asked(attempt_id),
        final_asked(attempt_id),
    )
    result, (*said, ends) = _result(viewer, attempt_id, now, beside=asked)
    talk = talk_about(
        result.attempt, said, as_staff=result.as_staff, may_read=result.correctness_shown, now=now
    )
    return ResultPage(result, talk, code_in(ends))


# --- parts -----------------------------------------------------------------------------------


def _result(
    viewer: User,
    attempt_id: UUID,
    now: datetime,
    *,
    beside: Sequence[prepared.Asked[Any] | ByHand] = (),
) -> tuple[ResultView, list[list[Any]]]:
    """`beside`: further statements about the attempt, and what they gave; two messages in all."""
    found, stored, regrades, sitting, *others = together(
        rights.READ.asked(attempt=attempt_id),
        ANSWERS.asked(attempt=attempt_id),
        _REGRADED.asked(attempt=attempt_id),
        sits_asked(viewer),
        *beside,
    )
    attempt, as_staff = rights.attempt_for_reader(viewer, found)
    exam, line = attempt.exam, line_of(attempt, now, as_staff=as_staff)
    places = begun_paper(attempt)
    made, standing, changing = together(
        _MADE.asked(exam=exam.pk, user=attempt.user_id),
        corrected.asked(exam.pk),
        _changing(attempt),
    )
    for one in made:
        one.exam, one.user = exam, attempt.user
    earlier = tuple(line_of(one, now, as_staff=as_staff) for one in made)
    shown = _shown_parts(viewer, attempt, now, as_staff=as_staff, sits=bool(sitting))
    questions = _questions(attempt, places, stored, changing, corrected.of_rows(standing), shown)
    if line.status == AttemptStatus.IN_PROGRESS:
        holds_until(last_moment(attempt) + timedelta(microseconds=1))  # that one counts
    result = ResultView(
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
        regraded=_regraded(regrades) if line.released else (),
        is_over=is_overdue(attempt, now),
    )
    return result, others


def _changing(attempt: ExamAttempt) -> ByHand:
    """Asks for the HTML and the lesson of each question that the attempt is asked."""
    drawn = [uuid_param(UUID(hex=one)) for one in attempt.drawn or ()]
    asked = "p.pool_id IS NULL"
    if drawn:
        asked = f"({asked} OR p.question_id IN ({', '.join(['%s'] * len(drawn))}))"
    return ByHand(_CHANGING.format(asked), [uuid_param(attempt.exam_id), *drawn])


def _questions(
    attempt: ExamAttempt,
    places: Sequence[BegunPlace],
    stored: Sequence[AttemptAnswer],
    changing: Sequence[tuple[Any, ...]],
    corrections: corrected.InForce,
    shown: Collection[str],
) -> tuple[Marked, ...]:
    answers = {row.question_id: row for row in stored}
    present = {uuid_value(question): more for question, *more in changing}
    marked = []
    for number, place in enumerate(places, start=1):
        question_id = place.row.question_id
        lesson_id, topic, *html = present[question_id]
        where = (number, uuid_value(lesson_id), topic)
        row, standing = answers.get(question_id), corrections.get(question_id, ())
        marked.append(_marked(where, place.with_html(*html), attempt, row, standing, shown=shown))
    return tuple(marked)


def _shown_parts(
    viewer: User, attempt: ExamAttempt, now: datetime, *, as_staff: bool, sits: bool
) -> Collection[str]:
    """The parts of the result that the viewer may see; none while they sit an exam. `sits`: whether
    an attempt of theirs runs, be its time over or not."""
    if attempt.status != AttemptStatus.GRADED:
        return ()
    if as_staff:
        return release.PARTS
    if sits and running_exam(viewer, now) is not None:
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


def _marked(
    where: tuple[int, UUID, str],
    place: BegunPlace,
    attempt: ExamAttempt,
    row: AttemptAnswer | None,
    corrections: tuple[Correction, ...],
    *,
    shown: Collection[str],
) -> Marked:
    question = place.row.question
    number, lesson_id, lesson_topic = where
    scored = replace(place.scored, corrections=corrections) if corrections else place.scored
    scored = corrected.for_attempt(scored, attempt)
    points = row.points_awarded if row is not None else score_place(scored, None).points
    its, content = kind(question.kind), right_contents(scored)[0]
    response = row.response if row is not None else None
    explained = release.EXPLANATION in shown
    return Marked(
        number=number,
        asked=place.asked.asked_in(attempt),
        lesson_id=lesson_id,
        lesson_topic=lesson_topic,
        answer=saved(row),
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


def _regraded(rows: Sequence[AttemptEvent]) -> tuple[Regraded, ...]:
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
