"""Valid rows in one call each, made through the models, so that the database checks them too.

Every factory fills in what a test does not care about; keyword arguments set any column. They go
past the actions on purpose: an action's test must not depend on another action.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from hashlib import sha256
from itertools import count
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction
from django.db.models.expressions import DatabaseDefault

from studium.assessment.models import (
    DraftedQuestion,
    DraftRun,
    Exam,
    ExamAttempt,
    ExamQuestion,
    Question,
    Quiz,
)
from studium.content.models import Course, Enrollment, Lesson
from studium.identity.models import User
from studium.identity.rules import canonical_email
from studium.lib import markdown
from studium.lib.prepared import save_fields

PASSWORD = "studium-demo"
_number = count(1)
_Row = TypeVar("_Row", bound=models.Model)


def _made(model: type[_Row], **values: Any) -> _Row:
    """`model.objects.create(**values)` by a statement that is kept: Django makes it anew for each
    row, which takes longer than the database needs for it, and a run makes some 100,000 rows."""
    row = model(**values)
    left = tuple(name for name, value in row.__dict__.items() if isinstance(value, DatabaseDefault))
    sql, fields, told = _inserting(model, left)
    given = [one.get_db_prep_save(one.pre_save(row, True), connection) for one in fields]
    with transaction.mark_for_rollback_on_error("default"), connection.cursor() as cursor:
        cursor.execute(sql, given)
        answer = cursor.fetchone() if told else ()
    for (name, converters, column), value in zip(told, answer, strict=True):
        for convert in converters:
            value = convert(value, column, connection)
        setattr(row, name, value)
    row._state.adding, row._state.db = False, "default"
    return row


@cache
def _inserting(
    model: type[models.Model], left: tuple[str, ...]
) -> tuple[str, list[Any], list[tuple[str, list[Any], Any]]]:
    """The statement that inserts one row and leaves these attributes to the database; the fields it
    takes in order; and what it gives back: attribute, converters, column."""
    meta = model._meta
    fields = [one for one in meta.local_concrete_fields if not one.generated]
    fields = [one for one in fields if one.attname not in left]
    told = []
    for one in meta.db_returning_fields:
        column = one.get_col(meta.db_table)
        converters = connection.ops.get_db_converters(column) + column.get_db_converters(connection)
        told.append((one.attname, converters, column))
    columns = ", ".join(f'"{one.column}"' for one in fields)
    sql = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({", ".join(["%s"] * len(fields))})'
    if told:
        names = ", ".join(f'"{one.column}"' for one in meta.db_returning_fields)
        sql += f" RETURNING {names}"
    return sql, fields, told


def _hashed(password: str) -> str:
    return _hashed_by(tuple(settings.PASSWORD_HASHERS), password)


@lru_cache(maxsize=20)
def _hashed_by(hashers: tuple[str, ...], password: str) -> str:
    """Nearly everybody has the same password; hashers differ where a test says so."""
    return make_password(password)


def person(name: str = "", *, email: str = "", password: str = PASSWORD, **more: Any) -> User:
    """A person; the address is made from the first name (`ada@example.org`)."""
    name = name or f"Person {next(_number)}"
    email = email or f"{name.split()[0].lower()}{'' if ' ' in name else next(_number)}@example.org"
    canonical = canonical_email(email)
    return _made(
        User, name=name, email=email, email_canonical=canonical, password=_hashed(password), **more
    )


def course(
    *, owner: User, title: str = "", lessons: int = 2, status: str = "published", **more: Any
) -> Course:
    """A course with lessons, its owner enrolled as its instructor."""
    title = title or f"Course {next(_number)}"
    made = _made(
        Course,
        owner=owner,
        title=title,
        slug=f"{title.lower().replace(' ', '-')}-{next(_number)}",
        **more,
    )
    enrollment(user=owner, course=made, role="instructor")
    for place in range(1, lessons + 1):
        lesson(course=made, order_index=place)
    if status != "draft":  # the database wants a lesson first
        made.status = status
        save_fields(made, "status")
    return made


def enrollment(*, user: User, course: Course, role: str = "student", **more: Any) -> Enrollment:
    """A person in a course."""
    return _made(Enrollment, user=user, course=course, role=role, **more)


def lesson(*, course: Course, topic: str = "", content: str = "", **more: Any) -> Lesson:
    """The course's next lesson, rendered as saving renders it."""
    place = more.pop("order_index", None) or course.lessons.count() + 1
    topic = topic or f"Lesson {place}"
    content = content or (
        f"# {topic}\n\nOwnership is a set of rules that govern how a program manages memory.\n\n"
        "Each value has an owner. There can only be one owner at a time.\n"
    )
    shown = _rendered(content, topic)
    values = {
        "order_index": place,
        "content_html": shown.html,
        "content_hash": sha256(content.encode()).hexdigest(),
        "blocks": [asdict(block) for block in shown.blocks],
        "outline": [asdict(heading) for heading in shown.headings],
        "slug": f"lesson-{place}",
    }
    return _made(Lesson, course=course, topic=topic, content=content, **(values | more))


