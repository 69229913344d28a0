"""Machine-made questions: asking for them, the review queue, changing one, and what the trial said.

Everything on the queue is a form, so that it works without scripts; `review.js` adds the keys.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from studium.assessment import drafting, queries
from studium.assessment.actions import drafts, preview
from studium.assessment.making import Wish
from studium.assessment.queries.drafts import STATES, DraftFilter
from studium.content.queries import course_by_id, course_for_author, lesson_lines
from studium.lib import clock
from studium.lib.errors import Conflict, Invalid, NotFound, Refused
from studium.lib.jobs import latest_job
from studium.web.http import SignedIn, signed_in
from studium.web.jobs import card
from studium.web.question_form import KIND_WORDS, draft_in, fields_of
from studium.web.questions import changes_in, errors

LISTED = 50
KINDS = ("single_choice", "multiple_choice", "true_false", "short_text")
STATE_WORDS = {
    "waiting": gettext_lazy("To review"),
    "stale": gettext_lazy("Cited text is gone"),
    "approved": gettext_lazy("Approved"),
    "rejected": gettext_lazy("Rejected"),
    "all": gettext_lazy("All"),
}
DIFFICULTIES = [
    ("", gettext_lazy("any")),
    ("easy", gettext_lazy("easy")),
    ("middle", gettext_lazy("middle")),
    ("hard", gettext_lazy("hard")),
]
KIND_CHOICES = [(name, KIND_WORDS[name]) for name in KINDS]


@require_safe
@signed_in
def course_drafts(request: SignedIn, slug: str) -> HttpResponse:
    """The review queue: one draft with its proof, and the others beside it."""
    course = course_for_author(request.user, slug)
    wanted = filter_in(request.GET)
    chosen, offset = _id(request.GET.get("draft", "")), 0
    if chosen:
        place = queries.place_in(course_id=course.pk, wanted=wanted, draft_id=chosen)
        offset = max(0, place - LISTED // 5)
    listed, count = queries.drafts_of(
        viewer=request.user, course_id=course.pk, wanted=wanted, limit=LISTED, offset=offset
    )
    chosen = chosen or (listed[0].id if listed else None)
    context = {
        "course": course,
        "wanted": wanted,
        "listed": listed,
        "count": count,
        "offset": offset,
        "counts": queries.draft_counts(course.pk),
        "lessons": [(one.id, one.topic) for one in _open_lessons(course)],
        "address": lambda **more: address_of(slug, wanted, **more),
        "job": _job(course.pk),
        "stale": queries.stale_questions(viewer=request.user, course_id=course.pk),
        "last": queries.last_decided(viewer=request.user, course_id=course.pk),
        "query": urlencode(named(wanted)),
        **_choices(),
        **(_one(request, course, chosen) if chosen else {"view": None}),
    }
    return render(request, "drafts/queue.html", context)


@require_safe
@signed_in
def drafts_by_id(request: SignedIn, course_id: UUID) -> HttpResponse:
    """To the review queue, for links that know only the course's id."""
    course = course_for_author(request.user, course_by_id(course_id).slug)
    return redirect(address_of(course.slug, filter_in(request.GET)))


@require_POST
@signed_in
def drafts_generate(request: SignedIn, slug: str) -> HttpResponse:
    """Have drafts made from some lessons of the course, or from all."""
    course = course_for_author(request.user, slug)
    chosen = [_id(one) for one in request.POST.getlist("lesson")[:1000]]
    try:
        drafts.request_course_drafts(
            by=request.user,
            course_id=course.pk,
            lesson_ids=[one for one in chosen if one],
            wish=wish_in(request.POST),
            now=clock.now(),
        )
        messages.success(request, _("The drafts are being made. You may leave this page."))
    except (Invalid, Conflict) as refused:
        messages.error(request, _said(refused))
    return redirect("course_drafts", slug=slug)


@require_POST
@signed_in
def draft_act(request: SignedIn, slug: str, draft_id: UUID) -> HttpResponse:
    """Approve, reject or take back; then the next draft of the same list."""
    course = course_for_author(request.user, slug)
    wanted = filter_in(QueryDict(request.POST.get("query", "")))
    _in_course(request, course, draft_id)
    after = queries.next_waiting(course_id=course.pk, wanted=wanted, after=draft_id)
    try:
        stays = _decide(request, draft_id)
    except (Invalid, Conflict) as refused:
        messages.error(request, _said(refused))
        stays = True
    shown = draft_id if stays else after
    return redirect(address_of(slug, wanted, draft=shown) + ("#review" if shown else ""))


