"""Search: its page, the palette that opens over any page, and where each thing found is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from studium.content import queries, rights
from studium.content.queries import search as finding
from studium.content.queries.search import Hit, Kind
from studium.identity import queries as identity
from studium.web.http import SignedIn, signed_in
from studium.web.kept_pages import Shown, kept_page
from studium.web.lists import offset_of

if TYPE_CHECKING:
    from studium.identity.models import User

PER_PAGE = 20
OF_EACH = 3
"""How many of each kind are shown where all kinds are."""
_PALETTE: dict[Kind, int] = {"lesson": 5, "own_note": 3, "note": 2, "question": 3, "person": 3}
_TEACHERS: tuple[Kind, ...] = ("question", "person")


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the site as the palette offers it."""

    text: str
    href: str


@require_safe
@signed_in
@kept_page
def search(request: SignedIn) -> Shown:
    """What holds the words: some of each kind, or all of one kind, perhaps in one course."""
    typed, kind = _typed(request), _kind(request)
    mine = queries.my_courses(request.user)
    course = next((one for one in mine if one.slug == request.GET.get("course")), None)
    what = finding.wanted(
        request.user, typed, course_id=course.id if course else None, tag=request.user.locale[:2]
    )
    numbers = finding.counts(request.user, what)
    offset = offset_of(request) if kind else 0
    kinds = (kind,) if kind else tuple(each for each in finding.KINDS if numbers[each])
    limit = PER_PAGE if kind else OF_EACH

    def href(**changed: Any) -> str:
        return _href(typed, kind, course.slug if course else None, changed)

    context = {
        "typed": typed,
        "kind": kind or "",
        "kinds": finding.KINDS if request.user.teaches else finding.KINDS[:3],
        "courses": mine,
        "course": course,
        "numbers": numbers,
        "groups": [
            (each, _shown(finding.found(request.user, what, each, limit=limit, offset=offset)))
            for each in kinds
        ],
        "offset": offset,
        "limit": PER_PAGE,
        "href": href,
        "page_href": lambda place: href(offset=place),
    }
    return Shown("search/search.html", context)


@require_safe
@signed_in
def palette(request: SignedIn) -> HttpResponse:
    """The palette and the list of keys: two dialogs that a script puts over the open page."""
    context = {"set_by": identity.preferences(request.user), "places": _places(request.user, "")}
    return render(request, "search/palette.html", context)


@require_safe
@signed_in
def palette_found(request: SignedIn) -> HttpResponse:
    """The options of the palette for what is typed: pages, courses, then what holds the words."""
    person, typed = request.user, _typed(request)
    what = finding.wanted(person, typed if _says_enough(typed) else "", tag=person.locale[:2])
    kinds = [each for each in _PALETTE if person.teaches or each not in _TEACHERS]
    courses = queries.catalogue(person, search=typed, offset=0, limit=4)[0] if typed else []
    context = {
        "typed": typed,
        "places": _places(person, typed),
        "courses": courses,
        "groups": [
            (each, hits)
            for each in kinds
            if (hits := _shown(finding.found(person, what, each, limit=_PALETTE[each])))
        ],
    }
    return render(request, "search/options.html", context)


def address_of(hit: Hit) -> str:
    """The page on which a thing found is read, or for the staff looked after."""
    lesson = f"/courses/{hit.course_slug}/lessons/{hit.lesson_id}/"
    if hit.kind == "lesson":
        return f"{lesson}#{hit.block_id}" if hit.block_id else lesson
    if hit.kind == "note":
        return reverse("lesson_notes", args=[hit.lesson_id])
    if hit.kind == "own_note":
        return reverse("own_note", args=[hit.id])
    if hit.kind == "question":
        return reverse("question_story", args=[hit.course_slug, hit.id])
    return _person_address(hit)


def _person_address(hit: Hit) -> str:
    if not hit.course_slug:
        return reverse("admin_person", args=[hit.id])
    if hit.role == "student":
        return reverse("insight_student", args=[hit.course_slug, hit.id])
    return reverse("course_people", args=[hit.course_slug])


def _shown(hits: Iterable[Hit]) -> list[tuple[Hit, str]]:
    return [(hit, address_of(hit)) for hit in hits]


def _says_enough(typed: str) -> bool:
    """Whether a word is more than its first two letters, which nearly every passage has."""
    return any(len(word) > 2 or not word.isascii() for word in typed.split())


def _typed(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:200]


def _kind(request: HttpRequest) -> Kind | None:
    return next((each for each in finding.KINDS if each == request.GET.get("kind")), None)


def _href(typed: str, kind: Kind | None, course: str | None, changed: dict[str, Any]) -> str:
    """This search with something else: a filter is a link. The place in the list begins anew."""
    now = {"q": typed, "kind": kind, "course": course} | changed
    return "?" + urlencode({name: value for name, value in now.items() if value})


def _places(person: User, typed: str) -> list[Place]:
    """The pages of the site that a person has, by a part of their name."""
    named = [
        (_("Home"), "home"),
        (_("Courses"), "courses"),
        (_("Progress"), "progress"),
        (_("Enter a code"), "join"),
        (_("Notifications"), "notifications"),
        (_("Your account"), "account"),
        (_("Reading and keys"), "account_preferences"),
        (_("Help"), "help"),
    ]
    if person.teaches:
        named += [(_("Teach"), "teach")]
    if rights.may_create_course(person):
        named += [(_("New course"), "course_new"), (_("Import"), "import_upload")]
    if person.is_admin:
        named += [(_("Administration"), "admin_home"), (_("People"), "admin_people")]
    part = typed.casefold()
    return [Place(text, reverse(name)) for text, name in named if part in text.casefold()]
