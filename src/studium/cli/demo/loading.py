"""The demo, step by step: people, the Rust book, two exams, a term of attempts, notes."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth import get_user_model

from studium.analytics.actions import suggest_practice
from studium.assessment import queries as assessment
from studium.assessment.actions import curate, papers
from studium.cli.demo import sign_ins, steps, topics
from studium.cli.demo.playing import Stage, material_of
from studium.cli.demo.sign_ins import ADA, BRUNO, DORA, SIGN_INS
from studium.cli.demo.term import STUDENTS, Event, plan
from studium.content import queries as content
from studium.content.actions import concepts, courses, enrollments, groups
from studium.content.actions import people as course_people
from studium.content.rules.roster import RosterRow
from studium.formats import load
from studium.formats.archive import read_folder
from studium.identity.actions import people
from studium.lib import clock

if TYPE_CHECKING:
    from studium.content.models import Course
    from studium.identity.models import User

HERE = Path(__file__).resolve().parent
DESCRIPTION = (
    "The Rust book with quizzes: from the first program to ownership, traits and concurrency. "
    "By the Rust project developers and contributors; the quizzes are by the Cognitive "
    "Engineering Lab at Brown University. Licensed MIT or Apache-2.0."
)


def load_demo() -> None:
    """Do every step that is not done yet, and say so."""
    with steps.told("Adding Ada, Bruno and Dora"):
        steps.perform("people", _people)
    with steps.told("Importing the Rust book with its quizzes") as tell:
        steps.perform("course", _course)
        tell("{lessons} lessons, {quizzes} quizzes, {questions} questions".format(**_kept()))
    with steps.told("Naming what its lessons and quizzes are about") as tell:
        steps.perform("concepts", _concepts)
        tell("{concepts} concepts".format(**steps.done()["concepts"]))
    with steps.told("Setting two exams"):
        steps.perform("exams", _exams)
    with steps.told(f"Enrolling {STUDENTS} simulated students"):
        steps.perform("students", _students)
        steps.perform("groups", _groups)
    with steps.told("Playing a term of reading, quizzes and exams") as tell:
        tell(f"{_play_term()} events")
    with steps.told("Adding a second course and an invitation"):
        steps.perform("beside", _beside)


def _kept() -> dict[str, Any]:
    return steps.done()["course"]


def _people() -> dict[str, Any]:
    begins = steps.fresh_term()
    for one in SIGN_INS:
        people.create_person(
            by=None,
            name=one.name,
            email=one.email,
            role=one.role,
            password=sign_ins.PASSWORD,
            now=begins,
        )
    return {"term_begins": begins.isoformat()}


def known(one: sign_ins.SignIn) -> User:
    """One of the three, who are there after the first step."""
    found = sign_ins.person(one)
    assert found is not None, f"{one.email} was added by the first step"
    return found


def demo_course() -> Course:
    """The Rust book."""
    bruno, course_id = known(BRUNO), steps.kept_id("course", "id")
    return next(one for one in content.taught_courses(bruno) if one.pk == course_id)


def _course() -> dict[str, Any]:
    bruno, now = known(BRUNO), steps.term_begins()
    report = load.check(read_folder(HERE / "rust_book"))
    course = load.load(by=bruno, report=report, now=now, announced=False)
    terms = courses.CourseTerms(
        title=course.title,
        description=DESCRIPTION,
        self_enrolment="code",
        show_checked_notes=True,
    )
    courses.edit_course(by=bruno, course_id=course.pk, terms=terms, now=now)
    courses.publish_course(by=bruno, course_id=course.pk, now=now)
    return {
        "id": str(course.pk),
        "lessons": len(report.draft.lessons),
        "quizzes": report.quiz_count,
        "questions": report.question_count,
    }


def _concepts() -> dict[str, Any]:
    """Before the term, so that every answer names the concepts it is about."""
    bruno, course, now = known(BRUNO), demo_course(), steps.term_begins()
    for lesson in content.lessons_of(course):
        if names := topics.named(lesson.slug or "", topics.LESSONS):
            concepts.set_lesson_concepts(by=bruno, lesson_id=lesson.pk, names=names, now=now)
    lines, _count = assessment.course_questions(viewer=bruno, course_id=course.pk, limit=100_000)
    asked: dict[tuple[str, ...], list[UUID]] = defaultdict(list)
    for line in lines:
        asked[topics.named(line.question.quiz.slug or "", topics.QUIZZES)].append(line.question.pk)
    for names, questions in asked.items():
        if names:
            curate.link_concepts(by=bruno, question_ids=questions, add=names, now=now)
    return {"concepts": len(content.concepts_of(course))}


def _exams() -> dict[str, Any]:
    begins = steps.term_begins()
    first = _exam(
        title="Foundations of Rust",
        description="Variables, types, functions and ownership: chapters 1 to 4.",
        chapters=("ch01", "ch02", "ch03", "ch04"),
        questions=20,
        now=begins,
        duration_minutes=45,
    )
    second = _exam(
        title="Structs, enums and collections",
        description="Chapters 5 to 8, with a look back at ownership.",
        chapters=("ch05", "ch06", "ch07", "ch08"),
        questions=12,
        now=begins + timedelta(weeks=8),
        duration_minutes=30,
    )
    return {"first": str(first), "second": str(second)}


def _exam(
    *, chapters: tuple[str, ...], questions: int, now: datetime, title: str, **settings: Any
) -> UUID:
    """An exam of questions spread evenly over some chapters, published; always the same ones."""
    bruno, course_id = known(BRUNO), steps.kept_id("course", "id")
    lines, _count = assessment.course_questions(viewer=bruno, course_id=course_id, limit=100_000)
    usable = [
        line.question.pk for line in lines if (line.question.quiz.lesson.slug or "")[:4] in chapters
    ]
    chosen = [usable[place * len(usable) // questions] for place in range(questions)]
    exam = papers.create_exam(
        by=bruno,
        course_id=course_id,
        now=now,
        settings={
            "title": title,
            "attempts_allowed": 3,
            "pass_mark": 60,
            "shuffle": True,
            "release": "at_once",
            "opens_at": now,
            **settings,
        },
    )
    places = [papers.Place(question) for question in dict.fromkeys(chosen)]
    papers.set_paper(by=bruno, exam_id=exam.pk, places=places, now=now)
    papers.publish_exam(by=bruno, exam_id=exam.pk, now=now)
    return exam.pk


def _students() -> dict[str, Any]:
    """They come in by the course's code. They have no password, so nobody signs in as one."""
    begins, code = steps.term_begins(), demo_course().join_code or ""
    made = [
        people.create_person(
            by=known(DORA),
            name=f"Student {number:02}",
            email=f"student{number:02}@example.org",
            now=begins,
        )
        for number in range(1, STUDENTS + 1)
    ]
    for minute, person in enumerate([known(ADA), *made], start=1):
        when = begins + timedelta(minutes=minute)
        enrollments.join_by_code(by=person, code=code, now=when)
    return {"ids": [str(person.pk) for person in made]}


