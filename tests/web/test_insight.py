"""Progress and insight pages: what they tell, to whom, and what they cost."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from studium.analytics import actions, own_data, queries
from studium.analytics.models import Analytics, ReliabilityReport, ResponseSlip
from studium.analytics.queries import picture, student
from studium.assessment.models import Response
from studium.content import concepts
from studium.content.models import Course, Lesson
from studium.identity.models import User
from studium.lib import clock
from studium.web.downloads import csv_file
from tests import factories
from tests.analytics.answers import practise, sit

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]
LATER = timedelta(days=400)


@pytest.fixture
def lesson(course: Course) -> Lesson:
    return course.lessons.earliest("order_index")


def page(client: Client, name: str, **parts: object) -> str:
    response = client.get(reverse(name, kwargs=parts))
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def test_a_rise_is_called_one_when_its_range_says_so(
    ada: User, course: Course, lesson: Lesson, now: datetime, client_of: ClientOf
) -> None:
    for day, right in ((0, 0), (20, 1), (40, 1)):
        quiz = factories.quiz(lesson=lesson, questions=12)
        practise(ada, quiz, [right] * 12, at=now + timedelta(days=day))
    exam = factories.exam(course=course)
    attempt = sit(ada, exam, [1, 0, 1], at=now + timedelta(days=41))
    actions.catch_up(now=now + LATER)
    text = page(client_of(ada), "course_progress", slug=course.slug)
    assert "<b>Yes.</b>" in text
    assert "on questions of equal difficulty" in text
    assert "The gain is likely between" in text
    assert 'class="st-plot"' in text
    assert reverse("exam_result", kwargs={"attempt_id": attempt.pk}) in text


def test_answers_of_one_day_show_no_change(
    ada: User, course: Course, lesson: Lesson, now: datetime, client_of: ClientOf
) -> None:
    practise(ada, factories.quiz(lesson=lesson, questions=12), [0, 1] * 6, at=now)
    actions.catch_up(now=now + LATER)
    text = page(client_of(ada), "course_progress", slug=course.slug)
    assert "It is too early to say." in text
    assert "So far there are 12." in text


def test_an_empty_page_says_what_will_be_there(
    ada: User, course: Course, client_of: ClientOf
) -> None:
    text = page(client_of(ada), "course_progress", slug=course.slug)
    assert "It is too early to say." in text
    assert "Your level over time will be drawn here." in text
    assert "Next step" in text


def test_each_concept_opens_its_reasons_and_its_answers(
    ada: User, course: Course, lesson: Lesson, now: datetime, client_of: ClientOf
) -> None:
    run = practise(ada, factories.quiz(lesson=lesson, questions=4), [1, 1, 0, 0], at=now)
    actions.catch_up(now=now + LATER)
    client, concept = client_of(ada), concepts.of_lesson(lesson.pk)
    address = reverse("concept_progress", kwargs={"slug": course.slug, "concept_id": concept})
    assert address in page(client, "course_progress", slug=course.slug)
    text = client.get(address).content.decode()
    assert "The chance to get an average question right at the first try is" in text
    assert "How the figure is put together" in text
    assert text.count(reverse("quiz_attempt", kwargs={"attempt_id": run.pk})) == 4
    parts = [float(one) for one in re.findall(r'st-num">([+-]\d+\.\d\d)<', text)]
    assert sum(parts[:-1]) == pytest.approx(parts[-1], abs=0.05)  # each is rounded


def test_a_slip_stands_beside_its_answer_and_changes_nothing(
    ada: User, bruno: User, course: Course, lesson: Lesson, now: datetime, client_of: ClientOf
) -> None:
    run = practise(ada, factories.quiz(lesson=lesson, questions=3), [1, 1, 0], at=now)
    actions.catch_up(now=now + LATER)
    before = Analytics.objects.get().progress_data
    answer = Response.objects.filter(quiz_attempt=run, share=0).get()
    address = reverse("slip", kwargs={"response_id": answer.pk})
    assert client_of(bruno).post(address).status_code == 404
    client, back = client_of(ada), f"/courses/{course.slug}/progress/"
    noted = client.post(address, {"words": "I misread it.", "back": back})
    assert noted["Location"] == back
    assert client.post(address, {"back": "//evil.example"})["Location"] == reverse("progress")
    client.post(address, {"words": "I misread it."})
    concept = concepts.of_lesson(lesson.pk)
    parts = {"slug": course.slug, "student_id": ada.pk, "concept_id": concept}
    assert "I misread it." in page(client_of(bruno), "insight_student_concept", **parts)
    assert actions.catch_up(now=now + LATER) == 0
    assert Analytics.objects.get().progress_data == before
    client.post(address, {"undo": "1"})
    assert not ResponseSlip.objects.exists()


def test_answers_are_out_of_reach_while_their_owner_sits_an_exam(
    ada: User, bruno: User, course: Course, lesson: Lesson, client_of: ClientOf
) -> None:
    now = clock.now()
    quiz = factories.quiz(lesson=lesson, questions=3)
    practise(ada, quiz, [1, 1, 0], at=now - timedelta(days=2))
    actions.catch_up(now=now)
    factories.exam_attempt(exam=factories.exam(course=course), user=ada, at=now)
    concept = concepts.of_lesson(lesson.pk)
    own = page(client_of(ada), "concept_progress", slug=course.slug, concept_id=concept)
    assert "The answers are shown again when it is handed in." in own
    assert quiz.questions.earliest("position").question_text not in own


def test_words_stand_in_for_percentages_that_cannot_be_trusted(
    ada: User, course: Course, lesson: Lesson, now: datetime, client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for day in (0, 9):
        quiz = factories.quiz(lesson=lesson, questions=12)
        practise(ada, quiz, [1] * 9 + [0] * 3, at=now + timedelta(days=day))
    factories.exam(course=course)
    actions.catch_up(now=now + LATER)
    for module in (picture, student):
        monkeypatch.setattr(module, "shows_percentages", lambda: False)
    client, concept = client_of(ada), concepts.of_lesson(lesson.pk)
    own = page(client, "course_progress", slug=course.slug)
    one = page(client, "concept_progress", slug=course.slug, concept_id=concept)
    assert "words stand here instead of percentages" in own
    # What is left are facts (answers right, lessons done) and the goal, no prediction.
    assert not re.search(r"likely \d|from \d+ to \d+ %|<b>\d+ %", own)
    assert not re.search(r"is \d+ % now|about \d+ %|right after it: \d", one)
    rows = page(client, "course_progress_csv", slug=course.slug)
    levels = [row["level"] for row in csv.DictReader(io.StringIO(rows.removeprefix("\ufeff")))]
    assert not any(levels)


def test_two_answers_are_shown_without_a_figure(
    ada: User, course: Course, lesson: Lesson, now: datetime, client_of: ClientOf
) -> None:
    practise(ada, factories.quiz(lesson=lesson), [1, 0], at=now)
    actions.catch_up(now=now + LATER)
    text = page(client_of(ada), "course_progress", slug=course.slug)
    assert "too early to say" in text
    assert "<b>50 %</b>" not in text
    assert "1 more answer is needed" in text


# Two of three right makes 66: a score that nothing else on the pages has.
@pytest.mark.parametrize("release", ["after_close", "never"])
def test_what_is_not_released_is_told_nowhere(
    release: str, ada: User, course: Course, client_of: ClientOf
) -> None:
    now = clock.now()
    exam = factories.exam(
        course=course, release=release, closes_at=now + timedelta(days=1), attempts_allowed=2
    )
    sit(ada, exam, [1, 0, 1], at=now - timedelta(hours=2))
    sit(ada, exam, [1, 0.25, 1], at=now - timedelta(hours=1))
    actions.catch_up(now=now)
    client = client_of(ada)
    for name, parts in [
        ("course_progress", {"slug": course.slug}),
        ("course_progress_csv", {"slug": course.slug}),
        ("course_progress_json", {"slug": course.slug}),
        ("progress", {}),
    ]:
        text = re.sub(r"<[^>]*>", " ", page(client, name, **parts))  # ids and icons hold digits,
        text = text.replace(course.slug, "")  # and so does the name in its address
        for told in ("66", "67", "75", "0.75", "Passed", "passed&", "True", "yes"):
            assert told not in text, (name, told)
    assert not Analytics.objects.exists()
    assert queries.growth_for(ada) == []


@pytest.mark.django_db(transaction=True)
def test_practice_with_feedback_at_its_end_counts_at_its_end(
    ada: User, course: Course, lesson: Lesson, now: datetime
) -> None:
    from studium.assessment.actions import practise as practice

    quiz = factories.quiz(lesson=lesson, feedback="end", questions=3)
    run = practice.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    for question in quiz.questions.all():
        practice.answer_question(
            by=ada, attempt_id=run.pk, question_id=question.pk, response="a", now=now
        )
    assert not Analytics.objects.exists()
    practice.finish_quiz(by=ada, attempt_id=run.pk, now=now)
    assert Analytics.objects.get().progress_data["lessons"][0]["answers"] == 3


def test_a_rule_made_stricter_later_holds_at_once(
    ada: User, course: Course, now: datetime, client_of: ClientOf
) -> None:
    exam = factories.exam(course=course)
    sit(ada, exam, [1, 0, 1], at=now)
    actions.catch_up(now=now + LATER)
    client = client_of(ada)
    assert "66 %" in page(client, "course_progress", slug=course.slug)
    exam.release = "never"
    exam.save()
    assert "66 %" not in page(client, "course_progress", slug=course.slug)
    data = client.get(reverse("course_progress_json", kwargs={"slug": course.slug})).json()
    assert data["progress"]["attempts"] == []


def test_what_programs_read_says_words_where_pages_do(
    ada: User, course: Course, now: datetime, client_of: ClientOf
) -> None:
    practise(ada, factories.quiz(lesson=course.lessons.all()[0], questions=4), [1, 1, 0, 1], at=now)
    actions.catch_up(now=now + LATER)
    client, address = client_of(ada), reverse("course_progress_json", kwargs={"slug": course.slug})
    [before] = client.get(address).json()["progress"]["concepts"]
    assert before["low"] < before["p"] < before["high"]
    ReliabilityReport.objects.create(
        last_seq=1, n=5000, ece=0.2, by_chance=0.01, log_loss=0.6, bins=[]
    )
    [after] = client.get(address).json()["progress"]["concepts"]
    assert after == before | {"p": None, "low": None, "high": None}
    kept = own_data.progress(ada, now, lambda _done, _total: None)[0]["progress"]
    assert kept["concepts"] == [before]


def test_staff_see_attempts_before_their_release(
    ada: User, bruno: User, course: Course, now: datetime, client_of: ClientOf
) -> None:
    attempt = sit(ada, factories.exam(course=course, release="never"), [1, 0, 1], at=now)
    client = client_of(bruno)
    text = page(client, "insight_attempts", slug=course.slug)
    assert "Ada Alm" in text
    assert "66 %" in text
    assert reverse("exam_result", kwargs={"attempt_id": attempt.pk}) in text
    own = page(client, "insight_student", slug=course.slug, student_id=ada.pk)
    assert "66 %" in own


def test_attempts_are_filtered_and_paged(
    ada: User, bruno: User, course: Course, now: datetime, client_of: ClientOf
) -> None:
    exam = factories.exam(course=course, attempts_allowed=99)
    for day in range(60):
        sit(ada, exam, [1, 1, 1] if day % 3 else [0, 0, 0], at=now + timedelta(days=day))
    factories.exam_attempt(exam=exam, user=ada, at=now + timedelta(days=99))
    rows, count = queries.attempts_page(course, outcome="failed", limit=7, offset=14)
    assert (len(rows), count) == (6, 20)
    assert all(row.passed is False for row in rows)
    assert queries.attempts_page(course, outcome="running")[1] == 1
    assert queries.attempts_page(course, search="nobody")[1] == 0
    assert queries.attempts_page(course, exam_id=exam.pk)[1] == 61
    text = page(client_of(bruno), "insight_attempts", slug=course.slug)
    assert "1–50 of 61" in text
    second = client_of(bruno).get(
        reverse("insight_attempts", kwargs={"slug": course.slug}) + "?offset=50&q=ada"
    )
    assert second.content.decode().count('<th scope="row">') == 11


def test_no_average_is_shown_for_four_people(
    bruno: User, course: Course, now: datetime, client_of: ClientOf
) -> None:
    exam = factories.exam(course=course)
    for number in range(4):
        student = factories.person(f"Student{number}")
        factories.enrollment(user=student, course=course)
        sit(student, exam, [1, 0, 1], at=now)
    picture = queries.exam_picture(exam)
    assert picture.mean is None
    assert all(row.share is None and not row.words for row in picture.questions)
    assert "from five people on" in page(client_of(bruno), "insight", slug=course.slug)
    fifth = factories.person("Fifth")
    factories.enrollment(user=fifth, course=course)
    sit(fifth, exam, [1, 0, 1], at=now)
    picture = queries.exam_picture(exam)
    assert picture.mean == 66
    assert [row.share for row in picture.questions] == [1.0, 0.0, 1.0]
    assert all(row.grey for row in picture.questions)
    assert not picture.flagged


def test_a_question_is_flagged_from_thirty_answers(
    bruno: User, course: Course, now: datetime, client_of: ClientOf
) -> None:
    exam = factories.exam(course=course)
    for number in range(30):
        student = factories.person(f"Student{number}")
        factories.enrollment(user=student, course=course)
        if number == 29:
            assert not queries.exam_picture(exam).flagged
        sit(student, exam, [1, 0, number % 2], at=now)
    picture = queries.exam_picture(exam)
    assert [row.flag for row in picture.questions] == ["too_easy", "too_hard", "none"]
    assert not any(row.grey for row in picture.questions)
    text = page(client_of(bruno), "insight", slug=course.slug)
    assert "2 questions need a look" in text


def test_students_are_listed_with_what_they_did(
    ada: User, bruno: User, course: Course, lesson: Lesson, now: datetime, client_of: ClientOf
) -> None:
    sit(ada, factories.exam(course=course), [1, 0, 1], at=now)
    practise(ada, factories.quiz(lesson=lesson), [1, 1], at=now + timedelta(days=1))
    [row], count = queries.students_page(course)
    assert (count, row.name, row.exams, row.practice) == (1, "Ada Alm", 1, 1)
    assert (row.latest_score, row.latest_passed) == (66, True)
    assert row.last_at == now + timedelta(days=1)
    text = page(client_of(bruno), "insight_students", slug=course.slug)
    assert reverse("insight_student", kwargs={"slug": course.slug, "student_id": ada.pk}) in text


STAFF_PAGES = (
    "insight",
    "insight_attempts",
    "insight_attempts_csv",
    "insight_questions_csv",
    "insight_students",
    "insight_students_csv",
)


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_insight_is_for_the_staff_of_the_course(
    name: str, ada: User, bruno: User, chloe: User, eva: User, dora: User, course: Course,
    client_of: ClientOf,
) -> None:  # fmt: skip
    address = reverse(name, kwargs={"slug": course.slug})
    assert client_of(None).get(address).status_code == 302
    assert client_of(ada).get(address).status_code == 403
    assert client_of(chloe).get(address).status_code == 404
    assert client_of(eva).get(address).status_code == 404
    assert client_of(bruno).get(address).status_code == 200
    assert client_of(dora).get(address).status_code == 200


def test_a_students_page_is_for_the_staff_of_their_course(
    ada: User, bruno: User, chloe: User, eva: User, course: Course, client_of: ClientOf
) -> None:
    def status(viewer: User, student: User) -> int:
        parts = {"slug": course.slug, "student_id": student.pk}
        return client_of(viewer).get(reverse("insight_student", kwargs=parts)).status_code

    assert status(bruno, ada) == 200
    assert status(bruno, chloe) == 404  # not of this course
    assert status(eva, ada) == 404
    assert status(ada, ada) == 403


def test_progress_is_ones_own(
    ada: User, bruno: User, chloe: User, course: Course, client_of: ClientOf
) -> None:
    address = reverse("course_progress", kwargs={"slug": course.slug})
    assert client_of(chloe).get(address).status_code == 404
    for name in ("course_progress_csv", "course_progress_json"):
        download = reverse(name, kwargs={"slug": course.slug})
        assert client_of(chloe).get(download).status_code == 404  # not even that it exists
        assert client_of(bruno).get(download).status_code == 403
    staff = client_of(bruno).get(address)
    assert (staff.status_code, staff["Location"]) == (
        302,
        reverse("insight", kwargs={"slug": course.slug}),
    )
    assert client_of(None).get(address).status_code == 302


def test_downloads_hold_what_the_page_shows(
    ada: User, course: Course, lesson: Lesson, now: datetime, client_of: ClientOf
) -> None:
    practise(ada, factories.quiz(lesson=lesson, questions=4), [1, 1, 1, 0], at=now)
    sit(ada, factories.exam(course=course), [1, 0, 1], at=now)
    actions.catch_up(now=now + LATER)
    text = page(client_of(ada), "course_progress_csv", slug=course.slug)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    kinds = [row["kind"] for row in rows]
    assert kinds == ["concept", "lesson", "lesson", "exam", "quiz"]
    assert (rows[0]["answers"], rows[1]["answers"]) == ("7", "7")
    assert rows[1]["share_right"] == "0.7143"
    assert 0 < float(rows[0]["likely_low"]) < float(rows[0]["level"]) < 1
    assert (rows[3]["score"], rows[3]["passed"]) == ("66", "yes")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "%0A", "|x"])
def test_no_cell_of_a_table_is_a_formula(text: str) -> None:
    body = csv_file("t", ["a", "b"], [[text, -1]]).content.decode().removeprefix("\ufeff")
    [_, cells] = csv.reader(io.StringIO(body))
    assert cells == [f"'{text}", "-1"]


def statements(client: Client, address: str) -> int:
    client.get(address)  # what is suggested for the first time on a day is written down
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_pages_cost_the_same_however_much_was_answered(
    ada: User, bruno: User, course: Course, now: datetime, client_of: ClientOf
) -> None:
    quizzes = [factories.quiz(lesson=one, questions=6) for one in course.lessons.all()]
    exam = factories.exam(course=course, attempts_allowed=50)
    student, teacher = client_of(ada), client_of(bruno)
    concept = concepts.of_lesson(quizzes[0].lesson_id)
    places = [
        (student, reverse("progress")),
        (student, reverse("course_progress", kwargs={"slug": course.slug})),
        (student, reverse("concept_progress", kwargs={"slug": course.slug, "concept_id": concept})),
        (teacher, reverse("insight", kwargs={"slug": course.slug})),
        (teacher, reverse("insight_attempts", kwargs={"slug": course.slug})),
        (teacher, reverse("insight_students", kwargs={"slug": course.slug})),
    ]

    def answer(turn: int) -> None:
        for quiz in quizzes:
            practise(ada, quiz, [1, 0, 1, 1, 0, 0.5], at=now + timedelta(days=turn))
        sit(ada, exam, [1, 0, 1], at=now + timedelta(days=turn))
        actions.catch_up(now=now + LATER)

    answer(0)
    before = [statements(*place) for place in places]
    for turn in range(1, 15):
        answer(turn)
    assert [statements(*place) for place in places] == before
    # A course's own page asks for levels, the next exam and a suggestion, each once.
    assert before.pop(1) <= 25
    assert max(before) <= 35, before


def test_taking_in_costs_the_same_however_much_was_answered(
    ada: User, course: Course, lesson: Lesson, now: datetime
) -> None:
    quiz = factories.quiz(lesson=lesson, questions=6)
    counts = []
    for turn in range(7):
        practise(ada, quiz, [1, 0, 1, 1, 0, 0.5], at=now + timedelta(days=turn))
        with CaptureQueriesContext(connection) as seen:
            actions.catch_up(now=now + LATER)
        counts.append(len(seen))
    # The first round begins an epoch, the lesson's concept and the questions' rows besides.
    assert set(counts[1:]) == {counts[1]}
    assert counts[1] <= 45


def test_every_chart_on_a_page_has_its_table(
    ada: User, bruno: User, course: Course, now: datetime, client_of: ClientOf
) -> None:
    exam = factories.exam(course=course, attempts_allowed=2)
    sit(ada, exam, [1, 0, 0], at=now)
    sit(ada, exam, [1, 1, 0], at=now + timedelta(days=2))
    actions.catch_up(now=now + LATER)
    for viewer, name in ((ada, "course_progress"), (bruno, "insight")):
        text = page(client_of(viewer), name, slug=course.slug)
        figures = re.findall(r"<figure.*?</figure>", text, re.S)
        assert figures
        for figure in figures:
            assert "<table" in figure
            assert "<title" in figure
