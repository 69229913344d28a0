"""Questions through files: what each thing becomes, that nothing is lost in silence, and that a
file written and read again gives equal questions."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from studium.assessment import queries
from studium.assessment.actions.bank import OptionDraft, QuestionDraft
from studium.assessment.models import ExamAttempt, Question, QuestionTag, Quiz
from studium.content.models import Course
from studium.formats import gift_in, gift_out, question_exchange, questions_csv
from studium.formats.question_rows import Outgoing, QuestionRow
from studium.identity.models import User
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import factories
from tests.formats.test_gift import DATA


@pytest.fixture
def quiz(course: Course) -> Quiz:
    return factories.quiz(
        lesson=course.lessons.earliest("order_index"), status="draft", questions=0
    )


def row(source: str) -> QuestionRow:
    (made,) = gift_in.read(source.encode())
    return made


def draft(source: str) -> QuestionDraft:
    made = row(source).draft
    assert made is not None, row(source)
    return made


def options(made: QuestionDraft) -> list[tuple[str, bool, str | None]]:
    return [(one.text, one.right, one.share) for one in made.options or ()]


# --- GIFT in ---------------------------------------------------------------------------------


def test_one_right_choice_keeps_feedback_and_explanation() -> None:
    made = draft("::T1::Who?{~Grant#No =nobody#Yes ####Think.}")
    assert (made.kind, made.external_id, made.explanation) == ("single_choice", "T1", "Think.")
    assert options(made) == [("Grant", False, None), ("nobody", True, None)]
    assert [one.explanation for one in made.options or ()] == ["No", "Yes"]


def test_weights_become_shares_only_where_they_say_something() -> None:
    assert options(draft("Two?{~%50%a ~%-50%x ~%50%b ~%-50%y}")) == [
        ("a", True, None),
        ("x", False, None),
        ("b", True, None),
        ("y", False, None),
    ]
    assert options(draft("Two?{~%70%a ~%30%b ~%-100%c}")) == [
        ("a", True, "70"),
        ("b", True, "30"),
        ("c", False, "-100"),
    ]
    assert options(draft("One?{=a ~%25%b ~c}")) == [
        ("a", True, "100"),
        ("b", False, "25"),
        ("c", False, "0"),
    ]


def test_the_feedback_of_true_or_false_goes_to_its_answer() -> None:
    assert draft("So?{F#wrong#right}").spec == {"when_false": "right", "when_true": "wrong"}
    assert draft("So?{TRUE#wrong}").spec == {"when_false": "wrong"}


def test_words_take_shares_feedback_and_stars() -> None:
    made = draft("Animal?{=%50%Cat#Hm =Frog =%0%*#No}")
    assert made.answer == "Frog"
    assert made.spec == {
        "accepted": [
            "Frog",
            {"text": "Cat", "share": "50", "feedback": "Hm"},
            {"text": "*", "share": "0", "feedback": "No"},
        ],
        "wildcards": True,
    }
    assert draft(r"Star?{=\*}").spec == {"accepted": ["*"]}


def test_numbers_take_tolerance_range_and_further_answers() -> None:
    assert (draft("Pi?{#3.14:0.01}").answer, draft("Pi?{#3.14:0.01}").spec) == (
        "3.14",
        {"tolerance": "0.01"},
    )
    assert (draft("Pi?{#3.1..3.2}").answer, draft("Pi?{#3.1..3.2}").spec) == (
        "3.15",
        {"tolerance": "0.05"},
    )
    made = draft("Born?{#=%50%1820..1824#Near =1822:0#Yes}")
    assert made.answer == "1822"
    assert made.spec == {
        "feedback": "Yes",
        "accepted": [{"low": "1820", "high": "1824", "share": "50", "feedback": "Near"}],
    }
    lost = row("Born?{#=1822 ~#Any other}")
    assert lost.result == "partly"
    assert "Any other" in lost.reason


def test_pairs_missing_words_essays_and_descriptions() -> None:
    pairs = draft("Match{=a -> 1 =b -> 2 = -> 3}")
    assert pairs.spec == {
        "pairs": [{"prompt": "a", "match": "1"}, {"prompt": "b", "match": "2"}],
        "distractors": ["3"],
    }
    assert draft("Two plus two is {=four =4}.").question_text == "Two plus two is _____."
    assert draft("Write.{}").kind == "essay"
    assert row("Read the text.").result == "left_out"


def test_texts_look_as_they_did() -> None:
    assert draft(r"2 * 3 <b {T}").question_text == r"2 \* 3 \<b"
    assert draft(r"[plain]a_b_c\n- d{T}").question_text == "a\\_b\\_c  \n\\- d"
    assert draft("[html]<p>A</p>{T}").question_text == "<p>A</p>"
    assert draft(r"[html]<pre>a\n\nb</pre>{T}").question_text == "<pre>a\n&#32;\nb</pre>"
    assert draft(r"[markdown]*so*\n\n1. x{T}").question_text == "*so*\n\n1. x"


def test_tags_and_the_category_become_tags() -> None:
    rows = gift_in.read(b"$CATEGORY: $course$/top/Week 1\n\n// [tag:Loops] [tag:a,b]\nA{T}\n\nB{F}")
    assert [one.tags for one in rows] == [("Loops", "a b", "Week 1"), ("Week 1",)]


# --- there and back --------------------------------------------------------------------------

PLAIN = {"question_text": "What *is* {it}: `a=b~c#d`?\n\n```\nx\n\n    y\n```", "origin": "import"}
DRAFTS = [
    QuestionDraft(
        kind="single_choice",
        options=[
            OptionDraft("[html] one", explanation="No: \\n"),
            OptionDraft("%50% two\nlines", right=True),
            OptionDraft("=three"),
        ],
        explanation="Because -> so.",
        external_id="::id: 7",
        **PLAIN,
    ),
    QuestionDraft(
        kind="single_choice",
        options=[OptionDraft("a", right=True, share="100"), OptionDraft("b", share="25")],
        **PLAIN,
    ),
    QuestionDraft(
        kind="multiple_choice",
        options=[OptionDraft(one, right=one != "d") for one in "abcd"],
        **PLAIN,
    ),
    QuestionDraft(
        kind="multiple_choice",
        options=[
            OptionDraft("a", right=True, share="66.7"),
            OptionDraft("b", right=True, share="33.3"),
            OptionDraft("c", share="-100"),
        ],
        **PLAIN,
    ),
    QuestionDraft(kind="true_false", answer=False, spec={"when_true": "#no"}, **PLAIN),
    QuestionDraft(kind="true_false", answer=True, **PLAIN),
    QuestionDraft(
        kind="short_text",
        answer="-a = b",
        spec={"accepted": ["-a = b", "*", {"text": "c", "share": "50", "feedback": "Hm"}]},
        **PLAIN,
    ),
    QuestionDraft(
        kind="short_text", answer="a*", spec={"accepted": ["a*"], "wildcards": True}, **PLAIN
    ),
    QuestionDraft(
        kind="numeric",
        answer="-3.5",
        spec={
            "tolerance": "0.5",
            "feedback": "Yes",
            "accepted": [{"low": "-5", "high": "-4", "share": "50"}, {"value": "9"}],
        },
        **PLAIN,
    ),
    QuestionDraft(
        kind="matching",
        spec={
            "pairs": [{"prompt": "*a*", "match": "1"}, {"prompt": "b", "match": "=2"}],
            "distractors": ["3"],
        },
        **PLAIN,
    ),
    QuestionDraft(kind="essay", answer="", **PLAIN),
]
OTHERS = [
    QuestionDraft(kind="essay", answer="Model.", spec={"min_words": 5}, points=3, **PLAIN),
    QuestionDraft(
        kind="ordering",
        options=[OptionDraft("first"), OptionDraft("second")],
        spec={"credit": "all"},
        **PLAIN,
    ),
    QuestionDraft(
        kind="tracing",
        answer={"compiles": True, "output": "1"},
        spec={"program": "print(1)", "language": "python"},
        **PLAIN,
    ),
    QuestionDraft(kind="output", answer="@1\n2", spec={"program": "print(1)"}, **PLAIN),
    QuestionDraft(kind="cloze", answer=None, spec={"text": "A [[gap|gaps]]."}, **PLAIN),
    QuestionDraft(
        kind="numeric",
        answer="5",
        spec={"units": [{"unit": "km", "factor": "1"}], "tolerance_kind": "relative"},
        **PLAIN,
    ),
    QuestionDraft(
        kind="short_text", answer="A", spec={"accepted": ["A"], "case_sensitive": True}, **PLAIN
    ),
]


def _names(drafts: list[QuestionDraft]) -> list[str]:
    return [f"{at}-{one.kind}" for at, one in enumerate(drafts)]


@pytest.mark.parametrize("made", DRAFTS, ids=_names(DRAFTS))
def test_gift_gives_back_what_it_was_given(made: QuestionDraft) -> None:
    written = gift_out.write([Outgoing(made, ("loops", "week 1"))])
    assert written.missed == ()
    (again,) = gift_in.read(written.data)
    assert (again.draft, again.tags, again.reason) == (made, ("loops", "week 1"), "")


@pytest.mark.parametrize("made", [*DRAFTS, *OTHERS], ids=_names([*DRAFTS, *OTHERS]))
def test_csv_gives_back_what_it_was_given(made: QuestionDraft) -> None:
    written = questions_csv.write([Outgoing(made, ("loops", "week 1"))])
    (again,) = questions_csv.read(written.data)
    assert (again.draft, again.tags, again.reason) == (made, ("loops", "week 1"), "")


@pytest.mark.parametrize("made", OTHERS, ids=_names(OTHERS))
def test_what_gift_cannot_carry_is_named(made: QuestionDraft) -> None:
    (missed, *_more) = gift_out.write([Outgoing(made)]).missed
    assert missed.reason


@pytest.mark.django_db
@pytest.mark.parametrize("format", ["gift", "csv"])
def test_a_course_written_and_read_again_has_equal_questions(
    bruno: User, course: Course, quiz: Quiz, now: datetime, format: str
) -> None:
    drafts = DRAFTS if format == "gift" else [*DRAFTS, *OTHERS]
    store(bruno, quiz, questions_csv.write([Outgoing(one, ("t",)) for one in drafts]).data, now)
    out = question_exchange.export(exported(bruno, course, quiz), format=format)
    assert (out.count, out.missed) == (len(drafts), ())
    other = factories.quiz(lesson=quiz.lesson, status="draft", questions=0)
    store(bruno, other, out.data, now, format=format)
    assert [as_written(one) for one in exported(bruno, course, other)] == [
        as_written(one) for one in exported(bruno, course, quiz)
    ]


def exported(by: User, course: Course, quiz: Quiz) -> list[Any]:
    wanted = queries.BankFilter(quizzes=(quiz.pk,))
    return list(queries.exported(viewer=by, wanted=wanted, course_id=course.pk))


def as_written(one: Any) -> Any:
    """A question without the ids that were drawn for it."""
    made = one.draft
    if made.options is not None:
        made = replace(made, options=[replace(option, label=None) for option in made.options])
    return made, one.tags


def store(by: User, quiz: Quiz, data: bytes, now: datetime, *, format: str = "csv") -> None:
    report = question_exchange.check(by=by, quiz_id=quiz.pk, data=data, format=format)
    assert [one.problem for one in report.rows if one.problem] == []
    question_exchange.load(by=by, quiz_id=quiz.pk, report=report, now=now)


# --- CSV -------------------------------------------------------------------------------------


def test_no_cell_of_an_export_is_a_formula() -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "''=1", " =1", "'quoted'", "plain"]
    made = [
        QuestionDraft(kind="short_text", question_text=one, answer="x", origin="import")
        for one in texts
    ]
    data = questions_csv.write([Outgoing(one) for one in made]).data
    table = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert not [one for one in table if one["question"].lstrip()[:1] in "=+-@"]
    assert [one.draft and one.draft.question_text for one in questions_csv.read(data)] == texts


@pytest.mark.parametrize(
    ("table", "place", "words"),
    [
        ("kind,question,answer,points\nessay,So?,,many", "line 2, column points", "whole number"),
        ("kind,question,answer\ntrue_false,So?,maybe", "line 2, column answer", "true or false"),
        ("kind,question,right,option 1\nsingle_choice,So?,2,a", "line 2, column right", "option"),
        ("kind,question,spec\nessay,So?,[1]", "line 2, column spec", "JSON"),
        ('kind,question,spec\nessay,So?,"{""a"": 1e999}"', "line 2, column spec", "JSON"),
        ('kind,question,spec\nessay,So?,"{""a"": NaN}"', "line 2, column spec", "JSON"),
        ("kind,question\nessay,So?,more", "line 2", "cells"),
        ('kind,question\nessay,"So?', "line 2", "broken"),
        ("question\nSo?", "line 1", "no kind"),
        ("kind,question,kind\n", "line 1", "twice"),
        ("kind,question,colour\n", "line 1", "no column"),
        ("kind,question\n", "", "no question"),
        ("kind,question,option 101\n", "line 1", "no column"),
        (f"kind,question\nessay,{'x' * 60_001}", "line 2, column question", "longer"),
        ('kind;question\nessay;"a\nb"\n;x', "line 4, column kind", "kind"),
    ],
)
def test_an_error_in_a_table_names_line_and_column(table: str, place: str, words: str) -> None:
    found = [one for one in questions_csv.read(table.encode()) if one.problem]
    assert (len(found), found[0].place) == (1, place)
    assert words in found[0].problem


def test_a_file_that_is_no_text_says_so() -> None:
    for read in (gift_in.read, questions_csv.read):
        (found,) = read(b"kind,question\n\xff\xfe")
        assert (found.place, found.result) == ("line 2", "refused")


# --- check and load --------------------------------------------------------------------------


@pytest.mark.django_db
class TestLoading:
    MIXED = b"Sound?{T}\n\nTwo right ones?{=a}\n\nBroken {\n\nNo right one?{~a ~b}\n\nJust text"

    def check(self, by: User, quiz: Quiz, data: bytes | None = None) -> Any:
        source = self.MIXED if data is None else data
        return question_exchange.check(by=by, quiz_id=quiz.pk, data=source, format="gift")

    def test_the_check_says_what_becomes_of_each_row(self, bruno: User, quiz: Quiz) -> None:
        report = self.check(bruno, quiz)
        results = [one.result for one in report.rows]
        assert results == ["ready", "ready", "refused", "refused", "left_out"]
        assert report.counts == {"ready": 2, "partly": 0, "left_out": 1, "refused": 2}
        assert "right" in report.rows[3].problem
        assert not Question.objects.exists()

    def test_all_or_nothing_unless_asked_otherwise(
        self, bruno: User, quiz: Quiz, now: datetime
    ) -> None:
        report = self.check(bruno, quiz)
        with pytest.raises(Invalid) as refused:
            question_exchange.load(by=bruno, quiz_id=quiz.pk, report=report, now=now)
        assert refused.value.code == "not_importable"
        assert "line 5" in refused.value.message
        assert not Question.objects.exists()
        made = question_exchange.load(
            by=bruno, quiz_id=quiz.pk, report=report, now=now, only_sound=True
        )
        assert [one.question_text for one in made] == ["Sound?", "Two right ones?"]
        assert {one.origin for one in made} == {"import"}

    def test_tags_come_along(self, bruno: User, quiz: Quiz, now: datetime) -> None:
        report = self.check(bruno, quiz, b"// [tag:Loops]\nA?{T}\n\n// [tag:loops]\nB?{T}")
        question_exchange.load(by=bruno, quiz_id=quiz.pk, report=report, now=now)
        assert list(QuestionTag.objects.values_list("tag__name", flat=True)) == ["loops"] * 2

    def test_words_that_are_there_already_are_noted(self, bruno: User, quiz: Quiz) -> None:
        factories.question(quiz=quiz, text="A?")
        report = self.check(bruno, quiz, b"A?{T}\n\nB?{T}\n\nB?{F}")
        assert [bool(one.note) for one in report.rows] == [True, False, True]
        assert report.is_whole

    def test_many_questions_wait_for_the_end_of_exams_where_one_writer_serves_all(
        self, bruno: User, ada: User, course: Course, quiz: Quiz, now: datetime
    ) -> None:
        many = b"\n\n".join(b"Number %d?{T}" % n for n in range(question_exchange.MANY + 1))
        report = self.check(bruno, quiz, many)
        exam = factories.exam(course=course)
        factories.exam_attempt(exam=exam, user=ada)
        before = Question.objects.count()

        def load() -> list:
            return question_exchange.load(by=bruno, quiz_id=quiz.pk, report=report, now=now)

        if connection.vendor == "postgresql":
            assert len(load()) == len(report.rows)
            return
        with pytest.raises(Conflict) as refused:
            load()
        assert refused.value.code == "exams_running"
        assert Question.objects.count() == before
        ExamAttempt.objects.update(
            status="submitted", closed_by="user", submitted_at=F("attempted_at")
        )
        assert len(load()) == len(report.rows)

    def test_only_authors_import(self, ada: User, eva: User, quiz: Quiz) -> None:
        for person in (ada, eva):
            with pytest.raises((NotAllowed, NotFound)):
                self.check(person, quiz)

    def test_no_file_however_broken_stores_half_or_raises(
        self, bruno: User, quiz: Quiz, now: datetime
    ) -> None:
        """200 mutated files, seed 20261: each is read, checked, and stored whole or not at all."""
        drawn = random.Random(20261)
        all_of = [Outgoing(one, ("t",)) for one in [*DRAFTS, *OTHERS]]
        sources = [(path.read_bytes(), "gift") for path in sorted(DATA.glob("*.gift"))]
        sources += [(gift_out.write([one]).data or b"x{T}", "gift") for one in all_of]
        sources += [(questions_csv.write([one]).data, "csv") for one in all_of * 2]
        stored = 0
        for _ in range(200):
            data, format = drawn.choice(sources)
            mutated = mutate(data, drawn)
            report = question_exchange.check(by=bruno, quiz_id=quiz.pk, data=mutated, format=format)
            before = Question.objects.count()
            try:
                question_exchange.load(by=bruno, quiz_id=quiz.pk, report=report, now=now)
            except (Conflict, Invalid):
                assert not report.is_whole
            stored += report.is_whole
            expected = len(report.sound) if report.is_whole else 0
            assert Question.objects.count() == before + expected
        assert stored > 20


SIGNS = ("{", "}", "=", "~", "#", "\\", "::", "%50%", "->", '"', ",", "[html]", "$CATEGORY:", "//")
PIECES = [
    *(one.encode() for one in (*SIGNS, "####", "[[", "{{x}}", "1e999", "9" * 70, "\u202e")),
    *(b"\n\n", b"\x00", b"\xff", b"\xed\xa0\x80", b"\r"),
]


def mutate(data: bytes, drawn: random.Random) -> bytes:
    """The file with some pieces cut, doubled, swapped or put in."""
    made = bytearray(data)
    for _ in range(drawn.randint(1, 6)):
        at, end = sorted(drawn.randrange(len(made) + 1) for _ in range(2))
        end = min(end, at + drawn.choice([1, 3, 20, 200]))
        match drawn.randrange(4):
            case 0:
                del made[at:end]
            case 1:
                made[at:at] = made[at:end]
            case 2:
                made[at:at] = drawn.choice(PIECES)
            case _:
                made[at:end] = drawn.choice(PIECES) * drawn.choice([1, 2, 50])
    return bytes(made)
