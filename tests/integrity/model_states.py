"""Invalid states of model servers, budgets, calls and prompts; and what is let in."""

from __future__ import annotations


def _insert(table: str, row: dict[str, str]) -> str:
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _connection(**changed: str) -> str:
    """An INSERT of a second model, but for what is changed."""
    row = {
        "id": "'{new}'", "name": "'Second'", "dialect": "'anthropic'",
        "address": "'https://api.example.org'", "model": "'large'",
    } | changed  # fmt: skip
    return _insert("model_connections", row)


def _call(**changed: str) -> str:
    """An INSERT of a call, but for what is changed."""
    row = {
        "id": "'{new}'", "connection_id": "'{mc1}'", "engine": "'openai'", "model": "'small'",
        "prompt_version": "'notes-1'", "text_hash": "'b'",
    } | changed  # fmt: skip
    return _insert("llm_calls", row)


def _prompt(**changed: str) -> str:
    row = {"id": "'{new}'", "course_id": "'{c2}'", "name": "'notes'", "text": "'{{topic}}'"}
    return _insert("course_prompts", row | changed)


_TESTED = {"tested_at": "'2026-01-01 08:00:00'", "context_tokens": "3000"}
STATES = [
    (901, "model_connections: of no dialect, without name, address or model", (
        _connection(dialect="'telnet'"), _connection(name="' '"), _connection(address="''"),
        _connection(model="''"),
    )),
    (902, "model_connections: two in use, or one that passed no test", (
        _connection(is_chosen="true", **_TESTED),
        "UPDATE model_connections SET tested_at = NULL WHERE id = '{mc1}'",
        "UPDATE model_connections SET context_tokens = 0 WHERE id = '{mc1}'",
    )),
    (903, "model_connections: less than nothing", (
        _connection(price_in="-1"), _connection(price_out="-1"), _connection(failures="-1"),
        _connection(context_tokens="-1"), _connection(created_by_id="'{new3}'"),
    )),
    (904, "model_budgets: of no scope, twice, less than nothing", (
        "INSERT INTO model_budgets (id, scope) VALUES ('{new}', 'planet')",
        "INSERT INTO model_budgets (id, scope) VALUES ('{new}', 'site')",
        "UPDATE model_budgets SET most_tokens = -1 WHERE id = '{mb1}'",
        "UPDATE model_budgets SET most_calls = -1 WHERE id = '{mb1}'",
    )),
    (905, "llm_calls: an answer of a call that failed, or the same answer twice", (
        _call(outcome="'timeout'", answer="'{{}}'"), _call(answer="'{{}}'"),
        _call(text_hash="'a'", outcome="'ok'", answer="'{{}}'"),
    )),
    (906, "llm_calls: less than nothing, of nothing", (
        _call(tokens_in="-1"), _call(tokens_out="-1"), _call(cost="-1"), _call(duration_ms="-1"),
        _call(outcome="' '"), _call(model="''"), _call(connection_id="'{new3}'"),
    )),
    (907, "course_prompts: twice, of an unknown name, without words", (
        _prompt(course_id="'{c1}'"), _prompt(name="'frame'"), _prompt(text="' '"),
        _prompt(course_id="'{new3}'"),
    )),
]  # fmt: skip

CONTROLS = [
    ("a second model", _connection()),
    ("a tested model that is not in use", _connection(**_TESTED)),
    ("a budget of nothing", "UPDATE model_budgets SET most_tokens = 0 WHERE id = '{mb1}'"),
    ("a call that failed", _call(outcome="'timeout'")),
    ("the same call again, its answer forgotten", _call(text_hash="'a'", outcome="'ok'")),
    ("a prompt of another course", _prompt()),
]
