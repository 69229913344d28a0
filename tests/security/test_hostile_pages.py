"""Hostile values in every address, query and form of the pages: refused or text, never an error.

A27 for the pages; `tests/rest/test_hostile.py` does the same for the API. Each field meets a share
of the values, the next field the next share; on PostgreSQL every second field of a form, and only
those values that a database may see, where they may reach it. `make soak` sends every value to
every field on both.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.test import Client

from tests.security.matrix import filled, refused, snapshot, undone, written
from tests.security.pages import PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Already as they go over the wire: bytes that are no text cannot be written otherwise.
HOSTILE = [
    quote(value)
    for value in (
        "' OR 1=1--", "1; DROP TABLE users", "%' ESCAPE '\\", "9223372036854775808", "-1", "NaN",
        "{{7*7}}%s{0}", "²", "x" * 3000,
    )
] + ["%00", "%ED%A0%80", "%FF%FE", ""]  # fmt: skip
# What an engine may refuse or read otherwise, and what leaves a badly written query.
MET_BY_A_DATABASE = {
    quote("' OR 1=1--"), quote("%' ESCAPE '\\"), "%27%20OR%201=1--", "9223372036854775808", "NaN",
    "x" * 3000, "x" * 300, "%00",
}  # fmt: skip
EVERY = bool(os.environ.get("EVERY_HOSTILE_VALUE"))
BRIEF = not EVERY and connection.vendor == "postgresql"
IN_PATH = ["%27%20OR%201=1--", "%00", "9223372036854775808", "-1", "x" * 300, "%ED%A0%80", "%2e%2e"]
QUERY = [
    "q", "offset", "role", "status", "kind", "exam", "lesson", "outcome", "action", "actor",
    "since", "until", "next", "group",
]  # fmt: skip

_QUESTION = {
    "question_text": "What?", "points": "1", "explanation": "", "option-0": "a", "option-1": "b",
    "right": "0", "why-0": "", "truth": "true", "accepted": "a", "case_sensitive": "",
    "number": "1", "tolerance": "0.1", "tolerance_kind": "absolute", "program": "x",
    "language": "rust", "compiles": "true", "output": "3", "line": "1", "save": "1",
}  # fmt: skip
_BASE = ["question_text", "points"]
# The fields that mean something for each kind; `single_choice` is among the forms below.
FIELDS = {
    "multiple_choice": [*_BASE, "option-0", "option-1", "right"],
    "true_false": [*_BASE, "truth", "explanation"],
    "short_text": [*_BASE, "accepted", "case_sensitive"],
    "numeric": [*_BASE, "number", "tolerance", "tolerance_kind"],
    "tracing": [*_BASE, "program", "language", "compiles", "output", "line"],
}
_TERMS = {
    "title": "Exam", "description": "", "duration_minutes": "30", "pass_mark": "60",
    "attempts_allowed": "2", "grace_seconds": "0", "opens_at": "", "closes_at": "",
    "release": "at_once", "shuffle": "on",
    "release_on": "", "release_correctness": "with_score", "release_key": "never",
    "release_explanation": "with_score", "closing": "cut", "counts": "best",
    "retry_delay_minutes": "0", "due_at": "2030-01-01T10:00", "late_tiers": "60 10",
    "networks": "192.0.2.0/24", "password": "blue door",
}  # fmt: skip
_LESSON = {"topic": "T", "content": "Text.", "part": "", "based_on": "1", "comment": "c"}
_COURSE = {"title": "T", "description": "", "language": "en", "self_enrolment": "closed"}
_ANSWERS = {
    "q-{question_id}": "a", "q-{asked_id}": "a", "q-{asked_id}-compiles": "true",
    "q-{asked_id}-line": "1", "q": "1",
}  # fmt: skip
# Route -> a sound form; each of its fields meets each hostile value while the others stay sound.
_PROFILE = {
    "factor": "1.25", "extra_minutes": "5", "break_minutes": "0", "extra_attempts": "1",
    "opens_at": "", "closes_at": "", "reason": "As agreed.",
}  # fmt: skip
FORMS: dict[str, dict[str, str]] = {
    "account": {"name": "N", "locale": "en", "timezone": "UTC"},
    "account_mail": {
        "courses": "at_once", "results": "daily", "messages": "weekly", "work": "off",
        "reviews": "off", "year_of_birth": "2001",
    },
    "notifications_read": {"until": "2026-01-01T00:00:00+00:00"},
    "account_email": {"email": "a@example.org", "password": "studium-demo"},
    "account_preferences": {"single_keys": "on", "keep_lessons": "on"},
    "account_login": {"login": "ada@example.org", "password": "studium-demo", "next": "/"},
    "account_signup": {"email": "new@example.org"},
    "account_reset_password": {"email": "ada@example.org"},
    "account_tokens": {"name": "n", "scope": "read", "days": "30", "password": "studium-demo"},
    "admin_xapi": {
        "address": "https://93.184.216.34/xapi", "auth": "basic", "user_name": "n",
        "credential": "c", "with_responses": "on", "from_now": "on",
    },
    "lesson_keep": {
        "topic": "T", "content": "C", "part": "P", "concepts": "Moves; Types", "based_on": "1",
    },
    "lessons_act": {"act": "move", "lesson": "{lesson_id}", "to": "part:Basics", "new_part": ""},
    "course_concepts": {"name": "N"},
    "concept": {"act": "merge", "into": "{concept_id}"},
    "lesson_concepts": {"concepts": "Moves; Types"},
    "course_group": {"act": "members", "user": "{ada_id}"},
    "insight_suggest": {"concept": "{concept_id}", "words": "Before Friday."},
    "groups_fill": {"list": "ada@example.org,Lab B\n"},
    "join": {"code": "K7QM2XNA"},
    "marking_settings": {
        "blind": "on", "second": "nth", "every": "5", "tolerance": "20", "appeal_days": "7",
    },
    "marking_desk": {"points": "3", "comment": "Good."},
    "appeal_new": {"text": "Why?"},
    "regrade_plan": {
        "kind": "points", "points": "2", "reason": "Why.", "right-{asked_id}": "a",
    },
    "appeal_say": {"text": "Look."},
    "appeal_answer": {"outcome": "changed", "answer": "Yes.", "points": "1"},
    "gradebook_weights": {"weight-{exam_id}": "50", "due-{quiz_id}": "", "missing": "zero"},
    "gradebook_file": {"list": "email,Final exam\nada@example.org,5\n", "reason": "r"},
    "gradebook_cell": {"kind": "score", "score": "5", "reason": "r"},
    "admin_model_new": {
        "name": "N", "dialect": "openai", "address": "https://93.184.216.34/v1", "model": "m",
        "key": "k", "price_in": "1", "price_out": "2",
    },
    "admin_model_budget": {"scope": "user", "most_tokens": "9", "most_calls": "9"},
    "course_prompt": {"text": "{{{{topic}}}} {{{{lesson}}}}", "act": "save"},
    "lesson_done": {"done": "yes"},
    "lesson_place": {"block": "b-1"},
    "own_notes": {"block": "b-1", "quote": "Each", "near": "3", "body": "Mine."},
    "own_note": {"body": "So.", "based_on": "2026-01-01T00:00:00+00:00"},
    "own_note_restore": {"undo": "x:y:z"},
    "reader_look": {"size": "l", "width": "wide", "font": "sans", "theme": "dark", "next": "/"},
    "quiz_answer": _ANSWERS,
    "practise_start": {"concept": "{concept_id}"},
    "practice_answer": _ANSWERS,
    "exam_save": _ANSWERS,
    "exam_submit": _ANSWERS,
    "course_new": _COURSE,
    "course_settings": _COURSE,
    "course_status": {"status": "archived"},
    "lesson_order": {"order": "{lesson_id}", "up": "{lesson_id}", "down": "{lesson_id}"},
    "lessons_publish": {"lesson": "{draft_lesson_id}"},
    "lesson_new": {**_LESSON, "parent": "{lesson_id}"},
    "lesson_edit": _LESSON,
    "lesson_preview": _LESSON,
    "lesson_status": {"status": "draft"},
    "lesson_restore": {"based_on": "1"},
    "course_quizzes": {"title": "Q", "lesson": "{lesson_id}"},
    "quiz_questions": {
        "title": "Q", "slug": "q", "pass_mark": "60", "max_attempts": "3", "shuffle": "on",
        "feedback": "each",
    },
    "quiz_status": {"status": "archived"},
    "question_move": {
        "order": "{question_id}", "up": "{question_id}", "down": "{question_id}",
    },
    "question_edit": {
        name: _QUESTION[name]
        for name in ("question_text", "explanation", "option-0", "option-1", "right", "why-0")
    } | {"kind": "single_choice", "points": "1", "save": "1"},
    "drafts_generate": {
        "lesson": "{lesson_id}", "count": "5", "kind": "true_false", "difficulty": "easy",
    },
    "draft_act": {"act": "reject", "reason": "unclear", "words": "w", "query": "kind=true_false"},
    "draft_edit": {
        "question_text": "Is it so?", "truth": "true", "explanation": "Yes.", "points": "1",
        "kind": "true_false", "query": "state=all", "save": "1",
    },
    "exam_drafts": {"count-{lesson_id}": "2", "kind": "true_false", "difficulty": "hard"},
    "exam_new": _TERMS,
    "exam_builder": _TERMS,
    "exam_paper": {
        "question": "{question_id}", "points-{question_id}": "1", "order-{question_id}": "1",
    },
    "exam_status": {"status": "archived"},
    "exam_pools": {
        "title": "P", "pick": "1", "points": "1", "tags": "t", "lessons": "{lesson_id}",
        "kinds": "essay", "scope": "owner",
    },
    "bank_change": {
        "act": "tag", "question": "{question_id}", "words": "loops", "quiz": "{quiz_id}",
        "all": "", "query": "q=a",
    },
    "receipts": {"text": "{{}}", "code": "7K3M-9QWX-2B4D-H"},
    "exam_room_act": {
        "act": "minutes", "attempt": "{attempt_id}", "who": "ticked", "minutes": "5",
        "reason": "Late bus", "text": "Hello", "confirmed": "yes",
    },
    "course_accommodations": _PROFILE | {"email": "ada@example.org", "exam_id": "{exam_id}"},
    "accommodation_edit": _PROFILE,
    "accommodations_check": {"list": "email,factor\nada@example.org,1.25"},
    "accommodations_add": {"list": "email,factor\nada@example.org,1.25"},
    "people_check": {"list": "name,email\nN,n@example.org"},
    "people_add": {"list": "name,email\nN,n@example.org"},
    "member_role": {"role": "assistant"},
    "course_files": {"path": "a.txt"},
    "note_sentence": {"sentence": "0123456789ab", "do": "edit", "text": "New.", "was": "Old."},
    "note_section": {"sentence": "0123456789ab", "do": "again", "kind": "summary", "heading": ""},
    "note_choose": {"conflict": "0123456789ab", "take": "mine"},
    "course_notes_wishes": {"make_on_save": "on"},
    "note_edit": {"stamp": "x", "text-0": "In short.", "kind-0": "summary"},
    "notes_generate": {"replace_edited": "on"},
    "tutor": {"question": "Why?", "mode": "check", "own_answer": "So."},
    "course_tutor": {"on": "no"},
    "admin_person_new": {"name": "N", "email": "n@example.org", "role": "STUDENT"},
    "admin_invite": {"email": "n@example.org", "role": "STUDENT", "name": "N"},
    "admin_people_file": {"list": "name,email\nN,n@example.org"},
    "admin_people_add": {"list": "name,email\nN,n@example.org"},
    "admin_person_role": {"role": "INSTRUCTOR"},
}  # fmt: skip
# One bad answer of a paper does not lose the others: these refuse it and keep what is sound.
KEEP_THE_REST = {"exam_save", "exam_submit"}


def _who(address: str) -> str:
    """The actor who gets furthest: learners sit and practise, admins see the rest."""
    learner = ("/quiz", "/practice/", "/exam", "/courses/", "/progress/", "/account/")
    return "student" if address.startswith(learner) else "admin"


class Door:
    """Sends requests as the person who gets furthest and writes down what goes wrong."""

    def __init__(self, people: dict[str, Any], client_of: Callable[..., Client]) -> None:
        self.clients = {
            who: client_of(people["actors"][who], raise_request_exception=False)
            for who in ("student", "admin")
        }
        self.cookies = {who: dict(one.cookies) for who, one in self.clients.items()}
        self.wrong: list[str] = []
        self.count = 0
        self.shown = 0

    @cached_property
    def before(self) -> str:
        """The snapshot of the rows that each request finds: those it left have been taken back."""
        return snapshot()

    def ask(self, method: str, address: str, form: str = "", *, keeps: bool = False) -> int:
        who = _who(address)
        client = self.clients[who]
        client.cookies.clear()
        client.cookies.update(self.cookies[who])
        with undone():
            answer = client.generic(
                method, address, form, content_type="application/x-www-form-urlencoded"
            )
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            told = f"{method} {address[:150]} {form[:250]}"
            left = self._judge(answer, body, told, keeps=keeps)
        if left is not None and left != self.before:
            self.wrong.append(f"{told}: refused with {answer.status_code}, yet rows changed")
        self.count += 1
        self.shown += answer.status_code == 200
        return int(answer.status_code)

    def _judge(self, answer: Any, body: bytes, told: str, *, keeps: bool) -> str | None:
        """Note what is wrong; after a refusal that wrote something, the rows as they are then."""
        if answer.status_code >= 500:
            self.wrong.append(f"{told}: {answer.status_code}")
        if b"Traceback (most recent call last)" in body or b"OperationalError" in body:
            self.wrong.append(f"{told}: shows its insides")
        no = answer.status_code in (409, 413, 422)
        no = no or refused(answer.status_code, answer.headers.get("Location", ""))
        return written() if no and not keeps else None


@pytest.fixture
def door(people: dict[str, Any], client_of: Callable[..., Client]) -> Door:
    return Door(people, client_of)


def test_a27_hostile_path_parameters_are_not_found(people: dict[str, Any], door: Door) -> None:
    for name, (address, rows) in PAGES.items():
        parameters = re.findall(r"{(\w+)}", address)
        for parameter in parameters:
            if BRIEF and parameter.endswith("_id"):
                continue  # what is no id fits no address, whatever the database
            for value in _share(IN_PATH, f"{name}{parameter}"):
                bad = address.format(**{**people["world"], parameter: value})
                for method in {row.method for row in rows} & {"GET", "POST"}:
                    status = door.ask(method, bad)
                    if status < 400 and "/account/login/" not in bad:
                        door.wrong.append(f"{method} {name} {bad[:100]}: {status}")
    assert door.count > (60 if BRIEF else 250)
    assert door.wrong == []


def test_a27_hostile_query_strings_never_break_a_page(people: dict[str, Any], door: Door) -> None:
    """A part of the values for each page, in turn; lists meet each of them below."""
    for name, (address, rows) in PAGES.items():
        if not any(row.method == "GET" for row in rows):
            continue
        good = address.format(**people["world"])
        for value in _share(HOSTILE, name):
            door.ask("GET", f"{good}?{'&'.join(f'{name}={value}' for name in QUERY)}")
    assert door.count > 150
    assert door.shown > 110  # else somebody was signed out on the way and nothing was tested
    assert door.wrong == []


@pytest.mark.parametrize("name", [name for name in QUERY if name != "next"])
def test_a27_each_parameter_of_a_list_meets_every_value(
    name: str, people: dict[str, Any], door: Door
) -> None:
    lists = [
        "/courses/", "/quiz-attempts/{run_id}/", "/courses/{slug}/progress/",
        "/teach/courses/{slug}/insight/", "/teach/courses/{slug}/insight/attempts/",
        "/teach/courses/{slug}/insight/attempts.csv", "/teach/courses/{slug}/insight/students/",
        "/teach/courses/{slug}/quizzes/{quiz_id}/questions/new/", "/admin/people/",
        "/admin/jobs/", "/admin/log/",
    ]  # fmt: skip
    for address in lists:
        for value in _share(HOSTILE, f"{name}{address}"):
            door.ask("GET", f"{address.format(**people['world'])}?{name}={value}")
    assert door.wrong == []


def test_every_form_here_is_the_form_of_a_route() -> None:
    assert set(FORMS) <= set(PAGES)


@pytest.mark.parametrize("name", FORMS)
def test_a27_each_field_of_a_form_meets_every_value(
    name: str, people: dict[str, Any], door: Door
) -> None:
    address = PAGES[name][0].format(**people["world"])
    for form in _attacked(filled(FORMS[name], people["world"])):
        door.ask("POST", address, form, keeps=name in KEEP_THE_REST)
    assert door.wrong == []


@pytest.mark.parametrize(
    "kind", ["multiple_choice", "true_false", "short_text", "numeric", "tracing", "%00"]
)
def test_a27_the_form_of_each_kind_of_question_meets_every_value(
    kind: str, people: dict[str, Any], door: Door
) -> None:
    address = PAGES["question_new"][0].format(**people["world"])
    sound = {field: _QUESTION[field] for field in FIELDS.get(kind, ())} | {"save": "1"}
    for form in _attacked(sound):
        door.ask("POST", address, f"{form}&kind={kind}")
    assert door.wrong == []


def _attacked(sound: dict[str, str]) -> Iterator[str]:
    """The sound form with one field hostile, missing or twice."""
    for field in [*sound][:: 2 if BRIEF else 1]:
        rest = {name: value for name, value in sound.items() if name != field}
        whole = urlencode(rest)
        if not BRIEF:
            yield whole
            yield f"{whole}&{quote(field)}=1&{quote(field)}={quote(sound[field])}"
        yield from (f"{whole}&{quote(field)}={value}" for value in _share(HOSTILE, field))


def _share(values: list[str], place: str) -> list[str]:
    """A share of the values, another one for each place, the same in every run."""
    if EVERY:
        return values
    if BRIEF:
        met = [value for value in values if value in MET_BY_A_DATABASE]
        return [met[sum(map(ord, place)) % len(met)]]
    shares = 6
    return values[sum(map(ord, place)) % min(shares, len(values)) :: shares]
