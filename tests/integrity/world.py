"""A small valid world in plain SQL, the same text for SQLite and PostgreSQL.

`ID` gives every row a readable name; `{ada}` in a statement becomes Ada's id. The world is a list
of steps, so that a test can stop just before the row it is about.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tests.integrity import engine_states

NAMES = """
    ada bruno dora gone zoe max c1 c2 c3 c4 l1 l2 l3 l4 rev1 n1 q1 q2 q3 q4 q5
    item1 item2 item3 item4 item5 item6 item7 item8 e1 e2 e3 e4 p1 p2 p3 p4 a1 a2 a3 a4
    tess en6 mk1 mk2 ap1 ap2 am1 gi1 gi2 ge1
    ans1 ans2 ans3 ev1 ev2 qa1 qa2 qa3 qans1 r1 r2 en1 en2 en3 en4 en5 lp1 f1 job1 job2
    key1 log1 tok1 ses1 inv1 cinv1 an1 rel1 xt1 xt2 tally1 lim1 acc1 acc2 acc3 new new2 new3 msg1
    rg1 rg2 rg3 rg4 rg5 co1 co2 co3 rm1 if1
    or1 nv1 rj1 nw1 con1 con2 tag1 tag2 qt1 qc1 e5 e6 k1 k2 bi1 bi2 bi3 bp1 bp2 bp3 bp4 bp5 ba1
    tm1 tm2 ts1 mc1 mb1 lc1 cp1
    r3
    dq1 ai1 ai2 ai3 ap9 dr1 dr2 dd1 dd2 dd3 dd4
    ps1 ps2 ps3 pa1 pr1 po1 po2
    su1
    con3 con4 con5 con6 lco1 g1 g2 gm1
    pf1
    no1 an9 mch1 by1 ml1 mr1
    on1
    ld1 ld2 lk1 us1 us2
