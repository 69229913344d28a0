"""Invalid states of marks, appeals and the gradebook, and what must be let through."""

from __future__ import annotations


def _insert(table: str, row: dict[str, str], changed: dict[str, str]) -> str:
    row = row | changed
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _mark(**changed: str) -> str:
    """An INSERT of Tess's second mark of Dora's answer, but for what is changed."""
    row = {
        "id": "'{new}'", "attempt_id": "'{a3}'", "question_id": "'{item1}'",
        "marker_id": "'{tess}'", "round": "'second'", "points": "2", "comment": "'Why.'",
    }  # fmt: skip
    return _insert("marks", row, changed)


def _appeal(**changed: str) -> str:
    """An INSERT of Ada's second question about a mark, but for what is changed."""
    row = {
        "id": "'{new}'", "attempt_id": "'{a1}'", "question_id": "'{item2}'", "text": "'Why?'",
    }  # fmt: skip
    return _insert("appeals", row, changed)


def _closed(status: str, mark: str = "NULL", by: str = "bruno", regrade: str = "NULL") -> str:
    return (
        f"UPDATE appeals SET status = '{status}', answer = 'So.', mark_id = {mark}, "
        f"regrade_id = {regrade}, "
        f"answered_by_id = '{{{by}}}', closed_at = '2026-02-03 08:00:00' WHERE id = '{{ap1}}'"
    )


def _message(**changed: str) -> str:
    row = {
        "id": "'{new}'", "appeal_id": "'{ap1}'", "author_id": "'{bruno}'", "text": "'Look.'",
    }  # fmt: skip
    return _insert("appeal_messages", row, changed)


def _item(**changed: str) -> str:
    row = {"id": "'{new}'", "course_id": "'{c1}'", "exam_id": "'{e2}'", "weight": "10"}
    return _insert("grade_items", row, changed)


def _entry(**changed: str) -> str:
    row = {
        "id": "'{new}'", "item_id": "'{gi1}'", "user_id": "'{ada}'", "kind": "'score'",
        "score": "70", "reason": "'An oral exam.'", "written_by_id": "'{bruno}'",
    }  # fmt: skip
    return _insert("grade_entries", row, changed)


def _kept(table: str, id: str, column: str) -> tuple[str, ...]:
    return (
        f"UPDATE {table} SET {column} = 'x' WHERE id = '{{{id}}}'",
        f"DELETE FROM {table} WHERE id = '{{{id}}}'",
    )


