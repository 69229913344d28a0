"""What people decide about machine-made questions: ask for them, approve, change, reject, undo.

Each draft is decided alone, by a person: nothing machine-made gets into the bank in bulk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from studium.assessment import drafting, jobs, making, rights
from studium.assessment.actions import bank, papers
from studium.assessment.making import MOST, SHARES, Wish
from studium.assessment.models import (
    DraftedQuestion,
    DraftKind,
    DraftStatus,
    Exam,
    ExamAttempt,
    ExamQuestion,
    Question,
    QuestionConcept,
    QuestionTag,
    Quiz,
    QuizStatus,
)
from studium.assessment.writing import changed, write
from studium.content.models import Lesson, LessonStatus
from studium.identity.actions import audit
from studium.lib.errors import Conflict, Invalid, NotFound
from studium.lib.jobs import enqueue
from studium.lib.models import Job
from studium.notes.rules import Places

if TYPE_CHECKING:
    from studium.identity.models import User

LESSON_JOB, COURSE_JOB = jobs.LESSON_DRAFTS_JOB, jobs.COURSE_DRAFTS_JOB
EXAM_JOB = jobs.EXAM_DRAFTS_JOB
"""The kinds of jobs, for those who show them."""
QUIZ_TITLE = "Questions from the text"
_EDITABLE = ("kind", "question_text", "answer", "options", "spec", "points", "explanation")


@transaction.atomic
def request_drafts(*, by: User, lesson_id: UUID, now: datetime, wish: Wish | None = None) -> Job:
    """Have drafts made from a lesson; returns the job, or the one that is at it already."""
    wish = checked_wish(wish or Wish())
    lesson = rights.lesson_for_author(by, lesson_id)
    return enqueue(
        LESSON_JOB,
        target=lesson.pk,
        title=f"Question drafts from “{lesson.topic}”",
        arguments={"lesson_id": str(lesson.pk), "wish": _plain(wish)},
        by=by,
        course_id=lesson.course_id,
    )


@transaction.atomic
def request_course_drafts(
    *,
    by: User,
    course_id: UUID,
    now: datetime,
    wish: Wish | None = None,
    lesson_ids: Sequence[UUID] = (),
) -> Job:
    """Have drafts made from all lessons of a course, or from some; `NotFound` for a foreign one."""
    wish = checked_wish(wish or Wish())
    course = rights.course_for_author(by, course_id)
    ids = _lessons_of(course.pk, lesson_ids)
    return enqueue(
        COURSE_JOB,
        target=course.pk,
        title=f"Question drafts from “{course.title}”",
        arguments={"wish": _plain(wish), "lesson_ids": ids},
        by=by,
        course_id=course.pk,
    )


@transaction.atomic
def request_exam_drafts(
    *,
    by: User,
    exam_id: UUID,
    counts: Mapping[UUID, int],
    now: datetime,
    wish: Wish | None = None,
) -> Job:
    """Have drafts made for an exam: lesson -> how many, with the kinds and difficulty of `wish`."""
    wish = checked_wish(wish or Wish())
    exam = rights.exam_for_author(by, exam_id)
    _require_not_begun(exam)
    wanted = {lesson: count for lesson, count in counts.items() if count}
    if not wanted or any(not 0 <= count <= MOST for count in wanted.values()):
        raise Invalid(
            f"Say for some lesson how many questions you want, from 1 to {MOST}.",
            fields={"counts": f"A whole number from 1 to {MOST} for at least one lesson."},
        )
    _lessons_of(exam.course_id, list(wanted))
    return enqueue(
        EXAM_JOB,
        target=exam.pk,
        title=f"Question drafts for “{exam.title}”",
        arguments={
            "exam_id": str(exam.pk),
            "counts": {str(lesson): count for lesson, count in wanted.items()},
            "wish": _plain(wish),
        },
        by=by,
        course_id=exam.course_id,
    )


@transaction.atomic
def approve_draft(
    *, by: User, draft_id: UUID, now: datetime, changes: Mapping[str, Any] | None = None
) -> DraftedQuestion:
    """Answer for a draft: it becomes a question of the bank, and of the exam that wished for it.

    `changes` are fields of `writing.QuestionDraft` as the person wrote them. Refused when the
    passage that proves the key is not in the lesson any more. Approving twice changes nothing.
    """
    draft = _held(by, draft_id)
    if draft.status == DraftStatus.APPROVED:
        return draft
    _require_waiting(draft)
    if changes:
        _change(draft, changes)
    places = Places(draft.lesson.content, draft.lesson.blocks)
    followed = making.anchored(draft.item, places)
    if followed is None:
        raise Conflict(
            "The passage that this draft cites is not in the lesson any more, so nobody can check "
            "its key. Reject it, or have new drafts made.",
            code="draft_stale",
        )
    draft.item, draft.source_hash = followed, draft.lesson.content_hash
    draft.question = _into_bank(draft, by=by, now=now)
    draft.status, draft.reviewed_by, draft.reviewed_at = DraftStatus.APPROVED, by, now
    draft.save()
    if draft.exam is not None:
        _onto_paper(draft.exam, draft.question, by=by, now=now)
    _record("draft.approve", draft, by=by, now=now, detail={"question": str(draft.question_id)})
    return draft


@transaction.atomic
def reject_draft(
    *, by: User, draft_id: UUID, reason: str, now: datetime, words: str = ""
) -> DraftedQuestion:
    """Turn a draft down, with a reason of `drafting.REASONS` and words of one's own."""
    draft = _held(by, draft_id)
    if reason not in drafting.REASONS or len(words) > 400 or not words.isprintable():
        raise Invalid(
            "Say why: choose a reason.",
            fields={"reason": f"One of {', '.join(drafting.REASONS)}; words of 400 letters."},
        )
    if draft.status == DraftStatus.REJECTED:
        return draft
    _require_waiting(draft)
    draft.reject_reason = f"{reason}: {words.strip()}" if words.strip() else reason
    draft.status, draft.reviewed_by, draft.reviewed_at = DraftStatus.REJECTED, by, now
    draft.save()
    _record("draft.reject", draft, by=by, now=now, detail={"reason": draft.reject_reason})
    return draft


