"""A neutral draft into the database: one transaction through the actions of the domains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from studium.assessment.actions import bank
from studium.assessment.actions import intake as quiz_intake
from studium.assessment.kinds import QuestionContent, kind
from studium.content.actions import intake
from studium.content.actions.courses import MAX_DESCRIPTION, CourseTerms
from studium.content.actions.files import MAX_FILE
from studium.content.actions.intake import MAX_KEY, MAX_LESSONS, NewLesson
from studium.content.rules import without_controls
from studium.formats import READERS, format_of, read_course
from studium.formats.draft import (
    MAX_LESSON_BYTES,
    CourseDraft,
    FileDraft,
    LessonDraft,
    Problem,
    QuestionDraft,
    QuizDraft,
)
from studium.lib.errors import Invalid

if TYPE_CHECKING:
    from studium.content.models import Course
    from studium.identity.models import User


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What an import will bring and what it leaves out; nothing is stored for it."""

    draft: CourseDraft
    format: str
    problems: tuple[Problem, ...]
    left_out: tuple[FileDraft, ...]

    @property
    def is_importable(self) -> bool:
        """Whether nothing stops the import."""
        return not any(problem.severity == "error" for problem in self.problems)

    @property
    def quiz_count(self) -> int:
        """How many quizzes will come."""
        return sum(len(lesson.quizzes) for lesson in self.draft.lessons)

    @property
    def question_count(self) -> int:
        """How many questions will come."""
        return sum(len(quiz.questions) for lesson in self.draft.lessons for quiz in lesson.quizzes)

    @property
    def files(self) -> tuple[FileDraft, ...]:
        """The files that will come."""
        return tuple(file for file in self.draft.files if file not in self.left_out)


def check(files: Mapping[str, bytes], *, format: str = "") -> CheckReport:
    """Read files as a course and report on them. `format` is found out unless given."""
    name = format or format_of(files)
    if name not in READERS:
        raise Invalid(f"There is no format “{name}”. Use one of {', '.join(READERS)}.")
    return check_draft(read_course(files, format=name), format=name)


def check_draft(draft: CourseDraft, *, format: str) -> CheckReport:
    """Report on a draft that was read already, from a format of this name."""
    draft = _storable(draft)
    left_out = tuple(file for file in draft.files if not 0 < len(file.data) <= MAX_FILE)
    problems = (*draft.problems, *_misfits(draft), *(_left_out(file) for file in left_out))
    return CheckReport(draft, format, problems, left_out)


@dataclass(frozen=True, slots=True)
class Ready:
    """A checked course that has only to be stored."""

    course: intake.Ready
    quizzes: quiz_intake.Ready


def load(
    *, by: User, report: CheckReport, now: datetime, announced: bool = True,
    ready: Ready | None = None,
) -> Course:  # fmt: skip
    """Store a checked course as a draft that belongs to this person; everything or nothing.

    Unless it is `announced`, no notes are made of its lessons on their own. `ready` is what
    `make_ready` gave for the same report, for those who are in a transaction already.

    Everything is worked out first: the transaction, for which other writers wait on SQLite, holds
    the writing alone. Raises `Invalid` for a report with errors.
    """
    while True:
        ready = ready or make_ready(by=by, report=report, now=now)
        try:
            return _stored(ready, announced=announced)
        except intake.Overtaken:  # its slug was taken meanwhile: its links lead elsewhere now
            ready = None


def make_ready(*, by: User, report: CheckReport, now: datetime) -> Ready:
    """Do all that needs no lock; raises what `load` raises."""
    if not report.is_importable:
        first = next(one for one in report.problems if one.severity == "error")
        place = f"{first.path}, line {first.line}" if first.line else first.path
        raise Invalid(f"{place}: {first.message} {first.advice}".strip(), code="not_importable")
    draft = report.draft
    course = intake.make_ready(
        by=by,
        terms=_terms(draft),
        lessons=[_lesson(lesson) for lesson in draft.lessons],
        files=[intake.NewFile(file.path, file.data) for file in report.files],
        now=now,
        source=intake.Source(draft.origin, report.format) if draft.origin else None,
    )
    quizzes = quiz_intake.make_ready(
        by=by,
        course_id=course.course_id,
        quizzes=[
            _quiz(quiz, course.lessons[lesson.key])
            for lesson in draft.lessons
            for quiz in lesson.quizzes
            if quiz.questions
        ],
        images=course.around.image,
        names=course.names,
        now=now,
    )
    return Ready(course, quizzes)


