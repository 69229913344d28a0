"""JavaScript off: every form of every page is filled in, sent, and understood.

The pages are those that the browser's tests look at (`tests/journeys/site_map.py`), in their world.
Each form is sent by each of its buttons as a browser without scripts does, with its token; what
comes of it may hold further forms, which are sent as well. What a form changed is taken back before
the next one. A form is understood when rows were written, something is said (a toast, an error at
its field, a notice), or the answer still shows what was filled in.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import resolve

from studium.content.models import Course
from studium.notes.models import AiNote, NoteVersion
from tests import factories
from tests.journeys import site_map, site_world
from tests.security.matrix import undone, writes
from tests.security.pages import PAGES
from tests.web.by_hand import Button, Field, Form, Sheet, read

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FORM = "application/x-www-form-urlencoded"
DEEP = 3  # answers to answers; what is behind more is behind another page, too
_ANY_ID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|\d+")
_SAYS = re.compile(
    r'aria-invalid="true"|class="st-error|class="st-toast|class="st-notice is-(bad|warn)'
)

BY_KIND = {
    "email": "new.person@example.org", "password": factories.PASSWORD, "number": "1",
    "url": "https://93.184.216.34/v1", "date": "2030-01-01", "datetime-local": "2030-01-01T10:00",
}  # fmt: skip
BY_NAME = {"login": "ada@example.org", "language": "en"}
LISTS = {
    "people_check": "kim@example.org",
    "groups_check": "ada@example.org,Lab B",
    "accommodations_check": "email,factor\nada@example.org,1.25\n",
}


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("01-heaps.md", "# Heaps\n\nA heap is a tree.\n")
    return out.getvalue()


UPLOADS = {
    "import_upload": ("heaps.zip", _zip()),
    "admin_people_file": ("people.csv", b"name,email\nKim Kay,kim@example.org\n"),
    "bank_import": ("bank.gift", b"::Heaps::What is a heap? {=a tree ~a list}\n"),
}
A_LIST = ("list.csv", b"ada@example.org,Lab A\n")


def filled(form: Form, button: Button, name: str) -> dict[str, list[Any]]:
    """What a person would send: what stands in the form already, else something plausible."""
    by_name: dict[str, list[Field]] = {}
    for each in form.fields:
        by_name.setdefault(each.name, []).append(each)
    sent = {each: list(_filled(fields, name)) for each, fields in by_name.items()}
    if button.name:
        sent.setdefault(button.name, []).append(button.value)
    return sent


def _filled(fields: list[Field], name: str) -> Iterator[Any]:
    first = fields[0]
    says = [value for each in fields for value in each.says if value]
    if first.kind == "file":
        if "required" in first.attrs:
            yield SimpleUploadedFile(*UPLOADS.get(name, A_LIST))
    elif first.offers and not says:
        yield next((value for value in first.offers if value), "")
    elif says or not first.asks:
        yield from says or first.says
    else:
        plausible = BY_NAME.get(first.name, BY_KIND.get(first.kind, "Some words"))
        yield LISTS.get(name, plausible) if first.name == "list" else plausible


@dataclass
class Walk:
    """One person without scripts, going through pages and sending what they ask for."""

    who: str
    client: Client
    seen: dict[tuple[object, ...], int]  # what was sent, and how deep
    sent: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    def open(self, address: str) -> None:
        """A page, where it leads by itself, and its forms."""
        page = self.client.get(address)
        sheet = read(_text(page))
        self.send_all(sheet, address)
        if sheet.onward:
            self.open(urljoin(address, sheet.onward))

    def send_all(self, sheet: Sheet, at: str, deep: int = 0) -> None:
        for form in sheet.forms:
            for button in form.buttons:
                to = urljoin(at, button.action or form.action or at).partition("#")[0]
                if form.method != "dialog" and self._is_new(form, button, to, deep=deep):
                    cookies = deepcopy(self.client.cookies)
                    with undone():
                        self._send(form, button, to, deep=deep)
                    self.client.cookies = cookies

    def _is_new(self, form: Form, button: Button, to: str, *, deep: int) -> bool:
        """Whether none like it was sent: the same act on another row is like it. One that was
        sent so deep that its answer was left unread is sent again where it comes up earlier."""
        hidden = [
            (each.name, _alike(each.says[0])[:30]) for each in form.fields if each.kind == "hidden"
        ]
        key = (
            form.method, _route(to), frozenset(_alike(each.name) for each in form.fields),
            frozenset(pair for pair in hidden if pair[0] not in {"csrfmiddlewaretoken", "next"}),
            _alike(button.name), _alike(button.value),
        )  # fmt: skip
        new = key not in self.seen or self.seen[key] == DEEP > deep
        if new:
            self.seen[key] = deep
        return new

    def _send(self, form: Form, button: Button, to: str, *, deep: int) -> None:
        name = _route(to)
        data = filled(form, button, name)
        before, cookies = writes(), self.client.cookies.output()
        if form.method == "get":
            to = f"{to.partition('?')[0]}?{urlencode(data, doseq=True)}"
            answer = self.client.get(to)
        elif form.takes_files:
            answer = self.client.post(to, data)
        else:
            answer = self.client.post(to, urlencode(data, doseq=True), content_type=FORM)
        wrote = writes() != before or cookies != self.client.cookies.output()
        answer, at = self._followed(answer, to)
        text = _text(answer)
        what = f"{self.who}, {form.method} {name} {button.name}={_alike(button.value)}"
        self.sent[name] += 1
        if any(each.kind == "file" and "required" in each.attrs for each in form.fields):
            self.files.add(name)
        says = bool(_SAYS.search(text))
        if answer.status_code >= 400 and not (says and answer.status_code in {400, 409, 422}):
            self.wrong.append(f"{what}: {answer.status_code}")
        sheet = read(text) if "<html" in text else Sheet([], "")
        shown = any(
            set(map(str, values)) & sheet.says(key) - {""}
            for key, values in data.items()
            if key != "csrfmiddlewaretoken"
        )
        if not (wrote or says or shown or "<html" not in text):
            self.wrong.append(f"{what}: nothing came of it")
        if deep < DEEP and answer.status_code == 200:
            self.send_all(sheet, at, deep + 1)

    def _followed(self, answer: Any, at: str) -> tuple[Any, str]:
        for _ in range(5):
            if answer.status_code not in {301, 302, 303}:
                break
            at = urljoin(at, answer.headers["Location"]).partition("#")[0]
            answer = self.client.get(at)
        return answer, at


def _alike(text: str) -> str:
    return _ANY_ID.sub("#", text)


def _route(address: str) -> str:
    return _route_of(urlsplit(address).path)


@cache
def _route_of(path: str) -> str:
    """Each form of each answer asks, most of them for what another one has asked for."""
    found = resolve(path)
    return found.url_name or found.func.__name__


def _text(answer: Any) -> str:
    parts = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(parts).decode(errors="replace")


@pytest.fixture
def world(kept_people: dict[str, Any], db: None) -> Iterator[dict[str, Any]]:
    """The world of the browser's tests, and Leo, a student of the course who sits no exam."""
    made = {key: dict(value) for key, value in kept_people.items()}
    ids, actors = made["world"], made["actors"]
    with override_settings(REGISTRATION="open", SITE_URL="https://studium.example.org"):
        site_world.add_what_links_lead_to(made, datetime.now(UTC))
        # Notes that can be approved have their sentences.
        said = NoteVersion.objects.get(lesson_id=ids["lesson_id"]).sentences
        AiNote.objects.filter(pk=ids["note_id"]).update(sentences=said)
        actors["reader"] = factories.person("Leo Lang")
        factories.enrollment(user=actors["reader"], course=Course.objects.get(slug=ids["slug"]))
        Course.objects.filter(slug=ids["other_slug"]).update(self_enrolment="open")
        yield made


