"""One student in one course: the stored row, their attempts, the outline, and what to do next.

Costs the same however many questions were answered. Whether an exam's result may be told is asked
again at every reading, so that a rule made stricter later holds at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.analytics import epochs, improvement, rights, rules
from studium.analytics.improvement import Change, LevelPoint
from studium.analytics.models import Analytics, MasteryDay
from studium.analytics.queries.reliability import shows_percentages
from studium.analytics.trend import Score, Step, Trend, next_steps, trend
from studium.assessment.models import (
    AttemptStatus,
    Exam,
    ExamAttempt,
    QuizAttemptStatus,
)
from studium.assessment.queries import (
    ExamView,
    exam_attempts_of,
    exams_of_course,
    is_released,
    quizzes_to_take,
    releases_at,
    run_rows_of,
)
from studium.content.models import Course, CourseRole, CourseStatus
from studium.content.queries import OutlineLesson, course_by_slug, my_courses, outline
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User

_MOST_EXAMS = 200
_GROWTH_LINES = 3
_STORED = Prepared(
    lambda user, course: Analytics.objects.filter(user_id=user, course_id=course), "user", "course"
)


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt of a student. `score` and `passed` are None unless they may be told.

    `kind` is exam or quiz; `of` is the exam's or quiz's id. `wait` says why there is no score:
    running, after_close (from `releases_at` on), never or none.
    """

    kind: str
    id: UUID
    of: UUID
    title: str
    attempt_no: int
    at: datetime
    score: int | None
    passed: bool | None
    pass_mark: int
    wait: str = "none"
    releases_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LessonLine:
    """How a student stands in a lesson. `share`, `low` and `high` are None when it is early."""

    id: UUID
    topic: str
    place: int
    minutes: int
    done: bool
    answers: int
    share: float | None
    low: float | None
    high: float | None
    words: str
    last_at: datetime | None
    quiz_id: UUID | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything the progress page of a course shows."""

    course: Course
    lessons: tuple[LessonLine, ...]
    exams: tuple[Tried, ...]
    practice: tuple[Tried, ...]
    trend: Trend | None
    steps: tuple[Step, ...]
    done: int
    total: int
    answers: int
    last_updated: datetime | None

    @property
    def answered(self) -> list[LessonLine]:
        """The lessons with answers, the one most worth doing first."""
        some = [one for one in self.lessons if one.answers]
        return sorted(some, key=lambda one: (one.share is None, one.share or 0.0, one.place))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered or handed in yet."""
        return not (self.answers or self.exams or self.practice)


@dataclass(frozen=True, slots=True)
class Growth:
    """A line of the home page: a concept answered lately. `share` is None when it is early, and
    where pages say words instead of percentages."""

    course_slug: str
    course_title: str
    concept_id: UUID
    name: str
    share: float | None
    low: float | None
    high: float | None
    answers: int
    words: str


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course on the page of all progress. `progress` is the per cent of lessons done, `change`
    what became of the level on like questions; its numbers count only with `percentages`."""

    title: str
    slug: str
    progress: int
    lessons: int
    answers: int
    trend: Trend | None
    latest: Tried | None
    scores: tuple[int, ...]
    levels: tuple[LevelPoint, ...] = ()
    change: Change | None = None
    percentages: bool = True


def own_progress(*, viewer: User, slug: str, now: datetime) -> Progress:
    """The viewer's own progress in a course they are a student of."""
    course = course_by_slug(slug)
    rights.require_own_progress(viewer, course)
    return progress_in(viewer, course, now, as_staff=False)


def student_progress(
    *, viewer: User, slug: str, student_id: UUID, now: datetime
) -> tuple[Progress, User]:
    """A student's progress for the staff of the course, unreleased scores included."""
    course = course_by_slug(slug)
    student = rights.student_for_staff(viewer, course, student_id)
    return progress_in(student, course, now, as_staff=True), student


def progress_data(
    *, viewer: User, course: Course, now: datetime, figures: bool = False
) -> dict[str, Any] | None:
    """The viewer's stored row as programs read it, without what may not be told (any more).

    Where pages say words instead of percentages the engine's figures are null here too, unless
    all `figures` are asked for, as in the archive of everything that is kept.
    """
    rights.require_own_progress(viewer, course)
    row = Analytics.objects.filter(user_id=viewer.pk, course=course).first()
    if row is None:
        return None
    attempts = row.progress_data["attempts"]
    told = {str(one.id) for one in _exams(viewer.pk, course.pk, now) if one.score is not None}
    shown = [one for one in attempts if one["kind"] != "exam" or one["id"] in told]
    data = {**row.progress_data, "attempts": shown}
    as_is = figures or shows_percentages()
    return data if as_is else data | {"concepts": _in_words(data["concepts"])}


