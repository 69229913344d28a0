"""Invalid states of the engine's rows and epochs, and what must be let through."""

from __future__ import annotations

EPOCH = {
    "id": "2", "state": "'retired'", "horizon": "3", "since": "4", "progress": "4",
    "reason": "'Marks were corrected.'", "engine_version": "1", "is_rendered": "TRUE",
    "stale_reason": "''", "stale_at": "NULL", "made_at": "'2026-02-01 10:30:00'",
}  # fmt: skip
FORGOTTEN = {
    "user_id": "'{bruno}'", "after_seq": "3", "epoch": "2", "at": "'2026-02-01 10:30:00'",
}  # fmt: skip
SHARED = {
    "epoch": "1", "means": "'[0.5]'", "variances": "'[1.0]'", "a": "0.0", "b": "1.0", "n": "3",
}  # fmt: skip
ITEM = {"epoch": "1", "question_id": "'{item1}'", "mean": "0.5", "variance": "0.9", "n": "1"}
CONCEPT = {
    "epoch": "1", "concept_id": "'{con1}'", "mean": "0.5", "variance": "0.4", "wins_slope": "0.1",
    "wins_variance": "0.02", "fails_slope": "0.1", "fails_variance": "0.02", "n": "2",
    "items": "1", "ease_sum": "0.5",
}  # fmt: skip
COURSE = {"epoch": "1", "course_id": "'{c1}'", "items": "1", "ease_sum": "0.5"}
LEVEL = {
    "epoch": "1", "user_id": "'{ada}'", "course_id": "'{c1}'", "mean": "0.5", "variance": "0.5",
    "n": "1", "last_at": "1770000000.5",
}  # fmt: skip
PRACTISED = {
    "epoch": "1", "user_id": "'{ada}'", "question_id": "'{item1}'", "wins": "1.0", "fails": "0.0",
    "last_outcome": "1.0", "last_at": "1770000000.5",
}  # fmt: skip
MASTERY = {
    "epoch": "1", "user_id": "'{ada}'", "concept_id": "'{con1}'", "course_id": "'{c1}'",
    "mean": "0.5", "variance": "0.3", "wins": "1.0", "fails": "0.0", "last_outcome": "1.0",
    "last_at": "1770000000.5", "n": "1",
}  # fmt: skip
LEVEL_DAY = {
    "epoch": "1", "user_id": "'{ada}'", "course_id": "'{c1}'", "day": "'2026-02-01'", "p": "0.6",
    "low": "0.4", "high": "0.8", "n": "1",
}  # fmt: skip
MASTERY_DAY = LEVEL_DAY | {"concept_id": "'{con1}'"}
POINTS = {
    "quiz_attempt_id": "'{qa1}'", "user_id": "'{ada}'", "course_id": "'{c1}'", "points": "1",
    "max_points": "2",
}  # fmt: skip
FORECAST = {
    "epoch": "1", "exam_id": "'{e1}'", "user_id": "'{ada}'", "answers": "12",
    "paper": "'00112233445566778899aabbccddeeff'", "made_at": "'2026-02-01 10:30:00'",
    "mean": "0.6", "low": "0.4", "high": "0.8", "p_pass": "0.7",
}  # fmt: skip

ROWS = {
    "engine_state": SHARED,
    "item_states": ITEM,
    "concept_states": CONCEPT,
    "course_states": COURSE,
    "level_states": LEVEL,
    "mastery": MASTERY,
    "practised_items": PRACTISED,
    "mastery_days": MASTERY_DAY,
    "level_days": LEVEL_DAY,
    "practice_points": POINTS,
    "exam_forecasts": FORECAST,
    "forgotten_people": FORGOTTEN,
}
"""One valid row of each table, all of which are in the world."""
CURRENT = EPOCH | {"id": "1", "state": "'current'"}


def _set(table: str, **values: str) -> str:
    return f"UPDATE {table} SET " + ", ".join(f"{name} = {to}" for name, to in values.items())


def _add(table: str, row: dict[str, str], **changed: str) -> str:
    row = row | changed
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _null(table: str) -> list[str]:
    """An UPDATE to NULL of every column that must have a value."""
    free = {"last_at"} | ({"epoch"} if table == "forgotten_people" else set())
    return [_set(table, **{name: "NULL"}) for name in ROWS[table] if name not in free]


_EPOCH_TABLES = [name for name, row in ROWS.items() if "epoch" in row]
_COUNTED = [name for name, row in ROWS.items() if "n" in row]
_SPREAD = [name for name, row in ROWS.items() if "variance" in row]
_RECORD = [name for name, row in ROWS.items() if "last_outcome" in row]
_RANGE = [name for name, row in ROWS.items() if "low" in row]