@transaction.atomic
def edit_draft(
    *, by: User, draft_id: UUID, changes: Mapping[str, Any], now: datetime
) -> DraftedQuestion:
    """Change a waiting draft by fields of `writing.QuestionDraft`; it still waits afterwards."""
    draft = _held(by, draft_id)
    _require_waiting(draft)
    _change(draft, changes)
    draft.save()
    _record("draft.edit", draft, by=by, now=now, detail={})
    return draft


@transaction.atomic
def undo_review(*, by: User, draft_id: UUID, now: datetime) -> DraftedQuestion:
    """Take one's decision back: the draft waits again, and its question is gone from the bank.

    Refused once the question was answered, changed, or put on a paper that it did not come for.
    """
    draft = _held(by, draft_id)
    if draft.status in making.WAITING:
        return draft
    before, question = draft.status, draft.question
    if question is not None and draft.exam is not None:
        _off_paper(draft.exam, question, by=by, now=now)
    if question is not None:
        _require_unused(question)
        bank.retire_question(by=by, question_id=question.pk, now=now)
    draft.status, draft.reject_reason = DraftStatus.DRAFT, ""
    draft.reviewed_by = draft.reviewed_at = draft.question = None
    draft.save()
    if question is not None:
        QuestionTag.objects.filter(question=question).delete()
        QuestionConcept.objects.filter(question=question).delete()
        Question.objects.filter(pk=question.pk).delete()
    _record("draft.undo", draft, by=by, now=now, detail={"before": before})
    return draft


def checked_wish(wish: Wish) -> Wish:
    """The wish, if it can be asked for; else `Invalid` by field."""
    problems = {}
    if isinstance(wish.count, bool) or not 1 <= wish.count <= MOST:
        problems["count"] = f"A whole number from 1 to {MOST}."
    if set(wish.kinds) - set(DraftKind.values):
        problems["kinds"] = f"Some of {', '.join(DraftKind.values)}."
    if wish.difficulty not in SHARES:
        problems["difficulty"] = "Nothing, easy, middle or hard."
    if problems:
        raise Invalid("Drafts cannot be asked for like this.", fields=problems)
    return Wish(wish.count, tuple(sorted(set(wish.kinds))), wish.difficulty)


# --- parts -----------------------------------------------------------------------------------


def _held(by: User, draft_id: UUID) -> DraftedQuestion:
    """The draft, locked, if this person writes in its course; students may not know of it."""
    rows = DraftedQuestion.objects.select_related("lesson__course", "exam", "question")
    draft = rows.select_for_update(of=("self",)).filter(pk=draft_id).first()
    if draft is None:
        raise NotFound
    rights.require_author(by, draft.lesson.course_id, known=False)
    return draft


def _require_waiting(draft: DraftedQuestion) -> None:
    if draft.status not in making.WAITING:
        raise Conflict(
            f"This draft is {draft.status} already. Undo that first.", code="draft_decided"
        )


