"""Invalid states of what the site's predictions were worth, and what must be let through."""

from __future__ import annotations


def _report(**changed: str) -> str:
    row = {
        "id": "'{new}'", "last_seq": "2", "made_at": "'2026-03-02 09:00:00'", "n": "10000",
        "ece": "0.02", "by_chance": "0.01", "log_loss": "0.5", "bins": "'[]'",
    } | changed  # fmt: skip
    return f"INSERT INTO reliability_reports ({', '.join(row)}) VALUES ({', '.join(row.values())})"


STATES = [
    (1801, "the same predictions measured twice", (_report(last_seq="1"),)),
    (1802, "a measurement up to no fold at all", (
        _report(last_seq="0"),
        _report(last_seq="NULL"),
    )),
    (1803, "a measurement of nothing, or of more than is measured", (
        _report(n="0"),
        _report(n="10001"),
    )),
    (1804, "predictions off by less than nothing or more than everything", (
        _report(ece="-0.1"),
        _report(ece="1.1"),
        _report(ece="NULL"),
    )),
    (1805, "chance below nothing or above everything", (
        _report(by_chance="-0.1"),
        _report(by_chance="1.1"),
    )),
    (1806, "a loss below nothing, or more than a prediction can lose", (
        _report(log_loss="-0.1"),
        _report(log_loss="14.1"),
    )),
    (1807, "a measurement without its ranges or its moment", (
        _report(bins="NULL"),
        _report(made_at="NULL"),
    )),
]  # fmt: skip

CONTROLS = [
    ("a measurement of predictions", _report()),
    ("one of a single prediction that was all wrong", _report(
        n="1", ece="1", by_chance="1", log_loss="13.8"
    )),
    ("a measurement that is not kept any longer",
     "DELETE FROM reliability_reports WHERE last_seq = 1"),
]  # fmt: skip
