"""Courses in: Markdown folders and mdBooks. Courses out, and in again as equals."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from studium.assessment.kinds import QuestionContent, kind
from studium.formats import format_of, markdown, read_course
from studium.formats.archive import read_folder
from studium.formats.draft import (
    CourseDraft,
    FileDraft,
    LessonDraft,
    QuestionDraft,
    QuizDraft,
)

SAMPLE = Path(__file__).parents[1] / "data" / "mdbook_sample"
QUIZ = b'[[questions]]\ntype = "ShortAnswer"\nprompt.prompt = "Word?"\nanswer.answer = "mut"\n'


@pytest.fixture(scope="module")
def sample():
    return read_folder(SAMPLE)


def book(**files):
    """A small book; keyword names have `__` for `/` and `_md`/`_toml` for endings."""
    base = {"src/SUMMARY.md": b"# S\n\n- [One](one.md)\n", "src/one.md": b"# One\n\nText.\n"}
    return {**base, **files}


def said(course, severity="error"):
    return [
        (one.path, one.line, one.message) for one in course.problems if one.severity == severity
    ]


def rich_course():
    options = tuple({"id": str(n), "text": text} for n, text in enumerate(("a", 'b "q"', "c\\"), 1))
    questions = (
        QuestionDraft("single_choice", "Which?\n\n```rust\nx\n```", "2", options, {}, "So.", "i"),
        QuestionDraft("multiple_choice", "Which ones?", '["1", "3"]', options, position=2),
        QuestionDraft("true_false", 'Is """x""" so?\nYes"', "false", position=3),
        QuestionDraft(
            "short_text", "Word?", "mut", None,
            {"accepted": ["mut", "`mut`"], "case_sensitive": True, "collapse_spaces": False},
            position=4,
        ),
        QuestionDraft(
            "numeric", "How much?", "3.140", None,
            {"tolerance": "0.01", "tolerance_kind": "relative"}, position=5,
        ),
        QuestionDraft(
            "tracing", "Read it.", '{"compiles": true, "output": "1\\n"}', None,
            {"program": "fn main() {\n    x\n}"}, position=6,
        ),
        QuestionDraft(
            "tracing", "Read it.", '{"compiles": false, "line": 2}', None,
            {"program": "fn main() {\n    x\n}"}, position=7,
        ),
    )  # fmt: skip
    first = QuizDraft("first", "First \x7f quiz", questions)
    second = QuizDraft("second", "Not marked in the text", questions[:1])
    lessons = (
        LessonDraft("intro", 'An "intro"', "# A\n\n[two](two.md) ![p](files/p.png)\n", "Part I"),
        LessonDraft(
            "two", "Two", "---\n\n{{#quiz ../quizzes/first.toml}}\n\n    code\n", "Part I", "intro",
            2, (first, second),
        ),
        LessonDraft("last", "Last", "Ünï 🎓\n", "", None, 3),
    )  # fmt: skip
    files = (FileDraft("files/p.png", "image/png", b"\x89PNG"),)
    return CourseDraft("Course \\ 1", "course-1", "About.\n\nMore.", "de", lessons, files)


def test_the_format_is_told_by_the_files(sample):
    assert format_of(sample) == "mdbook"
    assert format_of({"a.md": b"", "README.md": b""}) == "markdown"
    with pytest.raises(ValueError, match="no format"):
        read_course({}, format="word")


def test_a_course_written_and_read_again_is_equal():
    course = rich_course()
    again = read_course(markdown.write(course))
    assert again.problems == ()
    assert again == course


def test_equality_sees_every_part():
    course = rich_course()
    for change in (
        {"title": "x"},
        {"description": "x"},
        {"language": "fr"},
        {"files": ()},
        {"lessons": course.lessons[:2]},
    ):
        assert read_course(markdown.write(replace(course, **change))) != course


def test_a_book_written_as_markdown_and_read_again_is_equal(sample):
    course = read_course(sample)
    assert read_course(markdown.write(course)) == course


def test_the_sample_book_has_its_lessons_quizzes_and_questions(sample):
    course = read_course(sample)
    assert course.is_importable
    assert course.title == "Three chapters of The Rust Programming Language"
    assert [(one.topic, one.part_title, one.parent_key, one.order) for one in course.lessons] == [
        ("Variables and Mutability", "Common Programming Concepts", None, 1),
        (
            "References and Borrowing",
            "Common Programming Concepts",
            "ch03-01-variables-and-mutability",
            2,
        ),
        ("Design Trade-offs", "", None, 3),
    ]
    quizzes = [quiz for lesson in course.lessons for quiz in lesson.quizzes]
    assert [len(lesson.quizzes) for lesson in course.lessons] == [3, 3, 4]
    questions = [question for quiz in quizzes for question in quiz.questions]
    written = b"".join(data for path, data in sample.items() if path.startswith("quizzes/"))
    assert len(questions) == written.count(b"[[questions]]")
    assert sum(bool(one.explanation) for one in questions) == written.count(b"\ncontext =")
    assert {one.kind for one in questions} >= {"single_choice", "multiple_choice", "tracing"}
    for one in questions:
        content = QuestionContent(one.kind, one.text, one.answer, one.options, one.spec)
        assert kind(one.kind).check(content) == []
        assert sample[one.source_path].splitlines()[one.line - 1].strip() == b"[[questions]]"


def test_a_missing_image_is_reported_with_file_and_line(sample):
    course = read_course(sample)
    assert said(course, "note") == [
        (
            "src/ch04-02-references-and-borrowing.md",
            65,
            "The image img/experiment/ch04-02-stack1.jpg is missing, in a comment that readers"
            " do not see.",
        )
    ]
    lone = read_course(book(**{"src/one.md": b"# One\n\nx\n\n![a](img/a.png)\n"}))
    assert said(lone, "warning") == [("src/one.md", 5, "The image img/a.png is missing.")]


def test_code_is_shown_as_the_book_shows_it():
    text = (
        b'<Listing number="1-1" file-name="src/main.rs" caption="A `thing`">\n\n'
        b"```rust\n# fn main() {\n#[derive(A)]\nlet x = 1;\n# }\n```\n\n</Listing>\n\n"
        b"```aquascope,interpreter\n#fn main() {\n#[a]\nlet y = 2;`[]`\n#}\n```\n"
        b"<!-- ```\n``` -->\n\n{{#quiz ../quizzes/q.toml}}\n"
    )
    course = read_course(book(**{"src/one.md": text, "quizzes/q.toml": QUIZ}))
    content = course.lessons[0].content
    assert (
        "```rust\n#[derive(A)]\nlet x = 1;\n```\n\n**Listing 1-1 (`src/main.rs`):** A `thing`"
        in content
    )
    assert "```rust\n#[a]\nlet y = 2;\n```" in content
    assert [quiz.key for quiz in course.lessons[0].quizzes] == ["q"]


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("l.rs:2", "two"), ("l.rs:2:3", "two\nthree"), ("l.rs::2", "one\ntwo"),
        ("l.rs:5:", "five"), ("l.rs:mid", "three"), ("l.rs", "one\ntwo\nthree\nfive"),
    ],
)  # fmt: skip
def test_includes_are_resolved_by_lines_and_anchors(named, expected):
    listing = b"one\ntwo\n// ANCHOR: mid\nthree\n// ANCHOR_END: mid\nfive\n"
    if named in ("l.rs:2:3", "l.rs:5:"):
        listing = b"one\ntwo\nthree\nfour\nfive\n"
    text = f"```\n{{{{#rustdoc_include ../{named}}}}}\n```\n".encode()
    course = read_course(book(**{"src/one.md": text, "l.rs": listing}))
    assert course.lessons[0].content == f"```\n{expected}\n```\n"


def test_missing_includes_are_reported_and_endless_ones_end():
    text = b"# One\n\n{{#include gone.rs}}\n\n{{#include loop.md}}\n"
    course = read_course(book(**{"src/one.md": text, "src/loop.md": b"{{#include loop.md}}" * 9}))
    assert ("src/one.md", 3, "The included file gone.rs is missing.") in said(course, "warning")
    assert any("nested too deep" in message for _, _, message in said(course))


def test_a_summary_with_every_kind_of_line():
    summary = (
        b"# Summary\n\n[Before](pre.md)\n\n# Part A\n\n- [One \\[1\\]](one.md)\n"
        b"    * [Deep](d/deep.md)\n- [Draft]()\n\n---\n\n[After](<post.md>)\nwhat is this\n"
        b"- [Gone](gone.md)\n- [One](./one.md)\n"
    )
    files = {f"src/{name}.md": b"x" for name in ("pre", "one", "d/deep", "post")}
    course = read_course({"src/SUMMARY.md": summary, **files})
    assert [(one.key, one.topic, one.part_title, one.parent_key) for one in course.lessons] == [
        ("pre", "Before", "", None),
        ("one", "One [1]", "Part A", None),
        ("d--deep", "Deep", "Part A", "one"),
        ("post", "After", "", None),
    ]
    assert [line for _, line, _ in said(course)] == [15, 16]
    assert [line for _, line, _ in said(course, "warning")] == [14]
    assert [line for _, line, _ in said(course, "note")] == [9]


def test_links_between_chapters_name_their_keys():
    files = {
        "src/SUMMARY.md": b"- [One](one.md)\n- [Two](part/two.md)\n",
        "src/one.md": b"[a](part/two.html#x) [b][r]\n\n[r]: part/two.md\n\n`[c](part/two.md)`\n",
        "src/part/two.md": b"[back](../one.md) ![p](p.png) <a href='../one.html'>x</a>\n",
        "src/part/p.png": b"png",
    }
    course = read_course(files)
    assert "[a](part--two.md#x)" in course.lessons[0].content
    assert "[r]: part--two.md" in course.lessons[0].content
    assert course.lessons[1].content == ("[back](one.md) ![p](part/p.png) <a href='one.md'>x</a>\n")
    assert course.files == (FileDraft("part/p.png", "image/png", b"png"),)


def test_a_broken_quiz_is_named_with_its_line_and_the_others_are_read():
    text = b"{{#quiz ../quizzes/a.toml}}\n\n{{#quiz ../quizzes/b.toml}}\n\n{{#quiz gone.toml}}\n"
    broken = b'title = "x"\n\n[[questions]\n'
    course = read_course(
        book(**{"src/one.md": text, "quizzes/a.toml": broken, "quizzes/b.toml": QUIZ})
    )
    assert [quiz.key for quiz in course.lessons[0].quizzes] == ["b"]
    assert [(path, line) for path, line, _ in said(course)] == [
        ("quizzes/a.toml", 3),
        ("src/one.md", 5),
    ]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ('type = "Essay"', "none of"),
        ('type = "ShortAnswer"\nprompt = 3', "prompt must be a table"),
        ('type = "ShortAnswer"\nprompt.prompt = "x"', "empty"),
        ('type = "ShortAnswer"\nprompt.prompt = 1\nanswer.answer = "x"', "must be a text"),
        ('type = "MultipleChoice"\nprompt.prompt = "x"\nanswer.answer = "a"', "two options"),
        (
            'type = "MultipleChoice"\nprompt.prompt = "x"\nanswer.answer = "a"\n'
            'prompt.distractors = ["a "]',
            "there twice",
        ),
        ('type = "MultipleChoice"\nprompt.distractors = "a"', "list of texts"),
        ('type = "Tracing"\nprompt.program = "x"', "compiles"),
        ('type = "Tracing"\nprompt.program = "x"\nanswer.doesCompile = 1', "compiles"),
        ('type = "Numeric"\nprompt.prompt = "x"\nanswer.answer = nan', "no number"),
        ('type = "TrueFalse"\nprompt.prompt = "x"\nanswer.answer = "yes"', "true or false"),
        (
            'type = "ShortAnswer"\nmultipart = "q"\nprompt.prompt = "x"\nanswer.answer = "x"',
            "multipart",
        ),
    ],
)  # fmt: skip
def test_a_wrong_question_is_named_with_its_line(question, words):
    quiz = QUIZ + b"\n[[questions]]\n" + question.encode()
    course = read_course(book(**{"src/one.md": b"{{#quiz q.toml}}", "quizzes/q.toml": quiz}))
    ((path, line, message),) = said(course)
    assert (path, line) == ("quizzes/q.toml", 6)
    assert message.startswith("Question 2:")
    assert words in message
    assert len(course.lessons[0].quizzes[0].questions) == 1


def one_question(written):
    quiz = b'[[questions]]\nid = "i"\ntype = "MultipleChoice"\nprompt.prompt = "x"\n' + written
    course = read_course(book(**{"src/one.md": b"{{#quiz q.toml}}", "quizzes/q.toml": quiz}))
    assert said(course) == []
    return course.lessons[0].quizzes[0].questions[0]


def test_options_keep_the_place_the_quiz_gives_the_answer():
    placed = one_question(
        b'answer.answer = "R"\nprompt.distractors = ["a", "b"]\nprompt.answerIndex = 1\n'
    )
    assert [one["text"] for one in placed.options] == ["a", "R", "b"]
    assert placed.answer == "2"
    ordered = one_question(
        b'answer.answer = ["3", "1"]\nprompt.distractors = ["2"]\nprompt.sortAnswers = true\n'
    )
    assert [one["text"] for one in ordered.options] == ["1", "2", "3"]
    assert json.loads(ordered.answer) == ["1", "3"]


def test_without_a_place_the_answer_does_not_always_come_first():
    written = 'answer.answer = "R{0}"\nprompt.distractors = ["a{0}", "b{0}", "c{0}"]\n'
    places = {one_question(written.format(n).encode()).answer for n in range(40)}
    assert places == {"1", "2", "3", "4"}


def test_true_and_false_as_options_make_a_true_or_false_question():
    made = one_question(b'answer.answer = "False"\nprompt.distractors = ["True"]\n')
    assert (made.kind, made.answer, made.options) == ("true_false", "false", None)


def test_a_plain_folder_is_read_by_numbers_folders_and_front_matter():
    course = read_course(
        {
            "README.md": b"# My course\n\nWhat it is about.\n",
            "10-last.md": b"text without heading\n",
            "2-second.md": b"# Second one\n\n![x](img/p.png)\n",
            "first.md": b"---\ntitle: The first\norder: 1\n---\n# Other\n",
            "b-part/index.md": b"# Part page\n",
            "b-part/1_a.md": b"# A\n\n[up](../2-second.md)\n",
            "img/p.png": b"png",
        }
    )
    assert (course.title, course.description) == ("My course", "What it is about.")
    assert [(one.key, one.topic, one.part_title) for one in course.lessons] == [
        ("first", "The first", ""),
        ("2-second", "Second one", ""),
        ("10-last", "Last", ""),
        ("b-part--index", "Part page", "B part"),
        ("b-part--1_a", "A", "B part"),
    ]
    assert "[up](2-second.md)" in course.lessons[4].content
    assert [one.path for one in course.files] == ["img/p.png"]
    assert said(course) == []


def test_a_parent_must_be_an_earlier_lesson():
    front = b'---\norder: %d\nparent: "%s"\n---\ntext\n'
    course = read_course({"a.md": front % (1, b"b"), "b.md": front % (2, b"a")})
    assert [one.parent_key for one in course.lessons] == [None, "a"]
    assert said(course, "warning") == [("a.md", 1, "Its parent b is no lesson before it.")]


@pytest.mark.parametrize(
    ("files", "where", "words"),
    [
        ({}, ("", 0), "no lessons"),
        ({"a.md": b"x" * 2_000_001}, ("a.md", 0), "bytes"),
        ({"a.md": b"one\ntwo \xff\n"}, ("a.md", 2), "UTF-8"),
        ({"a b.md": b"x", "a-b.md": b"y"}, ("a-b.md", 1), "one place"),
        (
            {"a.md": b"---\norder: 1\n---\nx", "b.md": b"---\norder: 1\n---\ny"},
            ("b.md", 1),
            "one place",
        ),
        ({"course.toml": b'title = "x"\nslug =\n', "a.md": b"x"}, ("course.toml", 2), "broken"),
        ({"book.toml": b"[book\n", **book()}, ("book.toml", 1), "broken"),
        ({"book.toml": b""}, ("src/SUMMARY.md", 0), "no summary"),
        ({"src/SUMMARY.md": b"# S\n"}, ("src/SUMMARY.md", 0), "no chapters"),
        ({"src/SUMMARY.md": b"- [x](../../etc/passwd)\n"}, ("src/SUMMARY.md", 1), "missing"),
    ],
)
def test_what_stops_an_import_is_an_error_with_its_place(files, where, words):
    course = read_course(files)
    assert not course.is_importable
    errors = {(path, line): message for path, line, message in said(course)}
    assert words in errors[where]


BITS = [
    b"[", b"```", b"---\n", b"{{#quiz x}}", b"{{#include SUMMARY.md}}", b'"""', b"\x00",
    b"\xed\xa0\x80", b"[[questions]]\n", b"= nan", b"<Listing ", b"<!--", b"order: 1\n",
    b"1979-99-99", b"[](", b"- [a](b.md)\n", b"\r", b"true", b"{", b"\xff",
]  # fmt: skip


