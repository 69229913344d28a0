"""The question bank: finding questions, keeping many in order at once, and one question's story."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from studium.assessment import queries
from studium.assessment.actions import curate
from studium.assessment.queries.finding import LEVELS, ORDERS, STATES, USES
from studium.assessment.rights import may_write
from studium.content.queries import course_for_author, course_for_staff
from studium.content.rights import require_create_course
from studium.content.rules.diff import differences
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, NotFound
from studium.web.http import SignedIn, signed_in
from studium.web.lists import offset_of
from studium.web.question_form import KIND_WORDS

PER_PAGE = 50
_LISTS = ("kinds", "tags")
_IDS = ("concepts", "lessons", "quizzes")
_WORDS: dict[str, tuple[str, ...]] = {
    "state": STATES, "use": USES, "level": (*LEVELS, "unknown"), "order": ORDERS,
}  # fmt: skip

STATE_WORDS = {
    "current": gettext_lazy("In use and drafts"),
    "approved": gettext_lazy("In use"),
    "draft": gettext_lazy("Drafts"),
    "retired": gettext_lazy("Out of use"),
    "all": gettext_lazy("All versions"),
}
USE_WORDS = {
    "": gettext_lazy("Anywhere"),
    "exam": gettext_lazy("On an exam paper"),
    "unused": gettext_lazy("On no paper"),
    "answered": gettext_lazy("Answered"),
    "unanswered": gettext_lazy("Never answered"),
}
LEVEL_WORDS = {
    "": gettext_lazy("Any difficulty"),
    "easy": gettext_lazy("Easy (85 % right and more)"),
    "middle": gettext_lazy("Middle"),
    "hard": gettext_lazy("Hard (under 50 % right)"),
    "unknown": gettext_lazy("Too few answers to say"),
}
ORDER_WORDS = {
    "reading": gettext_lazy("Reading order"),
    "newest": gettext_lazy("Newest first"),
    "hardest": gettext_lazy("Hardest first"),
    "easiest": gettext_lazy("Easiest first"),
    "answers": gettext_lazy("Most answered first"),
}


@require_safe
@signed_in
def course_bank(request: SignedIn, slug: str) -> HttpResponse:
    """The questions of a course; the address holds search, filters and place."""
    course = course_for_staff(request.user, slug)
    context = _listed(request, course.pk)
    context |= {"course": course, "may_edit": may_write(request.user, course.pk)}
    return render(request, "bank/course.html", context)


@require_safe
@signed_in
def owner_bank(request: SignedIn) -> HttpResponse:
    """The questions of all courses that one owns."""
    require_create_course(request.user)
    return render(request, "bank/owner.html", {**_listed(request, None), "may_edit": True})


@require_POST
@signed_in
def bank_change(request: SignedIn, slug: str) -> HttpResponse:
    """Change the selected questions of a course at once: all of them or none."""
    course = course_for_author(request.user, slug)
    _change(request, course.pk)
    return redirect(f"{_address('course_bank', slug)}?{_query(request)}")


@require_POST
@signed_in
def owner_bank_change(request: SignedIn) -> HttpResponse:
    """Change the selected questions of one's own courses at once: all of them or none."""
    require_create_course(request.user)
    _change(request, None)
    return redirect(f"{_address('owner_bank')}?{_query(request)}")


@require_safe
@signed_in
def question_story(request: SignedIn, slug: str, question_id: UUID) -> HttpResponse:
    """One question: as students see it, its versions with differences, and where it is used."""
    course = course_for_staff(request.user, slug)
    story = queries.question_story(viewer=request.user, question_id=question_id)
    if story.question.quiz.lesson.course_id != course.pk:
        raise NotFound
    context = {
        "course": course,
        "story": story,
        "question": story.question,
        "seen": queries.asked_for_staff(story.question),
        "right": queries.right_answer(story.question),
        "kinds": KIND_WORDS,
        "changes": _changes(story),
        "may_edit": may_write(request.user, course.pk),
    }
    return render(request, "bank/question.html", context)


@require_POST
@signed_in
def question_restore(request: SignedIn, slug: str, question_id: UUID) -> HttpResponse:
    """Take a retired question back into its quiz."""
    course = course_for_author(request.user, slug)
    story = queries.question_story(viewer=request.user, question_id=question_id)
    if story.question.quiz.lesson.course_id != course.pk:
        raise NotFound
    try:
        curate.restore_question(by=request.user, question_id=question_id, now=clock.now())
        messages.success(request, _("The question is in use again, at the end of its quiz."))
    except Conflict as refused:
        messages.error(request, refused.message)
    return redirect("question_story", slug=slug, question_id=question_id)


def filter_in(given: QueryDict) -> queries.BankFilter:
    """The filter of an address; what is unknown in it narrows nothing."""
    values: dict[str, Any] = {"text": _clean(given.get("q", ""))[:200]}
    for name in _LISTS:
        values[name] = tuple(filter(None, map(_clean, given.getlist(name)[:20])))
    for name in _IDS:
        values[name] = tuple(ids_in(given.getlist(name)[:20]))
    for name, known in _WORDS.items():
        if given.get(name) in known:
            values[name] = given[name]
    return queries.BankFilter(**values)


