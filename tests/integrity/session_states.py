"""Invalid states of practice across a course, and what must be let through."""

from __future__ import annotations


def _row(table: str, row: dict[str, str]) -> str:
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _session(**changed: str) -> str:
    """An INSERT of Max's second session, but for what is changed."""
    row = {
        "id": "'{new}'", "user_id": "'{max}'", "course_id": "'{c1}'", "status": "'in_progress'",
        "planned": "'[{{\"question\": \"{item1}\"}}]'", "created_at": "'2026-01-06 08:00:00'",
    } | changed  # fmt: skip
    return _row("practice_sessions", row)


def _answer(**changed: str) -> str:
    """An INSERT of Ada's second answer, but for what is changed."""
    row = {
        "id": "'{new}'", "session_id": "'{ps1}'", "question_id": "'{item2}'", "position": "2",
        "response": "'[\"o1\"]'", "share": "1",
    } | changed  # fmt: skip
    return _row("practice_answers", row)


def _shown(**changed: str) -> str:
    return _answer(**{"response": "NULL", "share": "0", "was_shown": "true"} | changed)


def _offer(**changed: str) -> str:
    """An INSERT of what Ada is offered on the next day, but for what is changed."""
    row = {
        "id": "'{new}'", "user_id": "'{ada}'", "course_id": "'{c1}'", "concept_id": "'{con1}'",
        "day": "20455", "kind": "'exam'", "minutes": "10", "points": "4", "p_before": "0.5",
        "p_expected": "0.7", "offered_at": "'2026-01-06 08:00:00'",
    } | changed  # fmt: skip
    return _row("practice_offers", row)


def _response(**changed: str) -> str:
    row = {
        "id": "'{new}'", "user_id": "'{ada}'", "course_id": "'{c1}'", "lesson_id": "'{l1}'",
        "question_id": "'{item2}'", "practice_session_id": "'{ps1}'", "share": "1",
    } | changed  # fmt: skip
    return _row("responses", row)


