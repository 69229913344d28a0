"""The floor: what a bare server needs for the same pages and saves on the same database.

Starlette and the driver alone, run by granian as ASGI with two workers. It runs the statements
that `benchmarks.record` saw the product run, with the same settings of the connection, renders the
product's own template in a bare Jinja2 environment (functions of the page are looked up in tables,
nothing is translated), and sends the same headers and bytes. It checks the session by its token's
hash and nothing else: no CSRF, no rights beyond the SQL, no check of what was sent.
"""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import sqlite3
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from studium.lib.ids import uuid7

RECORD: dict[str, Any] = pickle.loads(Path(os.environ["BENCH_RECORD"]).read_bytes())
ON_SQLITE = RECORD["vendor"] == "sqlite"
CONNECTIONS = 4  # of each worker, on PostgreSQL


# --- the database ----------------------------------------------------------------------------


class Sqlite:
    """One connection per worker, called from the loop: it has no server to wait for."""

    def __init__(self) -> None:
        path = Path(os.environ["STUDIUM_DATA_DIR"], "studium.sqlite3")
        self.connection = sqlite3.connect(path, timeout=10, isolation_level=None)
        self.connection.executescript(RECORD["init"])

    async def run(self, statements: list[Any], values: dict[str, Any]) -> list[Any]:
        """The rows of each statement; those of a transaction run in one, which is given up (and
        nothing is given) when one of them changes nothing."""
        execute, found, open_ = self.connection.execute, [], False
        for sql, roles, atomic in statements:
            if atomic and not open_:
                execute("BEGIN IMMEDIATE")
                open_ = True
            cursor = execute(sql, bound(roles, values))
            found.append(cursor.fetchall())
            if open_ and not found[-1] and cursor.rowcount < 1:
                execute("ROLLBACK")
                return []
            if open_ and found[-1]:
                follow(found[-1][0][0], values)
        if open_:
            execute("COMMIT")
        return found


class Postgresql:
    """A few connections per worker, lent to one request at a time."""

    def __init__(self) -> None:
        self.free: asyncio.Queue[Any] = asyncio.Queue()
        self.opened = 0

    async def run(self, statements: list[Any], values: dict[str, Any]) -> list[Any]:
        """As on SQLite."""
        connection = await self.lent()
        try:
            found, open_ = [], False
            for sql, roles, atomic in statements:
                if atomic and not open_:
                    await connection.execute("BEGIN")
                    open_ = True
                cursor = await connection.execute(sql, bound(roles, values))
                if open_ and cursor.rowcount < 1:
                    await connection.execute("ROLLBACK")
                    return []
                found.append(await cursor.fetchall() if cursor.description else [])
            if open_:
                await connection.execute("COMMIT")
            return found
        finally:
            self.free.put_nowait(connection)

    async def lent(self) -> Any:
        import psycopg

        if self.free.empty() and self.opened < CONNECTIONS:
            self.opened += 1
            return await psycopg.AsyncConnection.connect(
                os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=2
            )
        return await self.free.get()


def bound(roles: list[tuple[str, Any]], values: Mapping[str, Any]) -> list[Any]:
    """The parameters of one statement; a new id for each `new`."""
    return [
        value if role == "const" else key(uuid7()) if role == "new" else values[role]
        for role, value in roles
    ]


def follow(last: str, values: dict[str, Any]) -> None:
    """Add the place and hash of the line after the journal's last one, which is `seq hash`."""
    seq, _, before = last.partition(" ")
    values["seq"] = int(seq) + 1
    said = json.dumps([str(value) for value in values.values()])
    values["hash"] = sha256((before + said).encode()).hexdigest()


def key(value: UUID) -> Any:
    return value.hex if ON_SQLITE else value


def moment(now: datetime) -> Any:
    return now.replace(tzinfo=None).isoformat(" ") if ON_SQLITE else now


def as_json(response: Any) -> Any:
    text = json.dumps(response, ensure_ascii=False, separators=(",", ":"))
    if ON_SQLITE:
        return text
    from psycopg.types.json import Jsonb

    return Jsonb(response)


