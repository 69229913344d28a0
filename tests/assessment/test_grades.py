"""The gradebook: cells, totals, what staff write into it, and what a file would change."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studium.assessment import grading
from studium.assessment.actions import grades as writing
from studium.assessment.actions import sit
from studium.assessment.models import Exam, GradeEntry
from studium.assessment.queries import grades
from studium.content.models import Course
from studium.identity.models import AuditEntry, User
from studium.lib.errors import Invalid, NotAllowed, NotFound
from tests import factories


def part(weight: int, state: str, score: int | None = None) -> grading.Part:
    return grading.Part(Decimal(weight), state, score)


def test_a_total_is_weighted_and_says_what_counted() -> None:
    parts = [part(60, "mark", 50), part(40, "missing"), part(20, "excused"), part(0, "mark", 100)]
    zero = grading.total(parts, missing_is_zero=True)
    assert (zero.score, zero.counted, zero.of) == (Decimal(30), Decimal(100), Decimal(100))
    assert zero.words == "2 of 3 items count, 1 missing as 0, 1 excused."
    left = grading.total(parts, missing_is_zero=False)
    assert (left.score, left.words) == (
        Decimal(50), "1 of 3 items count, 1 missing left out, 1 excused.")  # fmt: skip
    assert grading.total([part(1, "open")], missing_is_zero=True).score is None
    thirds = [part(1, "mark", 100), part(1, "mark", 0), part(1, "late", 0)]
    assert grading.total(thirds, missing_is_zero=True).score == Decimal("33.3")


# How fast examples are made says how busy the machine is.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 100), st.sampled_from(
    ["mark", "late", "missing", "excused", "review", "open"]), st.integers(0, 100))))  # fmt: skip
def test_a_total_lies_between_the_lowest_and_the_highest_score(listed: list[Any]) -> None:
    parts = [part(w, s, n if s in ("mark", "late") else None) for w, s, n in listed]
    found = grading.total(parts, missing_is_zero=False)
    scores = [one.score for one in parts if one.score is not None and one.weight > 0]
    assert (found.score is None) == (not scores)
    if found.score is not None:
        assert min(scores) - Decimal("0.1") < found.score <= max(scores)


pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(course: Course, now: datetime) -> Exam:
    return factories.exam(course=course, closes_at=now + timedelta(days=1))


def sit_it(exam: Exam, user: User, now: datetime, right: int) -> None:
    made = sit.start_attempt(by=user, exam_id=exam.pk, now=now)
    for place, row in enumerate(exam.paper.order_by("position")):
        sit.save_answer(by_id=user.pk, attempt_id=made.pk, question_id=row.question_id,
                        response="a" if place < right else "b", revision=1, now=now)  # fmt: skip
    sit.submit(by=user, attempt_id=made.pk, now=now)


def read(by: User, course: Course, now: datetime, **more: Any) -> grades.Book:
    return grades.book(viewer=by, course_id=course.pk, now=now, **more)


def write(by: User, course: Course, user: User, exam: Exam, now: datetime, kind: str,
          **more: Any) -> GradeEntry:  # fmt: skip
    return writing.write_cell(by=by, course_id=course.pk, user_id=user.pk, thing_id=exam.pk,
                              kind=kind, now=now, **more)  # fmt: skip


def test_cells_are_open_then_marked_or_missing_and_by_hand_when_staff_write(
    course: Course, exam: Exam, ada: User, bruno: User, now: datetime
) -> None:
    dev = factories.person("Dev Das")
    factories.enrollment(user=dev, course=course)
    sit_it(exam, ada, now, right=2)
    assert [one.cells[0].state for one in read(bruno, course, now).learners] == ["mark", "open"]
    later = now + timedelta(days=2)
    one, two = read(bruno, course, later).learners
    assert (one.cells[0].score, two.cells[0].state, two.total.score) == (66, "missing", 0)
    write(bruno, course, dev, exam, later, "excused")
    assert read(bruno, course, later).learners[1].total.score is None
    with pytest.raises(Invalid) as refused:
        write(bruno, course, dev, exam, later, "score", score=101)
    assert set(refused.value.fields) == {"score", "reason"}
    write(bruno, course, dev, exam, later, "score", score="70", reason="Oral exam.")
    cell = read(bruno, course, later, search="dev").learners[0].cells[0]
    assert (cell.score, cell.by_hand) == (70, True)
    write(bruno, course, dev, exam, later, "cleared")
    view = grades.cell_view(viewer=bruno, course_id=course.pk, user_id=dev.pk, thing_id=exam.pk,
                            now=later)  # fmt: skip
    assert view.cell.state == "missing"
    assert [one.kind for one in view.entries] == ["excused", "score", "cleared"]
    assert AuditEntry.objects.filter(action="gradebook.entry").count() == 3


def test_what_came_late_says_so_beside_its_reduced_score(
    course: Course, ada: User, bruno: User, now: datetime
) -> None:
    exam = factories.exam(
        course=course, due_at=now, late_tiers=[{"minutes": 60, "penalty_percent": 10}]
    )
    sit_it(exam, ada, now + timedelta(minutes=5), right=3)
    cell = read(bruno, course, now).learners[0].cells[0]
    assert (cell.state, cell.score) == ("late", 90)


def test_weights_make_the_total_and_quizzes_come_in_with_one(
    course: Course, exam: Exam, ada: User, bruno: User, now: datetime
) -> None:
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"))
    sit_it(exam, ada, now, right=3)
    assert [one.kind for one in read(bruno, course, now).items] == ["exam"]
    writing.set_weights(by=bruno, course_id=course.pk, now=now, missing_is_zero=True,
                        weights={exam.pk: "75", quiz.pk: 25},
                        due={quiz.pk: now})  # fmt: skip
    book = read(bruno, course, now)
    assert (book.weight_sum, book.by_default) == (Decimal(100), False)
    assert book.learners[0].total.score == Decimal(75)
    with pytest.raises(Invalid):
        writing.set_weights(by=bruno, course_id=course.pk, now=now, weights={exam.pk: "120"})
    with pytest.raises(NotFound):
        writing.set_weights(by=bruno, course_id=course.pk, now=now, weights={bruno.pk: "1"})


def test_a_student_sees_only_what_is_released(
    course: Course, ada: User, bruno: User, now: datetime
) -> None:
    exam = factories.exam(course=course, release="after_close", closes_at=now + timedelta(days=1))
    sit_it(exam, ada, now, right=3)
    _items, mine = grades.own_grades(viewer=ada, course_id=course.pk, now=now)
    assert (mine.cells[0].state, mine.cells[0].score, mine.total.score) == ("hidden", None, None)
    later = now + timedelta(days=2)
    assert grades.own_grades(viewer=ada, course_id=course.pk, now=later)[1].cells[0].score == 100
    with pytest.raises(NotFound):
        grades.own_grades(viewer=bruno, course_id=course.pk, now=now)


def test_a_file_is_checked_line_by_line_and_then_written_as_a_whole(
    course: Course, exam: Exam, ada: User, bruno: User, now: datetime
) -> None:
    dev = factories.person("Dev Das")
    factories.enrollment(user=dev, course=course)
    sit_it(exam, ada, now, right=2)

    def check(text: str) -> list[tuple[int, str, str]]:
        found = writing.check_file(by=bruno, course_id=course.pk, data=text.encode(), now=now)
        return [(one.line, one.outcome, one.after) for one in found]

    good = "name,email,Final exam,total\nAda,ADA@example.org,66,1\nDev,dev@example.org,excused,\n"
    assert check(good) == [(2, "same", "66"), (3, "change", "excused")]
    bad = "email,Final exam\nada@example.org,1e3\nx@example.org,5\nada@example.org,5\n"
    assert [one[1] for one in check(bad)] == ["problem"] * 3
    assert not GradeEntry.objects.exists()
    for wrong in ("", "name\nAda\n", "email,Nothing\na,1\n", "email,email\na,b\n", 'email\n"a'):
        with pytest.raises(Invalid):
            check(wrong)
    with pytest.raises(Invalid):
        writing.import_file(by=bruno, course_id=course.pk, data=bad.encode(), reason="x", now=now)
    done = writing.import_file(by=bruno, course_id=course.pk, reason="From the hall.", now=now,
                               data=b"email;Final exam\nada@example.org;90\n")  # fmt: skip
    assert len(done) == 1
    entry = GradeEntry.objects.get()
    assert (entry.score, entry.reason, entry.written_by) == (90, "From the hall.", bruno)


def test_a_long_file_is_written_with_as_many_statements_as_a_short_one(
    course: Course, exam: Exam, bruno: User, now: datetime
) -> None:
    everybody = [factories.person("Ann", email=f"ann{n}@example.org") for n in range(24)]
    for one in everybody:
        factories.enrollment(user=one, course=course)

    def written(some: list[User]) -> int:
        lines = [f"{one.email},{number}" for number, one in enumerate(some)]
        data = "\n".join(["email,Final exam", *lines]).encode()
        with CaptureQueriesContext(connection) as done:
            writing.import_file(by=bruno, course_id=course.pk, data=data, reason="R", now=now)
        for number, one in enumerate(some):
            assert GradeEntry.objects.get(user=one).score == number
            assert AuditEntry.objects.get(detail__user=str(one.pk)).detail["score"] == number
        return len(done)

    written(everybody[:1])  # makes the row of the item
    assert written(everybody[1:3]) == written(everybody[3:])


def test_only_instructors_write_and_only_the_staff_read(
    course: Course, exam: Exam, ada: User, eva: User, now: datetime
) -> None:
    tess = factories.person("Tess Thule")
    factories.enrollment(user=tess, course=course, role="assistant")
    read(tess, course, now)
    with pytest.raises(NotAllowed):
        write(tess, course, ada, exam, now, "excused")
    for stranger, wrong in ((ada, NotAllowed), (eva, NotFound)):
        with pytest.raises(wrong):
            read(stranger, course, now)
        with pytest.raises(wrong):
            write(stranger, course, ada, exam, now, "excused")


def test_a_book_costs_the_same_number_of_queries_for_any_number_of_learners(
    course: Course, exam: Exam, bruno: User, now: datetime
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            read(bruno, course, now)
        return len(seen)

    before = queries()
    for number in range(5):
        person = factories.person(f"P{number} X")
        factories.enrollment(user=person, course=course)
        sit_it(exam, person, now, right=number % 4)
    assert queries() == before
    assert read(bruno, course, now).means[0] is not None
