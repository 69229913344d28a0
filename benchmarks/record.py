"""What the product does for a page or a save, written down so that the floor does the same.

One request goes through Django's test client while every SQL statement is noted, with the role of
each parameter (`user`, `now`, `revision`, …), and the template with its context and with what the
page's functions gave. The floor then runs the same statements for other people and renders the
same template, without Django. So the floor follows the product by itself; that both give the same
bytes is checked before anything is measured.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from hashlib import sha256
from types import FunctionType, SimpleNamespace
from typing import Any
from uuid import UUID

MAIN = "learn/lesson_main.html"  # the product keeps what it rendered of it; the floor does not
WORDS = ("_", "gettext", "ngettext", "pgettext", "npgettext")  # the floor translates nothing
Statement = tuple[str, list[tuple[str, Any]], bool]


def record(world: Mapping[str, Any]) -> dict[str, Any]:
    """Statements, template, context and tables of the lesson page and of an autosave."""
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["*"]
    page = _Page()
    with page:
        lesson = [_ask(world, "lesson", page=page) for _ in range(3)][-1]  # the third is settled
    last = _last_revision(world)
    saved = [_ask(world, "autosave", revision=last + step) for step in (1, 2)][-1]
    databases: Any = settings.DATABASES
    templates: Any = settings.TEMPLATES
    options = databases["default"].get("OPTIONS", {})
    return {
        "vendor": connection.vendor,
        "init": str(options.get("init_command", "")),
        "lesson": lesson["statements"],
        "autosave": saved["statements"],
        "user_column": saved["user_column"],
        "page_headers": lesson["headers"],
        "template": page.name,
        "templates": str(templates[0]["DIRS"][0]),
        "context": page.context,
        "main": (MAIN, page.seen[MAIN]),
        "tables": page.tables,
        "lesson_path": world["paths"]["lesson"],
    }


def _last_revision(world: Mapping[str, Any]) -> int:
    from django.db import connection

    from studium.lib.db import uuid_param

    scout = world["scout"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT revision FROM attempt_answers WHERE attempt_id = %s AND question_id = %s",
            [uuid_param(UUID(scout["attempt"])), uuid_param(UUID(scout["questions"][0]["id"]))],
        )
        return int(cursor.fetchone()[0])


# --- statements ------------------------------------------------------------------------------


def _ask(
    world: Mapping[str, Any], what: str, *, page: _Page | None = None, revision: int = 0
) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client

    from studium.identity import still_signed_in

    still_signed_in.forget()  # the first save of a session, which reads it in a statement apart
    person = world["scout"]
    client = Client(HTTP_USER_AGENT="benchmark")
    client.cookies.load({world["session_cookie"]: person["token"], "csrftoken": world["csrf"]})
    seen: list[tuple[str, Any, bool]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append((sql, params, connection.in_atomic_block))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        if what == "autosave":
            reply = _save(client, world, person, revision)
        else:
            reply = client.get(world["paths"][what])
    if reply.status_code != 200:
        raise SystemExit(f"{what} gave {reply.status_code}: {reply.content[:500]!r}")
    roles = _roles(world, person, revision)
    return {
        "user_column": _user_column(person, *seen[0][:2]),
        "headers": list(reply.headers.items()),
        "statements": [
            (sql, _chained(sql, [roles(value) for value in params or ()]), atomic)
            for sql, params, atomic in seen
        ],
    }


def _user_column(person: Mapping[str, Any], sql: str, params: Any) -> int:
    """Where the statement that checks the session says who it is."""
    from django.db import connection

    from studium.lib.db import uuid_param

    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchone()).index(uuid_param(UUID(person["id"])))


def _chained(sql: str, roles: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """On SQLite the place and the hash of a line in the journal follow from the line before;
    PostgreSQL's statement computes both."""
    if sql.strip().startswith("INSERT INTO attempt_events") and " VALUES " in sql.replace(
        "\n", " "
    ):
        roles[2], roles[-1] = ("seq", None), ("hash", None)
    return roles


def _save(client: Any, world: Mapping[str, Any], person: Mapping[str, Any], revision: int) -> Any:
    question = person["questions"][0]
    return client.put(
        f"/api/v1/exam-attempts/{person['attempt']}/answers/{question['id']}",
        json.dumps({"response": question["responses"][0], "revision": revision}),
        content_type="application/json",
        headers={"X-CSRFToken": world["csrf"]},
    )