def mutated(files, chance):
    files = dict(files)
    for _ in range(chance.randint(1, 4)):
        path = chance.choice(sorted(files))
        data = bytearray(files[path])
        what = chance.randrange(6)
        if what == 0:
            files.pop(path)
            if not files:
                return {"x.md": b""}
        elif what == 1 and data:
            for _ in range(chance.randint(1, 20)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            files[path] = bytes(data)
        elif what == 2:
            files[path] = bytes(data[: chance.randrange(len(data) + 1)])
        elif what == 3:
            at = chance.randrange(len(data) + 1)
            files[path] = bytes(
                data[:at] + chance.choice(BITS) * chance.choice([1, 1, 50]) + data[at:]
            )
        elif what == 4:
            files[path] = files[chance.choice(sorted(files))]
        else:
            files[path + chance.choice(["x", ".md", "/a.md", " .toml"])] = files.pop(path)
    return files


SMALL = {
    "book.toml": b'[book]\ntitle = "B"\n',
    "src/SUMMARY.md": b"# S\n\n# P\n- [One](one.md)\n  - [Two](two.md)\n",
    "src/one.md": b"# One\n\n![a](a.png)\n\n"
    b'<Listing number="1">\n\n```rust\n# x\n```\n\n</Listing>\n',
    "src/two.md": b"{{#include ../l.rs:2:3}}\n\n{{#quiz ../quizzes/q.toml}}\n",
    "l.rs": b"1\n2\n3\n",
    "quizzes/q.toml": QUIZ + b'\n[[questions]]\ntype = "Tracing"\nprompt.program = "x"\n'
    b"answer.doesCompile = false\nanswer.lineNumber = 1\n",
}


@pytest.mark.parametrize(
    "files", [SMALL, markdown.write(rich_course())], ids=["mdbook", "markdown"]
)
def test_a_thousand_damaged_courses_give_problems_and_never_an_accident(files):
    chance = random.Random(7)
    for _ in range(1_000):
        damaged = mutated(files, chance)
        for name in ("mdbook", "markdown"):
            course = read_course(damaged, format=name)
            assert course.lessons or not course.is_importable
            if course.is_importable:
                assert read_course(markdown.write(course), format="markdown") == course
