"""A course in which every text that a person can store is an attack, made by the real actions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from studium.assessment.actions import bank, papers, practise, sit
from studium.assessment.actions.bank import OptionDraft, QuestionDraft
from studium.content.actions import courses, files, lessons
from studium.content.actions.courses import CourseTerms
from studium.content.actions.lessons import LessonText
from studium.content.models import Course, Lesson
from studium.identity.actions import people
from studium.identity.models import User
from studium.notes import actions as notes
from studium.notes.models import AiNote
from tests import factories
from tests.security.payloads import PAYLOADS, blocks, lines

LESSONS = 8
ANSWER = "</p></textarea>\"'><img src=x onerror=window.__x=1><script>window.__x=1</script>"
"""What the student answers: it would run in text, in an attribute and in a text field."""


@dataclass(frozen=True, slots=True)
class HostileCourse:
    """What the pages to open are named by."""

    slug: str
    lesson_ids: list[UUID]
    quiz_id: UUID
    question_ids: list[UUID]
    run_id: UUID
    exam_id: UUID
    attempt_id: UUID
    note_id: UUID


def build(*, author: User, student: User) -> HostileCourse:
    """All payloads in each kind of text; the student has answered with one and handed in."""
    now = datetime.now(UTC)
    names = lines(200)
    for person, name in ((author, names[0]), (student, names[1])):
        people.update_profile(
            by=person, person_id=person.pk, name=name, locale="en", timezone="UTC", now=now
        )
    terms = CourseTerms(title=names[2], description="\n\n".join(PAYLOADS), self_enrolment="open")
    course = courses.create_course(by=author, terms=terms, now=now)
    for place, name in enumerate(names):
        path = " ".join(name.replace("/", "|").replace("\\", "|").split()).lstrip(".")
        files.store_file(
            by=author, course_id=course.pk, path=path, data=f"{place}".encode(), now=now
        )
    made = _lessons(course, author, now)
    factories.enrollment(user=student, course=course)
    quiz_id = _quiz(made[0], author, now)
    questions = _questions(quiz_id, author, now)
    exam_id = _exam(course, questions, author, now)
    run_id = _practised(quiz_id, questions, student, now)
    attempt_id = _sat(exam_id, questions, student, now)
    note_id = _note(made[0], author, now)
    ids = [one.pk for one in questions]
    return HostileCourse(
        course.slug, [one.pk for one in made], quiz_id, ids, run_id, exam_id, attempt_id, note_id
    )


def _lessons(course: Course, author: User, now: datetime) -> list[Lesson]:
    topics, parts = lines(300), lines(200)
    made = []
    for place in range(LESSONS):
        # What the first lessons cannot hold the later ones repeat, so that none is left out.
        headings = "\n\n".join(f"## {topic}" for topic in topics[place::LESSONS])
        text = LessonText(
            topic=topics[place],
            content=f"{blocks(place, of=LESSONS)}\n\n{headings}\n",
            part=parts[place % len(parts)],
        )
        made.append(lessons.add_lesson(by=author, course_id=course.pk, text=text, now=now))
    again = LessonText(topic=topics[0], content="\n\n".join(PAYLOADS), part=parts[0])
    lessons.edit_lesson(
        by=author, lesson_id=made[0].pk, text=again, based_on=1, comment=lines(200)[3], now=now
    )
    ids = [lesson.pk for lesson in made]
    lessons.publish_lessons(by=author, course_id=course.pk, lesson_ids=ids, now=now)
    courses.publish_course(by=author, course_id=course.pk, now=now)
    return made


def _quiz(lesson: Lesson, author: User, now: datetime) -> UUID:
    settings = {"title": lines(200)[4]}
    return bank.create_quiz(by=author, lesson_id=lesson.pk, settings=settings, now=now).pk


def _questions(quiz_id: UUID, author: User, now: datetime) -> list[Any]:
    drafts = [
        QuestionDraft(
            question_text=blocks(place, of=6), explanation=blocks(5 - place, of=6), **more
        )
        for place, more in enumerate(_kinds())
    ]
    made = bank.add_questions(by=author, quiz_id=quiz_id, drafts=drafts, now=now)
    bank.publish_quiz(by=author, quiz_id=quiz_id, now=now)
    return made


def _kinds() -> list[dict[str, Any]]:
    half = len(PAYLOADS) // 2
    choices = [
        OptionDraft(f"{place}. {payload}", right=place % half == 0, explanation=payload)
        for place, payload in enumerate(PAYLOADS)
    ]
    program = "\n".join(PAYLOADS)
    return [
        {"kind": "single_choice", "options": choices[:12]},
        {"kind": "multiple_choice", "options": choices[half : half + 12]},
        {"kind": "true_false", "answer": True},
        {"kind": "short_text", "answer": ANSWER, "spec": {"accepted": [ANSWER, *PAYLOADS[:15]]}},
        {"kind": "numeric", "answer": "3"},
        {
            "kind": "tracing",
            "answer": {"compiles": True, "output": ANSWER},
            "spec": {"program": program},
        },
    ]


def _exam(course: Course, questions: list[Any], author: User, now: datetime) -> UUID:
    text = "\n\n".join(PAYLOADS[:40])
    settings = {"title": lines(200)[5], "description": text, "attempts_allowed": 2}
    exam = papers.create_exam(by=author, course_id=course.pk, settings=settings, now=now)
    places = [papers.Place(question.pk) for question in questions]
    papers.set_paper(by=author, exam_id=exam.pk, places=places, now=now)
    papers.publish_exam(by=author, exam_id=exam.pk, now=now)
    return exam.pk


def _responses(questions: list[Any]) -> list[Any]:
    single, several = (json.loads(json.dumps(one.options)) for one in questions[:2])
    output = {"compiles": True, "output": ANSWER}
    return [single[1]["id"], [several[0]["id"], several[1]["id"]], False, ANSWER, "4", output]


def _practised(quiz_id: UUID, questions: list[Any], student: User, now: datetime) -> UUID:
    run = practise.start_quiz(by=student, quiz_id=quiz_id, now=now)
    for question, response in zip(questions, _responses(questions), strict=True):
        practise.answer_question(
            by=student, attempt_id=run.pk, question_id=question.pk, response=response, now=now
        )
    return run.pk


def _sat(exam_id: UUID, questions: list[Any], student: User, now: datetime) -> UUID:
    attempt = sit.start_attempt(by=student, exam_id=exam_id, now=now)
    for question, response in zip(questions, _responses(questions), strict=True):
        sit.save_answer(
            by_id=student.pk, attempt_id=attempt.pk, question_id=question.pk,
            response=response, revision=1, now=now,
        )  # fmt: skip
    sit.submit(by=student, attempt_id=attempt.pk, now=now)
    return attempt.pk


def _note(lesson: Lesson, author: User, now: datetime) -> UUID:
    lesson.refresh_from_db()
    note = AiNote.objects.create(
        lesson=lesson, generated_content="In short.", status="draft", engine="extractive",
        source_hash=lesson.content_hash,
    )  # fmt: skip
    written = [{"text": text, "kind": "summary"} for text in lines(900)]
    notes.edit_note(by=author, note_id=note.pk, sentences=written, now=now)
    notes.approve_note(by=author, note_id=note.pk, now=now)
    return note.pk
