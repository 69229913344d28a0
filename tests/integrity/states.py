"""Invalid states, each by number, with every way into it that we know, in raw SQL.

The first sixty are the list this schema was designed against; those from 101 on were found by
asking of each rule what else would break it: by UPDATE, by moving rows, by upsert, by REPLACE.
Every statement must be refused on its own, at the latest when its transaction commits.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.integrity import (
    bank_states,
    concept_states,
    draft_states,
    editing_states,
    engine_states,
    instructor_states,
    mail_states,
    marking_states,
    model_states,
    note_states,
    origin_states,
    outcome_states,
    own_note_states,
    regrade_states,
    reliability_states,
    room_states,
    search_states,
    session_states,
    tutor_states,
    xapi_states,
)


class State(NamedTuple):
    """One invalid state; `only` names the engine whose syntax a statement uses, if just one."""

    number: int
    title: str
    statements: tuple[str, ...]
    only: str = ""


def _s(number: int, title: str, *statements: str, only: str = "") -> State:
    return State(number, title, statements, only)


USER = (
    "INSERT INTO users (id, name, email, email_canonical, password_hash, role, created_at) VALUES "
    "('{new}', %s, %s, %s, '!', %s, '2026-01-01 08:00:00')"
)


def _user(name: str = "'New'", email: str = "'new@example.org'", canonical: str | None = None,
          role: str = "'STUDENT'") -> str:  # fmt: skip
    return USER % (name, email, canonical or email, role)


def _attempt(**changed: str) -> str:
    """An INSERT of Ada's third attempt, valid but for what is changed."""
    row = {
        "id": "'{new}'", "exam_id": "'{e1}'", "user_id": "'{bruno}'",
        "attempted_at": "'2026-02-03 10:00:00'", "attempt_no": "1", "attempts_allowed": "3",
        "deadline_at": "'2026-02-03 11:00:00'",
    } | changed  # fmt: skip
    return f"INSERT INTO exam_attempts ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _answer(**changed: str) -> str:
    """An INSERT of an answer to item2 in the running attempt, valid but for what is changed."""
    row = {
        "id": "'{new}'", "attempt_id": "'{a2}'", "question_id": "'{item2}'",
        "response": "'[\"o1\"]'", "revision": "1", "saved_at": "'2026-02-02 10:06:00'",
        "points_possible": "2",
    } | changed  # fmt: skip
    return f"INSERT INTO attempt_answers ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _question(**changed: str) -> str:
    row = {
        "id": "'{new}'", "quiz_id": "'{q1}'", "question_text": "'Why?'", "answer": "'because'",
        "kind": "'short_text'", "position": "9", "bank_key": "'{new}'",
    } | changed  # fmt: skip
    return f"INSERT INTO questions ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _course(**changed: str) -> str:
    row = {
        "id": "'{new}'", "title": "'New'", "description": "''",
        "created_at": "'2026-01-01 08:00:00'", "slug": "'new'", "owner_id": "'{bruno}'",
    } | changed  # fmt: skip
    return f"INSERT INTO courses ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _lesson(**changed: str) -> str:
    row = {
        "id": "'{new}'", "course_id": "'{c1}'", "topic": "'New'", "content": "'x'",
        "order_index": "9",
    } | changed  # fmt: skip
    return f"INSERT INTO lessons ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _exam(**changed: str) -> str:
    row = {
        "id": "'{new}'", "course_id": "'{c1}'", "title": "'New'", "duration_minutes": "60",
    } | changed  # fmt: skip
    return f"INSERT INTO exams ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _accommodation(**changed: str) -> str:
    """An INSERT of more time for Bruno at all exams, valid but for what is changed."""
    row = {
        "id": "'{new}'", "user_id": "'{bruno}'", "course_id": "'{c1}'", "factor": "1.25",
        "created_by_id": "'{bruno}'", "created_at": "'2026-01-02 08:00:00'",
    } | changed  # fmt: skip
    return f"INSERT INTO accommodations ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _quiz(**changed: str) -> str:
    row = {"id": "'{new}'", "lesson_id": "'{l1}'", "title": "'New'"} | changed
    return f"INSERT INTO quizzes ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _note(**changed: str) -> str:
    row = {
        "id": "'{new}'", "lesson_id": "'{l2}'", "generated_content": "'In short.'",
        "created_at": "'2026-01-03 08:00:00'",
    } | changed  # fmt: skip
    return f"INSERT INTO ai_notes ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _response(**changed: str) -> str:
    row = {
        "id": "'{new}'", "user_id": "'{ada}'", "course_id": "'{c1}'", "lesson_id": "'{l1}'",
        "question_id": "'{item2}'", "quiz_attempt_id": "'{qa1}'", "share": "1",
    } | changed  # fmt: skip
    return f"INSERT INTO responses ({', '.join(row)}) VALUES ({', '.join(row.values())})"


TWO_OPTIONS = '[{"id": "x", "text": "A"}, {"id": "y", "text": "B"}]'
UP = "UPDATE exam_attempts SET "
EVENT = "INSERT INTO attempt_events (id, attempt_id, seq, kind, hash) VALUES "
HASH = 64 * "a"
ONE_OPTION = '[{"id": "x", "text": "A"}]'

