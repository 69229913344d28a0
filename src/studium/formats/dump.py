"""A stored course as a neutral draft, the way out. Importing what is written gives an equal one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from studium.assessment import queries as assessment
from studium.assessment.kinds import QuestionContent
from studium.content import queries as content
from studium.formats.draft import (
    CourseDraft,
    FileDraft,
    LessonDraft,
    QuestionDraft,
    QuizDraft,
    tidy_lines,
)
from studium.formats.lesson_text import media_type
from studium.formats.questions import numbered

if TYPE_CHECKING:
    from studium.assessment.models import Question
    from studium.content.models import Course, Lesson
    from studium.identity.models import User

    _Asked = tuple[Question, tuple[str, ...]]

_ALL = 1_000_000


def draft_of(*, by: User, course: Course) -> CourseDraft:
    """The course with its lessons (but archived ones), quizzes, questions in use, and files.

    For those who may change the course: keys and drafts are in it.
    """
    lessons = content.whole_lessons(by, course)
    questions = _questions(by, course.pk)
    taught = content.concepts_of_lessons([one.pk for one in lessons])
    quizzes = assessment.quizzes_of_lessons(viewer=by, lesson_ids=[one.pk for one in lessons])
    keys = {lesson.pk: lesson.slug or str(lesson.pk) for lesson in lessons}
    return CourseDraft(
        title=course.title,
        slug=course.slug,
        description=course.description,
        language=course.language,
        lessons=tuple(
            replace(
                _lesson(lesson, place, keys, _quizzes(quizzes.get(lesson.pk, []), questions)),
                concepts=tuple(taught.get(lesson.pk, ())),
            )
            for place, lesson in enumerate(lessons, start=1)
        ),
        files=tuple(
            FileDraft(path, media_type(path), data)
            for path, data in content.file_contents(by, course)
        ),
    )


def _lesson(
    lesson: Lesson, place: int, keys: Mapping[UUID, str], quizzes: tuple[QuizDraft, ...]
) -> LessonDraft:
    return LessonDraft(
        key=keys[lesson.pk],
        topic=lesson.topic,
        content=tidy_lines(lesson.content),
        part_title=lesson.part_title,
        parent_key=keys.get(lesson.parent_id) if lesson.parent_id else None,
        order=place,
        quizzes=quizzes,
    )


def _quizzes(
    views: Sequence[assessment.QuizView], questions: Mapping[UUID, list[_Asked]]
) -> tuple[QuizDraft, ...]:
    return tuple(
        QuizDraft(
            key=view.quiz.slug or str(view.quiz.pk),
            title=view.quiz.title,
            questions=tuple(
                _question(row, place) for place, row in enumerate(questions[view.quiz.pk], start=1)
            ),
        )
        for view in views
        if view.quiz.status != "archived" and view.quiz.pk in questions
    )


def _questions(by: User, course_id: UUID) -> dict[UUID, list[_Asked]]:
    """The questions in use by their quiz, in order, with their concepts."""
    lines, _count = assessment.course_questions(viewer=by, course_id=course_id, limit=_ALL)
    concepts = assessment.concepts_of_questions([line.question.pk for line in lines])
    found: dict[UUID, list[_Asked]] = {}
    for line in lines:
        asked = (line.question, concepts.get(line.question.pk, ()))
        found.setdefault(line.question.quiz_id, []).append(asked)
    return found


def _question(asked: _Asked, place: int) -> QuestionDraft:
    row, concepts = asked
    made = numbered(
        QuestionContent(row.kind, row.question_text, row.answer, row.options, row.spec or {})
    )
    return QuestionDraft(
        kind=made.kind,
        text=made.text,
        answer=made.answer,
        options=None if made.options is None else tuple(made.options),
        spec=made.spec,
        explanation=row.explanation,
        external_id=row.external_id or "",
        concepts=concepts,
        position=place,
    )