def readied(statements: list[Any]) -> list[Any]:
    """The statements in the driver's own spelling of parameters."""
    if not ON_SQLITE:
        return statements
    return [
        (sql.replace("%s", "?").replace("%%", "%"), roles, atomic)
        for sql, roles, atomic in statements
    ]


def split(statements: list[Any]) -> tuple[list[Any], list[Any]]:
    """The statement that checks the session, and the others."""
    return statements[:1], statements[1:]


SESSION, SAVE = split(readied(RECORD["autosave"]))
LESSON = split(readied(RECORD["lesson"]))[1]
database: Any = Sqlite() if ON_SQLITE else Postgresql()


# --- the page --------------------------------------------------------------------------------


def pages(*names: str) -> list[Template]:
    """The product's templates, compiled once, with tables in the place of its functions."""
    # trim_blocks and lstrip_blocks as the product sets them; autoescape costs what it costs there.
    env = Environment(
        loader=FileSystemLoader(RECORD["templates"]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # by the extension
    env.globals["_"] = env.globals["gettext"] = said
    for name, table in RECORD["tables"].items():
        place: Any = env.filters if name in ("when", "ago", "percent", "minutes") else env.globals
        place[name] = looked_up(table)
    return [env.get_template(name) for name in names]


def said(message: str, /, **values: Any) -> Markup:
    """A message of the page as it is."""
    known = MESSAGES.get(message) or MESSAGES.setdefault(message, Markup(message))
    return known % values if values or "%" in message else known


def looked_up(table: Mapping[Any, Any]) -> Any:
    def look(*arguments: Any, **named: Any) -> Any:
        return table[(*arguments, *sorted(named.items())) if named else arguments]

    return look


MESSAGES: dict[str, Markup] = {}
MAIN_NAME, MAIN_CONTEXT = RECORD["main"]
TEMPLATE, MAIN = pages(RECORD["template"], MAIN_NAME)
CONTEXT: dict[str, Any] = RECORD["context"]
HEADERS = {
    name: value
    for name, value in RECORD["page_headers"]
    if name.lower() not in ("etag", "content-length", "set-cookie", "content-type")
}


# --- the handlers ----------------------------------------------------------------------------


async def person(request: Request, values: dict[str, Any]) -> bool:
    """Who is it? Adds `user` to the values; false for a session that is none."""
    token = request.cookies.get("studium", "")
    values["now"] = moment(datetime.now(UTC))
    values["token"] = sha256(token.encode()).hexdigest()
    [rows] = await database.run(SESSION, values)
    if not rows:
        return False
    values["user"] = rows[0][RECORD["user_column"]]
    return True


async def lesson(request: Request) -> Response:
    """The lesson's page, or 304."""
    values: dict[str, Any] = {}
    if not await person(request, values):
        return Response(status_code=401)
    found = await database.run(LESSON, values)
    short = [value for rows in found for row in rows for value in row if len(str(value)) < 100]
    etag = f'"{zlib.crc32(repr(short).encode())}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={**HEADERS, "etag": etag})
    main = Markup(MAIN.render(MAIN_CONTEXT))
    text = TEMPLATE.render({**CONTEXT, "main": main})
    return Response(text, media_type="text/html", headers={**HEADERS, "etag": etag})


async def autosave(request: Request) -> Response:
    """One change of an answer; the reply is sent when it is stored."""
    values: dict[str, Any] = {}
    if not await person(request, values):
        return Response(status_code=401)
    sent = json.loads(await request.body())
    now = datetime.now(UTC)
    values |= {
        "now": moment(now),
        "attempt": key(UUID(request.path_params["attempt"])),
        "question": key(UUID(request.path_params["question"])),
        "response": as_json(sent["response"]),
        "revision": sent["revision"],
    }
    if not await database.run(SAVE, values):
        return JSONResponse({"code": "stale_revision"}, status_code=409)
    return JSONResponse(
        {"revision": sent["revision"], "saved_at": now.isoformat(), "receipt": values.get("hash")}
    )


async def alive(request: Request) -> Response:
    return Response("ok")


app = Starlette(
    routes=[
        Route(RECORD["lesson_path"], lesson),
        Route("/api/v1/exam-attempts/{attempt}/answers/{question}", autosave, methods=["PUT"]),
        Route("/healthz", alive),
    ]
)
