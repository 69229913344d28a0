"""Marking, questions about marks and the gradebook, as pages."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from studium.assessment.actions import mark as marking
from studium.assessment.actions import sit
from studium.assessment.models import Appeal, Exam, ExamAttempt, GradeEntry, Mark, Question
from studium.assessment.queries.marking import desk
from studium.content.models import Course
from studium.identity.models import User
from tests import factories

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
RUBRIC = [{"id": "c1", "text": "Facts", "levels": [
    {"id": "l0", "text": "none", "points": 0}, {"id": "l1", "text": "all of them", "points": 4}]},
]  # fmt: skip


@pytest.fixture
def questions(course: Course) -> list[Question]:
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"), questions=0,
                          status="draft")  # fmt: skip
    return [
        factories.question(quiz=quiz, kind="essay", points=4, spec={"rubric": RUBRIC}),
        factories.question(quiz=quiz, kind="short_text", points=1),
    ]


@pytest.fixture
def exam(course: Course, questions: list[Question]) -> Exam:
    return factories.exam(course=course, questions=questions)


def sat(exam: Exam, user: User, questions: list[Question], said: str = "the owner") -> ExamAttempt:
    now = datetime.now(UTC)
    made = sit.start_attempt(by=user, exam_id=exam.pk, now=now)
    for question, response in zip(questions, ("A value <b>is</b> owned.", said), strict=True):
        sit.save_answer(by_id=user.pk, attempt_id=made.pk, question_id=question.pk,
                        response=response, revision=1, now=now)  # fmt: skip
    return sit.submit(by=user, attempt_id=made.pk, now=now)


@pytest.fixture
def attempt(exam: Exam, ada: User, questions: list[Question]) -> ExamAttempt:
    return sat(exam, ada, questions)


def at(course: Course, rest: str) -> str:
    return f"/teach/courses/{course.slug}/{rest}"


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:2000]
    return str(response.content.decode())


def test_an_exam_is_marked_answer_by_answer_until_its_score_is_out(
    course: Course, exam: Exam, attempt: ExamAttempt, questions: list[Question], ada: User,
    bruno: User, client_of: Browser,
) -> None:  # fmt: skip
    teacher, student = client_of(bruno), client_of(ada)
    waiting = text(student.get(f"/exam-attempts/{attempt.pk}/result/"))
    assert "0 of 1 answer is marked by a person so far" in waiting
    page = text(teacher.get(at(course, f"exams/{exam.pk}/marking/")))
    assert "0 of 1 answers done" in page
    assert "Ada Alm" in page
    there = at(course, f"marking/{attempt.pk}/{questions[0].pk}/?by=question")
    page = text(teacher.get(there))
    assert "A value &lt;b&gt;is&lt;/b&gt; owned." in page
    assert 'name="level-c1"' in page
    assert "Choose a level" in text(teacher.post(there, {"comment": "Good."}), 422)
    done = teacher.post(there, {"level-c1": "l1", "comment": "Well said."})
    assert done.headers["Location"] == at(course, f"exams/{exam.pk}/marking/")
    page = text(student.get(f"/exam-attempts/{attempt.pk}/result/"))
    assert "80 %" in page
    assert "Well said." in page
    assert "all of them" in page
    assert "1 of 1 answers done" in text(teacher.get(at(course, f"exams/{exam.pk}/marking/")))
    journal = text(teacher.get(f"/exam-attempts/{attempt.pk}/timeline/"))
    assert "first mark" in journal


def test_blind_marking_shows_a_code_and_no_name_on_any_of_its_pages(
    course: Course, exam: Exam, attempt: ExamAttempt, questions: list[Question], bruno: User,
    client_of: Browser,
) -> None:  # fmt: skip
    teacher = client_of(bruno)
    overview = at(course, f"exams/{exam.pk}/marking/")
    sent = {"blind": "on", "second": "none", "every": "5", "tolerance": "20", "appeal_days": "7"}
    assert teacher.post(f"{overview}settings/", sent).status_code == 302
    assert "from 2 to 100" in text(teacher.post(f"{overview}settings/", sent | {"every": "1"}), 422)
    there = at(course, f"marking/{attempt.pk}/{questions[0].pk}/")
    code = desk(viewer=bruno, attempt_id=attempt.pk, question_id=questions[0].pk).task.who
    for page in (text(teacher.get(overview)), text(teacher.get(there))):
        assert "Ada" not in page
        assert code in page


def test_a_second_marker_does_not_see_the_first_mark(
    course: Course, exam: Exam, attempt: ExamAttempt, questions: list[Question], bruno: User,
    client_of: Browser,
) -> None:  # fmt: skip
    tess = factories.person("Tess Thule")
    factories.enrollment(user=tess, course=course, role="assistant")
    now = datetime.now(UTC)
    marking.set_marking(by=bruno, exam_id=exam.pk, now=now, settings={"second": "all"})
    there = at(course, f"marking/{attempt.pk}/{questions[0].pk}/")
    assert client_of(bruno).post(there, {"points": "4", "comment": "Splendid"}).status_code == 302
    assert "Splendid" in text(client_of(bruno).get(there))
    page = text(client_of(tess).get(there))
    assert "Splendid" not in page
    assert "both are independent" in page
    client_of(tess).post(there, {"points": "1"})
    assert "This mark decides" in text(client_of(tess).get(there))
    assert client_of(tess).post(there, {"points": "2"}).status_code == 422
    assert client_of(tess).post(there, {"points": "2", "comment": "Agreed"}).status_code == 302
    assert ExamAttempt.objects.get(pk=attempt.pk).status == "graded"


def test_a_student_asks_and_the_staff_correct_it_for_all_who_answered_so(
    course: Course, exam: Exam, attempt: ExamAttempt, questions: list[Question], ada: User,
    bruno: User, client_of: Browser,
) -> None:  # fmt: skip
    marking.give_mark(by=bruno, attempt_id=attempt.pk, question_id=questions[0].pk, points=4,
                      now=datetime.now(UTC))  # fmt: skip
    student, teacher = client_of(ada), client_of(bruno)
    ask = f"/exam-attempts/{attempt.pk}/appeals/{questions[1].pk}/"
    assert ask in text(student.get(f"/exam-attempts/{attempt.pk}/result/"))
    assert "Ask about this mark" in text(student.get(ask))
    assert "Write a few words" in text(student.post(ask, {"text": " "}), 422)
    sent = student.post(ask, {"text": "It is the same word <i>."})
    appeal = Appeal.objects.get()
    assert sent.headers["Location"] == f"/appeals/{appeal.pk}/"
    assert text(student.post(ask, {"text": "Again."}), 409)
    assert "It is the same word &lt;i&gt;." in text(teacher.get(f"/appeals/{appeal.pk}/"))
    assert "Ada Alm" in text(teacher.get(at(course, "appeals/?status=open")))
    assert "1 question about a mark waits" in text(teacher.get(at(course, "gradebook/")))
    teacher.post(f"/appeals/{appeal.pk}/say/", {"text": "Let me see."})
    answer = f"/appeals/{appeal.pk}/answer/"
    assert text(teacher.post(answer, {"outcome": "changed", "answer": "x", "points": "9"}), 422)
    teacher.post(answer, {"outcome": "planned", "answer": "An article is fine."})
    page = text(teacher.get(f"/appeals/{appeal.pk}/"))
    assert "1 of 1 attempts move, 1 up" in page
    teacher.post(answer, {"outcome": "corrected", "answer": "You are right."})
    page = text(student.get(f"/appeals/{appeal.pk}/"))
    assert "You are right." in page
    assert "corrected for all" in page
    assert "100 %" in text(student.get(f"/exam-attempts/{attempt.pk}/result/"))


def test_the_gradebook_shows_weights_excuses_and_scores_by_hand(
    course: Course, exam: Exam, attempt: ExamAttempt, bruno: User, ada: User, client_of: Browser
) -> None:
    teacher = client_of(bruno)
    page = text(teacher.get(at(course, "gradebook/")))
    assert "in review" in page
    weights = at(course, "gradebook/weights/")
    name = f"weight-{exam.pk}"
    assert "A weight is a number" in text(teacher.post(weights, {name: "lots"}), 422)
    assert teacher.post(weights, {name: "80", "missing": "open"}).status_code == 302
    page = text(teacher.get(at(course, "gradebook/")))
    assert "add up to 80 %" in page
    assert "left out of the total" in page
    cell = at(course, f"gradebook/{ada.pk}/{exam.pk}/")
    refused = text(teacher.post(cell, {"kind": "score", "score": "90"}), 422)
    assert "Say why this score stands" in refused
    teacher.post(cell, {"kind": "score", "score": "90", "reason": "Oral exam"})
    page = text(teacher.get(cell))
    assert "Oral exam" in page
    assert "Bruno Berg" in page
    assert "90" in text(client_of(ada).get(f"/courses/{course.slug}/grades/"))
    teacher.post(cell, {"kind": "excused"})
    assert "excused" in text(teacher.get(at(course, "gradebook/?show=excused")))
    assert "Nobody fits" in text(teacher.get(at(course, "gradebook/?show=missing")))


def test_grades_come_from_a_file_in_two_steps(
    course: Course, exam: Exam, ada: User, bruno: User, client_of: Browser
) -> None:
    teacher, there = client_of(bruno), at(course, "gradebook/file/")
    assert "no column called email" in text(teacher.post(there, {"list": "a,b\n1,2\n"}), 422)
    bad = "email,Final exam\nada@example.org,much\n"
    assert "neither a whole number" in text(teacher.post(there, {"list": bad}))
    good = "email,Final exam\nada@example.org,77\n"
    assert "Write 1 cell" in text(teacher.post(there, {"list": good}))
    assert not GradeEntry.objects.exists()
    assert text(teacher.post(there, {"list": good, "write": "1", "reason": ""}), 422)
    teacher.post(there, {"list": good, "write": "1", "reason": "The hall list."})
    assert GradeEntry.objects.get().score == 77


NAMES = ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "|cmd", "%x"]


def test_a26_no_cell_of_a_csv_or_spreadsheet_is_a_formula(
    course: Course, exam: Exam, bruno: User, client_of: Browser
) -> None:
    for number, name in enumerate(NAMES):
        person = factories.person(f"{name}", email=f"p{number}@example.org")
        factories.enrollment(user=person, course=course)
    Exam.objects.filter(pk=exam.pk).update(title="=1+1")
    teacher = client_of(bruno)
    table = teacher.get(at(course, "gradebook.csv")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    for row in rows:
        for value in row:
            assert not value.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "|", "%"))
    book = zipfile.ZipFile(io.BytesIO(teacher.get(at(course, "gradebook.xlsx")).content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.casefold()
    shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    texts = {one.text for one in shared.iter() if one.tag.endswith("}t")}
    assert {"=1+1", NAMES[0], "+1+1", "@SUM(A1)"} <= texts
    kinds = {one.get("t") for one in ElementTree.fromstring(sheet).iter() if one.tag.endswith("}c")}
    assert kinds <= {"s", None}
    again = teacher.post(at(course, "gradebook/file/"), {"list": table})
    assert "There is nothing" not in text(again)


def test_a35_outsiders_get_no_export_and_students_only_their_own_row(
    course: Course, exam: Exam, attempt: ExamAttempt, ada: User, chloe: User, eva: User,
    client_of: Browser,
) -> None:  # fmt: skip
    for rest in ("gradebook.csv", "gradebook.xlsx", "gradebook/", "appeals/"):
        assert client_of(None).get(at(course, rest)).status_code == 302
        for stranger in (chloe, eva):
            assert client_of(stranger).get(at(course, rest)).status_code == 404
        assert client_of(ada).get(at(course, rest)).status_code == 403
    other = factories.person("Dev Das")
    factories.enrollment(user=other, course=course)
    assert "Dev" not in text(client_of(ada).get(f"/courses/{course.slug}/grades/"))


def test_a09_a_student_cannot_mark_and_a_forged_marker_is_not_taken(
    course: Course, exam: Exam, attempt: ExamAttempt, questions: list[Question], ada: User,
    bruno: User, eva: User, client_of: Browser,
) -> None:  # fmt: skip
    there = at(course, f"marking/{attempt.pk}/{questions[0].pk}/")
    sent = {"points": "4", "marker": str(eva.pk), "marker_id": str(eva.pk), "round": "final"}
    assert client_of(ada).post(there, sent).status_code == 403
    assert client_of(eva).post(there, sent).status_code == 404
    assert not Mark.objects.exists()
    assert client_of(bruno).post(there, sent).status_code == 302
    mark = Mark.objects.get()
    assert (mark.marker, mark.round) == (bruno, "first")


def test_a04_an_attempt_or_appeal_of_another_course_is_not_there(
    course: Course, other_course: Course, exam: Exam, attempt: ExamAttempt, bruno: User, eva: User,
    questions: list[Question], chloe: User, client_of: Browser,
) -> None:  # fmt: skip
    inside = f"/teach/courses/{other_course.slug}/marking/{attempt.pk}/{questions[0].pk}/"
    assert client_of(eva).get(inside).status_code == 404
    assert client_of(eva).post(inside, {"points": "4"}).status_code == 404
    marking.give_mark(by=bruno, attempt_id=attempt.pk, question_id=questions[0].pk, points=4,
                      now=datetime.now(UTC) - timedelta(minutes=1))  # fmt: skip
    ask = f"/exam-attempts/{attempt.pk}/appeals/{questions[1].pk}/"
    for stranger in (chloe, eva, bruno):
        assert client_of(stranger).post(ask, {"text": "Mine."}).status_code == 404
    assert not Appeal.objects.exists()
