"""The journal's hash chain: what was written can be told from anything else."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from studium.assessment import chain, journal
from studium.assessment.actions import sit
from studium.assessment.models import AttemptEvent, ExamAttempt
from studium.content.models import Course
from studium.identity.models import User
from studium.lib import triggers
from studium.lib.db import uuid_param
from tests import factories

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ID = UUID("0199aaaa-0000-7000-8000-000000000001")


# --- the arithmetic --------------------------------------------------------------------------


@pytest.mark.parametrize("detail", [{}, {"points": 2.5}, None, [], "", 0, False])
def test_the_hash_is_that_of_the_hash_before_and_of_canonical_json(detail: Any) -> None:
    """Also where a database was made to hold what no line is written with."""
    event = chain.Event(
        id=ID, attempt_id=ID, seq=7, kind="save", occurred_at=AT, question_id=ID,
        response={"b": "ß", "a": [1, 2.5]}, revision=3, actor_id=None, detail=detail,
    )  # fmt: skip
    said = {
        "id": str(ID), "attempt": str(ID), "seq": 7, "kind": "save", "question": str(ID),
        "occurred_at": "2026-03-02T09:00:00.000000+00:00", "response": {"b": "ß", "a": [1, 2.5]},
        "revision": 3, "actor": None, "detail": detail,
    }  # fmt: skip
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert event.text() == text
    before = chain.start_value(ID)
    assert chain.link(before, text) == sha256((before + text).encode()).hexdigest()


def test_a_moment_is_the_same_in_every_zone() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert chain.moment(elsewhere) == chain.moment(AT)


@pytest.mark.parametrize(
    ("one", "other"), [(1.0, 1), (1e100, 10**100), (2**60, float(2**60)), (-0.0, 0)]
)
def test_a_number_has_one_text_however_a_database_gives_it_back(one: float, other: float) -> None:
    assert chain.normal({"n": one}) == chain.normal({"n": other})


def test_a_code_is_read_as_people_type_it_and_a_wrong_digit_is_found() -> None:
    for number in range(40):
        code = chain.code_of(sha256(str(number).encode()).hexdigest())
        assert chain.read_code(f" {code.lower().replace('-', ' ').replace('0', 'o')} ") == code
        for place, digit in enumerate(code.replace("-", "")):
            at = place + place // 4
            for other in chain._DIGITS.replace(digit, ""):
                assert chain.read_code(code[:at] + other + code[at + 1 :]) is None


# --- the table -------------------------------------------------------------------------------


@pytest.fixture
def attempt(ada: User, course: Course, now: datetime) -> ExamAttempt:
    """An attempt with saves, handed in and graded."""
    exam = factories.exam(course=course)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    for place, question in enumerate(exam.paper.values_list("question_id", flat=True)):
        for revision, response in enumerate(["a", "b", None][place:], start=1):
            sit.save_answer(
                by_id=ada.pk, attempt_id=attempt.pk, question_id=question, response=response,
                revision=revision, now=now + timedelta(microseconds=17 * revision),
            )  # fmt: skip
    sit.submit(by=ada, attempt_id=attempt.pk, now=now + timedelta(minutes=9))
    return attempt


@pytest.mark.django_db
def test_the_journal_of_a_sitting_is_sound(attempt: ExamAttempt) -> None:
    assert journal.verify(attempt.pk) == []
    kinds = [line.event.kind for line in journal.lines(attempt.pk)]
    assert kinds == ["start", *["save"] * 6, "submit", "graded"]


@pytest.mark.django_db
def test_entries_of_several_attempts_are_chained_each_to_its_own(
    attempt: ExamAttempt, bruno: User, now: datetime
) -> None:
    other = factories.exam_attempt(
        exam=factories.exam(course=attempt.exam.course), user=attempt.user, at=now
    )
    detail = {"points": 2.5, "why": "Frage 3 – „Besitz“", "list": [1, {"z": 1, "a": None}]}
    made = journal.append_many(
        journal.Entry(attempt_id=one, kind="note", now=now, actor_id=bruno.pk, detail=detail)
        for one in (attempt.pk, other.pk, attempt.pk)
    )
    assert [(row.attempt_id, row.seq) for row in made] == [
        (attempt.pk, 10), (other.pk, 1), (attempt.pk, 11),
    ]  # fmt: skip
    assert journal.verify(attempt.pk) == journal.verify(other.pk) == []
    stored = AttemptEvent.objects.get(pk=made[2].pk)
    assert (stored.detail, stored.hash, stored.response) == (detail, made[2].hash, None)


@pytest.mark.django_db
def test_an_event_with_a_hash_that_is_none_is_refused(attempt: ExamAttempt) -> None:
    last = journal.lines(attempt.pk)[-1]
    with pytest.raises(Exception, match="64 hexadecimal digits"), transaction.atomic():
        AttemptEvent.objects.create(
            attempt=attempt, seq=last.event.seq + 1, kind="note", hash="A" * 64
        )


@pytest.mark.django_db
def test_any_changed_byte_of_any_event_is_found(attempt: ExamAttempt) -> None:
    """Every column of every row, changed as somebody with the database in hands could."""
    triggers.remove()
    columns = [field.column for field in AttemptEvent._meta.local_concrete_fields]
    changed = 0
    for line in journal.lines(attempt.pk):
        for column in columns:
            for value in _other_values(line.event.id, column):
                # What the database refuses even without triggers cannot be there to be found.
                with suppress(DatabaseError), transaction.atomic():
                    _set(line.event.id, column, value)
                    assert journal.verify(attempt.pk), (line.event.seq, column, value)
                    changed += 1
                    transaction.set_rollback(True)
    assert journal.verify(attempt.pk) == []
    assert changed > 300


@pytest.mark.django_db
@pytest.mark.parametrize("which", [0, 3, 7])
def test_a_line_taken_out_is_found(attempt: ExamAttempt, which: int) -> None:
    triggers.remove()
    gone = journal.lines(attempt.pk)[which]
    AttemptEvent.objects.filter(pk=gone.event.id).delete()
    assert journal.verify(attempt.pk)


@pytest.mark.django_db
def test_an_answer_that_was_never_journalled_is_found(attempt: ExamAttempt) -> None:
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE attempt_answers SET response = '\"b\"' WHERE attempt_id = %s",
            [uuid_param(attempt.pk)],
        )
    assert journal.verify(attempt.pk)


def _stored(id_: UUID, column: str) -> object:
    with connection.cursor() as cursor:
        text = f"'' || {column}" if connection.vendor == "sqlite" else f"{column}::text"
        cursor.execute(f"SELECT {text} FROM attempt_events WHERE id = %s", [uuid_param(id_)])
        return cursor.fetchone()[0]


def _other_values(id_: UUID, column: str) -> list[str | None]:
    """What else could stand there: one byte flipped, the null, another value where it is null.

    A byte each in a row of lengths, so that the test stays short; the types refuse some.
    """
    value = _stored(id_, column)
    if value is None:
        return [{"question_id": ID.hex, "actor_id": ID.hex, "revision": "1"}.get(column, '"x"')]
    text = str(value)
    step = 1 if len(text) < 9 else 7
    made = {text[:place] + _other(text[place]) + text[place + 1 :]
            for place in range(0, len(text), step)}  # fmt: skip
    return [one for one in made if one.strip()]


def _other(character: str) -> str:
    return {"9": "8", "0": "1", "1": "2", "7": "3"}.get(character, "7")


def _set(id_: UUID, column: str, value: str | None) -> None:
    """Set the column past every rule; a value its type cannot hold is stored as something else."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = 1")
            number = column in ("seq", "revision")
            given = int(value) if number and value is not None and value.isdigit() else value
            cursor.execute(
                f"UPDATE attempt_events SET {column} = %s WHERE id = %s",
                [given, uuid_param(id_)],
            )
            cursor.execute("PRAGMA ignore_check_constraints = 0")  # the connection goes on
            return
        kind = {"seq": "int", "revision": "int", "occurred_at": "timestamptz", "detail": "jsonb",
                "response": "jsonb"}  # fmt: skip
        cast = kind.get(column, "uuid" if column.endswith("id") else "text")
        cursor.execute(f"UPDATE attempt_events SET {column} = %s::{cast} WHERE id = %s",
                       [value, id_])  # fmt: skip