@signed_in
def draft_edit(request: SignedIn, slug: str, draft_id: UUID) -> HttpResponse:
    """Write a draft anew: look at it, keep it waiting, or approve it as it is written."""
    course = course_for_author(request.user, slug)
    view = _in_course(request, course, draft_id)
    refused: Refused | None = None
    if request.method == "POST" and ("save" in request.POST or "approve" in request.POST):
        try:
            return _edited(request, slug, draft_id)
        except (Invalid, Conflict) as wrong:
            refused = wrong
    return _form(request, course, view, refused)


@require_safe
@signed_in
def draft_run(request: SignedIn, slug: str, run_id: UUID) -> HttpResponse:
    """What the trial of one run found, beside what students answered since."""
    course = course_for_author(request.user, slug)
    trial = queries.trial_view(viewer=request.user, run_id=run_id)
    if trial.course_id != course.pk:
        raise NotFound
    context = {"course": course, "trial": trial, "kinds": KIND_WORDS, "solvers": SOLVERS}
    context["solver_lines"] = trial.solvers
    return render(request, "drafts/trial.html", context)


@signed_in
def exam_drafts(request: SignedIn, slug: str, exam_id: UUID) -> HttpResponse:
    """The blueprint of an exam: so many questions of each lesson, and the drafts made for it."""
    course = course_for_author(request.user, slug)
    view = queries.exam_view(viewer=request.user, exam_id=exam_id, now=clock.now())
    if view.exam.course_id != course.pk:
        raise NotFound
    refused: Refused | None = None
    if request.method == "POST":
        try:
            drafts.request_exam_drafts(
                by=request.user,
                exam_id=exam_id,
                counts=_counts_in(request.POST),
                wish=wish_in(request.POST),
                now=clock.now(),
            )
            messages.success(request, _("The drafts are being made. You may leave this page."))
            return redirect("exam_drafts", slug=slug, exam_id=exam_id)
        except (Invalid, Conflict) as wrong:
            refused = wrong
    return _blueprint(request, course, view.exam, refused)


# --- parts -----------------------------------------------------------------------------------

SOLVERS = {
    "longest": gettext_lazy("Takes the longest option; takes long statements for true."),
    "overlap": gettext_lazy("Takes the option that shares most words with the question."),
    "form": gettext_lazy("Takes the option whose form stands out or fits."),
    "position": gettext_lazy("Takes the place that people favour."),
    "retrieval": gettext_lazy("Looks the words up in the rest of the lesson."),
    "open_book": gettext_lazy("Looks the words up in the very source."),
}
"""What each solver of the trial does."""


def filter_in(given: QueryDict) -> DraftFilter:
    """The filters of an address; anything odd counts as none."""
    state, kind = given.get("state", ""), given.get("kind", "")
    flagged = given.get("flagged", "")
    return DraftFilter(
        state=state if state in STATES else "waiting",
        lesson_id=_id(given.get("lesson", "")),
        exam_id=_id(given.get("exam", "")),
        kind=kind if kind in KINDS else "",
        flagged=flagged if flagged in ("yes", "no") else "",
    )


def named(wanted: DraftFilter) -> dict[str, str]:
    """The filters that are set, as an address names them."""
    values = {
        "state": "" if wanted.state == "waiting" else wanted.state,
        "lesson": str(wanted.lesson_id or ""),
        "exam": str(wanted.exam_id or ""),
        "kind": wanted.kind,
        "flagged": wanted.flagged,
    }
    return {name: value for name, value in values.items() if value}


def address_of(slug: str, wanted: DraftFilter, **more: Any) -> str:
    """The queue with these filters, some of them changed; an empty value takes one away."""
    values = named(wanted) | {name: str(value or "") for name, value in more.items()}
    query = urlencode({name: value for name, value in values.items() if value})
    address = reverse("course_drafts", args=[slug])
    return f"{address}?{query}" if query else address


def wish_in(form: QueryDict) -> Wish:
    """How many, of which kinds, how hard; the action says what is wrong with it."""
    text = form.get("count", "20").strip()
    return Wish(
        count=int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0,
        kinds=tuple(form.getlist("kind")[:10]),
        difficulty=form.get("difficulty", ""),
    )


def _decide(request: SignedIn, draft_id: UUID) -> bool:
    """Do what the pressed button says; gives whether the page stays at this draft."""
    by, now, act = request.user, clock.now(), request.POST.get("act", "")
    if act == "approve":
        drafts.approve_draft(by=by, draft_id=draft_id, now=now)
        messages.success(request, _("Approved: it is in the bank."))
    elif act == "undo":
        drafts.undo_review(by=by, draft_id=draft_id, now=now)
        messages.success(request, _("Taken back: the draft waits again."))
        return True
    else:
        reason, words = request.POST.get("reason", ""), request.POST.get("words", "")
        drafts.reject_draft(by=by, draft_id=draft_id, reason=reason, words=words, now=now)
        messages.success(request, _("Rejected: it will not be proposed again."))
    return False