"""
ID = {name: f"0193{number:028x}" for number, name in enumerate(NAMES.split(), start=1)}


class Step(NamedTuple):
    """One statement of the world; `table` is the one it writes to."""

    table: str
    sql: str
    columns: tuple[tuple[str, str], ...] = ()


HASH = "'" + 64 * "a" + "'"
OPTIONS = '[{"id": "o1", "text": "yes"}, {"id": "o2", "text": "no"}]'


def _insert(table: str, **columns: str) -> Step:
    names, values = ", ".join(columns), ", ".join(columns.values())
    return Step(table, f"INSERT INTO {table} ({names}) VALUES ({values})", tuple(columns.items()))


def _user(name: str, role: str, active: str = "true") -> Step:
    return _insert(
        "users", id=f"'{{{name}}}'", name=f"'{name.title()}'", email=f"'{name}@example.org'",
        email_canonical=f"'{name}@example.org'", password_hash="'!'", role=f"'{role}'",
        created_at="'2026-01-01 08:00:00'", is_active=active,
    )  # fmt: skip


def _question(name: str, quiz: str, kind: str, answer: str, position: int, **more: str) -> Step:
    return _insert(
        "questions", id=f"'{{{name}}}'", quiz_id=f"'{{{quiz}}}'", question_text="'Is it so?'",
        answer=f"'{answer}'", kind=f"'{kind}'", position=str(position), bank_key=f"'{{{name}}}'",
        **more,
    )  # fmt: skip


def _course(name: str, owner: str) -> Step:
    return _insert(
        "courses", id=f"'{{{name}}}'", title=f"'Course {name}'", description="''",
        created_at="'2026-01-01 08:00:00'", slug=f"'{name}'", owner_id=f"'{{{owner}}}'",
    )  # fmt: skip


def _lesson(name: str, course: str, place: int) -> Step:
    return _insert(
        "lessons", id=f"'{{{name}}}'", course_id=f"'{{{course}}}'", topic=f"'Lesson {name}'",
        content="'Text.'", order_index=str(place), slug=f"'{name}'",
    )  # fmt: skip


def _exam(name: str, course: str, **more: str) -> Step:
    columns = {
        "id": f"'{{{name}}}'", "course_id": f"'{{{course}}}'", "title": f"'Exam {name}'",
        "duration_minutes": "60", "attempts_allowed": "3", "opens_at": "'2026-01-01 08:00:00'",
        "closes_at": "'2027-01-01 08:00:00'",
    }  # fmt: skip
    return _insert("exams", **(columns | more))


def _paper(name: str, exam: str, question: str, position: int) -> Step:
    return _insert(
        "exam_questions", id=f"'{{{name}}}'", exam_id=f"'{{{exam}}}'",
        question_id=f"'{{{question}}}'", position=str(position), points="2",
    )  # fmt: skip


def _attempt(name: str, number: int, day: int, user: str = "ada") -> Step:
    return _insert(
        "exam_attempts", id=f"'{{{name}}}'", exam_id="'{e1}'", user_id=f"'{{{user}}}'",
        attempted_at=f"'2026-02-{day:02d} 10:00:00'", attempt_no=str(number), attempts_allowed="3",
        deadline_at=f"'2026-02-{day:02d} 11:00:00'",
    )  # fmt: skip


def _answer(name: str, attempt: str, question: str, response: str, day: int) -> Step:
    return _insert(
        "attempt_answers", id=f"'{{{name}}}'", attempt_id=f"'{{{attempt}}}'",
        question_id=f"'{{{question}}}'", response=f"'{response}'", revision="1",
        saved_at=f"'2026-02-{day:02d} 10:05:00'", points_possible="2",
    )  # fmt: skip


def _accommodation(name: str, user: str, **more: str) -> Step:
    return _insert(
        "accommodations", id=f"'{{{name}}}'", user_id=f"'{{{user}}}'", course_id="'{c1}'",
        created_by_id="'{bruno}'", created_at="'2026-01-02 08:00:00'", **more,
    )  # fmt: skip


def _regrade(name: str) -> Step:
    return _insert(
        "regrades", id=f"'{{{name}}}'", exam_id="'{e1}'", reason="'Why.'",
        created_by_id="'{bruno}'", created_at="'2026-02-04 08:00:00'",
    )  # fmt: skip


def _candidate(name: str, exam: str, question: str, position: int, pool: str) -> Step:
    return _insert(
        "exam_questions", id=f"'{{{name}}}'", exam_id=f"'{{{exam}}}'", pool_id=f"'{{{pool}}}'",
        question_id=f"'{{{question}}}'", position=str(position), points="2",
    )  # fmt: skip


def _pool(name: str, exam: str) -> Step:
    return _insert(
        "exam_pools", id=f"'{{{name}}}'", exam_id=f"'{{{exam}}}'", title="'Any'", pick="1",
        points="2", rule="'{{}}'", position="1",
    )  # fmt: skip


# Tags and concepts, an exam with a random part that was begun, and one that was not.
BANK: list[Step] = [
    _insert("concepts", id="'{con1}'", course_id="'{c1}'", name="'Ownership'"),
    _insert("concepts", id="'{con2}'", course_id="'{c2}'", name="'Elsewhere'"),
    _insert(
        "concepts", id="'{con3}'", course_id="'{c1}'", name="'Lesson l1'", lesson_id="'{l1}'"
    ),
    _insert(
        "concepts", id="'{con4}'", course_id="'{c1}'", name="'Owning'",
        merged_into_id="'{con1}'", merged_at="'2026-02-01 08:00:00'", merged_epoch="3",
    ),
    _insert(
        "concepts", id="'{con5}'", course_id="'{c1}'", name="'Owner'",
        merged_into_id="'{con1}'", merged_at="'2026-02-01 08:00:00'",
    ),
    _insert("concepts", id="'{con6}'", course_id="'{c1}'", name="'Named by nobody'"),
    _insert("lesson_concepts", id="'{lco1}'", lesson_id="'{l1}'", concept_id="'{con1}'"),
    _insert("course_groups", id="'{g1}'", course_id="'{c1}'", name="'Lab A'"),
    _insert("course_groups", id="'{g2}'", course_id="'{c2}'", name="'Far'"),
    _insert("course_group_members", id="'{gm1}'", group_id="'{g1}'", user_id="'{ada}'"),
    _insert("tags", id="'{tag1}'", owner_id="'{bruno}'", name="'loops'"),
    _insert("tags", id="'{tag2}'", owner_id="'{dora}'", name="'far'"),
    _insert("question_tags", id="'{qt1}'", question_id="'{item3}'", tag_id="'{tag1}'"),
    _insert("question_concepts", id="'{qc1}'", question_id="'{item3}'", concept_id="'{con1}'"),
    *(_question(f"bi{n}", "q2", "true_false", "true", 3 + n) for n in (1, 2, 3)),
    _exam("e5", "c1"),
    _exam("e6", "c1"),
    _pool("k1", "e5"),
    _pool("k2", "e6"),
    _paper("bp1", "e5", "bi1", 1),
    _candidate("bp2", "e5", "bi2", 2, "k1"),
    _candidate("bp3", "e5", "bi3", 3, "k1"),
    _paper("bp4", "e6", "bi1", 1),
    _candidate("bp5", "e6", "bi2", 2, "k2"),
    Step("exams", "UPDATE exams SET status = 'published' WHERE id = '{e5}'"),
    _insert(
        "exam_attempts", id="'{ba1}'", exam_id="'{e5}'", user_id="'{ada}'", attempt_no="1",
        attempts_allowed="3", attempted_at="'2026-02-05 10:00:00'", draw_seed="7",
        deadline_at="'2026-02-05 11:00:00'", drawn="'[\"{bi2}\"]'",
    ),
]  # fmt: skip


def _draft(name: str, **more: str) -> Step:
    return _insert(
        "question_drafts", id=f"'{{{name}}}'", lesson_id="'{l1}'", run_id="'{dr1}'", place="0",
        kind="'true_false'", digest=f"'{name}'", source_hash=HASH, item="'{{}}'",
        flags="'[]'", is_flagged="false", is_edited="false", **more,
    )  # fmt: skip


_REVIEWED = {
    "status": "'approved'", "reviewed_by_id": "'{bruno}'", "reviewed_at": "'2026-02-01 08:00:00'",
}  # fmt: skip
DRAFTS: list[Step] = [
    _insert("quizzes", id="'{dq1}'", lesson_id="'{l1}'", title="'From the text'", position="9"),
    _question("ai1", "dq1", "true_false", "true", 1, origin="'ai'"),
    _question("ai2", "dq1", "true_false", "true", 2, origin="'ai'"),
    _question("ai3", "dq1", "true_false", "true", 3, origin="'ai'"),
    *(
        _insert(
            "draft_runs", id=f"'{{{name}}}'", lesson_id=f"'{{{lesson}}}'", source_hash=HASH,
            wish=HASH, engine="'extractive'", engine_version="'1'", kept="4", flagged="1",
            rejected="'{{}}'", report="'{{}}'", reason="''", made_at="'2026-02-01 08:00:00'",
        )
        for name, lesson in (("dr1", "l1"), ("dr2", "l2"))
    ),
    _draft("dd1"),
    _draft("dd2", question_id="'{ai1}'", **_REVIEWED),
    _draft("dd3", question_id="'{ai2}'", **_REVIEWED),
    _draft("dd4", **_REVIEWED | {"status": "'rejected'"}, reject_reason="'unclear'"),
    _paper("ap9", "e6", "ai1", 20),
]  # fmt: skip
WORLD: list[Step] = [
    _user("ada", "STUDENT"),
    _user("bruno", "INSTRUCTOR"),
    _user("dora", "ADMIN"),
    _user("gone", "STUDENT", "false"),
    _user("zoe", "STUDENT"),
    _user("max", "STUDENT"),
    _user("tess", "STUDENT"),
    _insert(
        "user_sessions", id="'{ses1}'", token_hash="'aa'", user_id="'{ada}'",
        created_at="'2026-01-01 08:00:00'", expires_at="'2026-02-01 08:00:00'",
    ),
    _insert(
        "api_tokens", id="'{tok1}'", user_id="'{ada}'", name="'mine'", token_hash="'bb'",
        created_at="'2026-01-01 08:00:00'", expires_at="'2026-02-01 08:00:00'",
    ),
    _insert(
        "invitations", id="'{inv1}'", email="'x@example.org'", email_canonical="'x@example.org'",
        token_hash="'cc'", invited_by_id="'{bruno}'", created_at="'2026-01-01 08:00:00'",
        expires_at="'2026-02-01 08:00:00'",
    ),
    _insert(
        "notifications", id="'{no1}'", user_id="'{ada}'", kind="'enrolled'", params="'{{}}'",
        url="'/courses/c1/'", about="'r1'", mail_at="'2026-01-02 08:00:00'",
    ),
    _insert("announcements", id="'{an9}'", kind="'results'", about="'e1'"),
    _insert(
        "mail_choices", id="'{mch1}'", user_id="'{ada}'", topic="'results'", pace="'daily'"
    ),
    _insert("birth_years", id="'{by1}'", user_id="'{ada}'", year="2001"),
    _insert(
        "mails", id="'{ml1}'", user_id="'{ada}'", address="'ada@example.org'",
        topic="'results'", subject="'News'", sealed="'x'", key="'k0'",
        send_at="'2026-01-02 08:00:00'",
    ),
    _insert("mail_refusals", id="'{mr1}'", address_hash="'h1'"),
    _insert("sign_in_limits", id="'{lim1}'", key="'k'", last_at="'2026-01-01 08:00:00'"),
    _insert("audit_log", id="'{log1}'", action="'made'", actor_id="'{dora}'"),
    _insert(
        "idempotency_keys", id="'{key1}'", user_id="'{ada}'", key="'k'", fingerprint="'f'"
    ),
    _insert("jobs", id="'{job1}'", kind="'notes'", target="'t'"),
    _insert(
        "jobs", id="'{job2}'", kind="'import'", target="'t'", status="'running'",
        lease_until="'2026-01-01 08:00:00'",
    ),
    _course("c1", "bruno"),
    _course("c2", "dora"),
    _course("c3", "bruno"),
    _course("c4", "bruno"),
    _lesson("l1", "c1", 1),
    _lesson("l2", "c1", 2),
    _lesson("l3", "c2", 1),
    _lesson("l4", "c4", 1),
    Step("courses", "UPDATE courses SET status = 'published' WHERE id IN ('{c1}', '{c2}', '{c4}')"),
    _insert("course_invitations", id="'{cinv1}'", invitation_id="'{inv1}'", course_id="'{c1}'"),
    _insert(
        "lesson_revisions", id="'{rev1}'", lesson_id="'{l1}'", version="1", topic="'Lesson l1'",
        content="'Text.'", content_hash="'h'",
    ),
    _insert(
        "own_notes", id="'{on1}'", user_id="'{ada}'", lesson_id="'{l1}'", block_id="'b-1'",
        quote="'Text'", begins="0", ends="4", body="'Mine.'", kind="'note'",
    ),
    _insert(
        "lesson_progress", id="'{lp1}'", user_id="'{ada}'", lesson_id="'{l1}'",
        opened_at="'2026-01-02 08:00:00'",
    ),
    _insert(
        "files", id="'{f1}'", course_id="'{c1}'", path="'a.png'", content_hash="'h'",
        media_type="'image/png'", size="10",
    ),
    _insert(
        "lesson_drafts", id="'{ld1}'", course_id="'{c1}'", lesson_id="'{l1}'",
        author_id="'{bruno}'", based_on="1",
    ),
    _insert("lesson_drafts", id="'{ld2}'", course_id="'{c1}'", author_id="'{bruno}'"),
    _insert(
        "lesson_locks", id="'{lk1}'", lesson_id="'{l1}'", holder_id="'{bruno}'",
        taken_at="'2026-01-03 08:00:00'", seen_at="'2026-01-03 08:05:00'",
    ),
    _insert(
        "undo_steps", id="'{us1}'", course_id="'{c1}'", user_id="'{bruno}'",
        act="'lesson_status'", made_at="'2026-01-03 08:00:00'",
    ),
    _insert(
        "undo_steps", id="'{us2}'", course_id="'{c1}'", user_id="'{bruno}'",
        act="'lesson_order'", made_at="'2026-01-03 08:00:00'", undone_at="'2026-01-03 08:01:00'",
    ),
    _insert("enrollments", id="'{en1}'", user_id="'{ada}'", course_id="'{c1}'"),
    _insert("enrollments", id="'{en2}'", user_id="'{gone}'", course_id="'{c1}'"),
    _insert(
        "enrollments", id="'{en3}'", user_id="'{bruno}'", course_id="'{c1}'", role="'instructor'"
    ),
    _insert("enrollments", id="'{en4}'", user_id="'{dora}'", course_id="'{c1}'"),
    _insert("enrollments", id="'{en5}'", user_id="'{max}'", course_id="'{c1}'"),
    _insert(
        "enrollments", id="'{en6}'", user_id="'{tess}'", course_id="'{c1}'", role="'assistant'"
    ),
    _insert(
        "ai_notes", id="'{n1}'", lesson_id="'{l1}'", generated_content="'In short.'",
        created_at="'2026-01-03 08:00:00'",
    ),
    _insert("ai_note_versions", id="'{nv1}'", lesson_id="'{l1}'", version="1", cause="'made'"),
    _insert("ai_rejections", id="'{rj1}'", lesson_id="'{l1}'", kind="'item'", code="'leak'"),
    _insert(
        "lesson_origins", id="'{or1}'", lesson_id="'{l1}'", file_name="'book.pdf'", format="'pdf'",
        pages="'[[\"b-1\", 2]]'",
    ),
    _insert("ai_note_wishes", id="'{nw1}'", course_id="'{c1}'"),
    _insert(
        "model_connections", id="'{mc1}'", name="'Ours'", dialect="'openai'", model="'small'",
        address="'https://models.example.org/v1'", tested_at="'2026-01-01 08:00:00'",
        context_tokens="12000", is_chosen="true",
    ),
    _insert("model_budgets", id="'{mb1}'", scope="'site'", most_tokens="1000"),
    _insert(
        "llm_calls", id="'{lc1}'", connection_id="'{mc1}'", engine="'openai'", model="'small'",
        prompt_version="'notes-1'", text_hash="'a'", outcome="'ok'", answer="'{{}}'",
    ),
    _insert(
        "course_prompts", id="'{cp1}'", course_id="'{c1}'", name="'notes'",
        text="'Say what it says.'",
    ),
    _insert("quizzes", id="'{q1}'", lesson_id="'{l1}'", title="'Quiz one'", slug="'one'"),
    _insert("quizzes", id="'{q2}'", lesson_id="'{l2}'", title="'Quiz two'"),
    _insert("quizzes", id="'{q3}'", lesson_id="'{l3}'", title="'Elsewhere'"),
    _insert("quizzes", id="'{q4}'", lesson_id="'{l2}'", title="'One question'"),
    _insert("quizzes", id="'{q5}'", lesson_id="'{l2}'", title="'No question'"),
    _question("item1", "q1", "single_choice", "o1", 1, options=f"'{OPTIONS}'"),
    _question("item2", "q1", "multiple_choice", '["o1"]', 2, options=f"'{OPTIONS}'"),
    _question("item3", "q1", "short_text", "fn", 3),
    _question("item4", "q2", "numeric", "3.14", 1),
    _question("item5", "q2", "true_false", "true", 2),
    _question("item6", "q3", "short_text", "let", 1),
    _question("item7", "q2", "tracing", '{"compiles": true, "output": "1"}', 3),
    _question("item8", "q4", "short_text", "mut", 1),
    Step(
        "quizzes",
        "UPDATE quizzes SET status = 'published' WHERE id IN ('{q1}', '{q3}', '{q4}')",
    ),
    _exam("e1", "c1"),
    _exam("e2", "c1"),
    _exam("e3", "c2"),
    _exam("e4", "c1"),
    _paper("p1", "e1", "item1", 1),
    _paper("p2", "e1", "item2", 2),
    _paper("p3", "e2", "item1", 1),
    _paper("p4", "e3", "item6", 1),
    Step("exams", "UPDATE exams SET status = 'published' WHERE id IN ('{e1}', '{e3}')"),
    _attempt("a1", 1, 1),
    _answer("ans1", "a1", "item1", '"o1"', 1),
    _insert(
        "attempt_events", id="'{ev1}'", attempt_id="'{a1}'", seq="1", kind="'start'",
        hash=HASH,
    ),
    _insert(
        "attempt_events", id="'{ev2}'", attempt_id="'{a1}'", seq="2", kind="'save'",
        hash=HASH, question_id="'{item1}'", response="'\"o1\"'", revision="1",
    ),
    Step(
        "exam_attempts",
        "UPDATE exam_attempts SET status = 'submitted', closed_by = 'user', "
        "submitted_at = '2026-02-01 10:30:00' WHERE id = '{a1}'",
    ),
    Step("attempt_answers", "UPDATE attempt_answers SET points_awarded = 2 WHERE id = '{ans1}'"),
    Step(
        "exam_attempts",
        "UPDATE exam_attempts SET status = 'graded', score = 50, points = 2, max_points = 4, "
        "graded_at = '2026-02-01 10:30:00' WHERE id = '{a1}'",
    ),
    _attempt("a2", 2, 2),
    _answer("ans2", "a2", "item1", '"o2"', 2),
    _attempt("a3", 1, 3, "dora"),
    _answer("ans3", "a3", "item1", '"o2"', 3),
    Step(
        "exam_attempts",
        "UPDATE exam_attempts SET status = 'submitted', closed_by = 'user', "
        "submitted_at = '2026-02-03 10:30:00' WHERE id = '{a3}'",
    ),
    _insert("exam_marking", exam_id="'{e1}'", second="'all'", tolerance="20"),
    _insert(
        "marks", id="'{mk1}'", attempt_id="'{a3}'", question_id="'{item1}'",
        marker_id="'{bruno}'", round="'first'", points="1", comment="'Nearly.'",
        created_at="'2026-02-04 08:00:00'",
    ),
    _insert(
        "marks", id="'{mk2}'", attempt_id="'{a1}'", question_id="'{item1}'",
        marker_id="'{bruno}'", round="'final'", points="2", comment="'As before.'",
    ),
    _insert(
        "appeals", id="'{ap1}'", attempt_id="'{a1}'", question_id="'{item1}'", text="'Why?'",
        created_at="'2026-02-02 08:00:00'",
    ),
    _insert(
        "appeals", id="'{ap2}'", attempt_id="'{a1}'", question_id="'{item2}'", text="'Why?'",
    ),
    Step(
        "appeals",
        "UPDATE appeals SET status = 'refused', answer = 'No.', answered_by_id = '{bruno}', "
        "closed_at = '2026-02-03 08:00:00' WHERE id = '{ap2}'",
    ),
    _insert(
        "appeal_messages", id="'{am1}'", appeal_id="'{ap1}'", author_id="'{ada}'",
        text="'Please look.'", created_at="'2026-02-02 09:00:00'",
    ),
    _insert("gradebook_terms", course_id="'{c1}'", missing_is_zero="true"),
    _insert("grade_items", id="'{gi1}'", course_id="'{c1}'", exam_id="'{e1}'", weight="50"),
    _insert(
        "grade_items", id="'{gi2}'", course_id="'{c1}'", quiz_id="'{q1}'",
        due_at="'2026-03-01 08:00:00'",
    ),
    _insert(
        "grade_entries", id="'{ge1}'", item_id="'{gi1}'", user_id="'{ada}'", kind="'score'",
        score="80", reason="'An oral exam.'", written_by_id="'{bruno}'",
        created_at="'2026-02-04 08:00:00'",
    ),
    _attempt("a4", 1, 4, "max"),
    _insert(
        "quiz_attempts", id="'{qa3}'", quiz_id="'{q1}'", user_id="'{max}'",
        started_at="'2026-01-05 08:00:00'",
    ),
    _insert(
        "quiz_attempts", id="'{qa2}'", quiz_id="'{q1}'", user_id="'{bruno}'",
        started_at="'2026-01-05 08:00:00'",
    ),
    Step(
        "quiz_attempts",
        "UPDATE quiz_attempts SET status = 'finished', finished_at = '2026-01-05 09:00:00', "
        "score = 50, points = 1, max_points = 2 WHERE id IN ('{qa2}', '{qa3}')",
    ),
    _insert(
        "quiz_attempts", id="'{qa1}'", quiz_id="'{q1}'", user_id="'{ada}'",
        started_at="'2026-01-05 08:00:00'",
    ),
    _insert(
        "quiz_answers", id="'{qans1}'", attempt_id="'{qa1}'", question_id="'{item1}'",
        response="'\"o1\"'", share="1",
    ),
    _insert(
        "responses", id="'{r1}'", user_id="'{ada}'", course_id="'{c1}'", lesson_id="'{l1}'",
        question_id="'{item1}'", quiz_attempt_id="'{qa1}'", share="1",
    ),
    _insert(
        "responses", id="'{r2}'", user_id="'{bruno}'", course_id="'{c1}'", lesson_id="'{l1}'",
        question_id="'{item1}'", quiz_attempt_id="'{qa2}'", share="0",
    ),
    _insert(
        "responses", id="'{r3}'", user_id="'{bruno}'", course_id="'{c1}'", lesson_id="'{l1}'",
        question_id="'{item1}'", quiz_attempt_id="'{qa2}'", share="1", replaces_id="'{r2}'",
    ),
    _insert(
        "response_slips", response_id="'{r1}'", words="''", noted_at="'2026-02-01 10:30:00'",
    ),
    _insert("fold_queue", response_id="'{r1}'", release_at="'2026-01-05 08:00:00'"),
    _insert("item_statistics", question_id="'{item1}'", answers="1", share_sum="1"),
    _insert("exam_statistics", exam_id="'{e1}'", attempts="1", passed="0", score_sum="50"),
    _insert("exam_pulses", exam_id="'{e1}'", number="1"),
    _insert(
        "exam_messages", id="'{msg1}'", exam_id="'{e1}'", attempt_id="'{a2}'", text="'Ten left.'",
        sent_by_id="'{bruno}'", sent_at="'2026-02-02 10:10:00'",
    ),
    _insert(
        "attempt_presence", attempt_id="'{a2}'", seen_at="'2026-02-02 10:10:00'", origins="'[]'",
        signals="1",
    ),
    _insert("analytics", id="'{an1}'", user_id="'{ada}'", progress_data="'{{}}'",
            last_updated="'2026-02-01 10:30:00'", course_id="'{c1}'"),
    _insert("response_folds", response_id="'{r1}'", seq="1"),
    _insert(
        "xapi_settings", id="1", namespace="'{xt1}'", pseudonym_secret="'s'",
        address="'https://lrs.example.org/xapi'", is_on="TRUE",
    ),
    _insert("xapi_told", id="'{xt1}'", quiz_attempt_id="'{qa1}'"),
    _insert("xapi_told", id="'{xt2}'", exam_attempt_id="'{a1}'", is_told="TRUE", score="50"),
    _insert(
        "reliability_reports", id="'{rel1}'", last_seq="1", made_at="'2026-02-01 11:00:00'",
        n="1", ece="0.25", by_chance="1", log_loss="0.29", bins="'[[0.7, 0.8, 1, 0.75, 1.0]]'",
    ),
    _insert(
        "lesson_tallies", id="'{tally1}'", user_id="'{ada}'", course_id="'{c1}'",
        lesson_id="'{l1}'", answers="1", share_sum="1", last_at="'2026-02-01 10:30:00'",
        last_seq="1",
    ),
    _accommodation("acc1", "ada", factor="1.5"),
    _accommodation("acc2", "max", exam_id="'{e1}'", extra_minutes="10"),
    _accommodation("acc3", "max", extra_attempts="1"),
    Step(
        "accommodations",
        "UPDATE accommodations SET revoked_at = '2026-01-03 08:00:00', revoked_by_id = '{bruno}' "
        "WHERE id = '{acc3}'",
    ),
    _regrade("rg1"),
    _regrade("rg2"),
    _regrade("rg3"),
    _regrade("rg4"),
    _regrade("rg5"),
    _insert(
        "corrections", id="'{co1}'", regrade_id="'{rg1}'", question_id="'{item1}'",
        kind="'accept'", value="'{{\"answer\": \"o2\"}}'", position="1",
    ),
    _insert(
        "corrections", id="'{co2}'", regrade_id="'{rg2}'", question_id="'{item2}'",
        kind="'full_marks'", position="1",
    ),
    _insert(
        "corrections", id="'{co3}'", regrade_id="'{rg3}'", question_id="'{item2}'",
        kind="'drop'", position="1",
    ),
    Step(
        "regrades",
        "UPDATE regrades SET applied_at = '2026-02-04 08:00:00', applied_by_id = '{bruno}', "
        "attempts = 1 WHERE id IN ('{rg1}', '{rg3}', '{rg5}')",
    ),
    Step(
        "regrades",
        "UPDATE regrades SET undone_at = '2026-02-06 08:00:00', undone_by_id = '{bruno}' "
        "WHERE id = '{rg3}'",
    ),
    _insert(
        "regrade_moves", id="'{rm1}'", regrade_id="'{rg1}'", attempt_id="'{a1}'",
        score_before="50", score_after="50", points_before="2", points_after="2",
        max_before="4", max_after="4", answers="'[]'",
    ),
    _insert(
        "item_figures", id="'{if1}'", exam_id="'{e1}'", question_id="'{item1}'", attempts="1",
        sums="'{{}}'",
    ),
    *BANK,
    *DRAFTS,
    *(
        _insert(
            "practice_sessions", id=f"'{{{name}}}'", user_id=f"'{{{user}}}'", course_id="'{c1}'",
            created_at="'2026-01-05 08:00:00'",
            planned='\'[{{"question": "{item1}"}}, {{"question": "{item2}"}}]\'',
        )
        for name, user in (("ps1", "ada"), ("ps2", "max"), ("ps3", "dora"))
    ),
    Step(
        "practice_sessions",
        "UPDATE practice_sessions SET status = 'finished', finished_at = '2026-01-05 09:00:00' "
        "WHERE id = '{ps2}'",
    ),
    _insert(
        "practice_answers", id="'{pa1}'", session_id="'{ps1}'", question_id="'{item1}'",
        position="1", response="'\"o1\"'", share="1", was_shown="false",
    ),
    _insert(
        "responses", id="'{pr1}'", user_id="'{ada}'", course_id="'{c1}'", lesson_id="'{l1}'",
        question_id="'{item1}'", practice_session_id="'{ps1}'", share="1",
    ),
    *(
        _insert(
            "practice_offers", id=f"'{{{name}}}'", user_id=f"'{{{user}}}'", course_id="'{c1}'",
            concept_id="'{con1}'", day="20454", kind="'exam'", minutes="10", points="4",
            p_before="0.5", p_expected="0.7", offered_at="'2026-01-05 08:00:00'", session_id=taken,
        )
        for name, user, taken in (("po1", "ada", "NULL"), ("po2", "max", "'{ps2}'"))
    ),
    _insert("analytics_epochs", **engine_states.CURRENT),
    _insert("analytics_epochs", **engine_states.EPOCH | {"id": "3", "state": "'building'"}),
    *(_insert(table, **row) for table, row in engine_states.ROWS.items()),
    _insert(
        "concept_opportunities", epoch="1", concept_id="'{con1}'", opportunity="1", n="1",
        wrong_sum="0.5",
    ),
    _insert(
        "practice_suggestions", id="'{su1}'", user_id="'{ada}'", course_id="'{c1}'",
        concept_id="'{con1}'", suggested_by_id="'{bruno}'", words="'Before Friday.'",
        made_at="'2026-03-01 08:00:00'",
    ),
    *(
        _insert(
            "passages", id=number, lesson_id="'{l1}'", course_id="'{c1}'", place=place,
            version="1", language="'en'", is_prose="true", block_id="'b1'", begins="0", ends="5",
            title="'Title'", heading="''", text="'Text.'", told="'[[0, 5, 0, 5]]'",
        )
        for number, place in (("801", "1"), ("802", "3"))
    ),
    _insert(
        "search_entries", id="901", kind="'note'", object_id="'{new2}'", lesson_id="'{l1}'",
        is_draft="false", language="'en'", title="''", text="'Words.'",
    ),
    _insert("preferences", id="'{pf1}'", user_id="'{ada}'", single_keys="false"),
    *(
        _insert(
            "tutor_messages", id=f"'{{{name}}}'", user_id="'{ada}'", lesson_id="'{l1}'",
            asked_at="'2026-03-05 08:00:00'", mode="'explain'", question="'What?'",
            own_answer="''", state="'absent'", reply="'{{}}'", engine="'extractive'",
            wording=wording,
        )
        for name, wording in (("tm1", "'none'"), ("tm2", "'pending'"))
    ),
    _insert(
        "tutor_switches", id="'{ts1}'", course_id="'{c1}'", is_on="false",
        changed_by_id="'{bruno}'", changed_at="'2026-01-05 08:00:00'",
    ),
]  # fmt: skip


def filled(sql: str) -> str:
    """The statement with names replaced by ids."""
    sql = re.sub(r"{(\w+)}", lambda found: ID.get(found[1], found[0]), sql)
    return sql.replace("{{", "{").replace("}}", "}")
