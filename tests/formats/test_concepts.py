"""The concepts that authors name in files, both ways."""

from __future__ import annotations

from datetime import datetime

import pytest

from studium.assessment import queries as assessment
from studium.assessment.actions.bank import OptionDraft, QuestionDraft
from studium.content import queries
from studium.content.models import Concept, Course
from studium.formats import (
    dump,
    gift_in,
    gift_out,
    load,
    markdown,
    mdbook,
    question_exchange,
    questions_csv,
)
from studium.formats.question_rows import Outgoing
from studium.identity.models import User
from tests import factories

QUIZ = b"""
concepts = ["Copies"]
[[questions]]
type = "TrueFalse"
prompt.prompt = "Is it so?"
answer.answer = true
concepts = ["Moves", "Structs, enums; more"]
[[questions]]
type = "TrueFalse"
prompt.prompt = "Or so?"
answer.answer = false
"""
FOLDER = {
    "course.toml": b'title = "Small"\n',
    "one.md": b'---\nconcepts: ["Ownership", "moves"]\n---\n# One\n\n{{#quiz q}}\n',
    "two.md": b"---\nconcepts:\n  - Lists\n  - 'Loops, again'\ntitle: Two\n---\n# Two\n",
    "three.md": b"---\nconcepts: Slices; Ownership\n---\n# Three\n",
    "quizzes/q.toml": QUIZ,
}


def test_a_folder_names_concepts_in_front_matter_and_in_quizzes() -> None:
    draft = markdown.read(FOLDER)
    assert {one.key: one.concepts for one in draft.lessons} == {
        "one": ("moves", "Ownership"), "two": ("Lists", "Loops, again"),
        "three": ("Ownership", "Slices"),
    }  # fmt: skip
    [quiz] = next(one for one in draft.lessons if one.key == "one").quizzes
    assert [one.concepts for one in quiz.questions] == [
        ("Moves", "Structs, enums; more"), ("Copies",),
    ]  # fmt: skip
    assert markdown.read(markdown.write(draft)) == draft
    assert draft.problems == ()


def test_what_is_no_concept_is_a_warning_with_its_place() -> None:
    wrong = {**FOLDER, "two.md": b'---\nconcepts: ["' + b"x" * 121 + b'", "a"]\n---\n# Two\n'}
    wrong["quizzes/q.toml"] = QUIZ.replace(b'["Copies"]', b"3")
    found = markdown.read(wrong).problems
    assert [(one.severity, one.path, one.line) for one in found] == [
        ("warning", "quizzes/q.toml", 1), ("warning", "two.md", 1),
    ]  # fmt: skip


def test_a_chapter_of_a_book_names_concepts_in_a_comment_that_is_taken_out() -> None:
    chapter = b"# One\n\n<!-- concepts: Ownership; Moves -->\n\n```\n<!-- concepts: x -->\n```\n"
    draft = mdbook.read({"src/SUMMARY.md": b"- [One](one.md)\n", "src/one.md": chapter})
    [lesson] = draft.lessons
    assert lesson.concepts == ("Moves", "Ownership")
    assert "Moves" not in lesson.content
    assert "<!-- concepts: x -->" in lesson.content


@pytest.mark.django_db
def test_a_course_with_concepts_comes_back_equal(bruno: User, now: datetime) -> None:
    folder = {**FOLDER, "one.md": FOLDER["one.md"].replace(b"moves", b"Moves")}
    course = load.load(by=bruno, report=load.check(folder), now=now)
    names = Concept.objects.filter(course=course).values_list("name", flat=True)
    assert sorted(names) == [
        "Copies", "Lists", "Loops, again", "Moves", "Ownership", "Slices", "Structs, enums; more",
    ]  # fmt: skip
    out = dump.draft_of(by=bruno, course=course)
    again = load.load(by=bruno, report=load.check(markdown.write(out)), now=now)
    back = dump.draft_of(by=bruno, course=again)
    assert back.lessons == out.lessons
    assert {one.topic: one.concepts for one in back.lessons} == {
        "One": ("Moves", "Ownership"), "Two": ("Lists", "Loops, again"),
        "Three": ("Ownership", "Slices"),
    }  # fmt: skip
    [quiz] = next(one for one in back.lessons if one.topic == "One").quizzes
    assert [one.concepts for one in quiz.questions] == [
        ("Moves", "Structs, enums; more"), ("Copies",),
    ]  # fmt: skip


MADE = QuestionDraft(
    kind="single_choice", question_text="Which?",
    options=[OptionDraft("a", right=True), OptionDraft("b")], origin="import",
)  # fmt: skip


@pytest.mark.parametrize(
    "concepts", [(), ("Moves",), ("Loops, again", "Moves"), ("a;b", "c"), ("=x",)]
)
def test_question_files_carry_concepts_and_give_them_back(concepts: tuple[str, ...]) -> None:
    for write, read in ((questions_csv.write, questions_csv.read), (gift_out.write, gift_in.read)):
        made = write([Outgoing(MADE, ("loops",), concepts)])
        [row] = read(made.data)
        assert (row.concepts, row.tags, made.missed) == (concepts, ("loops",), ())


def test_gift_says_which_concepts_it_cannot_carry() -> None:
    made = gift_out.write([Outgoing(MADE, (), ("Lists []", "Moves"))])
    assert [one.reason for one in made.missed] == [
        "A concept with a bracket in its name is not in the file."
    ]
    assert gift_in.read(made.data)[0].concepts == ("Moves",)


@pytest.mark.django_db
def test_a_question_file_is_checked_and_links_its_questions(
    bruno: User, course: Course, now: datetime
) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), questions=1)
    text = (
        "kind,question,answer,concepts\ntrue_false,So?,true,Moves; Copies\n"
        f"true_false,Or?,true,{'x' * 121}\n"
    )
    report = question_exchange.check(by=bruno, quiz_id=quiz.pk, data=text.encode(), format="csv")
    assert [row.result for row in report.rows] == ["ready", "refused"]
    assert "Column concepts" in report.rows[1].problem
    question_exchange.load(by=bruno, quiz_id=quiz.pk, report=report, now=now, only_sound=True)
    out = assessment.exported(viewer=bruno, wanted=assessment.BankFilter(), course_id=course.pk)
    assert [one.concepts for one in out] == [(), ("Copies", "Moves")]
    assert {one.name for one in queries.concepts_of(course)} == {"Copies", "Moves"}
