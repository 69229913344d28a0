"""Putting another database in the place of the site's on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from studium.lib.errors import Refused

_OTHERS = (
    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_MAY = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
_LIKE = (
    "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database"
    " WHERE datname = current_database()"
)
_LONGEST = 63  # bytes of a name


def require_unused() -> None:
    """Refuse while any other program is connected to the site's database."""
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS)
        (others,) = cursor.fetchone()
    if others:
        raise Refused(
            f"{others} other programs are connected to the database. Stop the site's servers and "
            "workers, on all machines, first."
        )


def may_create() -> bool:
    """Whether the site's account may make databases, and so put one aside."""
    with connection.cursor() as cursor:
        cursor.execute(_MAY)
        return bool(cursor.fetchone()[0])


def has_tables() -> bool:
    """Whether the site's database has any table."""
    return bool(connection.introspection.table_names())


def exists(name: str) -> bool:
    """Whether the server has a database of this name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", [name])
        return bool(cursor.fetchone()[0])


def beside(name: str, ending: str) -> str:
    """A name that says whose database it is and what for, short enough for PostgreSQL."""
    room = _LONGEST - len(ending)
    return name.encode()[:room].decode(errors="ignore") + ending


@contextmanager
def new_database(name: str) -> Iterator[None]:
    """An empty database with the encoding and order of the site's; gone when the block fails."""
    with connection.cursor() as cursor:
        cursor.execute(_LIKE)
        encoding, collate, ctype = cursor.fetchone()
    create = sql.SQL(
        "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}"
    ).format(sql.Identifier(name), *(sql.Literal(str(one)) for one in (encoding, collate, ctype)))
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with _connected(str(connection.settings_dict["NAME"])) as server:
        server.execute(drop)  # of a restore that was cut off
        server.execute(create)
    try:
        yield
    except BaseException:
        with _connected(str(connection.settings_dict["NAME"])) as server:
            server.execute(drop)
        raise


def exchange(*, name: str, kept: str, new: str) -> None:
    """Call the database `name` `kept`, and `new` `name`: both or neither.

    Raises:
        Refused: somebody is connected to one of them, or no third database can be reached.
    """
    connection.close()
    renames = [
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(to))
        for old, to in ((name, kept), (new, name))
    ]
    with _connected_elsewhere() as server:
        try:
            with server.transaction():
                for rename in renames:
                    server.execute(rename)
        except psycopg.Error as error:
            raise Refused(f"The databases could not be exchanged: {error}.") from error


def require_elsewhere() -> None:
    """Refuse where no database can be reached from which others can be renamed."""
    with _connected_elsewhere():
        pass


def functions() -> set[str]:
    """The functions of the site's schema, by name and types."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc"
            " WHERE pronamespace = current_schema()::regnamespace"
        )
        return {row[0] for row in cursor.fetchall()}


def empty(*, keep: set[str]) -> None:
    """Take every table, and every function but those to keep, out of a database that had no table
    before it was filled."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'DROP TABLE IF EXISTS "{table}" CASCADE')
        for function in sorted(functions() - keep):
            cursor.execute(f"DROP FUNCTION IF EXISTS {function} CASCADE")


@contextmanager
def _connected_elsewhere() -> Iterator[psycopg.Connection[Any]]:
    """A connection to one of the databases that every server has."""
    said = ""
    for name in ("postgres", "template1"):
        try:
            server = _connect(name)
        except psycopg.OperationalError as error:
            said = str(error).strip()
            continue
        with server:
            yield server
        return
    raise Refused(
        "To exchange databases, one besides the site's must be reached, and neither postgres nor "
        f"template1 can be: {said}. Or make an empty database, name it in DATABASE_URL and restore "
        "into that."
    )


@contextmanager
def _connected(name: str) -> Iterator[psycopg.Connection[Any]]:
    with _connect(name) as server:
        yield server


def _connect(name: str) -> psycopg.Connection[Any]:
    given = connection.settings_dict
    options = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    own = {option: str(given[key]) for option, key in options.items() if given.get(key)}
    return psycopg.connect(dbname=name, autocommit=True, **own)  # type: ignore[arg-type]  # keywords of a dict