# What Leo looks at: Ada sits an exam, so that she cannot practise.
OF_A_READER = [
    "/quizzes/{quiz_id}/", "/courses/{slug}/practise/", "/exams/{exam_id}/", "/account/data/",
    "/courses/{other_slug}/",
]  # fmt: skip
# Forms that cannot be sent without a file; the walk sends a small one.
WITH_A_FILE = {"admin_people_file", "bank_import", "course_files", "import_upload"}
# Forms that a script fills in with what a passkey says; without scripts none has a button.
WITH_A_PASSKEY = {"mfa_add_webauthn", "mfa_login_webauthn", "mfa_reauthenticate_webauthn"}
# Routes that take a POST and have no form in a page without scripts, since scripts send to them.
BY_SCRIPTS = {
    "exam_signals", "lesson_keep", "lesson_new_keep", "lesson_place", "lesson_preview",
}  # fmt: skip
# Those whose form stands only in a state that this world is not in: the tests of the page send it.
IN_ANOTHER_STATE = {
    "account_reset_password_from_key", "account_set_password", "admin_job_retry",
    "course_notes_approve", "exam_paper", "first_run", "insight_suggest", "lesson_discard",
    "lesson_hold", "lesson_new_discard", "lesson_restore", "lesson_seen", "note_choose",
    "note_refresh", "practice_finish", "question_restore", "quiz_finish", "slip", "tutor_stop",
}  # fmt: skip
# Pages of allauth that answer a POST they do not take with 405; they have no form.
NO_FORM = {"mfa_download_recovery_codes", "mfa_index", "mfa_list_webauthn"}
NO_FORM |= {"mfa_view_recovery_codes"}