STATES = [
    (1901, "two rows of one kind for the same epoch, person and thing", tuple(
        _add(table, row) for table, row in ROWS.items()
    )),
    (1902, "a row of state without a value", tuple(
        sql for table in ROWS for sql in _null(table)
    )),
    (1903, "a row of no epoch", tuple(_set(table, epoch="-1") for table in _EPOCH_TABLES)),
    (1904, "fewer than no answers", tuple(
        sql
        for table in _COUNTED
        for sql in (
            [_set(table, n="-1", items="-1")] if table == "concept_states"
            else [_set(table, n="-1")]
        )
    )),
    (1905, "certain beyond certainty", (
        *(_set(table, variance="0.0") for table in _SPREAD),
        _set("concept_states", wins_variance="0.0"),
        _set("concept_states", fails_variance="-0.1"),
    )),
    (1906, "more questions than answers, or none where there must be one", (
        _set("concept_states", items="3"),
        _set("concept_states", items="-1"),
        _set("course_states", items="0"),
    )),
    (1907, "a record that cannot be", tuple(
        _set(table, **changed)
        for table in _RECORD
        for changed in (
            {"wins": "-1.0"}, {"fails": "-0.5"}, {"last_outcome": "1.5"}, {"last_outcome": "-2.0"},
        )
    )),
    (1908, "a range that does not hold what it is about", tuple(
        _set(table, **changed)
        for table in _RANGE
        for changed in ({"low": "-0.1"}, {"low": "0.7"}, {"high": "0.5"}, {"high": "1.1"})
    )),
    (1909, "mastery of what another course teaches", (
        _set("mastery", course_id="'{c2}'"),
        _add("mastery", MASTERY, epoch="2", course_id="'{c2}'"),
    )),
    (1910, "an epoch that is nothing, or out of order", (
        _add("analytics_epochs", EPOCH, id="-1"),
        _add("analytics_epochs", EPOCH, state="'gone'"),
        _add("analytics_epochs", EPOCH, state="NULL"),
        _add("analytics_epochs", EPOCH, since="2"),
        _add("analytics_epochs", EPOCH, horizon="-1"),
        _add("analytics_epochs", EPOCH, progress="-1"),
        _add("analytics_epochs", EPOCH, engine_version="0"),
        _add("analytics_epochs", EPOCH, reason="NULL"),
        _add("analytics_epochs", EPOCH, is_rendered="NULL"),
        _add("analytics_epochs", EPOCH, id="1"),
    )),
    (1911, "an epoch that is stale for no reason, or for one without a moment", (
        _add("analytics_epochs", EPOCH, stale_at="'2026-02-01 10:30:00'"),
        _add("analytics_epochs", EPOCH, stale_reason="'Marks were corrected.'"),
        _set("analytics_epochs", stale_reason="'Marks were corrected.'"),
    )),
    (1912, "two epochs that are read, or two that are built", (
        _add("analytics_epochs", EPOCH, state="'current'"),
        _add("analytics_epochs", EPOCH, state="'building'"),
    )),
    (1913, "somebody forgotten before the first answer, or in no epoch", (
        _set("forgotten_people", after_seq="-1"),
        _set("forgotten_people", user_id="'{new}'"),
    )),
    (1914, "more points of practice than there are", (
        _set("practice_points", points="2.001"),
        _set("practice_points", points="-1"),
        _set("practice_points", max_points="0.5"),
    )),
    (1915, "half a forecast, or one outside of the marks", (
        _set("exam_forecasts", low="NULL"),
        _set("exam_forecasts", mean="NULL"),
        _set("exam_forecasts", low="0.9"),
        _set("exam_forecasts", p_pass="1.1"),
        _set("exam_forecasts", answers="-1"),
        _set("exam_forecasts", exam_id="'{new}'"),
        _add("exam_forecasts", FORECAST, answers="13"),
    )),
]  # fmt: skip

CONTROLS = [
    *((f"the row of {table} moves", _set(table, **{name: value}))
      for table, name, value in (
          ("engine_state", "n", "4"), ("item_states", "mean", "-0.25"),
          ("concept_states", "items", "2"), ("course_states", "ease_sum", "-0.5"),
          ("level_states", "last_at", "NULL"), ("mastery", "wins", "1.5"),
          ("practised_items", "last_outcome", "-1.0"), ("mastery_days", "p", "0.8"),
          ("level_days", "day", "'2026-02-28'"), ("practice_points", "points", "2"),
          ("exam_forecasts", "answers", "13"),
          ("forgotten_people", "epoch", "NULL"),
      )),
    ("the same row in the next epoch", _add("mastery", MASTERY, epoch="2")),
    ("a forecast that it is too early for", _set(
        "exam_forecasts", mean="NULL", low="NULL", high="NULL", p_pass="NULL",
    )),
    ("an epoch that is over", _add("analytics_epochs", EPOCH)),
    ("an epoch that a next one is wanted for", _set(
        "analytics_epochs", stale_reason="'Marks were corrected.'",
        stale_at="'2026-02-01 10:30:00'",
    )),
]  # fmt: skip
