"""Every invalid state is refused by the database itself; every valid one is let through."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models
from pytest_django import DjangoDbBlocker

from studium.lib import triggers
from tests.integrity.raw import (
    Raw,
    RawPostgres,
    RawSqlite,
    constraints,
    sqlite_schema,
    without_constraint,
)
from tests.integrity.states import CONTROLS, STATES, State
from tests.integrity.world import WORLD, filled

pytestmark = pytest.mark.django_db

# Rules that refuse the same rows for different reasons (a race on one engine, a REPLACE on the
# other, a limit that a stricter rule implies today): removed alone nothing changes, so such a rule
# is removed together with the one that covers it.
SEEN_BY_ANOTHER = {  # on PostgreSQL; case 53 is about them alone
    "st_attempt_answers_in_time_insert": "st_attempt_answers_running_insert",
    "st_attempt_answers_in_time_update": "st_attempt_answers_running_update",
}
COVERED_BY = {
    "attempt_answers_points_possible": {
        "st_attempt_answers_on_paper_insert", "attempt_answers_points_within",
    },
    # No text was written in this world, and what stands for an erased one fits no choice.
    "st_attempt_answers_erased_update": {"st_attempt_answers_fit_update"},
    "attempt_events_once": {"st_attempt_events_in_order_insert"},
    "attempt_events_seq": {"st_attempt_events_in_order_insert"},
    "exam_attempts_attempts_allowed": {"st_exam_attempts_terms_insert"},
    "exam_attempts_grace_seconds": {"st_exam_attempts_terms_insert"},
    "exam_attempts_pass_mark": {"st_exam_attempts_terms_insert"},
    "concept_states_n": {"concept_states_items"},
    "exam_statistics_attempts": {"exam_statistics_passed", "exam_statistics_people"},
    "item_statistics_answers": {"item_statistics_share_sum"},
    "corrections_kind": {"corrections_value_where_needed"},
    "st_regrades_types_update": {"st_regrades_stays_update"},
    "st_accommodations_types_update": {"st_accommodations_only_end_update"},
    "st_appeals_types_update": {"st_appeals_closed_stays_update"},
    "jobs_status": {"jobs_finished_has_time"},
    "quiz_attempts_status": {"quiz_attempts_finished_has_score"},
    "st_exam_attempts_status_forward_update": {"st_exam_attempts_closed_stays_update"},
    "question_drafts_status": {"question_drafts_decided_by_person"},
    "st_quiz_answers_types_update": {"st_quiz_answers_final_update"},
    "practice_sessions_status": {"practice_sessions_finished_has_time"},
    "practice_answers_position": {"st_practice_answers_of_plan_insert"},
    "st_practice_sessions_types_update": {"st_practice_sessions_finished_stays_update"},
    "st_practice_answers_types_update": {"st_practice_answers_final_update"},
    "own_notes_kind": {"own_notes_say_something"},
    "st_course_group_members_types_update": {"st_course_group_members_frozen_update"},
    "st_practice_offers_types_update": {"practice_offers_outcome"},
}  # fmt: skip
if connection.vendor == "sqlite":
    COVERED_BY |= {
        "exam_attempts_once": {"st_exam_attempts_no_replace_insert"},
        "quiz_attempts_once": {"st_quiz_attempts_no_replace_insert"},
        "quiz_answers_once": {"st_quiz_answers_no_replace_insert"},
        "practice_answers_once": {"st_practice_answers_no_replace_insert"},
        "practice_offers_once_a_day": {"st_practice_offers_no_replace_insert"},
        "concepts_once": {"st_concepts_no_replace_insert"},
        "appeals_one_open": {"st_appeals_no_replace_insert"},
    }

OWN = [m for m in apps.get_models() if m.__module__.startswith("studium.")]


@cache
def _whole() -> RawSqlite:
    return _made_without(frozenset())


@cache
def _tables() -> str:
    return "".join(sql for kind, _, sql in sqlite_schema() if kind == "table")


@cache
def _about(table: str) -> RawSqlite:
    """The world with those triggers alone that a statement about this table can fire."""
    return _whole().about(_tables_of_statements(table))


def _tables_of_statements(table: str) -> set[str]:
    words = {word for _, sql in _statements("sqlite", table) for word in re.findall(r"\w+", sql)}
    return {table, *words & {model._meta.db_table for model in apps.get_models()}}


def _made_without(removed: Collection[str], tables: Collection[str] = ()) -> RawSqlite:
    """The world made without these rules, with the triggers of these tables or of all."""
    ddl = []
    for kind, name, sql in sqlite_schema():
        if name in removed:
            continue
        if tables and kind == "trigger" and _tables_of_rules().get(name) not in tables:
            continue
        for constraint in removed:
            if f'CONSTRAINT "{constraint}"' in sql:
                sql = without_constraint(sql, constraint)
        ddl.append(sql)
    return RawSqlite(ddl, lasting=not tables)


@contextlib.contextmanager
def _less(raw: Raw, removed: set[str], table: str) -> Iterator[Raw]:
    """The world in a database without these rules, for statements about this table."""
    # On SQLite a UNIQUE inside a table has an index that only a new table can be without.
    if raw.vendor == "sqlite" and any(f'"{name}" UNIQUE' in _tables() for name in removed):
        with contextlib.closing(_made_without(removed, _tables_of_statements(table))) as made:
            yield made
    else:
        with (_about(table) if raw.vendor == "sqlite" else raw).less(removed) as broken:
            yield broken


def _statements(vendor: str, table: str = "") -> Iterator[tuple[State, str]]:
    for state in STATES:
        if state.only in ("", vendor):
            for sql in state.statements:
                if table in sql:
                    yield state, sql


@pytest.fixture(scope="module")
def raw(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Raw]:
    """The world, once for all tests of this module; on PostgreSQL in a transaction of its own."""
    with django_db_blocker.unblock():
        opened = RawPostgres() if connection.vendor == "postgresql" else _whole()
    yield opened
    if connection.vendor == "postgresql":
        opened.close()


@pytest.fixture(scope="module")
def refusals(raw: Raw) -> list[tuple[State, str, str | None]]:
    """Each statement that must be refused, and what was said about it."""
    return [(state, sql, raw.refusal(sql)) for state, sql in _statements(raw.vendor)]


def test_each_way_into_an_invalid_state_is_refused(
    refusals: list[tuple[State, str, str | None]],
) -> None:
    accepted = [
        f"{state.number} {state.title}: {filled(sql)}"
        for state, sql, why in refusals
        if why is None
    ]
    assert accepted == []


def test_the_sixty_states_are_all_there() -> None:
    assert [s.number for s in STATES if s.number <= 60] == list(range(1, 61))


def test_no_refusal_comes_from_a_slip_in_the_statement(
    refusals: list[tuple[State, str, str | None]],
) -> None:
    slips = (
        "syntax error",
        "no such",
        "does not exist",
        "has no column",
        "values for",
        "incomplete",
    )
    found = [
        (filled(sql), why) for _, sql, why in refusals if any(slip in (why or "") for slip in slips)
    ]
    assert found == []


@pytest.mark.parametrize(("title", "sql"), CONTROLS, ids=[title for title, _ in CONTROLS])
def test_a_valid_statement_is_accepted(raw: Raw, title: str, sql: str) -> None:
    assert raw.refusal(sql) is None


@cache
def _tables_of_rules() -> dict[str, str]:
    """Rule -> the table it belongs to, for the rules of either engine."""
    found = {name: table for table, name in constraints()}
    for trigger in triggers.all_triggers():
        for vendor in ("sqlite", "postgresql"):
            found |= dict.fromkeys(trigger.statements(vendor), trigger.table)
    return found


@pytest.mark.parametrize("table", sorted({model._meta.db_table for model in OWN}))
def test_without_any_one_rule_a_case_fails(table: str, raw: Raw) -> None:
    here = triggers.expected(raw.vendor)
    needless = []
    for rule in sorted(name for name, of in _tables_of_rules().items() if of == table):
        if rule.startswith(triggers.PREFIX) and rule not in here:
            # Rules that only SQLite needs, or that another one holds by the same look.
            assert "no_replace" in rule or "_types_" in rule or rule in SEEN_BY_ANOTHER
        elif not rule.endswith("_types_insert") and not _accepted_without(rule, table, raw):
            needless.append(rule)
    assert needless == [], "every case is still refused without these"


def _accepted_without(rule: str, table: str, raw: Raw) -> bool:
    """Whether something that must be refused is let in when this rule is taken away."""
    if "_types_" in rule:
        return _accepted_of_wrong_type(rule) is not None
    with _less(raw, {rule} | COVERED_BY.get(rule, set()), table) as broken:
        return any(broken.refusal(sql) is None for _, sql in _statements(raw.vendor, table))


# --- wrong types, which SQLite would take ------------------------------------------------------

BAD = {
    "integer": ("'abc'", "1.5", "x'00'", "''"),
    "bool": ("2", "'x'", "0.5"),
    "datetime": ("'soon'", "'2026-02-30 10:00:00'", "'2026-01-01T10:00:00'", "5",
                 "'2026-01-01 25:00:00'", "'2026-01-01 10:00:00.1x'", "''"),
    "date": ("'soon'", "'2026-02-30'", "'2026-01-01 10:00:00'", "5", "''"),
    "char": ("'xyz'", "x'00'", "7", "'0193000000000000000000000000000G'"),
    "varchar": ("x'00'", "'a' || char(0)"),
    "text": ("x'00'", "'a' || char(0)"),
    "decimal": ("'abc'", "9e999", "0.123456789", "x'00'"),
    "real": ("'x'", "9e999"),
    "json": ("'NaN'", "'{{'", "x'7b7d'", "'Infinity'"),
}  # fmt: skip


def _columns(raw: RawSqlite, table: str) -> dict[str, str]:
    """Column -> a key of BAD."""
    found = {}
    model = next(m for m in OWN if m._meta.db_table == table)
    json_columns = {f.column for f in model._meta.fields if isinstance(f, models.JSONField)}
    for row in raw.rows(f"PRAGMA table_info({table})"):
        declared = row[2].lower().split("(")[0].split()[0]
        declared = {"bigint": "integer", "smallint": "integer"}.get(declared, declared)
        found[row[1]] = "json" if row[1] in json_columns else declared
    return found


def _inserts_of_wrong_type(raw: RawSqlite, index: int) -> Iterator[str]:
    step = WORLD[index]
    kinds = _columns(raw, step.table)
    for column, _ in step.columns:
        for bad in BAD[kinds[column]]:
            values = [bad if name == column else value for name, value in step.columns]
            names = ", ".join(name for name, _ in step.columns)
            yield f"INSERT INTO {step.table} ({names}) VALUES ({', '.join(values)})"


def _updates_of_wrong_type(raw: RawSqlite, table: str) -> Iterator[str]:
    for (row,) in raw.rows(f"SELECT rowid FROM {table}"):
        for column, kind in _columns(raw, table).items():
            for bad in BAD[kind]:
                yield f"UPDATE {table} SET {column} = {bad} WHERE rowid = {row}"


def _accepted_of_wrong_type(rule: str) -> str | None:
    """An UPDATE to a value of a wrong type that is let in without this rule."""
    table = rule.removeprefix("st_").rsplit("_types_", 1)[0]
    with _about(table).less({rule} | COVERED_BY.get(rule, set())) as raw:
        wrong = _updates_of_wrong_type(raw, table)
        return next((sql for sql in wrong if raw.refusal(sql) is None), None)


def test_without_its_guard_each_table_takes_a_row_of_wrong_types() -> None:
    if connection.vendor == "postgresql":
        return  # its columns have types
    growing = RawSqlite([sql for _, _, sql in sqlite_schema()], ())
    guards = {rule for rule in triggers.expected("sqlite") if rule.endswith("_types_insert")}
    needless = []
    for index, step in enumerate(WORLD):
        rule = f"st_{step.table}_types_insert"
        if step.columns and rule in guards:
            guards.remove(rule)
            with growing.less({rule} | COVERED_BY.get(rule, set())) as raw:
                wrong = _inserts_of_wrong_type(raw, index)
                if all(raw.refusal(sql) is not None for sql in wrong):
                    needless.append(rule)
        growing.add(step)
    assert needless == []
    assert guards == set(), "the world lacks these tables"


def test_no_column_takes_a_value_of_another_type() -> None:
    if connection.vendor == "postgresql":
        return  # its columns have types
    ddl = [sql for _, _, sql in sqlite_schema()]
    full = RawSqlite(ddl)
    accepted = [
        sql
        for model in OWN
        for sql in _updates_of_wrong_type(full, model._meta.db_table)
        if full.refusal(sql) is None
    ]
    seen: set[str] = set()
    growing = RawSqlite(ddl, ())
    for index, step in enumerate(WORLD):
        if step.columns and step.table not in seen:
            seen.add(step.table)
            wrong = _inserts_of_wrong_type(growing, index)
            accepted += [sql for sql in wrong if growing.refusal(sql) is None]
        growing.add(step)
    assert seen == {model._meta.db_table for model in OWN}, "the world lacks a table"
    assert accepted == []


def test_every_relation_is_a_foreign_key_that_refuses_unknown_rows(raw: Raw) -> None:
    for model in OWN:
        for column in model._meta.fields:
            if isinstance(column, models.ForeignKey):
                table = model._meta.db_table
                why = raw.refusal(f"UPDATE {table} SET {column.column} = '{{new3}}'")
                assert why is not None, f"{table}.{column.column} takes an unknown row"
    with connection.cursor() as cursor:
        for model in OWN:
            known = connection.introspection.get_relations(cursor, model._meta.db_table)
            wanted = {f.column for f in model._meta.fields if isinstance(f, models.ForeignKey)}
            assert wanted <= set(known)


# --- a migration that makes a table anew ---------------------------------------------------------


def test_a_migration_that_rebuilds_the_attempts_keeps_every_rule(tmp_path: Path) -> None:
    if connection.vendor == "postgresql":
        return  # it alters tables in place
    with contextlib.closing(sqlite3.connect(tmp_path / "rebuilt.sqlite3")) as copy:
        for _, _, sql in sqlite_schema():
            copy.execute(sql)
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/rebuilt.sqlite3",
        "STUDIUM_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "studium.project.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.integrity.rebuild"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    taken_away, differences, ddl = json.loads(done.stdout)
    assert taken_away
    assert differences == []
    assert "DEFAULT 5" in next(sql for sql in ddl if sql.startswith('CREATE TABLE "exam_attempts"'))
    raw = RawSqlite(ddl)
    assert [sql for _, sql in _statements("sqlite") if raw.refusal(sql) is None] == []
    assert [title for title, sql in CONTROLS if raw.refusal(sql) is not None] == []
