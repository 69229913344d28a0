"""Writing the bank: quizzes, questions, their versions and their order."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from studium.assessment import queries
from studium.assessment.actions import bank, papers, practise, sit
from studium.assessment.actions.bank import OptionDraft, QuestionDraft
from studium.assessment.models import Question, Quiz
from studium.content.models import Course
from studium.identity.models import AuditEntry, User
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import factories

pytestmark = pytest.mark.django_db

CHOICE = QuestionDraft(
    kind="single_choice",
    question_text="What does `x` own?",
    options=[
        OptionDraft("nothing"),
        OptionDraft("the *box*", right=True, explanation="It was moved."),
    ],
    explanation="Moves **move**.",
)


@pytest.fixture
def quiz(bruno: User, course: Course, now: datetime) -> Quiz:
    lesson = course.lessons.earliest("order_index")
    return bank.create_quiz(by=bruno, lesson_id=lesson.pk, now=now, settings={"title": " Moves "})


@pytest.fixture
def question(bruno: User, quiz: Quiz, now: datetime) -> Question:
    return bank.add_question(by=bruno, quiz_id=quiz.pk, draft=CHOICE, now=now)


def edit(by: User, question: Question, now: datetime, **changes: object) -> Question:
    return bank.edit_question(by=by, question_id=question.pk, changes=changes, now=now)


def test_a_quiz_begins_as_a_draft_and_is_logged(quiz: Quiz, bruno: User) -> None:
    assert (quiz.title, quiz.status, quiz.position) == ("Moves", "draft", 1)
    entry = AuditEntry.objects.get(action="quiz.create")
    assert (entry.actor_id, entry.object_id) == (bruno.pk, str(quiz.pk))


def test_a_question_is_stored_with_random_ids_and_rendered_once(question: Question) -> None:
    right = next(one for one in question.options if one["text"] == "the *box*")
    assert question.answer == right["id"]
    assert len(right["id"]) == 8
    assert right["html"] == "the <em>box</em>"
    assert right["explanation_html"] == "It was moved."
    assert question.question_html == "<p>What does <code>x</code> own?</p>\n"
    assert "<strong>move</strong>" in question.explanation_html


@pytest.mark.parametrize(
    ("kind", "answer", "spec", "stored"),
    [
        ("true_false", True, {}, "true"),
        ("short_text", "owner", {"accepted": ["owner", "the owner"]}, "owner"),
        ("numeric", 2.5, {"tolerance": "0.1"}, "2.5"),
        ("numeric", "1e3", {}, "1e3"),
        (
            "tracing",
            {"compiles": False, "line": 1},
            {"program": "fn main() {}"},
            '{"compiles": false, "line": 1}',
        ),
    ],
)
def test_each_kind_has_its_key_as_text(
    bruno: User, quiz: Quiz, now: datetime, kind: str, answer: object, spec: dict, stored: str
) -> None:
    draft = QuestionDraft(kind=kind, question_text="Well?", answer=answer, spec=spec)
    assert bank.add_question(by=bruno, quiz_id=quiz.pk, draft=draft, now=now).answer == stored


def test_a_tracing_question_shows_its_program(bruno: User, quiz: Quiz, now: datetime) -> None:
    draft = QuestionDraft(
        kind="tracing",
        question_text="Trace it.",
        answer={"compiles": True, "output": "1"},
        spec={"program": "fn main() { print() }", "language": "rust"},
    )
    made = bank.add_question(by=bruno, quiz_id=quiz.pk, draft=draft, now=now)
    assert "main" in made.question_html
    assert made.question_text == "Trace it."


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (QuestionDraft(kind="riddle", question_text="Why?"), "kind"),
        (QuestionDraft(kind="true_false", question_text=" ", answer=True), "question_text"),
        (QuestionDraft(kind="true_false", question_text="?\x00", answer=True), "question_text"),
        (QuestionDraft(kind="true_false", question_text="\ud800", answer=True), "question_text"),
        (QuestionDraft(kind="true_false", question_text="Is it?"), "answer"),
        (QuestionDraft(kind="numeric", question_text="How many?", answer="many"), "answer"),
        (QuestionDraft(kind="numeric", question_text="?", answer=float("nan")), "answer"),
        (QuestionDraft(kind="true_false", question_text="?", answer=True, points=0), "points"),
        (QuestionDraft(kind="tracing", question_text="?", answer={"compiles": True}), "spec"),
        (
            QuestionDraft(kind="single_choice", question_text="?", options=[OptionDraft("a")]),
            "options",
        ),
        (
            QuestionDraft(
                kind="single_choice",
                question_text="?",
                options=[OptionDraft("a", right=True), OptionDraft("b", right=True)],
            ),
            "answer",
        ),
    ],
)
def test_a_bad_question_is_refused_at_the_field(
    bruno: User, quiz: Quiz, now: datetime, draft: QuestionDraft, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        bank.add_question(by=bruno, quiz_id=quiz.pk, draft=draft, now=now)
    assert field in refused.value.fields
    assert not Question.objects.exists()


def test_one_bad_question_of_many_stops_them_all_and_is_named(
    bruno: User, quiz: Quiz, now: datetime
) -> None:
    bad = QuestionDraft(kind="true_false", question_text="?")
    with pytest.raises(Invalid) as refused:
        bank.add_questions(by=bruno, quiz_id=quiz.pk, drafts=[CHOICE, bad], now=now)
    assert list(refused.value.fields) == ["questions.1.answer"]
    assert not Question.objects.exists()
    made = bank.add_questions(by=bruno, quiz_id=quiz.pk, drafts=[CHOICE, CHOICE], now=now)
    assert [one.position for one in made] == [1, 2]


def test_an_unanswered_question_is_changed_in_place(
    bruno: User, question: Question, now: datetime
) -> None:
    changed = edit(bruno, question, now, question_text="And now?")
    assert (changed.pk, changed.version) == (question.pk, 1)
    assert "And now?" in changed.question_html
    assert changed.answer == question.answer


def test_an_answered_question_gets_a_new_version_in_its_place(
    ada: User, bruno: User, quiz: Quiz, question: Question, now: datetime
) -> None:
    bank.add_question(by=bruno, quiz_id=quiz.pk, draft=CHOICE, now=now)
    bank.publish_quiz(by=bruno, quiz_id=quiz.pk, now=now)
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    practise.answer_question(
        by=ada, attempt_id=run.pk, question_id=question.pk, response=question.answer, now=now
    )
    new = edit(bruno, question, now, question_text="Better?")
    question.refresh_from_db()
    assert (new.version, new.replaces_id, new.bank_key) == (2, question.pk, question.bank_key)
    assert new.position == 1
    assert question.retired_at == now
    assert question.question_text == "What does `x` own?"


def test_words_around_an_answered_question_change_in_place(
    ada: User, bruno: User, quiz: Quiz, question: Question, now: datetime
) -> None:
    bank.publish_quiz(by=bruno, quiz_id=quiz.pk, now=now)
    run = practise.start_quiz(by=ada, quiz_id=quiz.pk, now=now)
    practise.answer_question(
        by=ada, attempt_id=run.pk, question_id=question.pk, response=question.answer, now=now
    )
    same = edit(bruno, question, now, explanation="Because.", points=3)
    assert (same.pk, same.points, same.explanation_html) == (question.pk, 3, "<p>Because.</p>\n")


def test_a_paper_not_begun_takes_the_new_version_and_a_begun_one_keeps_the_old(
    ada: User, bruno: User, course: Course, quiz: Quiz, question: Question, now: datetime
) -> None:
    exams = []
    for _ in range(2):
        exam = papers.create_exam(
            by=bruno, course_id=course.pk, now=now, settings={"title": "Final"}
        )
        places = [papers.Place(question.pk, points=7)]
        papers.set_paper(by=bruno, exam_id=exam.pk, places=places, now=now)
        exams.append(papers.publish_exam(by=bruno, exam_id=exam.pk, now=now))
    attempt = sit.start_attempt(by=ada, exam_id=exams[0].pk, now=now)
    new = edit(bruno, question, now, question_text="Better?")
    assert new.pk != question.pk
    assert [row.question_id for row in exams[0].paper.all()] == [question.pk]
    row = exams[1].paper.get()
    assert (row.question_id, row.points, row.position) == (new.pk, 7, 1)
    shown = queries.attempt_view(viewer=ada, attempt_id=attempt.pk, now=now).as_json()
    assert shown["questions"][0]["question_text"] == "What does `x` own?"


def test_a_retired_question_cannot_be_edited_and_names_its_successor(
    ada: User, bruno: User, quiz: Quiz, question: Question, now: datetime
) -> None:
    exam = factories.exam(course=quiz.lesson.course, questions=[question])
    sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    new = edit(bruno, question, now, question_text="Better?")
    with pytest.raises(Conflict) as refused:
        edit(bruno, question, now, question_text="Best?")
    assert refused.value.extra == {"replaced_by": str(new.pk)}


def test_the_last_question_of_a_published_quiz_stays(
    bruno: User, quiz: Quiz, question: Question, now: datetime
) -> None:
    bank.publish_quiz(by=bruno, quiz_id=quiz.pk, now=now)
    with pytest.raises(Conflict) as refused:
        bank.retire_question(by=bruno, question_id=question.pk, now=now)
    assert refused.value.code == "last_question"
    other = bank.add_question(by=bruno, quiz_id=quiz.pk, draft=CHOICE, now=now)
    bank.retire_question(by=bruno, question_id=question.pk, now=now)
    assert [
        line.question.pk for line in queries.quiz_questions(viewer=bruno, quiz_id=quiz.pk)[1]
    ] == [other.pk]


def test_a_question_on_a_coming_paper_stays(
    bruno: User, course: Course, quiz: Quiz, question: Question, now: datetime
) -> None:
    factories.exam(course=course, questions=[question], status="draft", title="Midterm")
    with pytest.raises(Conflict, match="Midterm"):
        bank.retire_question(by=bruno, question_id=question.pk, now=now)


@pytest.mark.parametrize(("start", "to", "order"), [(0, 3, "BCAD"), (3, 1, "DABC"), (1, 2, "ABCD")])
def test_questions_move_to_another_place(
    bruno: User, quiz: Quiz, now: datetime, start: int, to: int, order: str
) -> None:
    drafts = [QuestionDraft("true_false", letter, answer=True) for letter in "ABCD"]
    made = bank.add_questions(by=bruno, quiz_id=quiz.pk, drafts=drafts, now=now)
    bank.move_question(by=bruno, question_id=made[start].pk, to=to, now=now)
    texts = quiz.questions.order_by("position").values_list("question_text", "position")
    assert list(texts) == [(letter, place) for place, letter in enumerate(order, start=1)]


def test_a_place_that_is_none_is_refused(bruno: User, question: Question, now: datetime) -> None:
    for place in (0, 2):
        with pytest.raises(Invalid):
            bank.move_question(by=bruno, question_id=question.pk, to=place, now=now)


def test_an_empty_quiz_is_not_published(bruno: User, quiz: Quiz, now: datetime) -> None:
    with pytest.raises(Conflict) as refused:
        bank.publish_quiz(by=bruno, quiz_id=quiz.pk, now=now)
    assert refused.value.code == "quiz_is_empty"


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"pass_mark": 101}, "pass_mark"),
        ({"pass_mark": True}, "pass_mark"),
        ({"max_attempts": 0}, "max_attempts"),
        ({"feedback": "never"}, "feedback"),
        ({"owner": 1}, "owner"),
    ],
)
def test_a_bad_setting_is_refused_at_its_field(
    bruno: User, quiz: Quiz, now: datetime, settings: dict, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        bank.update_quiz(by=bruno, quiz_id=quiz.pk, now=now, settings=settings)
    assert list(refused.value.fields) == [field]


def test_two_quizzes_of_a_lesson_do_not_share_a_slug(
    bruno: User, quiz: Quiz, now: datetime
) -> None:
    bank.update_quiz(by=bruno, quiz_id=quiz.pk, now=now, settings={"slug": "moves"})
    bank.update_quiz(by=bruno, quiz_id=quiz.pk, now=now, settings={"slug": "moves"})
    with pytest.raises(Invalid):
        bank.create_quiz(
            by=bruno,
            lesson_id=quiz.lesson_id,
            now=now,
            settings={"title": "More", "slug": "moves"},
        )


def test_students_and_strangers_write_nothing(
    ada: User, eva: User, quiz: Quiz, question: Question, now: datetime
) -> None:
    acts = [
        lambda by: bank.create_quiz(
            by=by, lesson_id=quiz.lesson_id, now=now, settings={"title": "x"}
        ),
        lambda by: bank.update_quiz(by=by, quiz_id=quiz.pk, now=now, settings={"title": "x"}),
        lambda by: bank.publish_quiz(by=by, quiz_id=quiz.pk, now=now),
        lambda by: bank.archive_quiz(by=by, quiz_id=quiz.pk, now=now),
        lambda by: bank.add_question(by=by, quiz_id=quiz.pk, draft=CHOICE, now=now),
        lambda by: edit(by, question, now, question_text="x"),
        lambda by: bank.retire_question(by=by, question_id=question.pk, now=now),
        lambda by: bank.move_question(by=by, question_id=question.pk, to=1, now=now),
        lambda by: queries.question_for_staff(viewer=by, question_id=question.pk),
    ]
    before = (Quiz.objects.values_list().get(), Question.objects.values_list().get())
    for act in acts:
        for person in (ada, eva):
            with pytest.raises((NotFound, NotAllowed)):
                act(person)
    assert (Quiz.objects.values_list().get(), Question.objects.values_list().get()) == before


def test_options_may_name_their_key_by_label(bruno: User, quiz: Quiz, now: datetime) -> None:
    draft = QuestionDraft(
        kind="multiple_choice",
        question_text="Which?",
        options=[OptionDraft("one", label="x"), OptionDraft("two", label="y"), OptionDraft("3")],
        answer=["x", "y"],
    )
    made = bank.add_question(by=bruno, quiz_id=quiz.pk, draft=draft, now=now)
    right = [option["text"] for option in made.options if option["id"] in json.loads(made.answer)]
    assert right == ["one", "two"]