def test_every_form_of_every_page_can_be_sent_by_hand(
    world: dict[str, Any], client_of: Callable[..., Client]
) -> None:
    seen: dict[tuple[object, ...], int] = {}
    walks: dict[str, Walk] = {}
    visits = [(who, each) for who, name, each in site_map.visits() if name not in site_map.REFUSALS]
    for who, address in [*visits, *(("reader", each) for each in OF_A_READER)]:
        if who not in walks:
            client = client_of(
                world["actors"][who], raise_request_exception=False, enforce_csrf_checks=True
            )
            walks[who] = Walk(who, client, seen)
        walks[who].open(address.format(**world["world"]))
    assert [each for walk in walks.values() for each in walk.wrong] == []
    assert set().union(*(walk.files for walk in walks.values())) == WITH_A_FILE
    sent = set().union(*(walk.sent for walk in walks.values()))
    takes = {name for name, (_, rows) in PAGES.items() if any(row.method == "POST" for row in rows)}
    of_keys = {name for name in takes if name.startswith("mfa_")}
    assert takes - of_keys - sent == BY_SCRIPTS | IN_ANOTHER_STATE


def test_every_form_of_the_second_factor_can_be_sent_by_hand(
    world: dict[str, Any], client_of: Callable[..., Client]
) -> None:
    dev = world["actors"]["keyholder"]
    client = client_of(dev, raise_request_exception=False)
    client.post("/account/reauthenticate/", {"password": factories.PASSWORD})
    walk = Walk("keyholder", client, {})
    for address in site_map.BEFORE_KEYS.values():
        walk.open(address)
    key = Authenticator.objects.create(
        user=dev, type="webauthn", data={"name": "Key", "credential": {}}
    )
    site_world.give_codes(dev)
    for name, address in site_map.WITH_KEYS.items():
        if name not in WITH_A_PASSKEY:  # that page reads the passkey, and this one is none
            walk.open(address.format(key=key.pk))
    assert walk.wrong == []
    takes = {name for name in PAGES if name.startswith("mfa_")}
    rest = NO_FORM | WITH_A_PASSKEY | {"mfa_authenticate"}
    assert takes - set(walk.sent) == rest
    key.delete()  # reading this one fails at the sign-in
    later = Walk("keyholder", Client(raise_request_exception=False), {})
    later.client.post("/account/login/", {"login": dev.email, "password": factories.PASSWORD})
    later.open("/account/2fa/authenticate/")
    assert later.wrong == []
    assert "mfa_authenticate" in later.sent