# (number, title, statements, the one engine or "")
STATES: list[tuple[int, str, tuple[str, ...], str]] = [
    (201, "settings of marking are possible ones", (
        "UPDATE exam_marking SET second = 'some' WHERE exam_id = '{e1}'",
        "UPDATE exam_marking SET every = 1 WHERE exam_id = '{e1}'",
        "UPDATE exam_marking SET tolerance = 101 WHERE exam_id = '{e1}'",
        "UPDATE exam_marking SET appeal_days = -1 WHERE exam_id = '{e1}'"), ""),
    (202, "a mark fits its answer", (
        _mark(round="'third'"), _mark(points="-1"), _mark(points="3"),
        _mark(question_id="'{item2}'"), _mark(round="'final'", comment="''")), ""),
    (203, "a mark comes after handing in, and a first one before grading", (
        _mark(attempt_id="'{a2}'", round="'first'"), _mark(attempt_id="'{a1}'", round="'first'")),
     ""),
    (204, "a mark comes from the staff, never from oneself, the second from somebody else", (
        _mark(marker_id="'{max}'"), _mark(marker_id="'{zoe}'"), _mark(marker_id="'{gone}'"),
        _mark(marker_id="'{dora}'"), _mark(marker_id="'{bruno}'")), ""),
    (205, "a mark stays", (
        "UPDATE marks SET points = 2 WHERE id = '{mk1}'",
        "DELETE FROM marks WHERE id = '{mk1}'"), ""),
    (206, "a mark, an appeal or an entry is not replaced", (
        _mark(id="'{mk1}'").replace("INSERT", "REPLACE", 1),
        _appeal(id="'{ap1}'").replace("INSERT", "REPLACE", 1),
        _appeal(question_id="'{item1}'").replace("INSERT", "REPLACE", 1),
        _message(id="'{am1}'").replace("INSERT", "REPLACE", 1),
        _entry(id="'{ge1}'").replace("INSERT", "REPLACE", 1)), "sqlite"),
    (207, "an appeal is about a graded answer, and one is open at a time", (
        _appeal(question_id="'{item1}'"), _appeal(text="' '"), _appeal(attempt_id="'{a3}'"),
        _appeal(question_id="'{item4}'"),
        _appeal(status="'refused'", answer="'No.'", answered_by_id="'{bruno}'",
                closed_at="'2026-02-03 08:00:00'")), ""),
    (208, "an appeal is answered by the staff with words, and with a mark of the same answer", (
        _closed("lost"), _closed("refused", by="max"), _closed("refused", by="ada"),
        _closed("changed"), _closed("changed", mark="'{mk1}'"), _closed("corrected"),
        _closed("corrected", regrade="'{rg2}'"),
        "UPDATE appeals SET status = 'refused' WHERE id = '{ap1}'",
        "UPDATE appeals SET answer = 'So.' WHERE id = '{ap1}'"), ""),
    (209, "what was asked and answered stays", (
        *_kept("appeals", "ap1", "text"), "DELETE FROM appeals WHERE id = '{ap2}'",
        "UPDATE appeals SET answer = 'Yes.' WHERE id = '{ap2}'"), ""),
    (210, "a message is of one of the two, while the appeal is open, and stays", (
        _message(text="' '"), _message(appeal_id="'{ap2}'"), _message(author_id="'{max}'"),
        _message(author_id="'{zoe}'"), *_kept("appeal_messages", "am1", "text")), ""),
    (211, "the columns of a gradebook are of the course, with a weight", (
        _item(due_at="'2026-03-01 08:00:00'"), _item(exam_id="NULL"), _item(quiz_id="'{q2}'"),
        _item(weight="101"), _item(weight="-1"), _item(exam_id="'{e3}'"),
        _item(exam_id="NULL", quiz_id="'{q3}'"), _item(exam_id="'{e1}'"),
        "UPDATE grade_items SET course_id = '{c2}' WHERE id = '{gi1}'"), ""),
    (212, "an entry is possible, of a student, by the staff, and stays", (
        _entry(kind="'lost'", score="NULL"), _entry(score="101"), _entry(score="-1"),
        _entry(score="NULL"), _entry(reason="''"), _entry(kind="'excused'"),
        _entry(user_id="'{zoe}'"), _entry(user_id="'{bruno}'", written_by_id="'{tess}'"),
        _entry(written_by_id="'{max}'"), _entry(user_id="'{dora}'", written_by_id="'{dora}'"),
        *_kept("grade_entries", "ge1", "reason")), ""),
]  # fmt: skip

CONTROLS: list[tuple[str, str]] = [
    ("a second mark by somebody else", _mark()),
    ("a first mark given again by the same person",
     _mark(round="'first'", marker_id="'{bruno}'")),
    ("a final mark after grading",
     _mark(attempt_id="'{a1}'", round="'final'", marker_id="'{bruno}'")),
    ("a question about another mark", _appeal()),
    ("an appeal refused", _closed("refused")),
    ("an appeal that changed the mark", _closed("changed", mark="'{mk2}'")),
    ("an appeal corrected for all", _closed("corrected", regrade="'{rg1}'")),
    ("a correction planned for an appeal",
     "UPDATE appeals SET regrade_id = '{rg2}' WHERE id = '{ap1}'"),
    ("a message of the staff", _message()),
    ("a message of the one who asks", _message(author_id="'{ada}'")),
    ("a column", _item()),
    ("a column of a quiz with a due time",
     _item(exam_id="NULL", quiz_id="'{q2}'", due_at="'2026-03-01 08:00:00'")),
    ("another weight", "UPDATE grade_items SET weight = 30 WHERE id = '{gi1}'"),
    ("a score by hand", _entry()),
    ("an excuse", _entry(kind="'excused'", score="NULL", reason="''")),
]  # fmt: skip
