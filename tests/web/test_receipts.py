"""Receipts: to download, and to check on a page."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from studium.assessment import journal
from studium.assessment.actions import sit
from studium.lib import clock
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(ada, course):
    exam = factories.exam(course=course)
    made = sit.start_attempt(by=ada, exam_id=exam.pk, now=clock.now())
    sit.save_answer(
        by_id=ada.pk,
        attempt_id=made.pk,
        question_id=exam.paper.earliest("position").question_id,
        response="a",
        revision=1,
        now=clock.now(),
    )
    return sit.submit(by=ada, attempt_id=made.pk, now=clock.now())


def receipt_of(client, attempt) -> bytes:
    answer = client.get(f"/exam-attempts/{attempt.pk}/receipt/")
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.content


def checked(client, **sent) -> str:
    return client.post("/receipts/", sent).content.decode()


def test_a_downloaded_receipt_holds_sent_as_a_file_or_pasted(client_of, ada, attempt) -> None:
    client = client_of(ada)
    content = receipt_of(client, attempt)
    good = "it is what this site holds"
    assert good in checked(client, file=SimpleUploadedFile("receipt.json", content))
    pasted = content.decode().replace("\n", "\r\n")  # as browsers send it
    assert good in checked(client, text=pasted)


def test_the_result_leads_to_the_receipt(client_of, ada, bruno, attempt) -> None:
    address = f"/exam-attempts/{attempt.pk}/result/"
    own = client_of(ada).get(address).content.decode()
    code = next(one.code for one in journal.lines(attempt.pk) if one.event.kind == "submit")
    assert f"/exam-attempts/{attempt.pk}/receipt/" in own
    assert f"<code>{code}</code>" in own
    timeline = f"/exam-attempts/{attempt.pk}/timeline/"
    assert timeline not in own
    assert timeline in client_of(bruno).get(address).content.decode()


def test_a_changed_receipt_does_not(client_of, ada, attempt) -> None:
    client = client_of(ada)
    changed = receipt_of(client, attempt).replace(b'"response": "a"', b'"response": "b"')
    page = checked(client, file=SimpleUploadedFile("receipt.json", changed))
    assert "The receipt does not hold" in page
    assert "Line 2 (save) was changed" in page


def test_the_staff_check_what_their_students_bring(client_of, ada, bruno, attempt) -> None:
    content = receipt_of(client_of(ada), attempt)
    page = checked(client_of(bruno), file=SimpleUploadedFile("receipt.json", content))
    assert "it is what this site holds" in page


def test_others_learn_only_that_the_file_is_whole(client_of, ada, chloe, attempt) -> None:
    content = receipt_of(client_of(ada), attempt)
    page = checked(client_of(chloe), file=SimpleUploadedFile("receipt.json", content))
    assert "whole in itself" in page
    assert "it is what this site holds" not in page


@pytest.mark.parametrize("content", [b"[]", b"\xff\xfe", b'{"studium_receipt": 1}', b"{" * 9999])
def test_what_is_no_receipt_is_said_to_be_none(client_of, ada, content) -> None:
    page = checked(client_of(ada), file=SimpleUploadedFile("x.json", content))
    assert "The receipt does not hold" in page


def test_a_code_is_found_among_ones_own_attempts_only(client_of, ada, bruno, attempt) -> None:
    codes = {line.event.kind: line.code for line in journal.lines(attempt.pk)}
    assert "This code stands for a line" in checked(client_of(ada), code=codes["save"].lower())
    assert "None of your attempts" in checked(client_of(bruno), code=codes["save"])
    # What grading adds is told by the release, not by a code.
    assert "None of your attempts" in checked(client_of(ada), code=codes["graded"])


@pytest.mark.parametrize("code", ["", "AAAA", "7K3M-9QWX-2B4D-Z", "x" * 300])
def test_a_code_that_is_none_is_named(client_of, ada, code) -> None:
    assert client_of(ada).post("/receipts/", {"code": code}).status_code == 422


def test_the_time_line_finds_the_event_of_a_code(client_of, bruno, attempt) -> None:
    code = journal.lines(attempt.pk)[1].code
    page = client_of(bruno).get(f"/exam-attempts/{attempt.pk}/timeline/", {"code": code})
    assert "<b>Event 2 of 4</b>" in page.content.decode()