@lru_cache(maxsize=100)
def _rendered(content: str, topic: str) -> markdown.Rendered:
    """Thousands of tests have the same two lessons."""
    return markdown.render(content, title=topic)


def quiz(
    *,
    lesson: Lesson,
    title: str = "Check yourself",
    questions: int = 2,
    status: str = "published",
    **more: Any,
) -> Quiz:
    """A quiz of a lesson with single-choice questions."""
    made = _made(Quiz, lesson=lesson, title=title, slug=f"quiz-{next(_number)}", **more)
    for place in range(1, questions + 1):
        question(quiz=made, position=place)
    if status != "draft":  # the database wants a question first
        made.status = status
        save_fields(made, "status")
    return made


# What each kind needs beside its text: options, answer, spec.
KINDS: dict[str, dict[str, Any]] = {
    "single_choice": {
        "options": [{"id": "a", "text": "One"}, {"id": "b", "text": "Two"}],
        "answer": "a",
    },
    "multiple_choice": {
        "options": [
            {"id": "a", "text": "One"},
            {"id": "b", "text": "Two"},
            {"id": "c", "text": "Three"},
        ],
        "answer": json.dumps(["a", "b"]),
    },
    "true_false": {"answer": "true"},
    "short_text": {"answer": "owner"},
    "numeric": {"answer": "3"},
    "tracing": {
        "answer": json.dumps({"compiles": True, "output": "3"}),
        "spec": {"program": 'fn main() { println!("{}", 3); }'},
    },
    "essay": {"answer": ""},
}


def question_draft(*, lesson: Lesson, **more: Any) -> DraftedQuestion:
    """A machine-made true/false item about the lesson's last paragraph, waiting."""
    run, _new = DraftRun.objects.get_or_create(
        lesson=lesson, source_hash=lesson.content_hash, wish="w", engine="extractive",
        engine_version="1", defaults={"kept": 1, "flagged": 0},
    )  # fmt: skip
    block = next(one for one in reversed(lesson.blocks) if one["kind"] == "paragraph")
    quote = lesson.content[block["start"] : block["end"]]
    source = {name: block[name] for name in ("start", "end")} | {"quote": quote}
    stem = f"{quote.strip()} ({next(_number)})"
    item = {
        "form": "true_false", "kind": "true_false", "stem": stem, "key": ["true"], "options": [],
        "sources": [{"block_id": block["id"], **source}], "difficulty": 0.6,
    }  # fmt: skip
    values = {"kind": "true_false", "digest": sha256(stem.encode()).hexdigest(), "place": 0}
    return _made(
        DraftedQuestion,
        lesson=lesson,
        run=run,
        item=item,
        source_hash=lesson.content_hash,
        **(values | more),
    )


def question(*, quiz: Quiz, kind: str = "single_choice", text: str = "", **more: Any) -> Question:
    """The quiz's next question, of any kind, with one point."""
    place = more.get("position") or quiz.questions.filter(retired_at=None).count() + 1
    text = text or f"How many owners does a value have at a time? ({place})"
    values = {"position": place, "kind": kind, "question_text": text}
    shown = {"question_html": f"<p>{text}</p>"}
    return _made(Question, quiz=quiz, **(values | shown | KINDS[kind] | more))


def exam(
    *,
    course: Course,
    questions: Sequence[Question] | None = None,
    status: str = "published",
    title: str = "Final exam",
    **more: Any,
) -> Exam:
    """An exam of 30 minutes; without `questions` it draws from a quiz made for it."""
    if questions is None:
        drawn = quiz(lesson=course.lessons.earliest("order_index"), status="draft", questions=3)
        questions = list(drawn.questions.order_by("position"))
    made = _made(Exam, course=course, title=title, **({"duration_minutes": 30} | more))
    for place, each in enumerate(questions, 1):
        _made(ExamQuestion, exam=made, question=each, position=place, points=each.points)
    if status != "draft":  # the database wants a question first
        made.status = status
        save_fields(made, "status")
    return made


def exam_attempt(*, exam: Exam, user: User, at: datetime | None = None, **more: Any) -> ExamAttempt:
    """An attempt that begins at `at` (now) and runs; the person must be enrolled."""
    at = at or datetime.now(UTC)
    terms = {
        "attempted_at": at,
        "deadline_at": at + timedelta(minutes=exam.duration_minutes),
        "attempt_no": more.get("attempt_no") or exam.attempts.filter(user=user).count() + 1,
        "attempts_allowed": exam.attempts_allowed,
        "pass_mark": exam.pass_mark,
        "grace_seconds": exam.grace_seconds,
    }
    return _made(ExamAttempt, exam=exam, user=user, **(terms | more))


def second_factor(user: User) -> Any:
    """An authenticator app that the person has set up; its secret is the library's test value."""
    from allauth.mfa.models import Authenticator

    return Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
