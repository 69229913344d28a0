"""The random parts of an exam's paper: n of the questions that fit a rule."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from studium.assessment import pools as rule_of_pools
from studium.assessment import queries
from studium.assessment.actions import pools
from studium.assessment.rights import may_use_whole_bank, may_write
from studium.content.queries import course_for_author, course_for_staff
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, NotFound, Refused
from studium.web.http import SignedIn, signed_in
from studium.web.question_form import KIND_WORDS
from studium.web.questions import errors

_LISTS = rule_of_pools.LISTS


@signed_in
def exam_pools(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """The random parts of a paper, what stands against them, and a form for another one."""
    refused: Refused | None = None
    _exam(request, slug, exam_id)
    if request.method == "POST":
        course_for_author(request.user, slug)
        try:
            pools.add_pool(
                by=request.user,
                exam_id=exam_id,
                now=clock.now(),
                values=values_in(request.POST),
            )
            messages.success(request, _("The random part is on the paper."))
            return redirect("exam_pools", slug=slug, exam_id=exam_id)
        except (Invalid, Conflict) as wrong:
            refused = wrong
    return _page(request, slug, exam_id, refused=refused)


@signed_in
def exam_pool(request: SignedIn, slug: str, exam_id: UUID, pool_id: UUID) -> HttpResponse:
    """Write one random part anew."""
    refused: Refused | None = None
    _exam(request, slug, exam_id)
    course_for_author(request.user, slug)
    if request.method == "POST":
        try:
            pools.change_pool(
                by=request.user,
                exam_id=exam_id,
                pool_id=pool_id,
                now=clock.now(),
                values=values_in(request.POST),
            )
            messages.success(request, _("The random part is saved."))
            return redirect("exam_pools", slug=slug, exam_id=exam_id)
        except (Invalid, Conflict) as wrong:
            refused = wrong
    return _page(request, slug, exam_id, refused=refused, pool_id=pool_id)


@require_POST
@signed_in
def exam_pool_remove(request: SignedIn, slug: str, exam_id: UUID, pool_id: UUID) -> HttpResponse:
    """Take a random part off the paper."""
    course_for_author(request.user, slug)
    _exam(request, slug, exam_id)
    try:
        pools.remove_pool(by=request.user, exam_id=exam_id, pool_id=pool_id, now=clock.now())
        messages.success(request, _("The random part is off the paper."))
    except Conflict as refused:
        messages.error(request, refused.message)
    return redirect("exam_pools", slug=slug, exam_id=exam_id)


@require_POST
@signed_in
def exam_pools_refresh(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """Look up anew which questions fit, while nobody began."""
    course_for_author(request.user, slug)
    _exam(request, slug, exam_id)
    try:
        count = pools.refresh_pools(by=request.user, exam_id=exam_id, now=clock.now())
        messages.success(request, _("%(n)s questions are candidates now.") % {"n": count})
    except (Conflict, Invalid) as refused:
        messages.error(request, refused.message)
    return redirect("exam_pools", slug=slug, exam_id=exam_id)


def values_in(form: QueryDict) -> dict[str, Any]:
    """A random part as the form has it; what is no number stays as typed and is refused."""
    rule: dict[str, Any] = {
        name: [one for one in form.getlist(name)[:200] if one] for name in _LISTS
    }
    if form.get("scope") == "owner":
        rule["scope"] = "owner"
    return {
        "title": form.get("title", ""),
        "pick": _whole(form.get("pick", "")),
        "points": _whole(form.get("points", "1")),
        "rule": rule,
    }


# --- parts -----------------------------------------------------------------------------------


def _page(
    request: SignedIn,
    slug: str,
    exam_id: UUID,
    *,
    refused: Refused | None,
    pool_id: UUID | None = None,
) -> HttpResponse:
    view = _exam(request, slug, exam_id)
    lines = queries.pools_of(viewer=request.user, exam_id=exam_id)
    editing = next((line.pool for line in lines if line.pool.pk == pool_id), None)
    if pool_id is not None and editing is None:
        raise NotFound
    course = view.exam.course
    context = {
        "course": course,
        "exam": view.exam,
        "view": view,
        "lines": lines,
        "drawn": sum(line.pool.pick for line in lines),
        "variants": queries.variants(lines),
        "conflicts": queries.pool_conflicts(exam_id),
        "begun": queries.is_begun(exam_id),
        "choices": _choices(queries.bank_words(viewer=request.user, course_id=course.pk)),
        "given": _given(request, editing),
        "editing": editing,
        "may_edit": may_write(request.user, course.pk),
        "whole_bank": may_use_whole_bank(request.user, course),
        **errors(refused),
    }
    status = refused.status if refused else 200
    return render(request, "papers/pools.html", context, status=status)


def _given(request: SignedIn, editing: Any) -> dict[str, Any]:
    """What the fields show: what was sent, else the stored part, else the beginning."""
    if request.method == "POST":
        return values_in(request.POST)
    if editing is None:
        return {**rule_of_pools.DEFAULTS, "pick": 5}
    return {name: getattr(editing, name) for name in rule_of_pools.DEFAULTS}


def _choices(words: queries.BankWords) -> list[tuple[str, str, list[tuple[str, Any]]]]:
    """The lists of a rule: field, legend, and what there is to tick (id or word, and its text)."""
    return [
        ("tags", _("Tags"), list(words.tag_choices)),
        ("concepts", _("Concepts"), [(str(one), text) for one, text in words.concepts]),
        ("lessons", _("Lessons"), [(str(one), text) for one, text in words.lessons]),
        ("quizzes", _("Quizzes"), [(str(one), text) for one, text in words.quizzes]),
        ("kinds", _("Kinds"), list(KIND_WORDS.items())),
    ]


def _exam(request: SignedIn, slug: str, exam_id: UUID) -> queries.ExamView:
    """The exam, where it belongs to the course of the address and the person is its staff."""
    course = course_for_staff(request.user, slug)
    view = queries.exam_view(viewer=request.user, exam_id=exam_id, now=clock.now())
    if view.exam.course_id != course.pk:
        raise NotFound
    return view


def _whole(text: str) -> Any:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
