"""Invalid states of learning curves and suggested practice, and what must be let through."""

from __future__ import annotations


def _sum(**changed: str) -> str:
    row = {
        "epoch": "1", "concept_id": "'{con1}'", "opportunity": "2", "n": "2", "wrong_sum": "1.5",
    } | changed  # fmt: skip
    names, values = ", ".join(row), ", ".join(row.values())
    return f"INSERT INTO concept_opportunities ({names}) VALUES ({values})"


def _suggest(**changed: str) -> str:
    row = {
        "id": "'{new}'", "user_id": "'{max}'", "course_id": "'{c1}'", "concept_id": "'{con1}'",
        "suggested_by_id": "'{bruno}'", "words": "''", "made_at": "'2026-03-01 08:00:00'",
    } | changed  # fmt: skip
    names, values = ", ".join(row), ", ".join(row.values())
    return f"INSERT INTO practice_suggestions ({names}) VALUES ({values})"


STATES = [
    (1601, "sums of an opportunity twice, of no concept, of no epoch or no place", (
        _sum(opportunity="1"),
        _sum(concept_id="'{new}'"),
        _sum(concept_id="NULL"),
        _sum(epoch="NULL"),
        _sum(epoch="-1"),
        _sum(opportunity="NULL"),
        _sum(opportunity="0"),
        _sum(opportunity="41"),
        "UPDATE concept_opportunities SET opportunity = 0",
        "UPDATE concept_opportunities SET opportunity = 41",
        "UPDATE concept_opportunities SET epoch = -1",
    )),
    (1602, "an opportunity of nobody, or with more wrong than there were people", (
        _sum(n="0"),
        _sum(n="NULL"),
        _sum(wrong_sum="-0.1"),
        _sum(wrong_sum="2.1"),
        _sum(wrong_sum="NULL"),
        "UPDATE concept_opportunities SET n = 0, wrong_sum = 0",
        "UPDATE concept_opportunities SET wrong_sum = -0.1",
        "UPDATE concept_opportunities SET wrong_sum = 1.1",
    )),
    (1603, "a suggestion without its parts, or twice", (
        _suggest(user_id="NULL"),
        _suggest(course_id="NULL"),
        _suggest(concept_id="NULL"),
        _suggest(suggested_by_id="NULL"),
        _suggest(suggested_by_id="'{new}'"),
        _suggest(words="NULL"),
        _suggest(made_at="NULL"),
        _suggest(words=f"'{301 * 'a'}'"),
        _suggest(user_id="'{ada}'"),
    )),
    (1604, "a suggestion to practise what another course teaches", (
        _suggest(concept_id="'{con2}'"),
        _suggest(course_id="'{c2}'"),
        "UPDATE practice_suggestions SET concept_id = '{con2}'",
        "UPDATE practice_suggestions SET course_id = '{c2}'",
    )),
    (1605, "a suggestion to somebody who is no student of the course", (
        _suggest(user_id="'{zoe}'"),
        _suggest(user_id="'{bruno}'"),
        "UPDATE practice_suggestions SET user_id = '{zoe}'",
        "UPDATE practice_suggestions SET user_id = '{bruno}'",
    )),
]  # fmt: skip

CONTROLS = [
    ("sums of the next opportunity", _sum()),
    ("the same in another epoch", _sum(epoch="2", opportunity="1")),
    ("all of it wrong", _sum(wrong_sum="2")),
    ("none of it wrong, at the last place", _sum(wrong_sum="0", opportunity="40")),
    ("one more person", "UPDATE concept_opportunities SET n = n + 1, wrong_sum = wrong_sum + 1"),
    ("a suggestion", _suggest(words=f"'{300 * 'a'}'")),
    ("a suggestion made anew", "UPDATE practice_suggestions SET made_at = '2026-03-02 08:00:00'"),
    ("a suggestion taken back", "DELETE FROM practice_suggestions"),
]
