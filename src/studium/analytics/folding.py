"""Taking responses in, one after the other, and laying out what they come to.

`take` is the one place that says what a response does to a tally; the live fold and the rebuild
both go through it. `Rendering` reads, with a fixed number of statements, what a set of students'
rows are rendered from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from studium.analytics import rules
from studium.analytics.models import ResponseFold
from studium.assessment import rules as marking
from studium.assessment.models import ExamAttempt, Question, QuizAttempt, Response
from studium.content.models import Lesson

Pair = tuple[UUID, UUID]
"""A person and a course, or a person and a lesson."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A response as the fold sees it."""

    id: UUID
    user_id: UUID
    course_id: UUID
    lesson_id: UUID
    share: Decimal
    occurred_at: datetime
    replaces_id: UUID | None


TAKEN_FIELDS = (
    "pk",
    "user_id",
    "course_id",
    "lesson_id",
    "share",
    "occurred_at",
    "replaces_id",
)


class Corrections:
    """Which responses of a batch correct another one, and in which order both were taken in."""

    def __init__(self, batch: Collection[tuple[Taken, int]]) -> None:
        """`batch`: responses with their seq."""
        self._seq = {response.id: seq for response, seq in batch}
        replaced = [one.replaces_id for one, _ in batch if one.replaces_id is not None]
        self._share: dict[UUID, tuple[Decimal, UUID]] = {}
        self._by: dict[UUID, UUID] = {}
        if replaced:
            rows = Response.objects.filter(pk__in=replaced).values_list("pk", "share", "lesson_id")
            self._share = {pk: (share, lesson_id) for pk, share, lesson_id in rows}
        corrected = Response.objects.filter(replaces__in=list(self._seq))
        self._by = {old: new for old, new in corrected.values_list("replaces_id", "pk") if old}
        others = [*replaced, *self._by.values()]
        if others:
            folds = ResponseFold.objects.filter(response_id__in=others)
            self._seq |= dict(folds.values_list("response_id", "seq"))

    def before(self, response: Taken, seq: int) -> tuple[Decimal, UUID] | None:
        """Share and lesson of the replaced response, if that was taken in earlier."""
        if response.replaces_id is None or self._seq.get(response.replaces_id, seq) >= seq:
            return None
        return self._share[response.replaces_id]

    def is_corrected(self, response: Taken, seq: int) -> bool:
        """Whether the correction of this response was taken in earlier."""
        by = self._by.get(response.id)
        return by is not None and self._seq.get(by, seq) < seq


def take(
    tallies: dict[Pair, rules.Tally], response: Taken, seq: int, corrections: Corrections
) -> None:
    """Add one response to its tally. A correction changes the share that counted before."""
    if corrections.is_corrected(response, seq):
        return
    before = corrections.before(response, seq)
    lesson_id = before[1] if before else response.lesson_id
    tally = tallies.get((response.user_id, lesson_id))
    if tally is None:
        tallies[response.user_id, lesson_id] = rules.Tally(
            response.course_id, 1, response.share, response.occurred_at, seq
        )
        return
    tally.answers += 0 if before else 1
    tally.share_sum += response.share - (before[0] if before else 0)
    tally.last_at = max(tally.last_at, response.occurred_at)
    tally.last_seq = seq


class Rendering:
    """Everything but the tallies that the rows of some students are rendered from."""

    def __init__(self, pairs: Collection[Pair], lesson_ids: Iterable[UUID]) -> None:
        """`pairs`: person and course."""
        rows = Lesson.objects.filter(pk__in=set(lesson_ids))
        self._topics = dict(rows.values_list("pk", "topic"))
        self._attempts: dict[Pair, list[rules.Attempt]] = defaultdict(list)
        users, courses = {user for user, _ in pairs}, {course for _, course in pairs}
        self._add_exams(users, courses)
        self._add_practice(users, courses)

    def row(self, pair: Pair, tallies: Iterable[tuple[UUID, rules.Tally]]) -> dict[str, Any]:
        """The `progress_data` of one person in one course."""
        return rules.render(tallies=tallies, topics=self._topics, attempts=self._attempts[pair])

    def _add_exams(self, users: set[UUID], courses: set[UUID]) -> None:
        folded = ResponseFold.objects.filter(response__exam_attempt=OuterRef("pk"))
        rows = ExamAttempt.objects.filter(
            Exists(folded), user_id__in=users, exam__course_id__in=courses
        )
        for row in rows.select_related("exam"):
            assert row.score is not None
            assert row.submitted_at is not None
            self._attempts[row.user_id, row.exam.course_id].append(
                rules.Attempt(
                    row.pk,
                    "exam",
                    row.exam_id,
                    row.exam.title,
                    row.attempt_no,
                    row.score,
                    row.passed,
                    row.submitted_at,
                )
            )

    def _add_practice(self, users: set[UUID], courses: set[UUID]) -> None:
        """The newest runs, scored from the answers that were taken in."""
        folded = ResponseFold.objects.filter(response__quiz_attempt=OuterRef("pk"))
        runs = QuizAttempt.objects.filter(
            Exists(folded), user_id__in=users, quiz__lesson__course_id__in=courses
        ).select_related("quiz__lesson")
        newest: dict[Pair, list[QuizAttempt]] = defaultdict(list)
        for run in runs.order_by("-started_at", "-pk"):
            of_pair = newest[run.user_id, run.quiz.lesson.course_id]
            if len(of_pair) < rules.MOST_ATTEMPTS:
                of_pair.append(run)
        shown = [run for of_pair in newest.values() for run in of_pair]
        scores = _practice_scores(shown)
        for pair, of_pair in newest.items():
            self._attempts[pair] += [_practised(run, scores[run.pk]) for run in of_pair]


def _practised(run: QuizAttempt, score: int) -> rules.Attempt:
    return rules.Attempt(
        run.pk, "quiz", run.quiz_id, run.quiz.title, run.attempt_no, score, None, run.started_at
    )


def _practice_scores(runs: Collection[QuizAttempt]) -> dict[UUID, int]:
    asked = Question.objects.filter(quiz_id__in={run.quiz_id for run in runs})
    worth = dict(asked.values_list("pk", "points"))
    earned: dict[UUID, Decimal] = defaultdict(Decimal)
    answers = ResponseFold.objects.filter(response__quiz_attempt__in=[run.pk for run in runs])
    answers = answers.filter(response__replaces__isnull=True)
    for run_id, question_id, share in answers.values_list(
        "response__quiz_attempt_id", "response__question_id", "response__share"
    ):
        assert run_id is not None
        earned[run_id] += marking.points_for(share, Decimal(worth[question_id]))
    return {
        run.pk: marking.score_percent(
            earned[run.pk], Decimal(sum(worth[UUID(one)] for one in run.paper))
        )
        for run in runs
    }
