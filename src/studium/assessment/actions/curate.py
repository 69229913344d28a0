"""Keeping a bank in order: tags, concepts, approval, moves, retiring and taking back, for many
questions at once. All of a selection is changed, or nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from studium.assessment import rights
from studium.assessment.actions import bank
from studium.assessment.models import (
    ExamQuestion,
    Question,
    QuestionConcept,
    QuestionStatus,
    QuestionTag,
    Tag,
)
from studium.content.actions.courses import held
from studium.content.models import lesson_texts
from studium.content.naming import Names
from studium.content.queries import names_of
from studium.content.rules import concept_names
from studium.identity.actions import audit
from studium.lib.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from studium.identity.models import User

MAX_SELECTED = 1000
MAX_TAGS = 20
_TAG = re.compile(r"[^\[\]{}<>|,;\x00-\x1f\x7f\ud800-\udfff]{1,60}")


def tag_name(text: str) -> str:
    """A tag in its one form: lower case, single blanks. Raises `Invalid` for what is none."""
    name = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    if not _TAG.fullmatch(name):
        raise Invalid(
            f"“{text[:60]}” cannot be a tag: it has 1 to 60 characters, without brackets, bars, "
            "commas and semicolons.",
            fields={"tags": "This cannot be a tag."},
        )
    return name


@transaction.atomic
def tag_questions(
    *,
    by: User,
    question_ids: Collection[UUID],
    now: datetime,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
) -> int:
    """Put tags on questions and take others off; gives how many questions there are."""
    added = [tag_name(one) for one in add]
    removed = [tag_name(one) for one in remove]
    rows = _selected(by, question_ids)
    for question in rows:
        _tag(question, added)
    gone = QuestionTag.objects.filter(question__in=rows, tag__name__in=removed)
    gone.delete()
    _record("question.tag", rows, by=by, now=now, detail={"add": added, "remove": removed})
    return len(rows)


@transaction.atomic
def tag_imported(*, by: User, tags: Mapping[UUID, Collection[str]], now: datetime) -> None:
    """Give questions that were just added their tags; any number of questions."""
    wanted = {one: [tag_name(text) for text in texts] for one, texts in tags.items() if texts}
    if any(len(set(names)) > MAX_TAGS for names in wanted.values()):
        raise Invalid(f"A question has at most {MAX_TAGS} tags.", fields={"tags": "Too many."})
    rows = _selected(by, list(wanted), limit=None)
    made: dict[tuple[UUID, str], UUID] = {}
    links = []
    for question in rows:
        owner_id = question.quiz.lesson.course.owner_id
        for name in dict.fromkeys(wanted[question.pk]):
            if (owner_id, name) not in made:
                tag, _new = Tag.objects.get_or_create(owner_id=owner_id, name=name)
                made[owner_id, name] = tag.pk
            links.append(QuestionTag(question=question, tag_id=made[owner_id, name]))
    QuestionTag.objects.bulk_create(links, batch_size=500)


@transaction.atomic
def link_concepts(
    *,
    by: User,
    question_ids: Collection[UUID],
    now: datetime,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
) -> int:
    """Say which concepts questions ask about, by name; a course's new concept is made.

    The name of a merged concept stands for the one it was merged into.
    """
    added, removed = concept_names(add), {one.casefold() for one in concept_names(remove)}
    rows = _selected(by, question_ids)
    _link(rows, dict.fromkeys((one.pk for one in rows), added))
    if removed:
        links = QuestionConcept.objects.filter(question__in=rows)
        names = names_of(set(links.values_list("concept_id", flat=True)))
        gone = [one for one, name in names.items() if name.casefold() in removed]
        links.filter(concept_id__in=gone).delete()
    detail = {"add": added, "remove": sorted(removed)}
    _record("question.concepts", rows, by=by, now=now, detail=detail)
    return len(rows)


@transaction.atomic
def set_concepts(*, by: User, question_id: UUID, names: Iterable[str], now: datetime) -> None:
    """Say which concepts a question asks about: these and no others."""
    wanted = concept_names(names)
    links = QuestionConcept.objects.filter(question_id=question_id)
    known = names_of(set(links.values_list("concept_id", flat=True)))
    before = {name.casefold(): name for name in known.values()}
    after = {name.casefold() for name in wanted}
    if before.keys() != after:
        gone = [name for key, name in before.items() if key not in after]
        add = [name for name in wanted if name.casefold() not in before]
        link_concepts(by=by, question_ids=[question_id], now=now, add=add, remove=gone)


@transaction.atomic
def add_about(
    *, by: User, quiz_id: UUID, draft: bank.QuestionDraft, names: Iterable[str], now: datetime
) -> Question:
    """`bank.add_question` with the concepts that the question asks about."""
    wanted = concept_names(names)
    question = bank.add_question(by=by, quiz_id=quiz_id, draft=draft, now=now)
    set_concepts(by=by, question_id=question.pk, names=wanted, now=now)
    return question


@transaction.atomic
def edit_about(
    *,
    by: User,
    question_id: UUID,
    changes: Mapping[str, Any],
    names: Iterable[str] | None,
    now: datetime,
) -> Question:
    """`bank.edit_question`, and the concepts that the question asks about from now on.

    None leaves them. They alone never make a next version: answers keep those of their time.
    """
    wanted = None if names is None else concept_names(names)
    question = bank.edit_question(by=by, question_id=question_id, changes=changes, now=now)
    if wanted is not None:
        set_concepts(by=by, question_id=question.pk, names=wanted, now=now)
    return question


@transaction.atomic
def concepts_imported(*, by: User, concepts: Mapping[UUID, Collection[str]]) -> None:
    """Link questions that were just added to their concepts; any number of questions."""
    wanted = {one: concept_names(texts) for one, texts in concepts.items() if texts}
    _link(_selected(by, list(wanted), limit=None), wanted)


@transaction.atomic
def approve_questions(*, by: User, question_ids: Collection[UUID], now: datetime) -> int:
    """Let drafts be asked; gives how many were drafts."""
    rows = [one for one in _selected(by, question_ids) if one.status == QuestionStatus.DRAFT]
    for question in rows:
        question.status = QuestionStatus.APPROVED
        question.save(update_fields=["status"])
    _record("question.approve", rows, by=by, now=now)
    return len(rows)


@transaction.atomic
def retire_questions(*, by: User, question_ids: Collection[UUID], now: datetime) -> int:
    """Take questions out of use; refused as a whole when one of them has to stay."""
    rows = _selected(by, question_ids)
    for question in rows:
        bank.retire_question(by=by, question_id=question.pk, now=now)
    return len(rows)


@transaction.atomic
def restore_question(*, by: User, question_id: UUID, now: datetime) -> Question:
    """Take a retired question back into its quiz, at the end; its newest version only."""
    question = rights.question_for_author(by, question_id, lock=True)
    if question.retired_at is None:
        return question
    newer = Question.objects.filter(replaces_id=question.pk).first()
    if newer is not None:
        raise Conflict(
            "A newer version of this question took its place. Restore that one, or edit it.",
            code="question_retired",
            extra={"replaced_by": str(newer.pk)},
        )
    quiz = rights.quiz_for_author(by, question.quiz_id, lock=True)
    last = bank.current_questions(quiz).aggregate(last=Max("position"))["last"] or 0
    question.position = last + 1
    question.retired_at = None
    question.save(update_fields=["position", "retired_at"])
    _record("question.restore", [question], by=by, now=now)
    return question


@transaction.atomic
def move_questions(
    *, by: User, question_ids: Collection[UUID], quiz_id: UUID, now: datetime
) -> list[Question]:
    """Bring questions into another quiz of the same owner, as their next versions.

    What was answered stays with the version before, in the quiz where it was answered. Raises
    `Conflict` for the last question of a published quiz, as `retire_questions` does.
    """
    quiz = rights.quiz_for_author(by, quiz_id, lock=True)
    moved = []
    for question in _selected(by, question_ids):
        if question.quiz_id == quiz.pk:
            continue
        if question.quiz.lesson.course.owner_id != quiz.lesson.course.owner_id:
            raise Conflict(
                f"“{quiz.title}” belongs to a course of somebody else. Export the question and "
                "import it there.",
                code="conflict",
            )
        moved.append(bank.move_to_quiz(question, quiz, now=now))
    _record("question.move_quiz", moved, by=by, now=now, detail={"quiz": str(quiz.pk)})
    return moved


@transaction.atomic
def delete_drafts(*, by: User, question_ids: Collection[UUID], now: datetime) -> int:
    """Delete drafts for good. One that was answered or stands on a paper is refused."""
    rows = _selected(by, question_ids)
    for question in rows:
        if question.status != QuestionStatus.DRAFT:
            raise Conflict(
                f"“{question}” is no draft any more. Take it out of use instead.",
                code="not_a_draft",
            )
        if bank.is_answered(question) or ExamQuestion.objects.filter(question=question).exists():
            raise Conflict(
                f"“{question}” was answered or stands on a paper. Take it out of use instead.",
                code="question_answered",
            )
    _record("question.delete", rows, by=by, now=now)
    QuestionTag.objects.filter(question__in=rows).delete()
    QuestionConcept.objects.filter(question__in=rows).delete()
    for question in rows:
        question.delete()
    return len(rows)


# --- parts -----------------------------------------------------------------------------------


def _selected(
    by: User, question_ids: Collection[UUID], *, limit: int | None = MAX_SELECTED
) -> list[Question]:
    """The questions, where the person writes in all their courses; none may be missing."""
    wanted = set(question_ids)
    if limit is not None and len(wanted) > limit:
        raise Invalid(f"Select at most {limit:,} questions at once.")
    rows = Question.objects.select_related("quiz__lesson__course").order_by("pk")
    rows = rows.defer(*lesson_texts("quiz__lesson"))
    found: list[Question] = []
    for part in batched(sorted(wanted)):
        found += rows.filter(pk__in=part).select_for_update(of=("self",))
    for course_id in {one.quiz.lesson.course_id for one in found}:
        rights.require_author(by, course_id, known=False)
    if len(found) < len(wanted):
        raise NotFound
    return found


def batched(ids: list[UUID], size: int = 500) -> Iterator[list[UUID]]:
    """The ids in parts that one statement takes."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _tag(question: Question, names: Iterable[str]) -> None:
    owner_id = question.quiz.lesson.course.owner_id
    has = set(QuestionTag.objects.filter(question=question).values_list("tag__name", flat=True))
    fresh = [name for name in dict.fromkeys(names) if name not in has]
    if len(has) + len(fresh) > MAX_TAGS:
        raise Invalid(
            f"A question has at most {MAX_TAGS} tags.",
            fields={"tags": f"At most {MAX_TAGS} tags."},
        )
    for name in fresh:
        tag, _made = Tag.objects.get_or_create(owner_id=owner_id, name=name)
        QuestionTag.objects.create(question=question, tag=tag)


