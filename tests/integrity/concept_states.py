"""Invalid states of concepts, merges and groups of students, and what must be let through."""

from __future__ import annotations

from typing import Any


def _insert(table: str, row: dict[str, str]) -> str:
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _concept(**changed: str) -> str:
    return _insert("concepts", {"id": "'{new}'", "course_id": "'{c1}'", "name": "'New'"} | changed)


def _merged(into: str, **changed: str) -> str:
    """An INSERT of a concept that is merged already."""
    return _concept(merged_into_id=into, merged_at="'2026-02-01 08:00:00'", **changed)


def _merge(one: str, into: str) -> str:
    return (
        f"UPDATE concepts SET merged_into_id = '{{{into}}}', merged_at = '2026-02-01 08:00:00' "
        f"WHERE id = '{{{one}}}'"
    )


def _teaches(**changed: str) -> str:
    row = {"id": "'{new}'", "lesson_id": "'{l2}'", "concept_id": "'{con1}'"} | changed
    return _insert("lesson_concepts", row)


def _group(**changed: str) -> str:
    row = {"id": "'{new}'", "course_id": "'{c1}'", "name": "'Lab B'"} | changed
    return _insert("course_groups", row)


def _member(**changed: str) -> str:
    row = {"id": "'{new}'", "group_id": "'{g1}'", "user_id": "'{max}'"} | changed
    return _insert("course_group_members", row)


def _response(concepts: str) -> str:
    row = {
        "id": "'{new}'", "user_id": "'{max}'", "course_id": "'{c1}'", "lesson_id": "'{l1}'",
        "question_id": "'{item1}'", "quiz_attempt_id": "'{qa3}'", "share": "1",
        "concepts": concepts,
    }  # fmt: skip
    return _insert("responses", row)


UP = "UPDATE concepts SET "

STATES: list[tuple[Any, ...]] = [
    (801, "concepts: what another course's lesson teaches, or two for one lesson", (
        _concept(lesson_id="'{l3}'"), _concept(lesson_id="'{l1}'"), _concept(lesson_id="'{new3}'"),
        UP + "lesson_id = '{l3}' WHERE id = '{con1}'",
        UP + "lesson_id = '{l1}' WHERE id = '{con1}'",
    )),
    (802, "concepts: what a lesson teaches as a whole becomes something else", (
        UP + "lesson_id = NULL WHERE id = '{con3}'", UP + "lesson_id = '{l2}' WHERE id = '{con3}'",
    )),
    (803, "concepts: merged into itself, into another course's, into nothing", (
        _merge("con1", "con1"), _merge("con1", "con2"), _merge("con1", "new3"),
        _merged("'{con2}'"), _merged("'{new}'"),
    )),
    (804, "concepts: merges that come back to where they began", (
        _merge("con1", "con4"), _merge("con1", "con5"), _merged("'{con5}'"), _merge("con3", "con5"),
    )),
    (805, "concepts: merged twice", (_merge("con5", "con3"), _merge("con4", "con3"))),
    (806, "concepts: half a merge", (
        UP + "merged_into_id = '{con1}' WHERE id = '{con3}'",
        UP + "merged_at = '2026-02-01 08:00:00' WHERE id = '{con3}'",
        UP + "merged_epoch = 3 WHERE id = '{con3}'",
        UP + "merged_epoch = -1 WHERE id = '{con5}'",
    )),
    (807, "concepts: one that is merged gets another name", (
        UP + "name = 'Other' WHERE id = '{con5}'", UP + "name = 'Other' WHERE id = '{con4}'",
    )),
    (808, "concepts: a merge that analytics counts with is undone or moved", (
        UP + "merged_into_id = NULL, merged_at = NULL, merged_epoch = NULL WHERE id = '{con4}'",
        UP + "merged_epoch = NULL WHERE id = '{con4}'", UP + "merged_epoch = 4 WHERE id = '{con4}'",
    )),
    (809, "concepts: one that answers may name goes", (
        "DELETE FROM concepts WHERE id = '{con6}'",
    )),
    (810, "concepts: one that answers may name is replaced", (
        "INSERT OR REPLACE INTO concepts (id, course_id, name) VALUES ('{con6}', '{c1}', 'Other')",
    ), "sqlite"),
    (811, "lesson_concepts: twice, or a concept of another course", (
        _teaches(lesson_id="'{l1}'"), _teaches(concept_id="'{con2}'"), _teaches(lesson_id="'{l3}'"),
        "UPDATE lesson_concepts SET concept_id = '{con2}' WHERE id = '{lco1}'",
    )),
    (812, "responses: concepts that are none, or one of them twice", (
        _response("'[\"{new3}\"]'"), _response("'[\"x\"]'"), _response("'{{\"a\": 1}}'"),
        _response("'[\"{con1}\", \"{con1}\"]'"),
    )),
    (813, "course_groups: no name, the same one twice, another course", (
        _group(name="' '"), _group(name="'Lab A'"), _group(course_id="'{new3}'"),
        "UPDATE course_groups SET course_id = '{c4}' WHERE id = '{g1}'",
    )),
    (814, "course_group_members: twice, or nobody who is a student of the course", (
        _member(user_id="'{ada}'"), _member(user_id="'{bruno}'"), _member(user_id="'{zoe}'"),
        _member(group_id="'{g2}'"), _member(user_id="'{tess}'"),
    )),
    (815, "course_group_members: a place moves to another group or person", (
        "UPDATE course_group_members SET user_id = '{max}' WHERE id = '{gm1}'",
        "UPDATE course_group_members SET group_id = '{g2}' WHERE id = '{gm1}'",
    )),
    (816, "course_groups: one goes while somebody is in it", (
        "DELETE FROM course_groups WHERE id = '{g1}'",
    )),
]  # fmt: skip

CONTROLS = [
    ("a concept that a lesson is", _concept(lesson_id="'{l2}'")),
    ("a concept becomes what a lesson is", UP + "lesson_id = '{l2}' WHERE id = '{con1}'"),
    ("two concepts are merged", _merge("con3", "con1")),
    ("a concept that others were merged into is merged", _merge("con1", "con3")),
    ("a merge is undone",
     UP + "merged_into_id = NULL, merged_at = NULL WHERE id = '{con5}'"),
    ("a merge begins to count", UP + "merged_epoch = 7 WHERE id = '{con5}'"),
    ("a concept gets another name", UP + "name = 'Owners' WHERE id = '{con1}'"),
    ("a lesson teaches a second concept", _teaches(lesson_id="'{l1}'", concept_id="'{con3}'")),
    ("a lesson teaches a concept no more", "DELETE FROM lesson_concepts WHERE id = '{lco1}'"),
    ("a response names two concepts", _response("'[\"{con1}\", \"{con3}\"]'")),
    ("a second group", _group()),
    ("somebody joins a group", _member()),
    ("somebody leaves a group", "DELETE FROM course_group_members WHERE id = '{gm1}'"),
]  # fmt: skip