def _change(draft: DraftedQuestion, changes: Mapping[str, Any]) -> None:
    """Keep what a person wrote beside what was made; raises `Invalid` by field."""
    unknown = set(changes) - set(_EDITABLE)
    if unknown:
        raise Invalid(
            "A draft has no such field.",
            fields=dict.fromkeys(sorted(unknown), "There is no such field."),
        )
    before = drafting.as_question(draft.item)
    wanted = drafting.edit_of(before) | drafting.edit_of(changed(before, changes))
    written = write(drafting.as_question({"edited": wanted}))
    if written.problems:
        raise bank.invalid(bank.NOT_ASKED, written.problems)
    if wanted["kind"] not in DraftKind.values:
        raise Invalid("A draft has no such kind.", fields={"kind": "Write it in the bank."})
    if wanted == drafting.edit_of(before):
        return
    draft.item = draft.item | {"edited": wanted}
    draft.kind, draft.is_edited = wanted["kind"], True


def _into_bank(draft: DraftedQuestion, *, by: User, now: datetime) -> Question:
    its = changed(
        drafting.as_question(draft.item),
        {
            "origin": "ai",
            "source": drafting.span_of(
                draft.item, lesson_id=draft.lesson_id, source_hash=draft.source_hash
            ),
        },
    )
    quiz = _quiz_for(draft, by=by, now=now)
    return bank.add_question(by=by, quiz_id=quiz.pk, draft=its, now=now)


def _quiz_for(draft: DraftedQuestion, *, by: User, now: datetime) -> Quiz:
    """Where the lesson's approved drafts live: one quiz for practice, one never published for each
    exam, so that nobody practises what an exam is going to ask."""
    title = f"For “{draft.exam.title}”"[:200] if draft.exam else QUIZ_TITLE
    kept = Quiz.objects.filter(
        lesson_id=draft.lesson_id,
        questions__draft__exam=draft.exam_id,
        questions__draft__isnull=False,
        title=title,
    ).exclude(status=QuizStatus.ARCHIVED)
    return kept.first() or bank.create_quiz(
        by=by, lesson_id=draft.lesson_id, now=now, settings={"title": title}
    )


def _onto_paper(exam: Exam, question: Question, *, by: User, now: datetime) -> None:
    places = [*_places(exam), papers.Place(question.pk, question.points)]
    papers.set_paper(by=by, exam_id=exam.pk, places=places, now=now)


def _off_paper(exam: Exam, question: Question, *, by: User, now: datetime) -> None:
    places = _places(exam)
    left = [one for one in places if one.question_id != question.pk]
    if len(left) < len(places):
        papers.set_paper(by=by, exam_id=exam.pk, places=left, now=now)


def _places(exam: Exam) -> list[papers.Place]:
    rows = ExamQuestion.objects.filter(exam=exam, pool_id__isnull=True).order_by("position")
    return [papers.Place(row.question_id, row.points) for row in rows]


def _require_unused(question: Question) -> None:
    used = bank.is_answered(question) or ExamQuestion.objects.filter(question=question).exists()
    if used or Question.objects.filter(replaces=question).exists():
        raise Conflict(
            "The question was answered, changed or put on a paper since, so it stays. "
            "Take it out of use in the bank instead.",
            code="question_answered",
        )


def _require_not_begun(exam: Exam) -> None:
    if ExamAttempt.objects.filter(exam=exam).exists():
        raise Conflict(
            f"“{exam.title}” was begun, so its paper stays as it is.", code="paper_is_frozen"
        )


def _lessons_of(course_id: UUID, wanted: Sequence[UUID]) -> list[str]:
    """The lessons that are worked on, in reading order; all that are in use without `wanted`."""
    rows = Lesson.objects.filter(course_id=course_id).exclude(status=LessonStatus.ARCHIVED)
    if wanted:
        rows = rows.filter(pk__in=wanted)
    found = [str(one) for one in rows.order_by("order_index").values_list("pk", flat=True)]
    if len(found) < len(set(wanted)):
        raise NotFound
    if not found:
        raise Conflict("The course has no lesson to make questions from. Write or import one.")
    return found


def _plain(wish: Wish) -> dict[str, Any]:
    return {"count": wish.count, "kinds": list(wish.kinds), "difficulty": wish.difficulty}


def _record(
    action: str, draft: DraftedQuestion, *, by: User, now: datetime, detail: dict[str, Any]
) -> None:
    audit.record(
        by=by,
        action=action,
        object_type="question_draft",
        object_id=draft.pk,
        course_id=draft.lesson.course_id,
        detail={"lesson": draft.lesson.topic, "edited": draft.is_edited, **detail},
        now=now,
    )