def _edited(request: SignedIn, slug: str, draft_id: UUID) -> HttpResponse:
    """Keep what was written; with "approve" it goes into the bank in the same step."""
    wanted = filter_in(QueryDict(request.POST.get("query", "")))
    changes = changes_in(draft_in(request.POST))
    given: dict[str, Any] = {"by": request.user, "draft_id": draft_id, "now": clock.now()}
    if "approve" in request.POST:
        drafts.approve_draft(changes=changes, **given)
        messages.success(request, _("Approved as you wrote it: it is in the bank."))
        return redirect(address_of(slug, wanted))
    drafts.edit_draft(changes=changes, **given)
    messages.success(request, _("Your words are kept; the draft still waits."))
    return redirect(address_of(slug, wanted, draft=draft_id))


def _one(request: SignedIn, course: Any, draft_id: UUID) -> dict[str, Any]:
    view = _in_course(request, course, draft_id)
    shown = preview.preview_draft(course=course, draft=view.written)
    reason = view.line.reject_reason.partition(":")
    return {
        "view": view,
        "shown": None if isinstance(shown, Invalid) else shown,
        "problems": shown.fields if isinstance(shown, Invalid) else {},
        "solvers": SOLVERS,
        "rejected_for": (drafting.REASONS.get(reason[0], reason[0]), reason[2].strip()),
    }


def _form(request: SignedIn, course: Any, view: Any, refused: Refused | None) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    kind = (given.get("kind", "") if given is not None else "") or view.line.kind
    if kind not in KINDS:
        raise NotFound
    written = draft_in(given) if given is not None else view.written
    seen = preview.preview_draft(course=course, draft=written)
    if isinstance(seen, Invalid):
        refused = refused or seen
    context = {
        "course": course,
        "view": view,
        "kind": kind,
        "kinds": dict(KIND_CHOICES),
        "fields": fields_of(given, kind_name=kind, question=None, draft=view.written),
        "shown": None if isinstance(seen, Invalid) else seen,
        "query": (given or request.GET).get("query", ""),
        **errors(refused),
    }
    typing = request.headers.get("HX-Request") == "true"
    return render(
        request,
        "drafts/edit.html",
        context,
        status=refused.status if refused and not typing else 200,
    )


def _blueprint(request: SignedIn, course: Any, exam: Any, refused: Refused | None) -> HttpResponse:
    wanted = DraftFilter(exam_id=exam.pk, state="all")
    listed, _count = queries.drafts_of(
        viewer=request.user, course_id=course.pk, wanted=wanted, limit=500
    )
    job = latest_job(drafts.EXAM_JOB, exam.pk)
    context = {
        "course": course,
        "exam": exam,
        "lessons": [(one.id, one.topic) for one in _open_lessons(course)],
        "listed": listed,
        "begun": queries.is_begun(exam.pk),
        "job": card(job) if job and job.status != "done" else None,
        "queue": address_of(course.slug, DraftFilter(exam_id=exam.pk)),
        "given": request.POST,
        **_choices(),
        **errors(refused),
    }
    return render(
        request, "drafts/blueprint.html", context, status=refused.status if refused else 200
    )


def _choices() -> dict[str, Any]:
    return {
        "kinds": KIND_WORDS,
        "kind_choices": KIND_CHOICES,
        "states": STATE_WORDS,
        "reasons": drafting.REASONS,
        "difficulties": DIFFICULTIES,
    }


def _in_course(request: SignedIn, course: Any, draft_id: UUID) -> queries.DraftView:
    """The draft, where it belongs to the course of the address."""
    view = queries.draft_view(viewer=request.user, draft_id=draft_id)
    if view.course_id != course.pk:
        raise NotFound
    return view


def _job(course_id: UUID) -> dict[str, Any] | None:
    job = latest_job(drafts.COURSE_JOB, course_id)
    return card(job) if job and job.status != "done" else None


def _open_lessons(course: Any) -> list[Any]:
    return [one for one in lesson_lines(course) if one.status != "archived"]


def _counts_in(form: QueryDict) -> dict[UUID, int]:
    """Fields `count-<lesson>`; what is no number counts as -1, which the action refuses."""
    counts = {}
    for name in list(form)[:2000]:
        lesson_id = _id(name.removeprefix("count-")) if name.startswith("count-") else None
        text = form.get(name, "").strip()
        if lesson_id and text:
            plain = text.isascii() and text.isdigit() and len(text) < 6
            counts[lesson_id] = int(text) if plain else -1
    return counts


def _said(refused: Refused) -> str:
    return " ".join([refused.message, *refused.fields.values()])


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