_STUDIED = Prepared(
    lambda user: Analytics.objects.filter(
        user_id=user,
        course__status__in=[CourseStatus.PUBLISHED, CourseStatus.ARCHIVED],
        course__enrollments__user_id=user,
        course__enrollments__role=CourseRole.STUDENT,
        course__enrollments__ended_at__isnull=True,
    ).select_related("course"),
    "user",
)


def growth_for(user: User) -> list[Growth]:
    """Up to three concepts answered lately, over all courses the person is a student of."""
    rows = _STUDIED.all(user=user.pk)
    percentages = shows_percentages()
    concepts = [(one, row.course) for row in rows for one in row.progress_data["concepts"]]
    concepts.sort(key=lambda pair: (pair[0]["last_at"], pair[0]["id"]), reverse=True)
    return [
        _growth(concept, course, percentages=percentages)
        for concept, course in concepts[:_GROWTH_LINES]
        if course
    ]


def my_progress(*, viewer: User, now: datetime) -> list[CourseLine]:
    """All courses the viewer is a student of, with how it goes in each."""
    mine = [one for one in my_courses(viewer) if one.role == CourseRole.STUDENT]
    rows = Analytics.objects.filter(user_id=viewer.pk, course_id__in=[one.id for one in mine])
    data = {row.course_id: row.progress_data for row in rows}
    exams = _exams(viewer.pk, None, now)
    of_course = dict(
        Exam.objects.filter(pk__in={one.of for one in exams}).values_list("pk", "course_id")
    )
    days, percentages = _days(viewer.pk), shows_percentages()
    lines = []
    for course in mine:
        tried = [one for one in exams if of_course[one.of] == course.id]
        told = [one for one in tried if one.score is not None]
        lessons = data.get(course.id, {"lessons": []})["lessons"]
        levels = improvement.levels(days.get(course.id, {}))
        lines.append(
            CourseLine(
                title=course.title,
                slug=course.slug,
                progress=course.progress,
                lessons=course.lessons,
                answers=sum(one["answers"] for one in lessons),
                trend=trend(_scores(tried)),
                latest=told[-1] if told else None,
                scores=tuple(one.score for one in told if one.score is not None),
                levels=tuple(levels),
                change=improvement.change(levels, enough=improvement.ENOUGH_ANSWERS),
                percentages=percentages,
            )
        )
    return lines


def progress_in(student: User, course: Course, now: datetime, *, as_staff: bool) -> Progress:
    """What a student did in a course. Check the right to see it before."""
    row = _STORED.first(user=student.pk, course=course.pk)
    known = {one["id"]: one for one in row.progress_data["lessons"]} if row else {}
    lessons = outline(student, course)
    quizzes = quizzes_to_take(viewer=student, course_id=course.pk)
    lines = tuple(_line(one, known.get(str(one.id)), quizzes.get(one.id)) for one in lessons)
    exams = tuple(_exams(student.pk, course.pk, now, as_staff=as_staff))
    practice = tuple(_practice(student.pk, course.pk))
    views = exams_of_course(viewer=student, course_id=course.pk, now=now)
    return Progress(
        course=course,
        lessons=lines,
        exams=exams,
        practice=practice,
        trend=trend(_scores([*exams, *practice])),
        steps=tuple(_steps(lines, lessons, views)) if course.status == "published" else (),
        done=sum(one.done for one in lines),
        total=len(lines),
        answers=sum(int(one["answers"]) for one in known.values()),
        last_updated=row.last_updated if row else None,
    )


# --- parts -----------------------------------------------------------------------------------


def _exams(
    user_id: UUID, course_id: UUID | None, now: datetime, *, as_staff: bool = False
) -> list[Tried]:
    """The newest exam attempts, oldest first."""
    rows = [
        one
        for one in exam_attempts_of(user_id)
        if course_id is None or one.exam.course_id == course_id
    ]
    return [_exam(one, now, as_staff=as_staff) for one in rows[-_MOST_EXAMS:]]


