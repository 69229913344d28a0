"""Invalid states of machine-made drafts and their review, and what must be let through."""

from __future__ import annotations

from tests.integrity.bank_states import _insert, _s, _State


def _draft(**changed: str) -> str:
    """An INSERT of one more waiting draft of the first lesson."""
    row = {
        "id": "'{new}'", "lesson_id": "'{l1}'", "run_id": "'{dr1}'", "place": "1",
        "kind": "'true_false'", "digest": "'new'", "source_hash": "'a'", "item": "'{{}}'",
        "made_at": "'2026-02-01 08:00:00'",
    } | changed  # fmt: skip
    return _insert("question_drafts", row)


def _decided(status: str, **changed: str) -> str:
    row = {"reviewed_by_id": "'{bruno}'", "reviewed_at": "'2026-02-01 08:00:00'"} | changed
    return _draft(status=f"'{status}'", **row)


def _run(**changed: str) -> str:
    row = {
        "id": "'{new}'", "lesson_id": "'{l1}'", "source_hash": "'b'", "wish": "'w'",
        "engine": "'extractive'", "engine_version": "'1'", "kept": "3", "flagged": "0",
        "made_at": "'2026-02-01 08:00:00'",
    } | changed  # fmt: skip
    return _insert("draft_runs", row)


def _on_paper(question: str) -> str:
    row = {
        "id": "'{new}'", "exam_id": "'{e6}'", "question_id": f"'{{{question}}}'",
        "position": "21", "points": "1",
    }  # fmt: skip
    return _insert("exam_questions", row)


SAME = {"source_hash": "'" + 64 * "a" + "'", "wish": "'" + 64 * "a" + "'"}
STATES: list[_State] = [
    _s(601, "a draft of an unknown status or kind", _draft(status="'waiting'"),
       _draft(kind="'essay'")),
    _s(602, "the same item twice in a lesson", _draft(digest="'dd1'")),
    _s(603, "a decision that nobody took", _decided("approved", reviewed_by_id="NULL",
       question_id="'{ai3}'"), _decided("rejected", reviewed_at="NULL", reject_reason="'x'"),
       _draft(reviewed_by_id="'{bruno}'")),
    _s(604, "an approved draft without its question", _decided("approved")),
    _s(605, "a rejected draft without a reason", _decided("rejected")),
    _s(606, "a waiting draft with a question", _draft(question_id="'{ai3}'")),
    _s(607, "two drafts of one question", _decided("approved", question_id="'{ai2}'")),
    _s(608, "a draft's question of another lesson or of a person",
       _decided("approved", question_id="'{item1}'"),
       "UPDATE question_drafts SET question_id = '{item1}' WHERE id = '{dd3}'"),
    _s(609, "a draft for an exam of another course", _draft(exam_id="'{e3}'"),
       "UPDATE question_drafts SET exam_id = '{e3}' WHERE id = '{dd1}'"),
    _s(610, "a draft moves to another lesson or run",
       "UPDATE question_drafts SET run_id = '{dr2}' WHERE id = '{dd1}'"),
    _s(611, "an exam asks a machine-made question that nobody reviewed", _on_paper("ai3")),
    _s(612, "the review of a question on a paper is taken back",
       "UPDATE question_drafts SET status = 'draft', question_id = NULL, reviewed_by_id = NULL, "
       "reviewed_at = NULL WHERE id = '{dd2}'",
       "DELETE FROM question_drafts WHERE id = '{dd2}'"),
    _s(613, "a machine-made question passes for a person's",
       "UPDATE questions SET origin = 'human' WHERE id = '{ai3}'"),
    _s(614, "the same work stored twice", _run(**SAME)),
    _s(615, "a run by nobody", _run(engine="' '")),
    _s(616, "more flagged than kept", _run(flagged="4"), _run(flagged="-1")),
    _s(617, "the report of a run is changed",
       "UPDATE draft_runs SET report = '[1]' WHERE id = '{dr1}'"),
]  # fmt: skip

CONTROLS: list[tuple[str, str]] = [
    ("another draft", _draft()),
    ("a draft for an exam", _draft(exam_id="'{e6}'")),
    ("an approved draft", _decided("approved", question_id="'{ai3}'")),
    ("a rejected draft", _decided("rejected", reject_reason="'unclear'")),
    ("a draft goes stale", "UPDATE question_drafts SET status = 'stale' WHERE id = '{dd1}'"),
    ("a review taken back in time",
     "UPDATE question_drafts SET status = 'draft', question_id = NULL, reviewed_by_id = NULL, "
     "reviewed_at = NULL WHERE id = '{dd3}'"),
    ("an exam asks what was reviewed", _on_paper("ai2")),
    ("another run", _run()),
]  # fmt: skip
