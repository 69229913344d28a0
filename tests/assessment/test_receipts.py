"""Receipts: what a student takes home, and what can be told from it afterwards."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from studium import cli
from studium.assessment import journal, queries, receipt
from studium.assessment.actions import sit
from studium.assessment.models import ExamAttempt
from studium.content.models import Course
from studium.identity.models import User
from studium.lib import triggers
from studium.lib.db import uuid_param
from studium.lib.errors import NotFound
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(ada: User, course: Course, now: datetime) -> ExamAttempt:
    """An attempt with three saves, a note of the staff, handed in and graded."""
    exam = factories.exam(course=course, title="Final exam – „Besitz“")
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    first, second = exam.paper.values_list("question_id", flat=True)[:2]
    for question, revision, response in ((first, 1, "a"), (second, 1, "a"), (first, 2, "b")):
        sit.save_answer(
            by_id=ada.pk, attempt_id=attempt.pk, question_id=question, response=response,
            revision=revision, now=now,
        )  # fmt: skip
    journal.append(attempt.pk, "note", now=now, detail={"text": "Came in late."})
    return sit.submit(by=ada, attempt_id=attempt.pk, now=now + timedelta(minutes=9))


@pytest.fixture
def content(ada: User, attempt: ExamAttempt) -> bytes:
    """The file that Ada downloads."""
    return queries.receipt_file(viewer=ada, attempt_id=attempt.pk)


def test_a_receipt_ends_with_handing_in_and_is_good(content: bytes, attempt: ExamAttempt) -> None:
    made = receipt.read(content)
    assert [one["kind"] for one in made["events"]] == ["start", *["save"] * 3, "note", "submit"]
    assert [one["response"] for one in made["handed_in"]] == ["b", "a"]
    assert (made["final"], made["code"]) == (True, queries.final_receipt(attempt.pk))
    assert b"Came in late" not in content
    assert b"score" not in content
    check = queries.check_receipt(content)
    assert check.is_good
    assert (check.exam_title, check.person_name) == (attempt.exam.title, "Ada Alm")


def test_a_running_attempt_has_a_receipt_that_is_not_final(
    ada: User, course: Course, now: datetime
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=factories.exam(course=course).pk, now=now)
    assert queries.final_receipt(attempt.pk) is None
    content = queries.receipt_file(viewer=ada, attempt_id=attempt.pk)
    assert not receipt.read(content)["final"]
    sit.submit(by=ada, attempt_id=attempt.pk, now=now)
    assert queries.check_receipt(content).is_good  # what it says still holds


def test_any_changed_byte_of_the_file_is_found(content: bytes) -> None:
    assert receipt.faults(content) == []
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        assert receipt.faults(bytes(changed)), (place, content[place - 20 : place + 20])
    for place in range(0, len(content), 41):
        assert receipt.faults(content[:place] + b" " + content[place:]), place
        assert receipt.faults(content[:place] + content[place + 1 :]), place


def _forged(content: bytes, **changed: object) -> bytes:
    """A file with other values that is sealed anew."""
    made = {**json.loads(content), **changed}
    return receipt.render({**made, "seal": receipt.seal(made)})


def test_a_forged_file_is_found_by_its_chain(content: bytes) -> None:
    events = json.loads(content)["events"]
    events[1]["response"] = "b"
    assert receipt.faults(_forged(content, events=events)) == [
        "Line 2 (save) was changed: its hash does not fit."
    ]
    assert "missing" in " ".join(receipt.faults(_forged(content, events=events[2:])))
    assert receipt.faults(_forged(content, code="0000-0000-0000-0"))
    assert receipt.faults(_forged(content, handed_in=[]))


def test_another_name_or_title_is_found_by_the_database(content: bytes, ada: User) -> None:
    forged = _forged(content, person={"id": str(ada.pk), "name": "Eva Ek"})
    assert receipt.faults(forged) == []
    check = queries.check_receipt(forged)
    assert check.differences == ("In the database the attempt is that of “Ada Alm”.",)


def test_a_database_that_was_changed_is_found_by_the_receipt(
    content: bytes, attempt: ExamAttempt
) -> None:
    """Even where somebody computes the chain anew: the student's file has the old one."""
    triggers.remove()
    lines = journal.lines(attempt.pk)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM attempt_events WHERE attempt_id = %s AND seq > 3",
                       [uuid_param(attempt.pk)])  # fmt: skip
    for line in lines[3:]:
        event = line.event
        journal.append(
            attempt.pk, event.kind, now=event.occurred_at, actor_id=event.actor_id,
            question_id=event.question_id, response=event.response, revision=event.revision,
            detail=dict(event.detail),
        )  # fmt: skip
    assert journal.verify(attempt.pk) == []
    assert any("Line 4 (save)" in said for said in queries.check_receipt(content).differences)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"studium_receipt": 1}', b"\xff\xfe", b"[" * 20000]
)
def test_what_is_no_receipt_is_told_so(content: bytes) -> None:
    check = queries.check_receipt(content)
    assert check.faults
    assert not check.compared


@pytest.mark.parametrize(
    "changed",
    [{"events": []}, {"events": None}, {"events": [None]}, {"attempt": "x"}, {"attempt": None},
     {"events": [{"seq": 1}]}, {"person": []}, {"handed_in": 3}, {"exam": "x"}, {"code": None}],
)  # fmt: skip
def test_nonsense_in_a_receipt_is_a_fault_and_no_error(content: bytes, changed: dict) -> None:
    assert not queries.check_receipt(_forged(content, **changed)).is_good
    nan = content.replace(b'"attempt_no": 1', b'"attempt_no": NaN')
    deep = content.replace(b'"attempt_no": 1', b'"attempt_no": ' + b"[" * 900 + b"]" * 900)
    large = content.replace(b'"attempt_no": 1', b'"attempt_no": 1' + b"0" * 400)
    for one in (nan, deep, large):
        assert queries.check_receipt(one).faults


def test_other_people_neither_get_nor_compare_a_receipt(
    content: bytes, attempt: ExamAttempt, ada: User, bruno: User, chloe: User, eva: User
) -> None:
    assert queries.receipt_file(viewer=bruno, attempt_id=attempt.pk) == content
    for stranger in (chloe, eva):
        with pytest.raises(NotFound):
            queries.receipt_file(viewer=stranger, attempt_id=attempt.pk)
        assert not queries.check_receipt(content, viewer=stranger).compared
    assert queries.check_receipt(content, viewer=ada).is_good


def test_the_command_says_in_words_what_differs(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "receipt.json"
    file.write_bytes(content)
    assert cli.main(["verify-receipt", str(file)]) == 0
    assert "the database holds the same" in capsys.readouterr().out
    assert cli.main(["verify-receipt", "--file-only", str(file)]) == 0
    file.write_bytes(content.replace(b'"Ada Alm"', b'"Eva Ek"'))
    assert cli.main(["verify-receipt", str(file)]) == 1
    said = capsys.readouterr().err
    assert "The seal does not fit" in said
    assert "In the database the attempt is that of “Ada Alm”." in said


def test_doctor_recomputes_the_journals_when_asked(attempt: ExamAttempt) -> None:
    assert queries.check_journals() == (1, [])
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE attempt_events SET kind = 'note' WHERE seq = 2")
    looked, broken = queries.check_journals()
    assert looked == 1
    assert broken[0][0] == attempt.pk
    assert "Line 2 (note)" in broken[0][1][0]