@transaction.atomic
def _stored(ready: Ready, *, announced: bool) -> Course:
    taken = intake.take_in(ready.course, announced=announced)
    quiz_intake.take_in(ready.quizzes)
    return taken.course


def _storable(draft: CourseDraft) -> CourseDraft:
    """The draft without control characters, which no text of a course may hold."""
    lessons = []
    problems = list(draft.problems)
    for lesson in draft.lessons:
        content = without_controls(lesson.content)
        if content != lesson.content:
            advice = "Look at the places marked \ufffd."
            message = "Control characters were replaced."
            problems.append(Problem("warning", lesson.source_path, 0, message, advice))
        topic = without_controls(lesson.topic)
        lessons.append(replace(lesson, content=content, topic=topic))
    return replace(
        draft,
        title=without_controls(draft.title),
        description=without_controls(draft.description),
        lessons=tuple(lessons),
        problems=tuple(problems),
    )


def _misfits(draft: CourseDraft) -> Iterator[Problem]:
    """What is longer or more than a course can hold; each stops the import."""
    if len(draft.description) > MAX_DESCRIPTION:
        message = f"The description has more than {MAX_DESCRIPTION:,} characters."
        yield Problem("error", "", 0, message, "Make a lesson of it.")
    if len(draft.lessons) > MAX_LESSONS:
        message = f"There are {len(draft.lessons):,} lessons; at most {MAX_LESSONS:,} fit."
        yield Problem("error", "", 0, message, "Split the course.")
    for lesson in draft.lessons:
        if len(lesson.content.encode()) > MAX_LESSON_BYTES:
            message = f"The lesson “{lesson.topic}” has more than {MAX_LESSON_BYTES:,} bytes."
            advice = "Give it headings, so that it becomes several lessons, or split it."
            yield Problem("error", lesson.source_path, 0, message, advice)
        if len(lesson.key) > MAX_KEY:
            message = f"Its path is longer than {MAX_KEY} characters."
            yield Problem("error", lesson.source_path, 0, message, "Give it a shorter name.")


def _left_out(file: FileDraft) -> Problem:
    if not file.data:
        return Problem("warning", file.path, 0, "The file is empty and is left out.")
    size = f"{len(file.data) / 1_048_576:.1f} MB"
    return Problem(
        "warning",
        file.path,
        0,
        f"The file has {size} and is left out; at most 10 MB fit.",
        "Make it smaller.",
    )


def _terms(draft: CourseDraft) -> CourseTerms:
    return CourseTerms(
        title=draft.title, description=draft.description, language=draft.language or "en"
    )


def _lesson(draft: LessonDraft) -> NewLesson:
    return NewLesson(
        key=draft.key,
        topic=draft.topic,
        content=draft.content,
        part=draft.part_title,
        parent=draft.parent_key,
        pages=draft.pages,
        concepts=draft.concepts,
    )


def _quiz(quiz: QuizDraft, lesson_id: UUID) -> quiz_intake.NewQuiz:
    questions = [(_question(one), one.concepts) for one in quiz.questions]
    return quiz_intake.NewQuiz(lesson_id, quiz.title, quiz.key, questions)


def _question(draft: QuestionDraft) -> bank.QuestionDraft:
    content = QuestionContent(draft.kind, draft.text, draft.answer, draft.options, draft.spec)
    parts = kind(draft.kind).draft(content)
    return bank.QuestionDraft(
        kind=draft.kind,
        question_text=draft.text,
        answer=parts.answer,
        options=parts.options,
        spec=parts.spec,
        explanation=draft.explanation,
        origin="import",
        external_id=draft.external_id or None,
    )