def _groups() -> dict[str, Any]:
    """Two labs, by turns; Ada is in the first one."""
    bruno, course_id, now = known(BRUNO), steps.kept_id("course", "id"), steps.term_begins()
    everybody = [known(ADA).pk, *(UUID(one) for one in steps.done()["students"]["ids"])]
    made = {}
    for place, name in enumerate(("Monday lab", "Thursday lab")):
        group = groups.make_group(by=bruno, course_id=course_id, name=name, now=now)
        members = everybody[place::2]
        groups.put_in_group(by=bruno, group_id=group.pk, user_ids=members, now=now)
        made[name] = str(group.pk)
    return made


def _play_term() -> int:
    """Each week is a transaction of its own; returns how many events the term has."""
    exams = {name: steps.kept_id("exams", name) for name in ("first", "second")}
    weeks = plan(material_of(known(BRUNO), steps.kept_id("course", "id"), exams))
    order = steps.done()["students"]["ids"]
    accounts = {str(person.pk): person for person in _accounts(order)}
    cast = [known(ADA), *(accounts[one] for one in order)]
    stage = Stage(steps.term_begins(), cast, exams)
    for number, events in enumerate(weeks, start=1):
        steps.perform(f"week-{number:02}", partial(_week, stage, events))
    return sum(len(events) for events in weeks)


def _week(stage: Stage, events: list[Event]) -> dict[str, Any]:
    stage.play(events)
    return {"events": len(events)}


def _accounts(ids: list[str]) -> list[User]:
    return list(get_user_model().objects.filter(pk__in=ids))


def _beside() -> dict[str, Any]:
    """A course that is still being written, somebody who has not come yet, a suggestion."""
    bruno, now = known(BRUNO), clock.now()
    report = load.check(read_folder(HERE / "second_course"))
    draft = load.load(by=bruno, report=report, now=now - timedelta(days=2), announced=False)
    course_people.add_people(
        by=bruno,
        course_id=steps.kept_id("course", "id"),
        rows=[RosterRow(1, "chloe@example.org", "Chloe")],
        now=now,
    )
    _suggest(bruno, now)
    return {"id": str(draft.pk)}


def _suggest(bruno: User, now: datetime) -> None:
    """Bruno suggests practice to Ada, so that her bell has something to tell."""
    course_id = steps.kept_id("course", "id")
    for concept in content.concepts_of(course_id):
        if concept.name == "Ownership":
            suggest_practice(
                by=bruno,
                course_id=course_id,
                user_id=known(ADA).pk,
                concept_id=concept.id,
                words="Before the next exam.",
                now=now,
            )
