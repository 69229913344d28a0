"""Going through the notes of a lesson: sentence by sentence, with their history and their cards."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from studium.lib.errors import Conflict, Invalid
from studium.notes import actions, cards, history, review, rights
from studium.notes import queries as notes
from studium.web.http import SignedIn, now, signed_in
from studium.web.lists import offset_of

PER_PAGE = 50


@require_safe
@signed_in
def note_review(request: SignedIn, note_id: UUID) -> HttpResponse:
    """The whole note, each sentence with what can be done about it."""
    return _review(request, note_id)


@require_POST
@signed_in
def note_sentence(request: SignedIn, note_id: UUID) -> HttpResponse:
    """Change, keep, take out or replace one sentence."""
    try:
        said = _do_to_sentence(request, note_id, request.POST)
    except (Invalid, Conflict) as wrong:
        messages.error(request, wrong.message)
        return _review(request, note_id, status=wrong.status)
    messages.success(request, said)
    return redirect("note_review", note_id=note_id)


@require_POST
@signed_in
def note_section(request: SignedIn, note_id: UUID) -> HttpResponse:
    """Keep, take out or make again what stands under one heading."""
    try:
        said = _do_to_section(request, note_id, request.POST)
    except (Invalid, Conflict) as wrong:
        messages.error(request, wrong.message)
        return _review(request, note_id, status=wrong.status)
    messages.success(request, said)
    return redirect("note_review", note_id=note_id)


@require_POST
@signed_in
def note_choose(request: SignedIn, note_id: UUID) -> HttpResponse:
    """Decide between a person's words and newer ones of the machine."""
    key, take = request.POST.get("conflict", ""), request.POST.get("take", "")
    actions.choose(by=request.user, note_id=note_id, conflict=key, take=take, now=now())
    messages.success(request, _("Your choice is kept."))
    return redirect("note_review", note_id=note_id)


@require_POST
@signed_in
def note_refresh(request: SignedIn, note_id: UUID) -> HttpResponse:
    """Have exactly the sentences made again that cite changed text."""
    actions.request_refresh(by=request.user, note_id=note_id, now=now())
    messages.success(request, _("What is out of date is being made again."))
    return redirect("note_review", note_id=note_id)


@require_safe
@signed_in
def note_history(request: SignedIn, note_id: UUID) -> HttpResponse:
    """Who changed the notes, and when."""
    shown = history.history_of(note_id, request.user, limit=PER_PAGE, offset=offset_of(request))
    lesson = notes.lesson_of(shown.lesson_id)
    context = {
        "history": shown,
        "lesson": lesson,
        "offset": offset_of(request),
        "limit": PER_PAGE,
        "page_href": lambda place: f"?offset={place}",
    }
    return render(request, "study/note_history.html", context)


@require_safe
@signed_in
def note_version(request: SignedIn, note_id: UUID, version: int) -> HttpResponse:
    """An earlier state of the notes beside the present one."""
    shown = history.version_of(note_id, version, request.user)
    note = notes.note_for(note_id, request.user)
    lesson = notes.lesson_of(note.lesson_id)
    may = rights.may_manage_notes(request.user, lesson.course)
    context = {"version": shown, "note": note, "lesson": lesson, "may_manage": may}
    return render(request, "study/note_version.html", context)


@require_POST
@signed_in
def note_restore(request: SignedIn, note_id: UUID, version: int) -> HttpResponse:
    """Make an earlier state the newest one."""
    actions.restore_note(by=request.user, note_id=note_id, version=version, now=now())
    messages.success(request, _("Version %(n)s is the newest one again.") % {"n": version})
    return redirect("note_review", note_id=note_id)


@require_safe
@signed_in
def lesson_cards(request: SignedIn, lesson_id: UUID) -> HttpResponse:
    """The key terms as flashcards, one on a page; its back is opened like any disclosure."""
    deck = cards.deck_for(lesson_id, request.user)
    asked = request.GET.get("card", "1")
    place = min(int(asked), len(deck.cards)) if asked.isdecimal() and len(asked) < 5 else 1
    card = deck.cards[max(place, 1) - 1] if deck.cards else None
    context = {"deck": deck, "card": card, "lesson": notes.lesson_of(lesson_id)}
    return render(request, "study/cards.html", context)


def _review(request: SignedIn, note_id: UUID, *, status: int = 200) -> HttpResponse:
    shown = review.review_of(note_id, request.user)
    given = request.POST if request.method == "POST" else QueryDict()
    context = {"review": shown, "note": shown.note, "lesson": shown.lesson, "given": given}
    return render(request, "study/notes_review.html", context, status=status)


def _do_to_sentence(request: SignedIn, note_id: UUID, given: QueryDict) -> str:
    name, by, at = given.get("sentence", ""), request.user, now()
    what = given.get("do")
    if what == "keep":
        actions.keep_sentences(by=by, note_id=note_id, sentences=[name], now=at)
        return _("Kept. Making the notes again leaves it as it is.")
    if what == "remove":
        actions.remove_sentences(by=by, note_id=note_id, sentences=[name], now=at)
        return _("Taken out. Making the notes again does not bring it back.")
    if what == "again":
        actions.request_part(by=by, note_id=note_id, sentence=name, now=at)
        return _("Another sentence is being looked for.")
    actions.change_sentence(
        by=by,
        note_id=note_id,
        sentence=name,
        text=given.get("text", ""),
        was=given.get("was"),
        now=at,
    )
    return _("Your words are saved.")


def _do_to_section(request: SignedIn, note_id: UUID, given: QueryDict) -> str:
    names, by, at = given.getlist("sentence"), request.user, now()
    what = given.get("do")
    if what == "keep":
        actions.keep_sentences(by=by, note_id=note_id, sentences=names, now=at)
        return _("Kept. Making the notes again leaves this section as it is.")
    if what == "remove":
        actions.remove_sentences(by=by, note_id=note_id, sentences=names, now=at)
        return _("Taken out. The history holds it.")
    kind, heading = given.get("kind", ""), given.get("heading", "")
    actions.request_part(by=by, note_id=note_id, kind=kind, heading=heading, now=at)
    return _("This section is being made again. What people changed stays.")