STATES: list[State] = [
    _s(1, "users: two e-mails that differ only in case",
       _user(email="'ADA@example.org'", canonical="'ada@example.org'"),
       _user(email="'ADA@example.org'", canonical="'ada2@example.org'"),
       _user(email="'ÄDA@example.org'", canonical="'äda@example.org'"),
       _user(email="'ADA@example.org'", canonical="'ADA@example.org'"),
       "UPDATE users SET email = 'Ada@Example.org', email_canonical = 'ada@example.org' "
       "WHERE id = '{bruno}'"),
    _s(2, "users: e-mail without @ or with a blank",
       _user(email="'new.example.org'"), _user(email="'new @example.org'"),
       _user(email="'@example.org'"), _user(email="'new@'"),
       "UPDATE users SET email = 'nobody', email_canonical = 'nobody' WHERE id = '{ada}'",
       "UPDATE users SET email = 'nobody @x', email_canonical = 'nobody @x' WHERE id = '{ada}'"),
    _s(3, "users: role superuser", _user(role="'superuser'"), _user(role="'student'"),
       "UPDATE users SET role = 'superuser' WHERE id = '{ada}'"),
    _s(4, "users: role NULL", _user(role="NULL"),
       "UPDATE users SET role = NULL WHERE id = '{ada}'"),
    _s(5, "users: name empty or blanks", _user(name="''"), _user(name="'   '"),
       "UPDATE users SET name = '  ' WHERE id = '{ada}'"),
    _s(6, "users: delete a user who has attempts", "DELETE FROM users WHERE id = '{ada}'",
       "UPDATE users SET id = '{new}' WHERE id = '{ada}'"),
    _s(7, "courses: blank title", _course(title="''"), _course(title="'  '"),
       "UPDATE courses SET title = ' ' WHERE id = '{c1}'"),
    _s(8, "courses: status not in the enumeration", _course(status="'live'"),
       "UPDATE courses SET status = 'live' WHERE id = '{c1}'"),
    _s(9, "courses: unknown or no owner", _course(owner_id="'{new3}'"), _course(owner_id="NULL"),
       "UPDATE courses SET owner_id = '{new3}' WHERE id = '{c1}'",
       "DELETE FROM users WHERE id = '{bruno}'"),
    _s(10, "courses: same slug twice", _course(slug="'c1'"),
       "UPDATE courses SET slug = 'c1' WHERE id = '{c2}'"),
    _s(11, "courses: published with no lesson", _course(status="'published'"),
       "UPDATE courses SET status = 'published' WHERE id = '{c3}'"),
    _s(12, "courses: delete a course that has exams", "DELETE FROM courses WHERE id = '{c1}'"),
    _s(13, "lessons: same order_index twice in a course", _lesson(order_index="1"),
       "UPDATE lessons SET order_index = 1 WHERE id = '{l2}'"),
    _s(14, "lessons: order_index 0 or negative", _lesson(order_index="0"),
       _lesson(order_index="-1"), _lesson(order_index="NULL"),
       "UPDATE lessons SET order_index = 0 WHERE id = '{l1}'"),
    _s(15, "lessons: no course, or unknown course", _lesson(course_id="NULL"),
       _lesson(course_id="'{new3}'")),
    _s(16, "lessons: the last lesson of a published course goes",
       "DELETE FROM lessons WHERE course_id = '{c2}'",
       "DELETE FROM lessons WHERE id = '{l4}'",
       "UPDATE lessons SET course_id = '{c3}' WHERE id = '{l3}'"),
    _s(17, "ai_notes: second note for a lesson", _note(lesson_id="'{l1}'"),
       "UPDATE ai_notes SET lesson_id = '{l2}' WHERE id = '{n1}'"),
    _s(18, "ai_notes: ready with an empty body", _note(generated_content="' '"),
       "UPDATE ai_notes SET generated_content = '' WHERE id = '{n1}'"),
    _s(19, "ai_notes: failed without an error, or pending with a body",
       _note(status="'failed'"), _note(status="'pending'"),
       _note(status="'failed'", error="' '"),
       "UPDATE ai_notes SET status = 'failed' WHERE id = '{n1}'",
       "UPDATE ai_notes SET status = 'pending' WHERE id = '{n1}'"),
    _s(20, "quizzes: no lesson, or unknown lesson", _quiz(lesson_id="NULL"),
       _quiz(lesson_id="'{new3}'")),
    _s(21, "quizzes: pass_mark 101", _quiz(pass_mark="101"), _quiz(pass_mark="-1"),
       "UPDATE quizzes SET pass_mark = 101 WHERE id = '{q1}'"),
    _s(22, "quizzes: max_attempts 0", _quiz(max_attempts="0"),
       "UPDATE quizzes SET max_attempts = 0 WHERE id = '{q1}'"),
    _s(23, "quizzes: published with no question", _quiz(status="'published'"),
       "DELETE FROM questions WHERE id = '{item6}'",
       "UPDATE questions SET retired_at = '2026-02-01 08:00:00' WHERE id = '{item6}'",
       "UPDATE questions SET status = 'draft' WHERE id = '{item6}'",
       "UPDATE questions SET quiz_id = '{q2}', position = 50 WHERE id = '{item6}'",
       "DELETE FROM questions WHERE id = '{item8}'",
       "UPDATE quizzes SET status = 'published' WHERE id = '{q5}'"),
    _s(24, "quizzes: a choice question with under two options or no right one",
       _question(kind="'single_choice'", answer="'x'", options=f"'{ONE_OPTION}'"),
       _question(kind="'single_choice'", answer="'z'", options=f"'{TWO_OPTIONS}'"),
       _question(kind="'single_choice'", answer="'x'"),
       _question(kind="'multiple_choice'", answer="'[]'", options=f"'{TWO_OPTIONS}'"),
       _question(kind="'multiple_choice'", answer="'[\"z\"]'", options=f"'{TWO_OPTIONS}'"),
       _question(kind="'multiple_choice'", answer="'[\"x\", \"x\"]'", options=f"'{TWO_OPTIONS}'"),
       "UPDATE questions SET kind = 'single_choice' WHERE id = '{item4}'",
       "UPDATE questions SET kind = 'single_choice', options = '[]' WHERE id = '{item5}'"),
    _s(25, "questions: same position twice in a quiz", _question(position="1"),
       "UPDATE questions SET position = 1 WHERE id = '{item2}'"),
    _s(26, "questions: kind not in the enumeration", _question(kind="'riddle'"),
       "UPDATE questions SET kind = 'riddle' WHERE id = '{item4}'"),
    _s(27, "questions: points 0 or 5,000", _question(points="0"), _question(points="5000"),
       "UPDATE questions SET points = 0 WHERE id = '{item4}'",
       "UPDATE exam_questions SET points = 5000 WHERE id = '{p3}'"),
    _s(28, "options: same text twice in a question",
       _question(kind="'single_choice'", answer="'x'",
                 options="'[{\"id\": \"x\", \"text\": \"A\"}, {\"id\": \"y\", \"text\": \" A\"}]'"),
       _question(kind="'single_choice'", answer="'x'",
                 options="'[{\"id\": \"x\", \"text\": \"A\"}, {\"id\": \"x\", \"text\": \"B\"}]'"),
       _question(options="'[{\"id\": \"x\", \"text\": \"\"}]'"),
       _question(options="'[{\"id\": 1, \"text\": \"A\"}]'"),
       _question(options="'[1, 2]'"), _question(options="'{\"id\": \"x\"}'"),
       "UPDATE questions SET options = '[{\"id\": \"x\", \"text\": \"A\"}, "
       "{\"id\": \"y\", \"text\": \"A\"}]' WHERE id = '{item4}'"),
    _s(29, "options: single choice with two right ones",
       _question(kind="'single_choice'", answer="'[\"x\", \"y\"]'", options=f"'{TWO_OPTIONS}'"),
       "UPDATE questions SET answer = '[\"o1\", \"o2\"]' WHERE id = '{item1}'"),
    _s(30, "options: an option that an answer uses goes",
       "UPDATE questions SET options = '[{\"id\": \"o1\", \"text\": \"yes\"}, "
       "{\"id\": \"o3\", \"text\": \"never\"}]' WHERE id = '{item1}'",
       "DELETE FROM questions WHERE id = '{item1}'"),
    _s(31, "attempt_answers: the response names no option of that question",
       _answer(response="'[\"o9\"]'"), _answer(response="'\"o1\"'"),
       _answer(response="'[\"o1\", \"o1\"]'"), _answer(response="'[1]'"),
       _answer(response="'{\"o1\": true}'"),
       "UPDATE attempt_answers SET response = '\"o9\"', revision = 2 WHERE id = '{ans2}'",
       "UPDATE attempt_answers SET response = '[\"o1\"]', revision = 2 WHERE id = '{ans2}'"),
    _s(32, "exams: duration 0 or negative", _exam(duration_minutes="0"),
       _exam(duration_minutes="-5"), "UPDATE exams SET duration_minutes = 0 WHERE id = '{e2}'"),
    _s(33, "exams: duration 10,000", _exam(duration_minutes="10000"),
       "UPDATE exams SET duration_minutes = 10000 WHERE id = '{e2}'"),
    _s(34, "exams: closes_at not after opens_at",
       _exam(opens_at="'2026-02-01 08:00:00'", closes_at="'2026-02-01 08:00:00'"),
       "UPDATE exams SET closes_at = '2025-01-01 08:00:00' WHERE id = '{e2}'"),
    _s(35, "exams: unknown course", _exam(course_id="'{new3}'"), _exam(course_id="NULL"),
       "UPDATE exams SET course_id = '{c2}' WHERE id = '{e2}'"),
    _s(36, "exam_attempts: unknown user", _attempt(user_id="'{new3}'"), _attempt(user_id="NULL")),
    _s(37, "exam_attempts: begun by a deactivated user", _attempt(user_id="'{gone}'")),
    _s(38, "exam_attempts: same exam, user and number twice",
       _attempt(user_id="'{ada}'", attempt_no="1"), _attempt(user_id="'{dora}'")),
    _s(39, "exam_attempts: number above the allowed", _attempt(attempt_no="4")),
    _s(40, "exam_attempts: terms differ from the exam's",
       _attempt(attempts_allowed="5"), _attempt(pass_mark="1"), _attempt(grace_seconds="600"),
       _attempt(attempts_allowed="5000"), _attempt(pass_mark="101"),
       _attempt(grace_seconds="601")),
    _s(41, "exam_attempts: two in progress for one user and exam",
       _attempt(user_id="'{ada}'", attempt_no="3")),
    _s(42, "exam_attempts: submitted before it began",
       UP + "status = 'submitted', closed_by = 'user', submitted_at = '2026-02-02 09:00:00' "
       "WHERE id = '{a2}'"),
    _s(43, "exam_attempts: submitted without a time, or in progress with one",
       UP + "status = 'submitted', closed_by = 'user' WHERE id = '{a2}'",
       UP + "status = 'submitted', submitted_at = '2026-02-02 10:30:00' WHERE id = '{a2}'",
       UP + "submitted_at = '2026-02-02 10:30:00' WHERE id = '{a2}'",
       UP + "closed_by = 'user' WHERE id = '{a2}'"),
    _s(44, "exam_attempts: score below 0 or above 100",
       UP + "score = 101 WHERE id = '{a1}'", UP + "score = -1 WHERE id = '{a1}'",
       *(UP + "status = 'graded', closed_by = 'user', submitted_at = '2026-02-02 10:30:00', "
         f"graded_at = '2026-02-02 10:30:00', points = 1, max_points = 4, score = {score} "
         "WHERE id = '{a2}'" for score in (101, -1))),
    _s(45, "exam_attempts: passed disagrees with score", UP + "passed = true WHERE id = '{a1}'",
       _attempt(passed="true")),
    _s(46, "exam_attempts: graded without a score",
       UP + "status = 'graded', closed_by = 'user', submitted_at = '2026-02-02 10:30:00' "
       "WHERE id = '{a2}'",
       UP + "score = 100 WHERE id = '{a2}'"),
    _s(47, "exam_attempts: deadline not after the start",
       _attempt(deadline_at="'2026-02-03 10:00:00'"),
       _attempt(deadline_at="'2026-02-03 09:00:00'"), _attempt(deadline_at="NULL")),
    _s(48, "exam_attempts: what was handed in is opened again",
       UP + "status = 'in_progress', submitted_at = NULL, closed_by = NULL, score = NULL, "
       "points = NULL, graded_at = NULL WHERE id = '{a1}'",
       UP + "status = 'submitted', score = NULL, points = NULL, graded_at = NULL "
       "WHERE id = '{a1}'"),
    _s(49, "exam_attempts: owner, exam, start or deadline changed",
       UP + "user_id = '{zoe}' WHERE id = '{a1}'", UP + "exam_id = '{e2}' WHERE id = '{a1}'",
       UP + "attempted_at = '2026-02-01 09:00:00' WHERE id = '{a1}'",
       UP + "deadline_at = '2026-02-01 12:00:00' WHERE id = '{a1}'",
       UP + "deadline_at = '2026-02-02 10:30:00' WHERE id = '{a2}'",
       UP + "pass_mark = 1 WHERE id = '{a1}'", UP + "attempt_no = 3 WHERE id = '{a1}'",
       UP + "id = '{new}' WHERE id = '{a2}'"),
    _s(50, "attempt_answers: two for one attempt and question",
       _answer(question_id="'{item1}'", response="'\"o1\"'")),
    _s(51, "attempt_answers: the question is not on the paper",
       _answer(question_id="'{item3}'", response="'\"fn\"'"),
       _answer(points_possible="3"),
       "UPDATE attempt_answers SET question_id = '{item3}' WHERE id = '{ans2}'",
       "UPDATE exam_questions SET question_id = '{item3}' WHERE id = '{p1}'",
       "DELETE FROM exam_questions WHERE id = '{p1}'"),
    _s(52, "attempt_answers: new or changed after handing in",
       _answer(attempt_id="'{a1}'", saved_at="'2026-02-01 10:06:00'"),
       "UPDATE attempt_answers SET response = '\"o2\"', revision = 2 WHERE id = '{ans1}'",
       "UPDATE attempt_answers SET response = '\"[erased]\"' WHERE id = '{ans1}'",
       "UPDATE attempt_answers SET revision = 2 WHERE id = '{ans1}'",
       "UPDATE attempt_answers SET saved_at = '2026-02-01 10:07:00', revision = 2 "
       "WHERE id = '{ans1}'",
       "UPDATE attempt_answers SET points_awarded = 1 WHERE id = '{ans1}'",
       "UPDATE attempt_answers SET attempt_id = '{a1}' WHERE id = '{ans2}'",
       "DELETE FROM attempt_answers WHERE id = '{ans1}'"),
    _s(53, "attempt_answers: saved after the deadline, or before the start",
       _answer(saved_at="'2026-02-02 11:00:01'"), _answer(saved_at="'2026-02-02 09:59:59'"),
       "UPDATE attempt_answers SET saved_at = '2026-02-02 11:00:01', revision = 2 "
       "WHERE id = '{ans2}'"),
    _s(54, "attempt_answers: points outside what is possible",
       "UPDATE attempt_answers SET points_awarded = 3 WHERE id = '{ans1}'",
       "UPDATE attempt_answers SET points_awarded = -1 WHERE id = '{ans1}'",
       "UPDATE attempt_answers SET points_awarded = 3 WHERE id = '{ans3}'",
       _answer(points_awarded="3"), _answer(points_awarded="1"), _answer(points_possible="0")),
    _s(55, "attempt_answers: the response is not JSON", _answer(response="'o1'"),
       _answer(response="'[\"o1\"'"), _answer(response="NULL"),
       "UPDATE attempt_answers SET response = 'o2', revision = 2 WHERE id = '{ans2}'"),
    _s(56, "analytics: unknown user",
       "INSERT INTO analytics (id, user_id, progress_data, last_updated) VALUES "
       "('{new}', '{new3}', '{{}}', '2026-02-01 08:00:00')"),
    _s(57, "analytics: same user and course twice",
       "INSERT INTO analytics (id, user_id, course_id, progress_data, last_updated) VALUES "
       "('{new}', '{ada}', '{c1}', '{{}}', '2026-02-01 08:00:00')",
       "INSERT INTO analytics (id, user_id, progress_data, last_updated) VALUES "
       "('{new}', '{ada}', '{{}}', '2026-02-01 08:00:00'), "
       "('{new2}', '{ada}', '{{}}', '2026-02-01 08:00:00')",
       "UPDATE analytics SET user_id = '{bruno}' WHERE id = '{an1}'",
       "UPDATE analytics SET course_id = NULL WHERE id = '{an1}'"),
    _s(58, "enrollments: same user and course twice, or progress 101",
       "INSERT INTO enrollments (id, user_id, course_id) VALUES ('{new}', '{ada}', '{c1}')",
       "INSERT INTO enrollments (id, user_id, course_id, progress) VALUES "
       "('{new}', '{zoe}', '{c1}', 101)",
       "UPDATE enrollments SET progress = 101 WHERE id = '{en1}'",
       "UPDATE enrollments SET user_id = '{gone}' WHERE id = '{en1}'"),
    _s(59, "idempotency_keys: same user and key twice",
       "INSERT INTO idempotency_keys (id, user_id, key, fingerprint) VALUES "
       "('{new}', '{ada}', 'k', 'g')"),
    _s(60, "jobs: same kind and target queued twice, or running without a lease",
       "INSERT INTO jobs (id, kind, target) VALUES ('{new}', 'notes', 't')",
       "INSERT INTO jobs (id, kind, target, status) VALUES ('{new}', 'x', 't', 'running')",
       "UPDATE jobs SET status = 'running' WHERE id = '{job1}'",
       "UPDATE jobs SET kind = 'notes' WHERE id = '{job2}'",
       "UPDATE jobs SET lease_until = NULL WHERE id = '{job2}'"),
    # --- what else would break a rule ---------------------------------------------------------
    _s(101, "history is not deleted", "DELETE FROM exam_attempts WHERE id = '{a2}'",
       "DELETE FROM exam_attempts WHERE id = '{a4}'", "DELETE FROM responses WHERE id = '{r2}'",
       "DELETE FROM quiz_attempts WHERE id = '{qa3}'",
       "DELETE FROM attempt_events WHERE id = '{ev1}'", "DELETE FROM responses WHERE id = '{r1}'",
       "DELETE FROM audit_log WHERE id = '{log1}'", "DELETE FROM quiz_attempts WHERE id = '{qa1}'",
       "DELETE FROM quiz_answers WHERE id = '{qans1}'",
       "DELETE FROM lesson_revisions WHERE id = '{rev1}'",
       "DELETE FROM attempt_answers WHERE id = '{ans2}'"),
    _s(102, "history is not rewritten",
       "UPDATE attempt_events SET seq = 9 WHERE id = '{ev1}'",
       "UPDATE responses SET share = 0 WHERE id = '{r1}'",
       "UPDATE audit_log SET action = 'unmade' WHERE id = '{log1}'",
       "UPDATE lesson_revisions SET content = 'Other.' WHERE id = '{rev1}'",
       "UPDATE quiz_answers SET share = 0 WHERE id = '{qans1}'",
       "UPDATE quiz_answers SET response = '\"o2\"' WHERE id = '{qans1}'"),
    _s(103, "history is not replaced (SQLite's REPLACE fires no delete trigger)",
       _attempt(user_id="'{ada}'", attempt_no="2").replace("INSERT", "INSERT OR REPLACE", 1),
       _attempt(id="'{a2}'", user_id="'{ada}'", attempt_no="3",
                ).replace("INSERT", "INSERT OR REPLACE", 1),
       "REPLACE INTO attempt_events (id, attempt_id, seq, kind, hash) VALUES "
       f"('{{ev2}}', '{{a1}}', 3, 'start', '{HASH}')",
       _response(id="'{r1}'").replace("INSERT", "REPLACE", 1),
       "REPLACE INTO audit_log (id, action) VALUES ('{log1}', 'unmade')",
       "REPLACE INTO lesson_revisions (id, lesson_id, version, topic, content, content_hash) "
       "VALUES ('{rev1}', '{l1}', 2, 'T', 'Other.', 'h')",
       "REPLACE INTO quiz_answers (id, attempt_id, question_id, response, share) VALUES "
       "('{new}', '{qa1}', '{item1}', '\"o2\"', 0)",
       "REPLACE INTO quiz_attempts (id, quiz_id, user_id, started_at) VALUES "
       "('{new}', '{q1}', '{ada}', '2026-01-05 09:00:00')",
       "REPLACE INTO quiz_attempts (id, quiz_id, user_id, started_at) VALUES "
       "('{new}', '{q1}', '{max}', '2026-01-05 09:00:00')", only="sqlite"),
    _s(104, "an upsert is an update and obeys its rules",
       _answer(id="'{new}'", question_id="'{item1}'", response="'\"o1\"'", revision="5")
       + " ON CONFLICT (attempt_id, question_id) DO UPDATE SET response = excluded.response, "
       "revision = excluded.revision",
       _answer(attempt_id="'{a1}'", question_id="'{item1}'", response="'\"o2\"'", revision="2",
               saved_at="'2026-02-01 10:06:00'")
       + " ON CONFLICT (attempt_id, question_id) DO UPDATE SET response = excluded.response, "
       "revision = excluded.revision",
       "INSERT INTO enrollments (id, user_id, course_id, progress) VALUES "
       "('{new}', '{ada}', '{c1}', 50) ON CONFLICT (user_id, course_id) DO UPDATE SET "
       "progress = excluded.progress + 60"),
    _s(105, "answers: revisions rise by one and a new answer has no points",
       _answer(revision="0"),
       "UPDATE attempt_answers SET response = '\"o1\"' WHERE id = '{ans2}'",
       "UPDATE attempt_answers SET response = '\"o1\"', revision = 3 WHERE id = '{ans2}'",
       "UPDATE attempt_answers SET revision = 0 WHERE id = '{ans2}'",
       "UPDATE attempt_answers SET saved_at = '2026-02-02 10:10:00' WHERE id = '{ans2}'",
       "UPDATE attempt_answers SET points_awarded = 1 WHERE id = '{ans2}'",
       "UPDATE attempt_answers SET points_possible = 4 WHERE id = '{ans2}'",
       "UPDATE attempt_answers SET id = '{new}' WHERE id = '{ans2}'"),
    _s(106, "attempts: closed late, closed anew, marked anew",
       UP + "status = 'submitted', closed_by = 'user', submitted_at = '2026-02-02 11:00:01' "
       "WHERE id = '{a2}'",
       UP + "submitted_at = '2026-02-01 10:31:00' WHERE id = '{a1}'",
       UP + "closed_by = 'staff' WHERE id = '{a1}'",
       UP + "score = 90, points = 3.6 WHERE id = '{a1}'",
       UP + "points = 5 WHERE id = '{a1}'", UP + "max_points = 0 WHERE id = '{a1}'",
       _attempt(status="'graded'", closed_by="'user'", submitted_at="'2026-02-03 10:30:00'",
                graded_at="'2026-02-03 10:30:00'", score="50", points="2", max_points="4"),
       UP + "status = 'lost' WHERE id = '{a2}'",
       UP + "status = 'lost', closed_by = 'user', submitted_at = '2026-02-02 10:30:00' "
       "WHERE id = '{a2}'",
       UP + "status = 'submitted', closed_by = 'luck', submitted_at = '2026-02-02 10:30:00' "
       "WHERE id = '{a2}'",
       UP + "status = 'in_progress', submitted_at = NULL, closed_by = NULL WHERE id = '{a3}'",
       UP + "closed_by = 'luck' WHERE id = '{a1}'",
       *(UP + "status = 'graded', closed_by = 'user', submitted_at = '2026-02-02 10:30:00', "
         f"graded_at = '2026-02-02 10:30:00', points = {points}, max_points = {most}, score = 5 "
         "WHERE id = '{a2}'" for points, most in ((5, 4), (-1, 4), (0, 0)))),
    _s(107, "attempts: not enrolled, exam not published, exam not open",
       _attempt(user_id="'{zoe}'"), _attempt(exam_id="'{e2}'"),
       _attempt(attempted_at="'2025-12-31 10:00:00'"),
       _attempt(attempted_at="'2027-01-01 08:00:00'", deadline_at="'2027-01-01 09:00:00'"),
       _attempt(attempt_no="0"), _attempt(exam_id="NULL"), _attempt(exam_id="'{new3}'")),
    _s(108, "exams: published without questions, or the paper changed under an attempt",
       _exam(status="'published'"),
       "UPDATE exams SET status = 'published' WHERE id = '{e4}'",
       "DELETE FROM exam_questions WHERE id = '{p4}'",
       "UPDATE exam_questions SET points = 9 WHERE id = '{p1}'",
       "INSERT INTO exam_questions (id, exam_id, question_id, position) VALUES "
       "('{new}', '{e1}', '{item3}', 3)",
       "UPDATE exam_questions SET exam_id = '{e2}' WHERE id = '{p2}'",
       "UPDATE exam_questions SET position = 7 WHERE id = '{p2}'"),
    _s(109, "papers: same question or place twice, a question of somebody else, a retired one",
       "INSERT INTO exam_questions (id, exam_id, question_id, position) VALUES "
       "('{new}', '{e2}', '{item1}', 3)",
       "INSERT INTO exam_questions (id, exam_id, question_id, position) VALUES "
       "('{new}', '{e2}', '{item3}', 1)",
       "INSERT INTO exam_questions (id, exam_id, question_id, position) VALUES "
       "('{new}', '{e2}', '{item6}', 3)",
       "INSERT INTO exam_questions (id, exam_id, question_id, position) VALUES "
       "('{new}', '{e2}', '{item3}', 0)",
       "UPDATE exam_questions SET question_id = '{item3}' WHERE id = '{p3}'"),
    _s(110, "questions: an answered one never changes, nor does a version or quiz",
       "UPDATE questions SET question_text = 'Other?' WHERE id = '{item1}'",
       "UPDATE questions SET answer = 'o2' WHERE id = '{item1}'",
       "UPDATE questions SET spec = '{\"a\": 1}' WHERE id = '{item1}'",
       "UPDATE questions SET answer = '[\"o2\"]' WHERE id = '{item2}'",
       "UPDATE questions SET version = 2 WHERE id = '{item4}'",
       "UPDATE questions SET bank_key = '{new}' WHERE id = '{item4}'",
       _question(bank_key="'{item4}'"), _question(question_text="' '"),
       _question(origin="'luck'"), _question(status="'maybe'"), _question(version="0"),
       _question(position="0"), _question(replaces_id="'{new}'"),
       _question(replaces_id="'{new3}'")),
    _s(111, "questions: the answer fits the kind",
       _question(kind="'true_false'", answer="'yes'"), _question(answer="' '"),
       _question(kind="'numeric'", answer="'NaN'"), _question(kind="'numeric'", answer="'abc'"),
       _question(kind="'numeric'", answer="'1; DROP'"), _question(kind="'tracing'", answer="'1'"),
       _question(kind="'tracing'", answer="'{\"output\": \"1\"}'"),
       "UPDATE questions SET answer = 'perhaps' WHERE id = '{item5}'",
       "UPDATE questions SET answer = 'Infinity' WHERE id = '{item4}'"),
    _s(112, "practice: begun by strangers, on drafts, finished twice, answered elsewhere",
       "INSERT INTO quiz_attempts (id, quiz_id, user_id, attempt_no) VALUES "
       "('{new}', '{q1}', '{zoe}', 1)",
       "INSERT INTO quiz_attempts (id, quiz_id, user_id, attempt_no) VALUES "
       "('{new}', '{q1}', '{gone}', 1)",
       "INSERT INTO quiz_attempts (id, quiz_id, user_id, attempt_no) VALUES "
       "('{new}', '{q2}', '{ada}', 1)",
       "INSERT INTO quiz_attempts (id, quiz_id, user_id, attempt_no) VALUES "
       "('{new}', '{q1}', '{ada}', 2)",
       "INSERT INTO quiz_attempts (id, quiz_id, user_id, attempt_no) VALUES "
       "('{new}', '{q1}', '{bruno}', 0)",
       "INSERT INTO quiz_attempts (id, quiz_id, user_id, attempt_no) VALUES "
       "('{new}', '{q1}', '{bruno}', 1)",
       "UPDATE quiz_attempts SET score = 60 WHERE id = '{qa2}'",
       "UPDATE quiz_attempts SET user_id = '{zoe}' WHERE id = '{qa1}'",
       "UPDATE quiz_attempts SET paper = '[1]' WHERE id = '{qa1}'",
       "UPDATE quiz_attempts SET status = 'finished' WHERE id = '{qa1}'",
       "UPDATE quiz_attempts SET status = 'over' WHERE id = '{qa1}'",
       "UPDATE quiz_attempts SET score = 50 WHERE id = '{qa1}'",
       "UPDATE quiz_attempts SET status = 'finished', finished_at = '2025-01-01 08:00:00', "
       "score = 50, points = 1, max_points = 2 WHERE id = '{qa1}'",
       "UPDATE quiz_attempts SET status = 'finished', finished_at = '2026-01-06 08:00:00', "
       "score = 101, points = 1, max_points = 2 WHERE id = '{qa1}'",
       "UPDATE quiz_attempts SET status = 'finished', finished_at = '2026-01-06 08:00:00', "
       "score = 50, points = 3, max_points = 2 WHERE id = '{qa1}'",
       "INSERT INTO quiz_answers (id, attempt_id, question_id, response, share) VALUES "
       "('{new}', '{qa1}', '{item4}', '1', 1)",
       "INSERT INTO quiz_answers (id, attempt_id, question_id, response, share) VALUES "
       "('{new}', '{qa1}', '{item2}', '\"o1\"', 1)",
       "INSERT INTO quiz_answers (id, attempt_id, question_id, response, share) VALUES "
       "('{new}', '{qa1}', '{item2}', '[\"o1\"]', 1.5)",
       "INSERT INTO quiz_answers (id, attempt_id, question_id, response, share, seconds) VALUES "
       "('{new}', '{qa1}', '{item2}', '[\"o1\"]', 1, -1)",
       "INSERT INTO quiz_answers (id, attempt_id, question_id, response, share) VALUES "
       "('{new}', '{qa1}', '{item1}', '\"o1\"', 1)"),
    _s(113, "responses: of one attempt, of its person, of its lesson, once, a share",
       _response(quiz_attempt_id="NULL"), _response(exam_attempt_id="'{a1}'"),
       _response(user_id="'{bruno}'"), _response(lesson_id="'{l2}'"), _response(share="1.5"),
       _response(share="-1"), _response(seconds="-1"), _response(question_id="'{item1}'"),
       _response(course_id="'{new3}'"), _response(replaces_id="'{new3}'"),
       _response(user_id="'{bruno}'", quiz_attempt_id="NULL", exam_attempt_id="'{a1}'"),
       "INSERT INTO responses (id, user_id, course_id, lesson_id, question_id, exam_attempt_id, "
       "share) VALUES ('{new}', '{ada}', '{c1}', '{l1}', '{item1}', '{a1}', 1), "
       "('{new2}', '{ada}', '{c1}', '{l1}', '{item1}', '{a1}', 1)"),
    _s(114, "journal: no gaps, known kinds, full saves",
       EVENT + f"('{{new}}', '{{a1}}', 5, 'start', '{HASH}')",
       EVENT + f"('{{new}}', '{{a1}}', 2, 'start', '{HASH}')",
       EVENT + f"('{{new}}', '{{a1}}', 3, 'saved', '{HASH}')",
       EVENT + f"('{{new}}', '{{a1}}', 3, 'save', '{HASH}')",
       EVENT + f"('{{new}}', '{{a1}}', 0, 'start', '{HASH}')",
       EVENT + f"('{{new}}', '{{new3}}', 1, 'start', '{HASH}')",
       EVENT + f"('{{new}}', '{{a1}}', 3, 'start', '{HASH[1:]}')",
       EVENT + f"('{{new}}', '{{a1}}', 3, 'start', '{HASH[1:]}G')",
       EVENT + "('{new}', '{a1}', 3, 'start', NULL)"),
    _s(115, "sums stay possible",
       "UPDATE item_statistics SET share_sum = 2 WHERE question_id = '{item1}'",
       "UPDATE item_statistics SET share_sum = -1 WHERE question_id = '{item1}'",
       "UPDATE item_statistics SET answers = -1, share_sum = 0 WHERE question_id = '{item1}'",
       "UPDATE exam_statistics SET passed = 2 WHERE exam_id = '{e1}'",
       "UPDATE exam_statistics SET people = 2 WHERE exam_id = '{e1}'",
       "UPDATE exam_statistics SET attempts = -1, passed = 0 WHERE exam_id = '{e1}'",
       "UPDATE lesson_tallies SET share_sum = 2 WHERE id = '{tally1}'",
       "UPDATE lesson_tallies SET answers = 0, share_sum = 0 WHERE id = '{tally1}'",
       "UPDATE lesson_tallies SET course_id = '{c2}' WHERE id = '{tally1}'",
       "INSERT INTO lesson_tallies (id, user_id, course_id, lesson_id, answers, share_sum, "
       "last_at, last_seq) VALUES ('{new}', '{ada}', '{c2}', '{l2}', 1, 1, "
       "'2026-02-01 10:30:00', 1)",
       "UPDATE response_folds SET seq = 0 WHERE response_id = '{r1}'",
       "UPDATE response_folds SET p_before = 1.5 WHERE response_id = '{r1}'",
       "INSERT INTO lesson_tallies (id, user_id, course_id, lesson_id, answers, share_sum, "
       "last_at, last_seq) VALUES ('{new}', '{ada}', '{c1}', '{l1}', 1, 1, "
       "'2026-02-01 10:30:00', 1)",
       "UPDATE analytics SET schema_version = 0 WHERE id = '{an1}'"),
    _s(116, "courses and lessons: parents, slugs, codes, other enumerations",
       _lesson(parent_id="'{l3}'"), _lesson(parent_id="'{new}'"), _lesson(slug="'l1'"),
       _lesson(topic="' '"), _lesson(status="'gone'"), _lesson(minutes="-1"),
       _lesson(version="0"), "UPDATE lessons SET parent_id = '{l3}' WHERE id = '{l1}'",
       "UPDATE lessons SET parent_id = id WHERE id = '{l1}'",
       "UPDATE lessons SET id = '{new}' WHERE id = '{l2}'",
       "UPDATE courses SET id = '{new}' WHERE id = '{c3}'",
       _course(slug="' '"), _course(self_enrolment="'maybe'"), _course(self_enrolment="'code'"),
       _course(language="''"),
       "UPDATE courses SET join_code = 'x'",
       "INSERT INTO enrollments (id, user_id, course_id, role) VALUES "
       "('{new}', '{zoe}', '{c1}', 'king')",
       "INSERT INTO enrollments (id, user_id, course_id) VALUES ('{new}', '{zoe}', '{new3}')",
       "INSERT INTO lesson_revisions (id, lesson_id, version, topic, content, content_hash) "
       "VALUES ('{new}', '{l1}', 1, 'T', 'x', 'h')",
       "INSERT INTO lesson_revisions (id, lesson_id, version, topic, content, content_hash) "
       "VALUES ('{new}', '{l1}', 0, 'T', 'x', 'h')",
       "INSERT INTO lesson_progress (id, user_id, lesson_id) VALUES ('{new}', '{ada}', '{l1}')",
       "UPDATE lesson_progress SET done_at = '2025-01-01 08:00:00' WHERE id = '{lp1}'",
       "INSERT INTO files (id, course_id, path, content_hash, media_type, size) VALUES "
       "('{new}', '{c1}', 'a.png', 'h', 'x', 1)",
       "UPDATE files SET path = ' ' WHERE id = '{f1}'", "UPDATE files SET size = -1",
       "UPDATE course_invitations SET role = 'king' WHERE id = '{cinv1}'",
       "INSERT INTO course_invitations (id, invitation_id, course_id) VALUES "
       "('{new}', '{inv1}', '{c2}')"),
    _s(117, "people: tokens, sessions, invitations, the log",
       "UPDATE users SET locale = '' WHERE id = '{ada}'",
       "UPDATE sign_in_limits SET failures = -1 WHERE id = '{lim1}'",
       "UPDATE users SET email_canonical = 'ADA@EXAMPLE.ORG' WHERE id = '{ada}'",
       "UPDATE users SET email_canonical = 'äda@example.org' WHERE id = '{ada}'",
       "UPDATE users SET email = 'äda@example.org', email_canonical = 'äda@example.org' "
       "WHERE id = '{ada}'",
       "UPDATE users SET email = 'äda@example.org', email_canonical = 'XN@example.org' "
       "WHERE id = '{ada}'",
       "UPDATE api_tokens SET scope = 'all' WHERE id = '{tok1}'",
       "UPDATE api_tokens SET name = ' ' WHERE id = '{tok1}'",
       "UPDATE api_tokens SET expires_at = created_at WHERE id = '{tok1}'",
       "INSERT INTO api_tokens (id, user_id, name, token_hash, expires_at) VALUES "
       "('{new}', '{ada}', 'x', 'bb', '2030-01-01 08:00:00')",
       "INSERT INTO user_sessions (id, token_hash, expires_at) VALUES "
       "('{new}', 'aa', '2030-01-01 08:00:00')",
       "UPDATE user_sessions SET expires_at = created_at WHERE id = '{ses1}'",
       "UPDATE invitations SET role = 'king' WHERE id = '{inv1}'",
       "UPDATE invitations SET expires_at = created_at WHERE id = '{inv1}'",
       "UPDATE invitations SET accepted_by_id = '{ada}' WHERE id = '{inv1}'",
       "INSERT INTO invitations (id, email, email_canonical, token_hash, invited_by_id, "
       "expires_at) VALUES ('{new}', 'y@x', 'y@x', 'cc', '{bruno}', '2030-01-01 08:00:00')",
       "INSERT INTO audit_log (id, action) VALUES ('{new}', ' ')",
       "INSERT INTO audit_log (id, action, actor_id) VALUES ('{new}', 'x', '{new3}')"),
    _s(118, "jobs and keys: other limits",
       "UPDATE jobs SET status = 'lost' WHERE id = '{job1}'",
       "UPDATE jobs SET kind = ' ' WHERE id = '{job1}'",
       "UPDATE jobs SET progress_done = -1 WHERE id = '{job1}'",
       "UPDATE jobs SET progress_total = -1 WHERE id = '{job1}'",
       "UPDATE jobs SET attempts = -1 WHERE id = '{job1}'",
       "UPDATE jobs SET status = 'done' WHERE id = '{job1}'",
       "UPDATE jobs SET finished_at = '2026-02-01 08:00:00' WHERE id = '{job1}'",
       "UPDATE idempotency_keys SET key = ' ' WHERE id = '{key1}'",
       "UPDATE idempotency_keys SET status_code = 9 WHERE id = '{key1}'"),
    _s(119, "notes, quizzes, exams: other limits",
       _note(status="'ready'"), _note(status="'approved'"), _note(cost="-1"),
       _note(approved_at="'2026-01-04 08:00:00'"), _note(error="'x'"),
       _note(lesson_id="'{new3}'"),
       _quiz(status="'live'"), _quiz(feedback="'none'"), _quiz(title="' '"),
       _quiz(position="0"), _quiz(slug="'one'"),
       "UPDATE quizzes SET lesson_id = '{l2}' WHERE id = '{q1}'",
       _exam(title="' '"), _exam(status="'live'"), _exam(release="'soon'"),
       _exam(pass_mark="101"), _exam(attempts_allowed="0"), _exam(grace_seconds="601"),
       _exam(release="'after_close'")),
    _s(160, "exams: rules that contradict each other or are unknown",
       _exam(release_key="'after_close'"), _exam(release_correctness="'after_close'"),
       _exam(release_explanation="'after_close'"), _exam(release="'on_date'"),
       _exam(release_key="'on_date'"), _exam(release_correctness="'on_date'"),
       _exam(release_explanation="'on_date'"), _exam(release_key="'soon'"),
       _exam(release_correctness="'soon'"), _exam(release_explanation="'soon'"),
       _exam(counts="'worst'"), _exam(closing="'soft'"), _exam(retry_delay_minutes="-1"),
       _exam(retry_delay_minutes="43201"),
       _exam(opens_at="'2026-02-01 08:00:00'", due_at="'2026-02-01 08:00:00'")),
    _s(161, "exam_attempts: another late rule than the exam's, or one that changes",
       _attempt(due_at="'2026-02-03 10:30:00'", exam_id="'{e3}'", attempts_allowed="4"),
       _attempt(late_tiers="'[{{\"minutes\": 5, \"penalty_percent\": 1}}]'"),
       UP + "late_tiers = '[1]' WHERE id = '{a2}'",
       UP + "due_at = '2026-02-02 10:30:00' WHERE id = '{a2}'"),
    _s(162, "accommodations: for nobody of the course, or for an exam of another",
       _accommodation(user_id="'{zoe}'"), _accommodation(user_id="'{new3}'"),
       _accommodation(user_id="NULL"), _accommodation(course_id="'{new3}'"),
       _accommodation(exam_id="'{e3}'"), _accommodation(exam_id="'{new3}'"),
       _accommodation(created_by_id="NULL"), _accommodation(created_by_id="'{new3}'")),
    _s(163, "accommodations: two at once for one student",
       _accommodation(user_id="'{ada}'"),
       _accommodation(user_id="'{max}'", exam_id="'{e1}'")),
    _s(164, "accommodations: out of range",
       _accommodation(factor="0.5"), _accommodation(factor="10.5"),
       _accommodation(extra_minutes="-1"), _accommodation(extra_minutes="1441"),
       _accommodation(break_minutes="-1"), _accommodation(break_minutes="1441"),
       _accommodation(extra_attempts="-1"), _accommodation(extra_attempts="101"),
       _accommodation(opens_at="'2026-02-01 08:00:00'", closes_at="'2026-02-01 08:00:00'")),
    _s(165, "accommodations: rewritten, deleted, ended by nobody or ended twice",
       "UPDATE accommodations SET factor = 2 WHERE id = '{acc1}'",
       "UPDATE accommodations SET user_id = '{max}' WHERE id = '{acc1}'",
       "UPDATE accommodations SET reason = 'other' WHERE id = '{acc1}'",
       "UPDATE accommodations SET revoked_at = '2026-01-03 08:00:00' WHERE id = '{acc1}'",
       "UPDATE accommodations SET revoked_at = '2026-01-01 08:00:00', "
       "revoked_by_id = '{bruno}' WHERE id = '{acc1}'",
       "UPDATE accommodations SET revoked_by_id = '{new3}', "
       "revoked_at = '2026-01-03 08:00:00' WHERE id = '{acc1}'",
       "UPDATE accommodations SET revoked_at = NULL, revoked_by_id = NULL WHERE id = '{acc3}'",
       "UPDATE accommodations SET revoked_at = '2026-02-03 08:00:00' WHERE id = '{acc3}'",
       "DELETE FROM accommodations WHERE id = '{acc3}'"),
    _s(166, "accommodations: replaced",
       "INSERT OR REPLACE INTO accommodations (id, user_id, course_id, created_by_id) VALUES "
       "('{acc3}', '{max}', '{c1}', '{bruno}')", only="sqlite"),
    _s(167, "accommodations: a value of the wrong type",
       _accommodation(extra_minutes="'ten'"), _accommodation(factor="'x'"),
       "UPDATE accommodations SET revoked_by_id = '{bruno}', revoked_at = 'soon' "
       "WHERE id = '{acc1}'"),
    _s(168, "exam_attempts: more attempts than exam and accommodation allow",
       _attempt(user_id="'{max}'", attempt_no="2", attempts_allowed="4"),
       _attempt(attempts_allowed="4")),
]  # fmt: skip
STATES += [
    State(*each) for each in (*marking_states.STATES, *room_states.STATES, *bank_states.STATES)
]
STATES += [State(*each) for each in (*regrade_states.STATES, *draft_states.STATES)]
STATES += [State(*each) for each in (*tutor_states.STATES, *note_states.STATES)]
STATES += [State(*each) for each in (*origin_states.STATES, *concept_states.STATES)]
STATES += [State(*each) for each in own_note_states.STATES]
STATES += [State(*each) for each in (*model_states.STATES, *search_states.STATES)]
STATES += [State(*each) for each in editing_states.STATES]
STATES += [State(*each) for each in session_states.STATES]
STATES += [State(*each) for each in outcome_states.STATES]
STATES += [State(*each) for each in reliability_states.STATES]
STATES += [State(*each) for each in xapi_states.STATES]
STATES += [State(*each) for each in engine_states.STATES]
STATES += [State(*each) for each in instructor_states.STATES]
STATES += [State(*each) for each in mail_states.STATES]

