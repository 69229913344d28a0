"""A sound request for every operation of the OpenAPI document, made from its own examples."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from studium.analytics import archive
from studium.assessment.actions import regrade, sit
from studium.assessment.models import ExamAttempt, Regrade
from studium.content.actions import lessons
from studium.content.models import Course, LessonDraft, UndoStep
from studium.lib.models import Job
from studium.notes.models import AiNote

# As committed, which tests/rest/test_openapi.py compares with the code: making it takes a second of
# CPU, in each process that only looks which operations there are.
SNAPSHOT = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(SNAPSHOT.read_text("utf-8"))
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}

_SENTENCE = "3f2a9c01b7de"
_OF_A_SENTENCE = {
    "choose_note_words", "change_note_sentence", "keep_note_sentences", "remove_note_sentences",
    "regenerate_note_part",
}  # fmt: skip
_AFTER_EXAMS = {
    "start_run", "answer_question", "finish_run", "read_practice_suggestion",
    "begin_practice_session", "answer_in_practice", "erase_me", "erase_user",
}  # fmt: skip

# Where an id of the same name means another kind of thing.
_IDS = {
    "read_run": {"attempt_id": "run_id"},
    "answer_question": {"attempt_id": "run_id"},
    "finish_run": {"attempt_id": "run_id"},
    "save_answer": {"question_id": "asked_id"},
    "set_paper": {"exam_id": "draft_exam_id"},
    "publish_exam": {"exam_id": "draft_exam_id"},
    "change_question": {"question_id": "idle_question_id"},
    "retire_question": {"question_id": "idle_question_id"},
    "read_result": {"attempt_id": "done_attempt_id"},
    "give_mark": {"attempt_id": "waiting_attempt_id", "question_id": "essay_id"},
    "list_marking_tasks": {"exam_id": "marked_exam_id"},
    "list_marks": {"attempt_id": "waiting_attempt_id"},
    "open_appeal": {"attempt_id": "done_attempt_id"},
    "read_item": {"question_id": "asked_id"},
    "list_pools": {"exam_id": "pool_exam_id"},
    "add_pool": {"exam_id": "pool_exam_id"},
    "refresh_pools": {"exam_id": "pool_exam_id"},
    "change_pool": {"exam_id": "pool_exam_id"},
    "remove_pool": {"exam_id": "pool_exam_id"},
    "read_tutor_message": {"message_id": "tutor_message_id"},
    "stop_tutor_message": {"message_id": "tutor_message_id"},
    "read_practice_session": {"session_id": "practice_session_id"},
    "read_next_question": {"session_id": "practice_session_id"},
    "answer_in_practice": {"session_id": "practice_session_id"},
    "finish_practice_session": {"session_id": "practice_session_id"},
    "read_own_note": {"note_id": "own_note_id"},
    "change_own_note": {"note_id": "own_note_id"},
    "remove_own_note": {"note_id": "own_note_id"},
    "read_draft": {"draft_id": "question_draft_id"},
    "change_draft": {"draft_id": "question_draft_id"},
    "approve_draft": {"draft_id": "question_draft_id"},
    "reject_draft": {"draft_id": "question_draft_id"},
    "undo_draft": {"draft_id": "question_draft_id"},
    "read_trial": {"run_id": "draft_run_id"},
    "generate_exam_questions": {"exam_id": "draft_exam_id"},
}


def path_ids(name: str, world: dict[str, Any]) -> dict[str, str]:
    """Parameter of the path -> an id that is there."""
    _method, _path, operation = OPERATIONS[name]
    found = {}
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            place = _IDS.get(name, {}).get(parameter["name"], parameter["name"])
            found[parameter["name"]] = str(world.get(place, world["ada_id"]))
    found |= {"sentence": _SENTENCE} if "sentence" in found else {}
    return found | ({"version": "1"} if "version" in found else {})


def body(name: str, world: dict[str, Any]) -> Any:
    """The example of the document with ids that are there, or None where no body is taken."""
    content = OPERATIONS[name][2].get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    made = copy.deepcopy(content["application/json"]["example"])
    return {**made, **_ids_in_bodies(world).get(name, {})}


def form(name: str) -> list[str]:
    """The fields of a multipart body besides the file."""
    content = OPERATIONS[name][2].get("requestBody", {}).get("content", {})
    example = content.get("multipart/form-data", {}).get("example", {})
    return [one for one in example if one != "file"]


def is_upload(name: str) -> bool:
    """Whether the operation takes a file."""
    content = OPERATIONS[name][2].get("requestBody", {}).get("content", {})
    return "multipart/form-data" in content


def codes(name: str) -> set[str]:
    """The error codes that the document says an operation has."""
    return set(OPERATIONS[name][2]["x-error-codes"])


def make_way(name: str, world: dict[str, Any]) -> None:
    """What some requests need: a join code, a failed job, no exam that runs."""
    if name == "join_course":
        Course.objects.filter(pk=world["course_id"]).update(
            self_enrolment="code", join_code="K7QM2XNA"
        )
    if name in _OF_A_SENTENCE:
        one: dict[str, Any] = {"kind": "summary", "text": "In short.", "sources": []}
        conflict = {"key": _SENTENCE, "id": _SENTENCE, "why": "both_changed", "base": "Short.",
                    "mine": "In short.", "theirs": {**one, "id": "a"}}  # fmt: skip
        AiNote.objects.filter(pk=world["note_id"]).update(
            sentences=[{**one, "id": _SENTENCE}, {**one, "id": "b"}], conflicts=[conflict]
        )
    if name == "undo_act":
        course, now = Course.objects.get(pk=world["course_id"]), datetime.now(UTC)
        ids = [world["draft_lesson_id"]]
        lessons.publish_lessons(by=course.owner, course_id=course.pk, lesson_ids=ids, now=now)
        world["step_id"] = UndoStep.objects.get(course=course, made_at=now).pk
    if name == "retry_job":
        jobs = Job.objects.filter(pk=world["job_id"])
        jobs.update(status="failed", finished_at=datetime.now(UTC))
    if name == "read_export":
        archive.keep(world["bruno_id"], b"PK", now=datetime.now(UTC))
    if name == "read_lesson_draft":
        course = Course.objects.get(pk=world["course_id"])
        LessonDraft.objects.create(
            course=course, lesson_id=world["lesson_id"], author=course.owner, content="Half"
        )
    if name == "undo_regrade":
        plan = Regrade.objects.get(pk=world["regrade_id"])
        now = datetime.now(UTC)
        regrade.apply_regrade(by=plan.exam.course.owner, regrade_id=plan.pk, now=now)
    if name in _AFTER_EXAMS:
        attempt = ExamAttempt.objects.get(pk=world["attempt_id"])
        sit.submit(by=attempt.user, attempt_id=attempt.pk, now=datetime.now(UTC))


def _ids_in_bodies(world: dict[str, Any]) -> dict[str, dict[str, Any]]:
    of_course = [world[one] for one in ("lesson_id", "second_lesson_id", "draft_lesson_id")]
    return {
        "create_lesson": {"parent_id": None},
        "generate_course_questions": {"lesson_ids": [str(world["lesson_id"])]},
        "generate_exam_questions": {
            "lessons": [{"lesson_id": str(world["lesson_id"]), "count": 2}]
        },
        "order_lessons": {"lesson_ids": [str(one) for one in of_course]},
        "set_lessons_status": {"lesson_ids": [str(of_course[2])]},
        "move_lessons": {"lesson_ids": [str(of_course[2])], "after": str(of_course[0])},
        "answer_question": {"question_id": str(world["question_id"]), "response": "a"},
        "begin_practice_session": {"concept_id": None},
        "answer_in_practice": {
            "question_id": str(world["question_id"]),
            "response": "a",
            "show": False,
        },
        "save_answer": {"response": "b", "revision": 2},
        "set_paper": {"questions": [{"id": str(world["question_id"]), "points": 1}]},
        "change_question": {"position": 1},
        "change_bank": {"question_ids": [str(world["question_id"])], "act": "tag"},
        "give_accommodation": {"user_id": str(world["ada_id"])},
        "give_exam_accommodation": {"user_id": str(world["ada_id"])},
        "give_mark": {"levels": None},
        "merge_concept": {"into_id": str(world["spare_concept_id"])},
        "set_group_members": {"user_ids": [str(world["ada_id"])]},
        "open_appeal": {"question_id": str(world["appealed_id"])},
        "plan_regrade": {
            "corrections": [{"question_id": str(world["asked_id"]), "kind": "full_marks"}]
        },
        "set_weights": {"items": [{"id": str(world["exam_id"]), "weight": 50}]},
        "suggest_practice": {
            "user_id": str(world["ada_id"]),
            "concept_id": str(world["concept_id"]),
        },
        "write_cell": {"user_id": str(world["ada_id"]), "item_id": str(world["exam_id"])},
        "import_grades": {"lines": "email,Final exam\nada@example.org,5\n", "write": True},
        "add_own_note": {"block_id": "", "quote": "", "body": "Mine."},
        "change_own_note": {"updated_at": None},
        "change_note": {"sentences": [{"text": "In short.", "kind": "summary"}]},
    }