def _link(rows: Collection[Question], wanted: Mapping[UUID, Collection[str]]) -> None:
    """Link questions to concepts of their courses by name, and make those that are new."""
    links: list[QuestionConcept] = []
    has = (
        set(
            QuestionConcept.objects.filter(question_id__in=wanted).values_list(
                "question_id", "concept_id"
            )
        )
        if len(wanted) <= MAX_SELECTED
        else set()
    )
    courses: dict[UUID, Names] = {}
    for question in rows:
        names = wanted[question.pk]
        course_id = question.quiz.lesson.course_id
        if names and course_id not in courses:
            held(course_id)
            courses[course_id] = Names(course_id)
        for concept_id in courses[course_id].ids(names) if names else ():
            if (question.pk, concept_id) not in has:
                links.append(QuestionConcept(question=question, concept_id=concept_id))
    QuestionConcept.objects.bulk_create(links, batch_size=500)


def _record(
    action: str,
    rows: Collection[Question],
    *,
    by: User,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """One line in the log for each course of the selection."""
    courses: dict[UUID, list[str]] = {}
    for question in rows:
        courses.setdefault(question.quiz.lesson.course_id, []).append(str(question.pk))
    for course_id, ids in courses.items():
        audit.record(
            by=by,
            action=action,
            object_type="course",
            object_id=course_id,
            course_id=course_id,
            detail={**(detail or {}), "count": len(ids), "questions": ids[:100]},
            now=now,
        )
