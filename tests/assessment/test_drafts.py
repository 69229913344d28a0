"""Machine-made questions: made once, decided about by a person one by one, never asked unseen."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from studium.ai.model import CheckedItems, Item, ProposedItems, RejectedItem, Source
from studium.assessment import drafting, making
from studium.assessment import jobs as kinds_of_work
from studium.assessment import queries as asked
from studium.assessment.actions import drafts, papers
from studium.assessment.kinds import OptionDraft
from studium.assessment.known_course import known_course
from studium.assessment.making import Wish
from studium.assessment.models import (
    DraftedQuestion,
    DraftRun,
    Exam,
    ExamQuestion,
    ItemStatistics,
    Question,
    Quiz,
)
from studium.assessment.writing import write
from studium.content.models import Course, Lesson
from studium.identity.models import AuditEntry, User
from studium.lib import jobs
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from studium.notes.models import AiRejection
from tests import factories
from tests.assessment.proposing import Proposer
from tests.notes.test_notes import change

pytestmark = pytest.mark.django_db

TEXT = (
    "# Ownership\n\nOwnership is a discipline for the safety of programs.\n\n"
    "A box is a construct that puts data on the heap.\n\n"
    "Variables live in frames, which belong to one function.\n"
)


@dataclass(frozen=True)
class Report:
    """What a trial says, as far as drafts need it."""

    flags: tuple[tuple[str, ...], ...]


def keep_all(lesson: Any, proposed: ProposedItems, **more: Any) -> CheckedItems:
    """A verifier that rejects statements about frames and what the bank asks already."""
    bank_texts = set(more["bank"])
    good = [one for one in proposed.items if "frames" not in one.stem]
    bad = [one for one in proposed.items if "frames" in one.stem]
    rejected = tuple(RejectedItem(one, "too_long", "It is too long.") for one in bad)
    kept = tuple(one for one in good if one.stem not in bank_texts)
    return CheckedItems(proposed.engine, proposed.engine_version, kept, rejected)


def flag_statements(lesson: Any, items: tuple[Item, ...]) -> Report:
    return Report(tuple(("overlap",) if one.form == "true_false" else () for one in items))


@pytest.fixture(autouse=True)
def proposer(monkeypatch: pytest.MonkeyPatch) -> Proposer:
    """The stand-ins in the places of engine, verifier and trial."""
    made, trial = Proposer(), ModuleType("studium.ai.trial")
    trial.try_items = flag_statements  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setitem(sys.modules, "studium.ai.trial", trial)
    monkeypatch.setattr("studium.ai.verify.verify_items", keep_all)
    monkeypatch.setattr(kinds_of_work, "engine_for", lambda course, by_id: made)
    return made


@pytest.fixture
def lesson(course: Course) -> Lesson:
    return factories.lesson(course=course, topic="Ownership", content=TEXT)


def ordered(by: User, lesson: Lesson, now: datetime, **wish: Any) -> Any:
    job = drafts.request_drafts(by=by, lesson_id=lesson.pk, now=now, wish=Wish(**wish))
    jobs.work_off()
    job.refresh_from_db()
    return job


@pytest.fixture
def made(bruno: User, lesson: Lesson, now: datetime) -> list[DraftedQuestion]:
    assert ordered(bruno, lesson, now).status == "done"
    return list(DraftedQuestion.objects.order_by("place"))


# --- making ----------------------------------------------------------------------------------


def test_drafts_are_kept_with_their_source_and_what_the_trial_found(
    made: list[DraftedQuestion], lesson: Lesson
) -> None:
    assert [one.kind for one in made] == ["true_false", "single_choice"] * 2
    assert [one.is_flagged for one in made] == [True, False, True, False]
    for one in made:
        (source,) = one.item["sources"]
        assert lesson.content[source["start"] : source["end"]] == source["quote"]
        assert (one.status, one.source_hash) == ("draft", lesson.content_hash)
        assert one.item["engine"] == "stand-in"
    run = DraftRun.objects.get()
    assert (run.kept, run.flagged, run.rejected) == (4, 2, {"too_long": 2})
    assert run.report["flags"][0] == ["overlap"]
    assert AiRejection.objects.filter(kind="item", code="too_long").count() == 2
    assert not Question.objects.filter(origin="ai").exists()


def test_the_same_text_and_wish_are_worked_on_once(
    bruno: User, lesson: Lesson, made: list[DraftedQuestion], proposer: Proposer, now: datetime
) -> None:
    again = ordered(bruno, lesson, now)
    assert again.result == {"drafts": 0, "unchanged": 1, "reason": ""}
    assert (proposer.asked, DraftedQuestion.objects.count()) == (1, 4)
    more = ordered(bruno, lesson, now, kinds=("single_choice",))  # another wish, the same items
    assert (more.result["drafts"], proposer.asked) == (0, 2)


def test_f17_two_deliveries_of_one_piece_of_work_store_it_once(
    lesson: Lesson, now: datetime
) -> None:
    made = making.make(lesson, Wish(), engine=Proposer(), course=None)
    for expected in (4, 0):
        with transaction.atomic():
            _, new = making.store(
                lesson.pk, made, wish=Wish(), source_hash=lesson.content_hash, now=now
            )
        assert new == expected
    assert (DraftRun.objects.count(), DraftedQuestion.objects.count()) == (1, 4)


def test_f16_work_that_dies_while_it_is_stored_leaves_no_half(
    bruno: User, lesson: Lesson, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(making.rejections, "record", lambda *told, **more: 1 / 0)
        assert ordered(bruno, lesson, now).status == "failed"
    assert (DraftRun.objects.count(), DraftedQuestion.objects.count()) == (0, 0)
    assert ordered(bruno, lesson, now).result["drafts"] == 4
    assert DraftRun.objects.count() == 1


def test_a_lesson_saved_meanwhile_keeps_its_old_drafts_out(lesson: Lesson, now: datetime) -> None:
    made = making.make(lesson, Wish(), engine=Proposer(), course=None)
    with pytest.raises(Conflict, match="changed"), transaction.atomic():
        making.store(lesson.pk, made, wish=Wish(), source_hash="older", now=now)
    assert not DraftedQuestion.objects.exists()


def test_a_course_goes_on_where_it_died(
    bruno: User, course: Course, lesson: Lesson, proposer: Proposer, now: datetime
) -> None:
    proposer.dies_at = 2
    job = drafts.request_course_drafts(by=bruno, course_id=course.pk, now=now)
    assert drafts.request_course_drafts(by=bruno, course_id=course.pk, now=now) == job
    jobs.work_off()
    job.refresh_from_db()
    assert (job.status, DraftRun.objects.count()) == ("failed", 2)
    assert job.reason.startswith("1 of 3 lessons failed; the drafts of the others are kept.")
    again = drafts.request_course_drafts(by=bruno, course_id=course.pk, now=now)
    jobs.work_off()
    again.refresh_from_db()
    assert (again.status, again.result["lessons"]) == ("done", 3)
    # Two lessons are not asked again; each was asked with what is known of the whole course.
    assert (again.result["unchanged"], proposer.asked) == (2, 4)
    assert all(one.lesson_count == 3 for one in proposer.courses)
    assert DraftRun.objects.count() == 3


def test_what_is_known_of_a_course_is_made_once_for_its_texts(
    course: Course, lesson: Lesson, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    made = known_course(course.pk)
    (kept,) = tmp_path.glob("cache/*")
    assert known_course(course.pk).terms == made.terms
    kept.write_bytes(b"torn")
    assert known_course(course.pk).terms == made.terms
    change(lesson, "Quite another text.\n")
    assert known_course(course.pk).lesson_count == 3
    (newer,) = tmp_path.glob("cache/*")
    assert newer != kept


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 61}, "count"),
        ({"kinds": ("essay",)}, "kinds"),
        ({"difficulty": "deadly"}, "difficulty"),
    ],
)
def test_a_wish_that_cannot_be_asked_for_is_refused(
    wish: dict[str, Any], field: str, bruno: User, lesson: Lesson, now: datetime
) -> None:
    with pytest.raises(Invalid) as refused:
        drafts.request_drafts(by=bruno, lesson_id=lesson.pk, now=now, wish=Wish(**wish))
    assert set(refused.value.fields) == {field}


# --- deciding --------------------------------------------------------------------------------


def test_an_approved_draft_is_a_question_with_its_span(
    bruno: User, lesson: Lesson, made: list[DraftedQuestion], now: datetime
) -> None:
    done = drafts.approve_draft(by=bruno, draft_id=made[1].pk, now=now)
    question = Question.objects.get(origin="ai")
    assert (done.status, done.question_id, done.reviewed_by) == ("approved", question.pk, bruno)
    assert question.source["spans"] == made[1].item["sources"]
    assert question.source["lesson_id"] == str(lesson.pk)
    right = next(one for one in question.options if one["id"] == question.answer)
    assert right["text"] == made[1].item["key"][0]
    assert question.question_html == "<p>Ownership is a _____ for the safety of programs.</p>\n"
    assert (question.quiz.lesson, question.quiz.status) == (lesson, "draft")
    assert AuditEntry.objects.filter(action="draft.approve").count() == 1
    drafts.approve_draft(by=bruno, draft_id=made[1].pk, now=now)
    drafts.approve_draft(by=bruno, draft_id=made[0].pk, now=now)
    assert Quiz.objects.get(title=drafts.QUIZ_TITLE).questions.count() == 2


def test_what_a_person_changed_stands_beside_what_was_made(
    bruno: User, made: list[DraftedQuestion], now: datetime
) -> None:
    words = {"question_text": "Is ownership a discipline?", "answer": True}
    drafts.edit_draft(by=bruno, draft_id=made[0].pk, changes=words, now=now)
    done = drafts.approve_draft(
        by=bruno, draft_id=made[0].pk, changes={"explanation": "See *Ownership*."}, now=now
    )
    assert done.is_edited
    assert done.item["stem"] == made[0].item["stem"]
    assert done.question is not None
    assert done.question.question_text == "Is ownership a discipline?"
    assert "<em>Ownership</em>" in done.question.explanation_html


def test_a_change_that_cannot_be_asked_is_refused_by_field(
    bruno: User, made: list[DraftedQuestion], now: datetime
) -> None:
    options = [OptionDraft("One"), OptionDraft("Two")]
    for changes, field in (
        ({"options": options}, "answer"),
        ({"question_text": " "}, "question_text"),
        ({"origin": "human"}, "origin"),
        ({"kind": "essay", "options": None}, "kind"),
    ):
        with pytest.raises(Invalid) as refused:
            drafts.approve_draft(by=bruno, draft_id=made[1].pk, changes=changes, now=now)
        assert field in refused.value.fields
    assert not Question.objects.filter(origin="ai").exists()


def test_a_rejected_draft_says_why_and_never_comes_back(
    bruno: User, lesson: Lesson, made: list[DraftedQuestion], now: datetime
) -> None:
    with pytest.raises(Invalid):
        drafts.reject_draft(by=bruno, draft_id=made[0].pk, reason="because", now=now)
    done = drafts.reject_draft(
        by=bruno, draft_id=made[0].pk, reason="unclear", words="Which box?", now=now
    )
    assert (done.status, done.reject_reason) == ("rejected", "unclear: Which box?")
    with pytest.raises(Conflict):
        drafts.approve_draft(by=bruno, draft_id=made[0].pk, now=now)
    ordered(bruno, lesson, now, count=30)
    made[0].refresh_from_db()
    assert (made[0].status, DraftedQuestion.objects.count()) == ("rejected", 4)


def test_a_decision_is_taken_back_without_a_trace_in_the_bank(
    bruno: User, made: list[DraftedQuestion], now: datetime
) -> None:
    drafts.reject_draft(by=bruno, draft_id=made[0].pk, reason="trivial", now=now)
    drafts.approve_draft(by=bruno, draft_id=made[1].pk, now=now)
    for one in made[:2]:
        assert drafts.undo_review(by=bruno, draft_id=one.pk, now=now).status == "draft"
    assert not Question.objects.filter(origin="ai").exists()
    assert drafts.approve_draft(by=bruno, draft_id=made[1].pk, now=now).question is not None


def test_a_question_that_was_used_stays(
    bruno: User, course: Course, made: list[DraftedQuestion], now: datetime
) -> None:
    done = drafts.approve_draft(by=bruno, draft_id=made[1].pk, now=now)
    exam = papers.create_exam(by=bruno, course_id=course.pk, now=now, settings={"title": "Own"})
    assert done.question is not None
    place = papers.Place(done.question.pk)
    papers.set_paper(by=bruno, exam_id=exam.pk, places=[place], now=now)
    with pytest.raises(Conflict) as refused:
        drafts.undo_review(by=bruno, draft_id=made[1].pk, now=now)
    assert refused.value.code == "question_answered"
    with pytest.raises(DatabaseError), transaction.atomic():
        DraftedQuestion.objects.filter(pk=made[1].pk).update(
            status="draft", question=None, reviewed_by=None, reviewed_at=None
        )


@pytest.mark.parametrize("act", ["approve_draft", "reject_draft", "edit_draft", "undo_review"])
def test_only_authors_of_the_course_decide(
    act: str, ada: User, eva: User, course: Course, made: list[DraftedQuestion], now: datetime
) -> None:
    helper = factories.person("Finn Falk")
    factories.enrollment(user=helper, course=course, role="assistant")
    more: dict[str, Any] = {"reject_draft": {"reason": "other"}, "edit_draft": {"changes": {}}}
    for person, error in ((ada, NotFound), (eva, NotFound), (helper, NotAllowed)):
        with pytest.raises(error):
            getattr(drafts, act)(by=person, draft_id=made[0].pk, now=now, **more.get(act, {}))
        with pytest.raises((NotFound, NotAllowed)):
            asked.draft_view(viewer=person, draft_id=made[0].pk)


# --- text of a lesson is data ----------------------------------------------------------------


def test_a38_markup_of_an_engine_stays_text(lesson: Lesson) -> None:
    source = Source("b", 0, 3, "# O")
    stem = "<script>x</script> ![i](https://evil.example/i.png) [a](javascript:x) $x$ `let x`"
    kept = drafting.stored(
        Item("model", "single_choice", stem, ("<b>yes</b>",), (source,), ("<b>yes</b>", "no"),
             "# See *this*", code="fn main() {}\n```\n<img src=x>"),
        engine="m", engine_version="1",
    )  # fmt: skip
    assert drafting.item_of(kept).stem == stem
    written = write(drafting.as_question(kept))
    shown = written.columns["question_html"] + str(written.columns["options"])
    assert written.problems == {}
    for active in ("<script", "<img", "<a ", "<b>", "<math"):
        assert active not in shown
    assert "<code>let x</code>" in shown
    assert written.columns["explanation_html"] == "<p># See *this*</p>\n"


# --- staleness -------------------------------------------------------------------------------


def test_exactly_the_drafts_and_questions_of_a_changed_passage_go_stale(
    bruno: User, course: Course, lesson: Lesson, made: list[DraftedQuestion], now: datetime
) -> None:
    for one in (made[0], made[2]):
        drafts.approve_draft(by=bruno, draft_id=one.pk, now=now)
    change(lesson, "A new beginning.\n\n" + TEXT.replace("A box is", "A box may be"))
    views = [asked.draft_view(viewer=bruno, draft_id=one.pk) for one in made]
    assert [one.is_stale for one in views] == [False, False, True, True]
    assert views[3].passages[0].says_now.startswith("A box may be")
    (stale,) = asked.stale_questions(viewer=bruno, course_id=course.pk)
    assert stale.question_text.startswith("A box is")
    with pytest.raises(Conflict) as refused:
        drafts.approve_draft(by=bruno, draft_id=made[3].pk, now=now)
    assert refused.value.code == "draft_stale"
    done = drafts.approve_draft(by=bruno, draft_id=made[1].pk, now=now)  # its passage only moved
    (source,) = done.item["sources"]
    assert lesson.content[source["start"] : source["end"]] == source["quote"]
    for text, lessons, status in ((None, 1, "stale"), (None, 0, "stale"), (TEXT, 1, "draft")):
        if text:
            change(lesson, text)
        assert kinds_of_work.follow_changed_lessons() == lessons
        made[3].refresh_from_db()
        assert made[3].status == status


# --- exams -----------------------------------------------------------------------------------


@pytest.fixture
def exam(bruno: User, course: Course, now: datetime) -> Exam:
    return papers.create_exam(by=bruno, course_id=course.pk, now=now, settings={"title": "Final"})


def test_a_blueprint_sets_drafts_aside_and_approval_puts_them_on_the_paper(
    bruno: User, lesson: Lesson, exam: Exam, now: datetime
) -> None:
    wish = Wish(kinds=("single_choice", "true_false"), difficulty="middle")
    for _ in range(2):  # asked twice, it sets nothing more aside
        job = drafts.request_exam_drafts(
            by=bruno, exam_id=exam.pk, counts={lesson.pk: 2}, now=now, wish=wish
        )
        jobs.work_off()
        job.refresh_from_db()
    assert (job.status, DraftedQuestion.objects.filter(exam=exam).count()) == ("done", 2)
    first, second = DraftedQuestion.objects.filter(exam=exam).order_by("place")
    assert {first.is_flagged, second.is_flagged} == {False}
    for one in (first, second):
        drafts.approve_draft(by=bruno, draft_id=one.pk, now=now)
    rows = ExamQuestion.objects.filter(exam=exam).order_by("position")
    assert [row.question.draft.pk for row in rows] == [first.pk, second.pk]
    assert {row.question.quiz.title for row in rows} == {"For “Final”"}
    drafts.undo_review(by=bruno, draft_id=first.pk, now=now)
    assert [row.question.draft.pk for row in rows.all()] == [second.pk]


def test_no_exam_asks_what_nobody_reviewed(
    bruno: User, lesson: Lesson, exam: Exam, made: list[DraftedQuestion], now: datetime
) -> None:
    quiz = factories.quiz(lesson=lesson, questions=0, status="draft")
    unseen = factories.question(quiz=quiz, origin="ai")
    place = papers.Place(unseen.pk)
    with pytest.raises(Invalid):
        papers.set_paper(by=bruno, exam_id=exam.pk, places=[place], now=now)
    with pytest.raises(DatabaseError, match="review"), transaction.atomic():
        ExamQuestion.objects.create(exam=exam, question=unseen, position=1)
    with pytest.raises(DatabaseError, match="machine-made"), transaction.atomic():
        Question.objects.filter(pk=unseen.pk).update(origin="human")
    seen = drafts.approve_draft(by=bruno, draft_id=made[1].pk, now=now).question
    assert seen is not None
    papers.set_paper(by=bruno, exam_id=exam.pk, places=[papers.Place(seen.pk)], now=now)
    assert ExamQuestion.objects.get(exam=exam).question == seen


# --- what the trial said and what answers say -------------------------------------------------


def test_the_trial_stands_beside_real_answers(
    bruno: User, ada: User, made: list[DraftedQuestion], now: datetime
) -> None:
    done = drafts.approve_draft(by=bruno, draft_id=made[0].pk, now=now)
    assert done.question is not None
    ItemStatistics.objects.create(question=done.question, answers=8, share_sum=6)
    view = asked.trial_view(viewer=bruno, run_id=made[0].run_id)
    assert [(one.draft.flags, one.answers, one.facility) for one in view.lines] == [
        (("overlap",), 8, 0.75), ((), 0, None), (("overlap",), 0, None), ((), 0, None),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        asked.trial_view(viewer=ada, run_id=made[0].run_id)
