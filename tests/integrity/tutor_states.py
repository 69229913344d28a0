"""Invalid states of passages and of the tutor, and what must be let through."""

from __future__ import annotations

from typing import NamedTuple


class _State(NamedTuple):
    number: int
    title: str
    statements: tuple[str, ...]
    only: str = ""


def _s(number: int, title: str, *statements: str) -> _State:
    return _State(number, title, statements)


def _insert(table: str, row: dict[str, str], changed: dict[str, str]) -> str:
    row = row | changed
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _passage(**changed: str) -> str:
    row = {
        "id": "900", "lesson_id": "'{l1}'", "course_id": "'{c1}'", "place": "2", "version": "1",
        "block_id": "'b2'", "begins": "0", "ends": "5", "title": "'T'", "text": "'Text.'",
    }  # fmt: skip
    return _insert("passages", row, changed)


def _message(**changed: str) -> str:
    """An INSERT of a question of Bruno's, who sits no exam."""
    row = {
        "id": "'{new}'", "user_id": "'{bruno}'", "lesson_id": "'{l1}'", "mode": "'explain'",
        "question": "'What?'", "state": "'absent'", "asked_at": "'2026-02-05 10:00:00'",
    }  # fmt: skip
    return _insert("tutor_messages", row, changed)


def _switch(**changed: str) -> str:
    row = {"id": "'{new}'", "course_id": "'{c2}'", "is_on": "false", "changed_by_id": "'{bruno}'"}
    return _insert("tutor_switches", row, changed)


def _set(what: str, name: str = "tm1") -> str:
    return f"UPDATE tutor_messages SET {what} WHERE id = '{{{name}}}'"


STATES = [
    _s(701, "two passages at one place of a lesson", _passage(place="1"),
       "UPDATE passages SET place = 1 WHERE id = 802"),
    _s(702, "a passage at no place", _passage(place="0"), _passage(place="1000001")),
    _s(703, "a passage that ends before it begins", _passage(begins="6"), _passage(begins="-1"),
       "UPDATE passages SET ends = -1 WHERE id = 801"),
    _s(704, "a passage in a course that is not its lesson's", _passage(course_id="'{c2}'"),
       "UPDATE passages SET course_id = '{c2}' WHERE id = 801"),
    _s(705, "a message in no known mode", _message(mode="'shout'")),
    _s(706, "a message in no known state", _message(state="'guessed'")),
    _s(707, "a wording that is not known", _message(wording="'soon'"),
       _set("wording = 'soon'", "tm2")),
    _s(708, "a question of nothing", _message(question="' '")),
    _s(709, "an answer is changed after it was given", _set("reply = '{{\"a\": 1}}'"),
       _set("wording = 'pending'")),
    _s(710, "a question is not what was asked any more", _set("question = 'Other?'", "tm2"),
       _set("state = 'answered'", "tm2"), _set("lesson_id = '{l2}'", "tm2"),
       _set("user_id = '{bruno}'", "tm2"), _set("asked_at = '2026-02-06 10:00:00'", "tm2"),
       _set("mode = 'hint'", "tm2"), _set("own_answer = 'x'", "tm2"),
       _set("id = '{new}'", "tm2")),
    _s(711, "a question while an exam of the person runs", _message(user_id="'{ada}'")),
    _s(712, "a message written over another", _message(id="'{tm1}'")),
    _State(712, "a message written over another by REPLACE",
           (_message(id="'{tm1}'").replace("INSERT INTO", "INSERT OR REPLACE INTO"),), "sqlite"),
    _s(713, "two switches of one course", _switch(course_id="'{c1}'")),
    _s(714, "a switch moves to another course",
       "UPDATE tutor_switches SET course_id = '{c2}' WHERE id = '{ts1}'",
       "UPDATE tutor_switches SET id = '{new}' WHERE id = '{ts1}'"),
]  # fmt: skip

CONTROLS: list[tuple[str, str]] = [
    ("another passage", _passage()),
    ("a passage goes", "DELETE FROM passages WHERE id = 801"),
    ("another question", _message()),
    ("a question of somebody whose exam is over",
     _message(user_id="'{ada}'", asked_at="'2026-03-05 10:00:00'")),
    ("a model's words come", _set("wording = 'done', reply = '{{\"a\": 1}}'", "tm2")),
    ("a person deletes a question", "DELETE FROM tutor_messages WHERE id = '{tm1}'"),
    ("another switch", _switch()),
    ("a switch is thrown", "UPDATE tutor_switches SET is_on = true WHERE id = '{ts1}'"),
]  # fmt: skip
