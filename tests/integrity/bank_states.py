"""Invalid states of random parts, draws, tags and concepts, and what must be let through."""

from __future__ import annotations

from typing import NamedTuple


class _State(NamedTuple):
    number: int
    title: str
    statements: tuple[str, ...]


def _s(number: int, title: str, *statements: str) -> _State:
    return _State(number, title, statements)


def _insert(table: str, row: dict[str, str]) -> str:
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _pool(**changed: str) -> str:
    """An INSERT of a second random part into the exam that nobody began."""
    row = {
        "id": "'{new}'", "exam_id": "'{e6}'", "title": "'More'", "pick": "1", "points": "1",
        "position": "2",
    } | changed  # fmt: skip
    return _insert("exam_pools", row)


def _attempt(**changed: str) -> str:
    """An INSERT of Max's attempt at the exam with a random part, with a fair draw."""
    row = {
        "id": "'{new}'", "exam_id": "'{e5}'", "user_id": "'{max}'", "attempt_no": "1",
        "attempts_allowed": "3", "attempted_at": "'2026-02-05 10:00:00'", "draw_seed": "8",
        "deadline_at": "'2026-02-05 11:00:00'", "drawn": "'[\"{bi3}\"]'",
    } | changed  # fmt: skip
    return _insert("exam_attempts", row)


def _answer(**changed: str) -> str:
    """An INSERT of an answer to what Ada drew."""
    row = {
        "id": "'{new}'", "attempt_id": "'{ba1}'", "question_id": "'{bi2}'", "response": "'true'",
        "revision": "1", "saved_at": "'2026-02-05 10:06:00'", "points_possible": "2",
    } | changed  # fmt: skip
    return _insert("attempt_answers", row)


def _place(**changed: str) -> str:
    row = {
        "id": "'{new}'", "exam_id": "'{e6}'", "question_id": "'{bi3}'", "pool_id": "'{k2}'",
        "position": "7", "points": "2",
    } | changed  # fmt: skip
    return _insert("exam_questions", row)


def _tag(**changed: str) -> str:
    return _insert("tags", {"id": "'{new}'", "owner_id": "'{bruno}'", "name": "'new'"} | changed)


def _tagging(**changed: str) -> str:
    row = {"id": "'{new}'", "question_id": "'{item4}'", "tag_id": "'{tag1}'"} | changed
    return _insert("question_tags", row)


def _concept(**changed: str) -> str:
    return _insert("concepts", {"id": "'{new}'", "course_id": "'{c1}'", "name": "'New'"} | changed)


def _link(**changed: str) -> str:
    row = {"id": "'{new}'", "question_id": "'{item4}'", "concept_id": "'{con1}'"} | changed
    return _insert("question_concepts", row)


STATES: list[_State] = [
    _s(501, "a random part without a title", _pool(title="' '")),
    _s(502, "a random part that draws nothing or too much", _pool(pick="0"), _pool(pick="501")),
    _s(503, "a random part worth nothing or too much", _pool(points="0"), _pool(points="1001")),
    _s(504, "a random part at no place", _pool(position="0"), _pool(position="101")),
    _s(505, "two random parts at one place", _pool(position="1")),
    _s(506, "a random part of an exam that was begun changes",
       _pool(exam_id="'{e5}'"), "UPDATE exam_pools SET pick = 2 WHERE id = '{k1}'",
       "DELETE FROM exam_pools WHERE id = '{k1}'"),
    _s(507, "a random part moves to another exam",
       "UPDATE exam_pools SET exam_id = '{e2}' WHERE id = '{k2}'"),
    _s(508, "a candidate of another exam's random part",
       _place(exam_id="'{e2}'"), _place(pool_id="'{k1}'"),
       "UPDATE exam_questions SET pool_id = '{k1}' WHERE id = '{bp5}'"),
    _s(509, "a random part goes while it has candidates",
       "DELETE FROM exam_pools WHERE id = '{k2}'"),
    _s(510, "an attempt without its draw", _attempt(drawn="NULL"), _attempt(drawn="'null'"),
       _attempt(drawn="'[]'"), _attempt(draw_seed="NULL")),
    _s(511, "an attempt that drew more or less than its exam says",
       _attempt(drawn="'[\"{bi2}\", \"{bi3}\"]'"), _attempt(drawn="'[\"{bi2}\", \"{bi2}\"]'")),
    _s(512, "an attempt that drew what is no candidate", _attempt(drawn="'[\"{bi1}\"]'"),
       _attempt(drawn="'[\"{item4}\"]'"), _attempt(drawn="'[\"x\"]'"),
       _attempt(drawn="'{{\"a\": 1}}'")),
    _s(513, "an attempt drew at an exam without random parts",
       _attempt(exam_id="'{e1}'", user_id="'{bruno}'", drawn="'[\"{bi2}\"]'")),
    _s(514, "a draw changes afterwards",
       "UPDATE exam_attempts SET drawn = '[\"{bi3}\"]' WHERE id = '{ba1}'",
       "UPDATE exam_attempts SET draw_seed = 9 WHERE id = '{ba1}'"),
    _s(515, "an answer to a candidate that was not drawn", _answer(question_id="'{bi3}'")),
    _s(516, "a tag without a name", _tag(name="' '")),
    _s(517, "the same tag twice", _tag(name="'loops'")),
    _s(518, "a tag changes its owner", "UPDATE tags SET owner_id = '{dora}' WHERE id = '{tag1}'"),
    _s(519, "a tag twice on a question", _tagging(question_id="'{item3}'")),
    _s(520, "a tag of somebody else", _tagging(tag_id="'{tag2}'"),
       _tagging(question_id="'{item6}'"),
       "UPDATE question_tags SET tag_id = '{tag2}' WHERE id = '{qt1}'"),
    _s(521, "a concept without a name", _concept(name="' '")),
    _s(522, "the same concept twice", _concept(name="'Ownership'")),
    _s(523, "a concept moves to another course",
       "UPDATE concepts SET course_id = '{c4}' WHERE id = '{con1}'"),
    _s(524, "a question linked to a concept twice", _link(question_id="'{item3}'")),
    _s(525, "a concept of somebody else's course", _link(concept_id="'{con2}'"),
       _link(question_id="'{item6}'"),
       "UPDATE question_concepts SET concept_id = '{con2}' WHERE id = '{qc1}'"),
]  # fmt: skip

CONTROLS: list[tuple[str, str]] = [
    ("another random part", _pool()),
    ("another candidate", _place()),
    ("another draw", _attempt()),
    ("an answer to what was drawn", _answer()),
    ("an answer to the fixed question", _answer(question_id="'{bi1}'")),
    ("a random part draws more",
     "UPDATE exam_pools SET pick = 3, points = 3 WHERE id = '{k2}'"),
    ("a new tag", _tag()),
    ("the same tag of another owner", _tag(owner_id="'{dora}'", name="'loops'")),
    ("a question is tagged", _tagging()),
    ("a tag comes off", "DELETE FROM question_tags WHERE id = '{qt1}'"),
    ("a new concept", _concept()),
    ("a question is linked", _link()),
]  # fmt: skip