# What a rule must let through: a suite without these passes on a database that refuses everything.
CONTROLS: list[tuple[str, str]] = [
    ("a person with a non-ASCII address",
     _user(email="'änne@example.org'", canonical="'xn--nne-0qa@example.org'")),
    ("a course", _course()),
    ("a lesson under a parent", _lesson(parent_id="'{l1}'")),
    ("a note for a lesson without one", _note()),
    ("a failed note with its reason",
     _note(status="'failed'", generated_content="''", error="'why'")),
    ("a quiz in draft without questions", _quiz()),
    ("a question", _question()),
    ("a choice question",
     _question(kind="'single_choice'", answer="'x'", options=f"'{TWO_OPTIONS}'")),
    ("an exam in draft", _exam()),
    ("an attempt by somebody enrolled", _attempt()),
    ("an accommodation", _accommodation()),
    ("an accommodation for one exam beside that for all",
     _accommodation(user_id="'{ada}'", exam_id="'{e1}'", closes_at="'2027-02-01 08:00:00'")),
    ("an accommodation after one that ended", _accommodation(user_id="'{max}'")),
    ("the end of an accommodation",
     "UPDATE accommodations SET revoked_at = '2026-01-03 08:00:00', "
     "revoked_by_id = '{bruno}' WHERE id = '{acc1}'"),
    ("an exam whose results come on a date",
     _exam(release="'on_date'", release_on="'2026-02-01 08:00:00'")),
    ("an exam that shows the score at once and the key after closing",
     _exam(release_key="'after_close'", closes_at="'2026-02-01 08:00:00'")),
    ("an answer to the other question", _answer()),
    ("a cleared answer", _answer(response="'null'")),
    ("a changed answer",
     "UPDATE attempt_answers SET response = '\"o1\"', revision = 2, "
     "saved_at = '2026-02-02 10:06:00' WHERE id = '{ans2}'"),
    ("an answer at the very deadline", _answer(saved_at="'2026-02-02 11:00:00'")),
    ("more time while it runs",
     UP + "deadline_at = '2026-02-02 12:00:00' WHERE id = '{a2}'"),
    ("handing in",
     UP + "status = 'submitted', closed_by = 'user', submitted_at = '2026-02-02 10:30:00' "
     "WHERE id = '{a2}'"),
    ("a lesson that is not the last goes", "DELETE FROM lessons WHERE id = '{new3}'"),
    ("an unanswered question is edited",
     "UPDATE questions SET question_text = 'Better?' WHERE id = '{item4}'"),
    ("another order of an unused paper",
     "UPDATE exam_questions SET position = 4 WHERE id = '{p3}'"),
    ("a response from practice", _response()),
    ("the next line of the journal",
     EVENT + f"('{{new}}', '{{a1}}', 3, 'graded', '{HASH}')"),
    ("a finished run of practice",
     "UPDATE quiz_attempts SET status = 'finished', finished_at = '2026-01-06 08:00:00', "
     "score = 50, points = 1, max_points = 2 WHERE id = '{qa1}'"),
    ("erased free text", "UPDATE quiz_answers SET response = NULL WHERE id = '{qans1}'"),
    ("an upserted answer",
     _answer(question_id="'{item1}'", response="'\"o1\"'", revision="2")
     + " ON CONFLICT (attempt_id, question_id) DO UPDATE SET response = excluded.response, "
     "revision = excluded.revision, saved_at = excluded.saved_at"),
    ("analytics with the seed's columns alone",
     "INSERT INTO analytics (id, user_id, progress_data, last_updated) VALUES "
     "('{new}', '{bruno}', '{{}}', '2026-02-01 08:00:00')"),
]  # fmt: skip
CONTROLS += [*origin_states.CONTROLS, *concept_states.CONTROLS]
CONTROLS += own_note_states.CONTROLS
CONTROLS += session_states.CONTROLS
CONTROLS += outcome_states.CONTROLS
CONTROLS += reliability_states.CONTROLS
CONTROLS += xapi_states.CONTROLS
CONTROLS += engine_states.CONTROLS
CONTROLS += instructor_states.CONTROLS
CONTROLS += mail_states.CONTROLS
CONTROLS += search_states.CONTROLS
CONTROLS += editing_states.CONTROLS
CONTROLS += [*marking_states.CONTROLS, *room_states.CONTROLS, *regrade_states.CONTROLS,
             *bank_states.CONTROLS, *draft_states.CONTROLS, *tutor_states.CONTROLS,
             *note_states.CONTROLS, *model_states.CONTROLS]  # fmt: skip