def _exam(row: ExamAttempt, now: datetime, *, as_staff: bool) -> Tried:
    graded = row.status == AttemptStatus.GRADED
    told = graded and (as_staff or is_released(row, row.exam, now))
    running = row.status == AttemptStatus.IN_PROGRESS
    return Tried(
        kind="exam",
        id=row.pk,
        of=row.exam_id,
        title=row.exam.title,
        attempt_no=row.attempt_no,
        at=row.attempted_at,
        score=row.score if told else None,
        passed=row.passed if told else None,
        pass_mark=row.pass_mark,
        wait="none" if told else "running" if running else row.exam.release,
        releases_at=None if told else releases_at(row.exam),
    )


def _practice(user_id: UUID, course_id: UUID) -> list[Tried]:
    """The newest finished runs, oldest first."""
    runs = run_rows_of(user_id, course_id)
    finished = [one for one in runs if one.status == QuizAttemptStatus.FINISHED]
    return [
        Tried(
            kind="quiz",
            id=row.id,
            of=row.quiz_id,
            title=row.title,
            attempt_no=row.attempt_no,
            at=row.started_at,
            score=row.score,
            passed=None,
            pass_mark=row.pass_mark,
        )
        for row in finished[-rules.MOST_ATTEMPTS :]
    ]


def _days(user_id: UUID) -> dict[UUID, dict[UUID, list[MasteryDay]]]:
    """Course -> concept -> the days with answers, oldest first, over all courses."""
    rows = MasteryDay.objects.filter(epoch=epochs.current_id(), user_id=user_id)
    found: dict[UUID, dict[UUID, list[MasteryDay]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.order_by("day"):
        found[row.course_id][row.concept_id].append(row)
    return found


def _in_words(concepts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one | {"p": None, "low": None, "high": None} for one in concepts]


def _scores(tried: Sequence[Tried]) -> list[Score]:
    return [
        Score(one.kind, one.of, one.title, one.id, one.score, one.at)
        for one in tried
        if one.score is not None
    ]


def _line(lesson: OutlineLesson, known: dict[str, Any] | None, quiz_id: UUID | None) -> LessonLine:
    n = int(known["answers"]) if known else 0
    share = float(known["share"]) if known and not rules.is_early(n) else None
    between = rules.likely(share, n) if share is not None else None
    return LessonLine(
        id=lesson.id,
        topic=lesson.topic,
        place=lesson.place,
        minutes=lesson.minutes,
        done=lesson.done_at is not None,
        answers=n,
        share=share,
        low=between[0] if between else None,
        high=between[1] if between else None,
        words=rules.TOO_EARLY if share is None else rules.words(share, n),
        last_at=datetime.fromisoformat(known["last_at"]) if known else None,
        quiz_id=quiz_id,
    )


def _steps(
    lines: Sequence[LessonLine], lessons: Sequence[OutlineLesson], exams: Sequence[ExamView]
) -> list[Step]:
    found = [_exam_step(view) for view in exams if view.state in ("running", "open")]
    for line in lines:
        if line.quiz_id and line.share is not None and line.share < rules.GOAL:
            found.append(_practise(line, "practise", "weak"))
        elif line.quiz_id and line.done and line.share is None:
            found.append(_practise(line, "try", "few_answers"))
    unread = _unread(lessons)
    if unread is not None:
        found.append(Step("read", "unread", None, unread.topic, unread.id, unread.minutes))
    return next_steps(found) or [Step("done", "all_done")]


def _unread(lessons: Sequence[OutlineLesson]) -> OutlineLesson | None:
    left = [one for one in lessons if one.done_at is None]
    opened = [one for one in left if one.last_opened_at is not None]
    if opened:
        return max(opened, key=lambda one: str(one.last_opened_at))
    return left[0] if left else None


def _exam_step(view: ExamView) -> Step:
    exam = view.exam
    if view.state == "running":
        return Step("resume_exam", "running", view.running_id, exam.title)
    return Step("sit", "open", exam.pk, exam.title, None, exam.duration_minutes)


def _practise(line: LessonLine, kind: str, why: str) -> Step:
    return Step(
        kind, why, line.quiz_id, line.topic, line.id, share=line.share, answers=line.answers
    )


def _growth(concept: dict[str, Any], course: Course, *, percentages: bool) -> Growth:
    shown = percentages and not rules.is_early(concept["n"])
    return Growth(
        course_slug=course.slug,
        course_title=course.title,
        concept_id=UUID(concept["id"]),
        name=concept["name"],
        share=concept["p"] if shown else None,
        low=concept["low"] if shown else None,
        high=concept["high"] if shown else None,
        answers=concept["n"],
        words=concept["words"],
    )