def ids_in(texts: Iterable[str]) -> list[UUID]:
    """Those of the texts that are ids."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def words_in(text: str) -> list[str]:
    """Words with commas between them."""
    return [word for part in text.split(",")[:50] if (word := _clean(part))]


def address_of(wanted: queries.BankFilter) -> dict[str, Any]:
    """A filter as the parameters of an address."""
    named = wanted.named()
    if "text" in named:
        named["q"] = named.pop("text")
    return {
        name: [str(one) for one in value] if isinstance(value, tuple) else value
        for name, value in named.items()
    }


# --- parts -----------------------------------------------------------------------------------


def _listed(request: SignedIn, course_id: UUID | None) -> dict[str, Any]:
    wanted, offset = filter_in(request.GET), offset_of(request)
    page = queries.bank_page(
        viewer=request.user, wanted=wanted, course_id=course_id, limit=PER_PAGE, offset=offset
    )
    asked = address_of(wanted)

    def href(place: int) -> str:
        return f"?{urlencode({**asked, 'offset': str(place)}, doseq=True)}"

    return {
        "rows": page.rows,
        "count": page.count,
        "offset": offset,
        "limit": PER_PAGE,
        "page_href": href,
        "wanted": wanted,
        "query": urlencode(asked, doseq=True),
        "words": queries.bank_words(viewer=request.user, course_id=course_id),
        "kinds": KIND_WORDS,
        "states": STATE_WORDS,
        "uses": USE_WORDS,
        "levels": LEVEL_WORDS,
        "orders": ORDER_WORDS,
    }


def _change(request: SignedIn, course_id: UUID | None) -> None:
    """Do what the form says with the selected questions; a refusal becomes a message."""
    ids = _selected(request, course_id)
    act = _ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Invalid(_("Choose what to do with the questions."), fields={"act": _("Unknown.")})
    if not ids:
        messages.error(request, _("Select a question first."))
        return
    try:
        messages.success(request, act(request, ids))
    except (Conflict, Invalid) as refused:
        messages.error(request, f"{_('Nothing was changed.')} {refused.message}")


def _selected(request: SignedIn, course_id: UUID | None) -> list[UUID]:
    """The ticked questions, or all that the filter shows; only those of this bank."""
    if request.POST.get("all") == "on":
        wanted = filter_in(QueryDict(request.POST.get("query", "")))
        return queries.selected_in(viewer=request.user, wanted=wanted, course_id=course_id)
    ticked = ids_in(request.POST.getlist("question")[: curate.MAX_SELECTED + 1])
    return queries.of_bank(viewer=request.user, question_ids=ticked, course_id=course_id)


def _tag(request: SignedIn, ids: list[UUID]) -> str:
    words = words_in(request.POST.get("words", ""))
    if not words:
        raise Invalid(_("Write a tag, or several with commas between them."))
    count = curate.tag_questions(by=request.user, question_ids=ids, add=words, now=clock.now())
    return _counted(
        count, ngettext("%(n)s question is tagged.", "%(n)s questions are tagged.", count)
    )


def _untag(request: SignedIn, ids: list[UUID]) -> str:
    words = words_in(request.POST.get("words", ""))
    count = curate.tag_questions(by=request.user, question_ids=ids, remove=words, now=clock.now())
    return _counted(
        count,
        ngettext("The tags are off %(n)s question.", "The tags are off %(n)s questions.", count),
    )


def _concept(request: SignedIn, ids: list[UUID]) -> str:
    words = words_in(request.POST.get("words", ""))
    if not words:
        raise Invalid(_("Write a concept, or several with commas between them."))
    count = curate.link_concepts(by=request.user, question_ids=ids, add=words, now=clock.now())
    return _counted(
        count, ngettext("%(n)s question is linked.", "%(n)s questions are linked.", count)
    )


def _move(request: SignedIn, ids: list[UUID]) -> str:
    chosen = ids_in([request.POST.get("quiz", "")])
    if not chosen:
        raise Invalid(_("Choose the quiz to move them to."))
    made = curate.move_questions(
        by=request.user, question_ids=ids, quiz_id=chosen[0], now=clock.now()
    )
    return _counted(
        len(made),
        ngettext(
            "%(n)s question is moved, as its next version.",
            "%(n)s questions are moved, as their next versions.",
            len(made),
        ),
    )


def _approve(request: SignedIn, ids: list[UUID]) -> str:
    count = curate.approve_questions(by=request.user, question_ids=ids, now=clock.now())
    return _counted(
        count, ngettext("%(n)s draft is in use now.", "%(n)s drafts are in use now.", count)
    )


def _retire(request: SignedIn, ids: list[UUID]) -> str:
    count = curate.retire_questions(by=request.user, question_ids=ids, now=clock.now())
    return _counted(
        count, ngettext("%(n)s question is out of use.", "%(n)s questions are out of use.", count)
    )


def _delete(request: SignedIn, ids: list[UUID]) -> str:
    count = curate.delete_drafts(by=request.user, question_ids=ids, now=clock.now())
    return _counted(count, ngettext("%(n)s draft is deleted.", "%(n)s drafts are deleted.", count))


_ACTS: dict[str, Callable[[SignedIn, list[UUID]], str]] = {
    "tag": _tag,
    "untag": _untag,
    "concept": _concept,
    "move": _move,
    "approve": _approve,
    "retire": _retire,
    "delete": _delete,
}


def _counted(count: int, words: str) -> str:
    return words % {"n": count}


def _query(request: SignedIn) -> str:
    return urlencode(address_of(filter_in(QueryDict(request.POST.get("query", "")))), doseq=True)


def _address(name: str, *parts: str) -> str:
    return reverse(name, args=parts)


def _clean(text: str) -> str:
    """Text without what no column can hold."""
    return "".join(one for one in text if one.isprintable()).strip()


def _changes(story: queries.QuestionStory) -> list[tuple[Any, Any, Any]]:
    """Each version with the one before it and the lines that differ."""
    listed = list(story.versions)
    return [
        (newer, older, differences(_as_lines(older.question), _as_lines(newer.question)))
        for newer, older in pairwise(listed)
    ]


def _as_lines(question: Any) -> str:
    """A question as text: what was asked and what was right."""
    return "\n".join(queries.question_lines(question))
