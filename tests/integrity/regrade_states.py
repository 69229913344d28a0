"""Invalid states of regrades, corrections and item figures, and what must be let through."""

from __future__ import annotations


def _insert(table: str, row: dict[str, str], changed: dict[str, str]) -> str:
    row = row | changed
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _regrade(**changed: str) -> str:
    row = {"id": "'{new}'", "exam_id": "'{e1}'", "reason": "'Why.'", "created_by_id": "'{bruno}'"}
    return _insert("regrades", row, changed)


def _correction(**changed: str) -> str:
    """An INSERT of a second correction into the plan, but for what is changed."""
    row = {
        "id": "'{new}'", "regrade_id": "'{rg2}'", "question_id": "'{item2}'",
        "kind": "'points'", "value": "'3'", "position": "2",
    }  # fmt: skip
    return _insert("corrections", row, changed)


def _move(**changed: str) -> str:
    row = {
        "id": "'{new}'", "regrade_id": "'{rg3}'", "attempt_id": "'{a1}'",
        "score_before": "50", "score_after": "60", "points_before": "2", "points_after": "2.4",
        "max_before": "4", "max_after": "4",
    }  # fmt: skip
    return _insert("regrade_moves", row, changed)


def _figures(**changed: str) -> str:
    row = {
        "id": "'{new}'", "exam_id": "'{e1}'", "question_id": "'{item2}'", "attempts": "1",
        "sums": "'{{}}'",
    }  # fmt: skip
    return _insert("item_figures", row, changed)


def _set(name: str, what: str) -> str:
    return f"UPDATE regrades SET {what} WHERE id = '{{{name}}}'"


_APPLIED = "applied_at = '2026-02-05 08:00:00', applied_by_id = '{bruno}', attempts = 1"
_UNDONE = "undone_at = '2026-02-07 08:00:00', undone_by_id = '{bruno}'"

# (number, title, statements, the one engine or "")
STATES: list[tuple[int, str, tuple[str, ...], str]] = [
    (301, "a regrade says why and begins as a plan", (
        _regrade(reason="' '"),
        _regrade(applied_at="'2026-02-05 08:00:00'", applied_by_id="'{bruno}'", attempts="1"),
        _set("rg2", "reason = 'Other.'"), _set("rg2", "exam_id = '{e2}'")), ""),
    (302, "a regrade is applied once, by somebody, to so many attempts", (
        _set("rg2", "applied_at = '2026-02-05 08:00:00'"), _set("rg2", "attempts = 1"),
        _set("rg2", _APPLIED.replace("attempts = 1", "attempts = -1")),
        _set("rg1", "attempts = 7"), _set("rg1", "applied_at = '2026-02-06 08:00:00'"),
        _set("rg1", "applied_at = NULL, applied_by_id = NULL, attempts = NULL"),
        "DELETE FROM regrades WHERE id = '{rg5}'"), ""),
    (303, "a regrade is undone once, after it was applied", (
        _set("rg2", _UNDONE), _set("rg1", "undone_at = '2026-02-07 08:00:00'"),
        _set("rg1", _UNDONE.replace("-07", "-01")), _set("rg3", "undone_at = NULL, "
             "undone_by_id = NULL"), _set("rg3", _UNDONE)), ""),
    (304, "a correction is a possible one of a question on the paper", (
        _correction(kind="'erase'"), _correction(value="NULL"), _correction(kind="'drop'"),
        _correction(position="0"), _correction(position="1"),
        _correction(question_id="'{item4}'")), ""),
    (305, "corrections stay as they were applied", (
        _correction(regrade_id="'{rg1}'"), "DELETE FROM corrections WHERE id = '{co1}'",
        "UPDATE corrections SET position = 3 WHERE id = '{co2}'",
        "UPDATE corrections SET regrade_id = '{rg1}', position = 9 WHERE id = '{co2}'"), ""),
    (306, "a move is of a graded attempt of the exam, once, and stays", (
        _move(score_before="101"), _move(score_after="-1"), _move(regrade_id="'{rg1}'"),
        _move(attempt_id="'{a2}'"), _move(attempt_id="'{a3}'"),
        "UPDATE regrade_moves SET score_after = 70 WHERE id = '{rm1}'",
        "DELETE FROM regrade_moves WHERE id = '{rm1}'"), ""),
    (307, "a move is not replaced", (
        _move(id="'{rm1}'").replace("INSERT", "REPLACE", 1),), "sqlite"),
    (308, "figures are of a question on the paper, once", (
        _figures(attempts="-1"), _figures(question_id="'{item1}'"),
        _figures(question_id="'{item4}'"),
        "UPDATE item_figures SET question_id = '{item2}' WHERE id = '{if1}'"), ""),
    (309, "what an answer is worth changes by a correction of the points alone", (
        "UPDATE attempt_answers SET points_possible = 3 WHERE id = '{ans3}'",
        "UPDATE attempt_answers SET points_possible = 3 WHERE id = '{ans1}'"), ""),
    (310, "a mark changes under a journalled regrade alone", (
        "UPDATE exam_attempts SET score = 75, points = 3 WHERE id = '{a1}'",
        "UPDATE attempt_answers SET points_awarded = 1 WHERE id = '{ans1}'"), ""),
]  # fmt: skip

CONTROLS: list[tuple[str, str]] = [
    ("a plan", _regrade()),
    ("a plan thrown away", "DELETE FROM regrades WHERE id = '{rg4}'"),
    ("a plan applied", _set("rg2", _APPLIED)),
    ("a regrade undone", _set("rg1", _UNDONE)),
    ("a correction of the points", _correction()),
    ("a question dropped", _correction(kind="'drop'", value="NULL")),
    ("a correction taken out of a plan", "DELETE FROM corrections WHERE id = '{co2}'"),
    ("what moved", _move()),
    ("figures of another question", _figures()),
    ("figures that grow", "UPDATE item_figures SET attempts = 2 WHERE id = '{if1}'"),
]