UP, DONE = "UPDATE practice_sessions SET ", "status = 'finished', finished_at = "
STATES = [
    (1601, "practice_sessions: begun by strangers, staff, the inactive, or beside another", (
        _session(user_id="'{zoe}'"), _session(user_id="'{gone}'"), _session(user_id="'{bruno}'"),
        _session(course_id="'{c2}'"), _session(user_id="'{ada}'"), _session(user_id="'{new3}'"),
        _session(concept_id="'{new3}'"), _session(status="'finished'"),
    )),
    (1602, "practice_sessions: a status without its time, or a time before the start", (
        _session(status="'over'"), _session(finished_at="'2026-01-07 08:00:00'"),
        UP + "status = 'finished' WHERE id = '{ps1}'", UP + "status = 'over' WHERE id = '{ps1}'",
        UP + DONE + "'2025-01-01 08:00:00' WHERE id = '{ps1}'",
    )),
    (1603, "practice_sessions: owner, course, plan, or an end that changes", (
        UP + "user_id = '{max}' WHERE id = '{ps1}'", UP + "planned = '[]' WHERE id = '{ps1}'",
        UP + "course_id = '{c2}' WHERE id = '{ps1}'", UP + "id = '{new}' WHERE id = '{ps2}'",
        UP + "created_at = '2026-01-01 08:00:00' WHERE id = '{ps1}'",
        UP + "status = 'in_progress', finished_at = NULL WHERE id = '{ps2}'",
        UP + "finished_at = '2026-02-06 08:00:00' WHERE id = '{ps2}'",
        "DELETE FROM practice_sessions WHERE id = '{ps3}'",
    )),
    (1604, "practice_answers: outside the plan, after the end, or twice", (
        _answer(question_id="'{item4}'", response="'1'"), _answer(position="1"),
        _answer(position="0"), _answer(position="3"), _answer(session_id="'{new3}'"),
        _answer(session_id="'{ps2}'", position="1"),
        _answer(question_id="'{item1}'", position="1", response="'\"o1\"'"),
        # A plan that holds the last question at the place before the first one.
        _answer(position="0", question_id="'{item2}'"),
    )),
    (1605, "practice_answers: a response or a figure that cannot be", (
        _answer(response="'\"o1\"'"), _answer(share="1.5"), _answer(share="-1"),
        _answer(seconds="-1"), _shown(share="1"), _shown(response="'[\"o1\"]'"),
    )),
    (1606, "practice_answers: an answer that changes or goes", (
        "UPDATE practice_answers SET share = 0 WHERE id = '{pa1}'",
        "UPDATE practice_answers SET response = '\"o2\"' WHERE id = '{pa1}'",
        "UPDATE practice_answers SET position = 2 WHERE id = '{pa1}'",
        "UPDATE practice_answers SET was_shown = true, share = 0, response = NULL "
        "WHERE id = '{pa1}'",
        "DELETE FROM practice_answers WHERE id = '{pa1}'",
    )),
    (1607, "practice_offers: of no kind, with figures that cannot be, or twice a day", (
        _offer(kind="'luck'"), _offer(minutes="0"), _offer(points="-1"), _offer(points="101"),
        _offer(p_before="1.1"), _offer(p_expected="-0.1"), _offer(day="-1"),
        _offer(day="20454"), _offer(concept_id="'{new3}'"), _offer(p_after="0.5"),
        "UPDATE practice_offers SET p_after = 1.5 WHERE id = '{po2}'",
        "UPDATE practice_offers SET p_after = 0.5 WHERE id = '{po1}'",
    )),
    (1608, "practice_offers: taken by somebody else, twice, or written anew", (
        _offer(session_id="'{ps3}'"), _offer(session_id="'{new3}'"),
        "UPDATE practice_offers SET session_id = '{ps3}' WHERE id = '{po1}'",
        "UPDATE practice_offers SET session_id = NULL WHERE id = '{po2}'",
        "UPDATE practice_offers SET minutes = 5 WHERE id = '{po1}'",
        "UPDATE practice_offers SET p_before = 0.1 WHERE id = '{po1}'",
        _offer(user_id="'{max}'", session_id="'{ps2}'"),
        "DELETE FROM practice_offers WHERE id = '{po1}'",
    )),
    (1609, "responses: of two sources, of somebody else's session, or twice of one", (
        _response(quiz_attempt_id="'{qa1}'"), _response(exam_attempt_id="'{a1}'"),
        _response(user_id="'{max}'"), _response(practice_session_id="'{new3}'"),
        _response(question_id="'{item1}'"), "DELETE FROM responses WHERE id = '{pr1}'",
    )),
    (1610, "practice: a row replaced", (
        "INSERT OR REPLACE INTO practice_sessions (id, user_id, course_id) VALUES "
        "('{ps2}', '{max}', '{c1}')",
        "INSERT OR REPLACE INTO practice_answers (id, session_id, question_id, position, response,"
        " share) VALUES ('{new}', '{ps1}', '{item1}', 1, '\"o1\"', 1)",
        "INSERT OR REPLACE INTO practice_offers (id, user_id, course_id, concept_id, day, kind, "
        "minutes, p_before, p_expected) VALUES ('{new}', '{ada}', '{c1}', '{con1}', 20454, "
        "'exam', 10, 0.5, 0.7)",
        "INSERT OR REPLACE INTO practice_offers (id, user_id, course_id, concept_id, day, kind, "
        "minutes, p_before, p_expected, session_id) VALUES ('{new}', '{max}', '{c1}', '{con2}', "
        "20454, 'exam', 10, 0.5, 0.7, '{ps2}')",
    ), "sqlite"),
]  # fmt: skip

CONTROLS = [
    ("a practice session", _session()),
    ("a practice session about a concept", _session(concept_id="'{con1}'")),
    ("the end of a practice session", UP + DONE + "'2026-01-06 09:00:00' WHERE id = '{ps1}'"),
    ("an answer in a practice session", _answer(seconds="30")),
    ("a solution that was shown", _shown()),
    ("an erased answer in practice", "UPDATE practice_answers SET response = NULL"),
    ("an offer", _offer()),
    ("an offer without an exam", _offer(points="NULL", kind="'review'")),
    ("an offer that is taken", "UPDATE practice_offers SET session_id = '{ps1}' "
     "WHERE id = '{po1}'"),
    ("what came of an offer", "UPDATE practice_offers SET p_after = 0.8 WHERE id = '{po2}'"),
    ("a response from a practice session", _response()),
]  # fmt: skip
