"""The bank's pages: filters in the address, many questions at once, files, random parts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from studium.assessment.models import Exam, ExamPool, Question, QuestionTag, Quiz
from studium.content.models import Course
from studium.identity.models import User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(course: Course) -> Quiz:
    made = factories.quiz(
        lesson=course.lessons.earliest("order_index"), status="draft", questions=3
    )
    factories.question(quiz=made, kind="true_false", text="Is *this* a loop?")
    return made


@pytest.fixture
def teaching(bruno: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(bruno)


def test_the_address_holds_the_filters(teaching: Client, course: Course, quiz: Quiz) -> None:
    address = f"/teach/courses/{course.slug}/bank/"
    whole = teaching.get(address).content.decode()
    assert "4 questions" in whole
    found = teaching.get(f"{address}?q=loop&kinds=true_false&order=newest").content.decode()
    assert "1 question" in found
    assert "Is this a loop?" in found
    assert "kinds=true_false&amp;order=newest&amp;q=loop" in found
    nothing = teaching.get(f"{address}?q=nothing-like-this").content.decode()
    assert "No question fits these filters." in nothing
    assert "4 questions of all your courses" in teaching.get("/teach/bank/").content.decode()


def test_all_that_a_filter_shows_is_tagged_and_the_filter_stays(
    teaching: Client, course: Course, quiz: Quiz
) -> None:
    sent = {"act": "tag", "words": "week 1, loops", "all": "on", "query": "kinds=true_false"}
    done = teaching.post(f"/teach/courses/{course.slug}/bank/change/", sent)
    assert done.headers["Location"].endswith("/bank/?kinds=true_false")
    assert QuestionTag.objects.count() == 2
    assert QuestionTag.objects.first().question.kind == "true_false"


def test_a_refusal_says_that_nothing_was_changed(
    teaching: Client, course: Course, quiz: Quiz
) -> None:
    ids = [str(one.pk) for one in quiz.questions.all()]
    sent = {"act": "delete", "question": ids}
    done = teaching.post(f"/teach/courses/{course.slug}/bank/change/", sent, follow=True)
    assert "Nothing was changed." in done.content.decode()
    assert quiz.questions.count() == 4


def test_questions_of_another_course_are_not_in_the_selection(
    teaching: Client, course: Course, quiz: Quiz, other_course: Course
) -> None:
    far = factories.quiz(lesson=other_course.lessons.first(), status="draft")
    sent = {"act": "tag", "words": "x", "question": [str(far.questions.first().pk)]}
    done = teaching.post(f"/teach/courses/{course.slug}/bank/change/", sent, follow=True)
    assert "Select a question first." in done.content.decode()
    assert not QuestionTag.objects.exists()


def test_a_file_is_checked_and_then_stored(teaching: Client, course: Course, quiz: Quiz) -> None:
    address = f"/teach/courses/{course.slug}/bank/import/"
    assert teaching.post(address, {"quiz": str(quiz.pk)}).status_code == 422
    file = SimpleUploadedFile("q.gift", b"Sound?{T}\n\nBroken <b> {\n")
    check = teaching.post(address, {"quiz": str(quiz.pk), "file": file}, follow=True)
    body, (target, _status) = check.content.decode(), check.redirect_chain[-1]
    assert "line 3, column 12" in body
    assert "Broken &lt;b&gt; {" in body
    assert Question.objects.count() == 4
    assert teaching.post(target).status_code == 422
    assert Question.objects.count() == 4
    done = teaching.post(target, {"only_sound": "on"}, follow=True)
    assert "1 question is here." in done.content.decode()
    assert Question.objects.filter(question_text="Sound?", origin="import").count() == 1
    assert teaching.post(target).status_code == 409  # the upload is used up


def test_the_filtered_questions_go_out_as_files(
    teaching: Client, course: Course, quiz: Quiz
) -> None:
    address = f"/teach/courses/{course.slug}/bank/export/?kinds=true_false&format="
    gift = teaching.get(f"{address}gift")
    assert gift.content.decode() == "[markdown]Is *this* a loop?{TRUE}\n"
    assert "questions-" in gift.headers["Content-Disposition"]
    assert teaching.get(f"{address}csv").content.decode().count("true_false") == 1
    assert teaching.get(f"{address}pdf").status_code == 422


def test_a_question_shows_its_versions_with_what_differs(
    teaching: Client, bruno: User, ada: User, course: Course, quiz: Quiz
) -> None:
    old = quiz.questions.get(kind="true_false")
    exam = factories.exam(course=course, questions=[old])
    factories.exam_attempt(exam=exam, user=ada)
    new = factories.question(
        quiz=quiz, kind="true_false", text="Is *that* a loop?", version=2, bank_key=old.bank_key,
        replaces=old,
    )  # fmt: skip
    body = teaching.get(f"/teach/courses/{course.slug}/questions/{new.pk}/story/").content.decode()
    assert "<del>Is *this* a loop?</del>" in body
    assert "<ins>Is *that* a loop?</ins>" in body
    assert "Final exam" in body


def test_a_random_part_is_added_changed_and_removed(
    teaching: Client, course: Course, quiz: Quiz
) -> None:
    exam: Exam = factories.exam(course=course, questions=[], status="draft")
    address = f"/teach/courses/{course.slug}/exams/{exam.pk}/pools/"
    assert teaching.post(address, {"title": "", "pick": "many"}).status_code == 422
    teaching.post(address, {"title": "Any", "pick": "2", "points": "3", "kinds": "single_choice"})
    pool = ExamPool.objects.get(exam=exam)
    assert (pool.pick, pool.points, pool.candidates.count()) == (2, 3, 3)
    body = teaching.get(address).content.decode()
    assert "2 questions, 2 random" in body
    assert "3 different papers" in body
    teaching.post(f"{address}{pool.pk}/", {"title": "Any", "pick": "9", "points": "1"})
    assert "draws 9 of 4 questions" in teaching.get(address).content.decode()
    teaching.post(f"{address}{pool.pk}/remove/")
    assert not ExamPool.objects.exists()