def _roles(
    world: Mapping[str, Any], person: Mapping[str, Any], revision: int
) -> Callable[[Any], tuple[str, Any]]:
    """A function that says what a parameter stands for: `(role, value)`."""
    question = person["questions"][0]
    known = {
        UUID(person["id"]).hex: "user",
        UUID(person["attempt"]).hex: "attempt",
        UUID(question["id"]).hex: "question",
        sha256(person["token"].encode()).hexdigest(): "token",
        UUID(world["lesson"]["id"]).hex: "const",
        UUID(world["course"]["id"]).hex: "const",
    }
    response = json.dumps(question["responses"][0])
    used: set[str] = set()

    def role(value: Any) -> tuple[str, Any]:
        text = value.hex if isinstance(value, UUID) else value
        if isinstance(text, str) and text in known:
            return known[text], value
        if isinstance(value, datetime) or _is_moment(value):
            return "now", None
        if revision and (value == response or getattr(value, "obj", None) is not None):
            return "response", None
        if revision and type(value) is int and value == revision:
            return "revision", None
        if revision and _is_id(value) and text not in used:
            used.add(text)
            return "new", None
        return "const", _simple(value)

    return role


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) > 18 and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def _is_id(value: Any) -> bool:
    if isinstance(value, UUID):
        return True
    try:
        return isinstance(value, str) and len(value) == 32 and bool(UUID(value))
    except ValueError:
        return False


# --- the page --------------------------------------------------------------------------------


class _Page:
    """While it is entered: the last rendered template, the context of each, and what the functions
    of the page gave."""

    def __init__(self) -> None:
        self.name = ""
        self.context: dict[str, Any] = {}
        self.seen: dict[str, dict[str, Any]] = {}
        self.tables: dict[str, dict[Any, Any]] = {}

    def __enter__(self) -> _Page:
        from django.template import engines
        from jinja2 import Template

        engine: Any = engines["jinja2"]
        env = engine.env
        for place in (env.globals, env.filters):
            for name, function in list(place.items()):
                ours = getattr(function, "__module__", "").startswith(("studium", "django"))
                if ours and name not in WORDS:
                    place[name] = self._noting(name, function)
        self._render = Template.render
        page = self

        def render(template: Template, context: dict[str, Any]) -> str:
            text = page._render(template, context)
            page.name, page.context = template.name or "", _plain(context)
            page.seen[page.name] = page.context
            return text

        Template.render = render  # type: ignore[method-assign, assignment]  # for this recording
        return self

    def __exit__(self, *_: object) -> None:
        from jinja2 import Template

        Template.render = self._render  # type: ignore[method-assign]

    def _noting(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        table = self.tables.setdefault(name, {})

        def noting(*arguments: Any, **named: Any) -> Any:
            given = function(*arguments, **named)
            key = (*map(_simple, arguments), *sorted(named.items()))
            table[key] = _simple(given)
            return given

        return noting


def _plain(value: Any, depth: int = 0) -> Any:
    """The value without Django and without our classes: what a template can see of it."""
    if value is None or isinstance(value, bool | int | float | bytes | UUID | datetime):
        return value
    if isinstance(value, str):
        return value if type(value).__module__ == "markupsafe" else str(value)
    if hasattr(value, "__html__"):
        return _markup(value.__html__())
    if depth > 6 or callable(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): _plain(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one, depth + 1) for one in value]
    if type(value).__name__ == "WSGIRequest":
        return SimpleNamespace(COOKIES=dict(value.COOKIES), path=value.path)
    if type(value).__name__ == "__proxy__":  # a lazy text
        return _markup(str(value))
    if hasattr(value, "__iter__"):
        return [_plain(one, depth + 1) for one in value]
    return SimpleNamespace(**{name: _plain(one, depth + 1) for name, one in _visible(value)})


def _simple(value: Any) -> Any:
    """An enumeration's member as the text it is; anything else as it is."""
    return value.value if isinstance(value, Enum) else value


def _markup(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)


def _visible(value: Any) -> list[tuple[str, Any]]:
    names = {field.name for field in dataclasses.fields(value)} if _is_data(value) else set()
    if hasattr(value, "_meta"):
        read = {field.attname for field in value._meta.concrete_fields}
        names |= read - value.get_deferred_fields()  # asking for those would be more statements
        names |= {"teaches", "is_admin", "initials"}
    for kind in type(value).__mro__:
        if kind.__module__.startswith("studium") and not hasattr(value, "_meta"):
            names |= {name for name, one in vars(kind).items() if isinstance(one, property)}
    return [
        (name, getattr(value, name))
        for name in sorted(names)
        if not isinstance(getattr(value, name, None), FunctionType)
    ]


def _is_data(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)
