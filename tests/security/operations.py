"""The rows of the API: who gets what from each operation. Read a line aloud to review it.

The six statuses are those of: anonymous, student of the course, student elsewhere, its instructor,
instructor elsewhere, admin. Bodies are valid ones, so that an allowed call goes through; 409 and
422 were let in and refused for their content.
"""

from __future__ import annotations

from typing import Any

from tests.security.matrix import Row, rows_of

FORM = "multipart"


def op(method: str, path: str, statuses: str, body: Any = None) -> tuple[str, Row]:
    """One operation below /api/v1, with a JSON body or, for `FORM`, an empty form."""
    return "/api/v1" + path, rows_of(statuses, method, data=body)


# fmt: off - a line is a row, to be read across
OPERATIONS: dict[str, tuple[str, Row]] = {
    "create_token": op(
        "POST",
        "/tokens",
        "201 201 201 201 201 201",
        {
            "email": "ada@example.org",
            "password": "studium-demo",
            "name": "My script",
            "scope": "read",
        },
    ),
    "list_tokens": op("GET", "/tokens", "401 200 200 200 200 200"),
    "revoke_token": op("DELETE", "/tokens/{token_id}", "401 204 404 404 404 204"),
    "read_me": op("GET", "/me", "401 200 200 200 200 200"),
    "change_me": op(
        "PATCH",
        "/me",
        "401 200 200 200 200 200",
        {"name": "Ada Alm", "locale": "en", "timezone": "Europe/Berlin"},
    ),
    "read_preferences": op("GET", "/me/preferences", "401 200 200 200 200 200"),
    "change_preferences": op(
        "PATCH", "/me/preferences", "401 200 200 200 200 200", {"single_keys": False}
    ),
    # Ada and Chloe sit exams; Bruno and Eva are the only instructors, Dora the last admin.
    "erase_me": op("POST", "/me/erase", "401 409 409 409 409 409", {"password": "studium-demo"}),
    "erase_user": op("POST", "/users/{chloe_id}/erase", "401 403 403 403 403 409"),
    "list_mails": op("GET", "/mails", "401 403 403 403 403 200"),
    "send_trial": op("POST", "/mails/trial", "401 403 403 403 403 202"),
    "read_next": op("GET", "/me/next", "401 200 200 200 200 200"),
    "load_sample": op("POST", "/samples", "401 403 403 202 202 202"),
    "my_analytics": op("GET", "/me/analytics", "401 200 200 200 200 200"),
    "export_me": op("GET", "/me/export", "401 200 200 200 200 200"),
    # Ada and Chloe sit exams: what is in their archive would help them.
    "make_export": op("POST", "/me/export", "401 409 409 202 202 202"),
    "read_export": op("GET", "/me/export/archive", "401 409 409 404 404 404"),
    "note_slip": op(
        "PUT", "/responses/{response_id}/slip", "401 200 404 404 404 404", {"words": "Misread."}
    ),
    "take_back_slip": op("DELETE", "/responses/{response_id}/slip", "401 204 404 404 404 404"),
    "list_notifications": op("GET", "/notifications", "401 200 200 200 200 200"),
    "read_notifications": op("POST", "/notifications/read", "401 200 200 200 200 200", {}),
    "read_notification": op(
        "POST", "/notifications/{notification_id}/read", "401 200 404 404 404 404"
    ),
    "read_mail_choices": op("GET", "/me/mail", "401 200 200 200 200 200"),
    "change_mail_choices": op(
        "PATCH",
        "/me/mail",
        "401 200 200 200 200 200",
        {"results": "daily", "reviews": "weekly", "year_of_birth": 2001},
    ),
    "list_users": op("GET", "/users", "401 403 403 403 403 200"),
    "create_user": op(
        "POST",
        "/users",
        "401 403 403 403 403 201",
        {
            "name": "New",
            "email": "newer@example.org",
            "role": "STUDENT",
            "password": "a-long-password-here",
        },
    ),
    "read_user": op("GET", "/users/{chloe_id}", "401 404 200 404 404 200"),
    "change_user": op(
        "PATCH",
        "/users/{chloe_id}",
        "401 403 403 403 403 200",
        {"role": "STUDENT", "is_active": True},
    ),
    "list_courses": op("GET", "/courses", "401 200 200 200 200 200"),
    "create_course": op(
        "POST",
        "/courses",
        "401 403 403 201 201 201",
        {
            "title": "Ownership in Rust",
            "description": "Who owns what, and why.",
            "language": "en",
            "self_enrolment": "closed",
            "show_checked_notes": False,
        },
    ),
    "join_course": op("POST", "/courses/join", "401 422 422 422 422 422", {"code": "K7QM-2XNA"}),
    "read_course": op("GET", "/courses/{course_id}", "401 200 404 200 404 200"),
    "change_course": op(
        "PATCH",
        "/courses/{course_id}",
        "401 403 404 200 404 200",
        {
            "title": "Ownership in Rust",
            "description": "Who owns what, and why.",
            "language": "en",
            "self_enrolment": "closed",
            "show_checked_notes": True,
        },
    ),
    "publish_course": op("POST", "/courses/{course_id}/publish", "401 403 404 200 404 200"),
    "unpublish_course": op("POST", "/courses/{course_id}/unpublish", "401 403 404 200 404 200"),
    "archive_course": op("POST", "/courses/{course_id}/archive", "401 403 404 200 404 200"),
    "renew_join_code": op("POST", "/courses/{course_id}/join-code", "401 403 404 200 404 200"),
    "list_lessons": op("GET", "/courses/{course_id}/lessons", "401 200 404 200 404 200"),
    "create_lesson": op(
        "POST",
        "/courses/{course_id}/lessons",
        "401 403 404 201 404 201",
        {"topic": "New", "content": "Text."},
    ),
    "order_lessons": op(
        "PUT",
        "/courses/{course_id}/lessons/order",
        "401 403 404 200 404 200",
        {"lesson_ids": ["{second_lesson_id}", "{lesson_id}", "{draft_lesson_id}"]},
    ),
    "list_concepts": op("GET", "/courses/{course_id}/concepts", "401 403 404 200 404 200"),
    "add_concept": op(
        "POST", "/courses/{course_id}/concepts", "401 403 404 201 404 201", {"name": "Lifetimes"}
    ),
    "read_concept": op("GET", "/concepts/{spare_concept_id}", "401 403 404 200 404 200"),
    "rename_concept": op(
        "PATCH", "/concepts/{spare_concept_id}", "401 403 404 200 404 200", {"name": "Spared"}
    ),
    "merge_concept": op(
        "POST",
        "/concepts/{spare_concept_id}/merge",
        "401 403 404 200 404 200",
        {"into_id": "{concept_id}"},
    ),
    "unmerge_concept": op(
        "POST", "/concepts/{spare_concept_id}/unmerge", "401 403 404 200 404 200"
    ),
    "read_lesson_concepts": op("GET", "/lessons/{lesson_id}/concepts", "401 403 404 200 404 200"),
    "set_lesson_concepts": op(
        "PUT", "/lessons/{lesson_id}/concepts", "401 403 404 200 404 200", {"names": ["Moves"]}
    ),
    "read_question_concepts": op(
        "GET", "/questions/{question_id}/concepts", "401 404 404 200 404 200"
    ),
    "set_question_concepts": op(
        "PUT", "/questions/{question_id}/concepts", "401 404 404 200 404 200", {"names": ["Moves"]}
    ),
    "list_groups": op("GET", "/courses/{course_id}/groups", "401 403 404 200 404 200"),
    "make_group": op(
        "POST", "/courses/{course_id}/groups", "401 403 404 201 404 201", {"name": "Lab B"}
    ),
    "fill_groups": op(
        "POST",
        "/courses/{course_id}/groups/list",
        "401 403 404 200 404 200",
        {"csv": "ada@example.org,Lab C\n", "check": False},
    ),
    "read_group": op("GET", "/groups/{group_id}", "401 403 404 200 404 200"),
    "rename_group": op("PATCH", "/groups/{group_id}", "401 403 404 200 404 200", {"name": "L"}),
    "remove_group": op("DELETE", "/groups/{group_id}", "401 403 404 204 404 204"),
    "list_group_members": op("GET", "/groups/{group_id}/members", "401 403 404 200 404 200"),
    "set_group_members": op(
        "PUT", "/groups/{group_id}/members", "401 403 404 200 404 200", {"user_ids": ["{ada_id}"]}
    ),
    "list_members": op("GET", "/courses/{course_id}/enrollments", "401 403 404 200 404 200"),
    "enrol": op(
        "POST",
        "/courses/{course_id}/enrollments",
        "401 403 404 201 404 201",
        {"email": "dora@example.org", "role": "student"},
    ),
    "change_member": op(
        "PATCH",
        "/courses/{course_id}/enrollments/{ada_id}",
        "401 403 404 200 404 200",
        {"role": "student"},
    ),
    "end_membership": op(
        "DELETE", "/courses/{course_id}/enrollments/{ada_id}", "401 204 404 204 404 204"
    ),
    "read_gradebook": op("GET", "/courses/{course_id}/gradebook", "401 403 404 200 404 200"),
    "list_files": op("GET", "/courses/{course_id}/files", "401 200 404 200 404 200"),
    "add_file": op("POST", "/courses/{course_id}/files", "401 422 422 422 422 422", FORM),
    "read_file": op("GET", "/courses/{course_id}/files/{file_id}", "401 200 404 200 404 200"),
    "remove_file": op("DELETE", "/courses/{course_id}/files/{file_id}", "401 403 404 204 404 204"),
    "export_course": op("GET", "/courses/{course_id}/export", "401 403 404 200 404 200"),
    "list_exams": op("GET", "/courses/{course_id}/exams", "401 200 404 200 404 200"),
    "create_exam": op(
        "POST",
        "/courses/{course_id}/exams",
        "401 403 404 201 404 201",
        {
            "title": "Final exam",
            "description": "Who owns what, and why.",
            "duration_minutes": 60,
            "pass_mark": 60,
            "attempts_allowed": 2,
            "opens_at": None,
            "closes_at": None,
            "grace_seconds": 0,
            "shuffle": False,
            "release": "at_once",
        },
    ),
    "list_course_quizzes": op("GET", "/courses/{course_id}/quizzes", "401 200 404 200 404 200"),
    "read_lesson": op("GET", "/lessons/{lesson_id}", "401 200 404 200 404 200"),
    "change_lesson": op(
        "PATCH",
        "/lessons/{lesson_id}",
        "401 403 404 200 404 200",
        {
            "version": 1,
            "topic": "Ownership",
            "content": "# Ownership\n\nEach value has an owner.\n",
            "part": "Ownership",
            "comment": "A clearer example",
            "status": "draft",
        },
    ),
    # One's own notes are nobody else's, not even an admin's.
    "keep_lesson_draft": op(
        "PUT", "/lessons/{lesson_id}/draft", "401 403 404 200 404 200", {"content": "Words."}
    ),
    "read_lesson_draft": op("GET", "/lessons/{lesson_id}/draft", "401 403 404 404 404 404"),
    "discard_lesson_draft": op("DELETE", "/lessons/{lesson_id}/draft", "401 403 404 204 404 204"),
    "hold_lesson": op(
        "PUT", "/lessons/{lesson_id}/lock", "401 403 404 200 404 200", {"take_over": True}
    ),
    "let_lesson_go": op("DELETE", "/lessons/{lesson_id}/lock", "401 403 404 204 404 204"),
    "preview_lesson_text": op(
        "POST",
        "/courses/{course_id}/lessons/preview",
        "401 403 404 200 404 200",
        {"topic": "Moves", "content": "Words."},
    ),
    "set_lessons_status": op(
        "POST",
        "/courses/{course_id}/lessons/status",
        "401 403 404 200 404 200",
        {"lesson_ids": ["{lesson_id}"], "status": "published"},
    ),
    "move_lessons": op(
        "POST",
        "/courses/{course_id}/lessons/move",
        "401 403 404 200 404 200",
        {"lesson_ids": ["{lesson_id}"], "part": "Basics"},
    ),
    "list_undo": op("GET", "/courses/{course_id}/undo", "401 403 404 200 404 200"),
    "undo_act": op("POST", "/undo/{other_lesson_id}", "401 404 404 404 404 404"),
    "list_own_notes": op("GET", "/lessons/{lesson_id}/own-notes", "401 200 404 200 404 200"),
    "add_own_note": op(
        "POST", "/lessons/{lesson_id}/own-notes", "401 201 404 201 404 201", {"body": "Mine."}
    ),
    "list_course_own_notes": op("GET", "/courses/{course_id}/own-notes", "401 200 404 200 404 200"),
    "read_own_note": op("GET", "/own-notes/{own_note_id}", "401 200 404 404 404 404"),
    "change_own_note": op(
        "PATCH", "/own-notes/{own_note_id}", "401 200 404 404 404 404", {"body": "So."}
    ),
    "remove_own_note": op("DELETE", "/own-notes/{own_note_id}", "401 204 404 404 404 404"),
    "list_changes": op("GET", "/lessons/{lesson_id}/changes", "401 200 404 200 404 200"),
    "read_notes": op("GET", "/lessons/{lesson_id}/notes", "401 200 404 200 404 200"),
    "generate_notes": op(
        "POST",
        "/lessons/{lesson_id}/notes/generate",
        "401 403 404 202 404 202",
        {"replace_edited": False},
    ),
    # Ada and Chloe sit exams, so the tutor is shut for them.
    "ask_tutor": op(
        "POST",
        "/tutor/{lesson_id}",
        "401 409 404 201 404 201",
        {"question": "What is an owner?", "mode": "explain"},
    ),
    "read_conversation": op("GET", "/tutor/{lesson_id}", "401 200 404 200 404 200"),
    "delete_conversation": op("DELETE", "/tutor/{lesson_id}", "401 409 404 200 404 200"),
    "delete_tutor_history": op("DELETE", "/tutor", "401 409 409 200 200 200"),
    "read_tutor_message": op(
        "GET", "/tutor/messages/{tutor_message_id}", "401 404 404 200 404 404"
    ),
    "stop_tutor_message": op(
        "POST", "/tutor/messages/{tutor_message_id}/stop", "401 404 404 200 404 404"
    ),
    "read_course_tutor": op("GET", "/courses/{course_id}/tutor", "401 403 404 200 404 200"),
    "switch_course_tutor": op(
        "PUT", "/courses/{course_id}/tutor", "401 403 404 200 404 200", {"on": True}
    ),
    "list_quizzes": op("GET", "/lessons/{lesson_id}/quizzes", "401 200 404 200 404 200"),
    "create_quiz": op(
        "POST",
        "/lessons/{lesson_id}/quizzes",
        "401 403 404 201 404 201",
        {
            "title": "Check yourself",
            "slug": "check-yourself",
            "pass_mark": 60,
            "max_attempts": 3,
            "shuffle": False,
            "feedback": "each",
        },
    ),
    "read_progress": op("GET", "/lessons/{lesson_id}/progress", "401 200 404 200 404 200"),
    "set_progress": op(
        "PUT",
        "/lessons/{lesson_id}/progress",
        "401 200 404 200 404 409",
        {"done": True, "block": "what-is-ownership"},
    ),
    "list_revisions": op("GET", "/lessons/{lesson_id}/revisions", "401 403 404 200 404 200"),
    "read_revision": op("GET", "/lessons/{lesson_id}/revisions/1", "401 403 404 200 404 200"),
    "restore_revision": op(
        "POST",
        "/lessons/{lesson_id}/revisions/1/restore",
        "401 403 404 200 404 200",
        {"version": 1},
    ),
    "read_note": op("GET", "/notes/{note_id}", "401 200 404 200 404 200"),
    "change_note": op(
        "PATCH",
        "/notes/{note_id}",
        "401 403 404 422 404 422",
        {"sentences": [{"text": "Short.", "place": 0, "kind": "summary"}]},
    ),
    "approve_note": op("POST", "/notes/{note_id}/approve", "401 403 404 200 404 200"),
    "unapprove_note": op("POST", "/notes/{note_id}/unapprove", "401 403 404 200 404 200"),
    "approve_course_notes": op(
        "POST", "/courses/{course_id}/notes/approve", "401 403 404 200 404 200"
    ),
    "generate_course_notes": op(
        "POST",
        "/courses/{course_id}/notes/generate",
        "401 403 404 202 404 202",
        {"replace_edited": False},
    ),
    "list_note_conflicts": op("GET", "/notes/{note_id}/conflicts", "401 403 404 200 404 200"),
    "choose_note_words": op(
        "POST",
        "/notes/{note_id}/choose",
        "401 403 404 404 404 404",
        {"conflict": "0123456789ab", "take": "mine"},
    ),
    "change_note_sentence": op(
        "PATCH",
        "/notes/{note_id}/sentences/0123456789ab",
        "401 403 404 409 404 409",
        {"text": "Short.", "was": "Long."},
    ),
    "keep_note_sentences": op(
        "POST",
        "/notes/{note_id}/keep",
        "401 403 404 409 404 409",
        {"sentences": ["0123456789ab"]},
    ),
    "remove_note_sentences": op(
        "POST",
        "/notes/{note_id}/remove",
        "401 403 404 409 404 409",
        {"sentences": ["0123456789ab"]},
    ),
    "regenerate_note_part": op(
        "POST",
        "/notes/{note_id}/regenerate",
        "401 403 404 422 404 422",
        {"sentence": "", "kind": "summary", "heading": "", "replace_edited": False},
    ),
    "refresh_note": op("POST", "/notes/{note_id}/refresh", "401 403 404 202 404 202"),
    "list_note_versions": op("GET", "/notes/{note_id}/versions", "401 403 404 200 404 200"),
    "read_note_version": op("GET", "/notes/{note_id}/versions/1", "401 403 404 200 404 200"),
    "restore_note_version": op(
        "POST", "/notes/{note_id}/restore", "401 403 404 200 404 200", {"version": 1}
    ),
    "list_lesson_cards": op("GET", "/lessons/{lesson_id}/cards", "401 200 404 200 404 200"),
    "list_rejections": op(
        "GET", "/courses/{course_id}/notes/rejections", "401 403 404 200 404 200"
    ),
    "read_note_wishes": op("GET", "/courses/{course_id}/notes/wishes", "401 403 404 200 404 200"),
    "change_note_wishes": op(
        "PUT",
        "/courses/{course_id}/notes/wishes",
        "401 403 404 200 404 200",
        {"make_on_save": True},
    ),
    "read_quiz": op("GET", "/quizzes/{quiz_id}", "401 200 404 200 404 200"),
    "change_quiz": op(
        "PATCH",
        "/quizzes/{quiz_id}",
        "401 403 404 200 404 200",
        {
            "title": "Check yourself",
            "slug": "check-yourself",
            "pass_mark": 60,
            "max_attempts": 3,
            "shuffle": True,
            "feedback": "each",
        },
    ),
    "publish_quiz": op("POST", "/quizzes/{quiz_id}/publish", "401 403 404 200 404 200"),
    "archive_quiz": op("POST", "/quizzes/{quiz_id}/archive", "401 403 404 200 404 200"),
    "list_questions": op("GET", "/quizzes/{quiz_id}/questions", "401 403 404 200 404 200"),
    "create_question": op(
        "POST",
        "/quizzes/{quiz_id}/questions",
        "401 403 404 201 404 201",
        {
            "kind": "single_choice",
            "question_text": "How many owners does a value have?",
            "options": [{"right": True, "text": "One"}, {"text": "Two"}],
            "answer": None,
            "spec": {},
            "points": 1,
            "explanation": "One at a time.",
        },
    ),
    "list_bank": op("GET", "/courses/{course_id}/questions", "401 403 404 200 404 200"),
    "list_runs": op("GET", "/quizzes/{quiz_id}/attempts", "401 200 404 200 404 200"),
    "start_run": op("POST", "/quizzes/{quiz_id}/attempts", "401 409 404 403 404 403"),
    "read_question": op("GET", "/questions/{question_id}", "401 404 404 200 404 200"),
    "change_question": op(
        "PATCH",
        "/questions/{question_id}",
        "401 404 404 200 404 200",
        {
            "kind": "single_choice",
            "question_text": "How many owners does a value have?",
            "options": [{"right": True, "text": "One"}, {"text": "Two"}],
            "answer": None,
            "spec": {},
            "points": 1,
            "explanation": "One at a time.",
            "position": None,
        },
    ),
    "retire_question": op("DELETE", "/questions/{question_id}", "401 404 404 204 404 204"),
    "list_own_bank": op("GET", "/bank", "401 200 200 200 200 200"),
    "generate_questions": op(
        "POST",
        "/lessons/{lesson_id}/questions/generate",
        "401 403 404 202 404 202",
        {"count": 5, "kinds": ["single_choice"], "difficulty": "middle"},
    ),
    "generate_course_questions": op(
        "POST",
        "/courses/{course_id}/questions/generate",
        "401 403 404 202 404 202",
        {"count": 5, "kinds": [], "difficulty": "", "lesson_ids": ["{lesson_id}"]},
    ),
    "generate_exam_questions": op(
        "POST",
        "/exams/{draft_exam_id}/questions/generate",
        "401 404 404 202 404 202",
        {"lessons": [{"lesson_id": "{lesson_id}", "count": 2}], "kinds": [], "difficulty": ""},
    ),
    "list_drafts": op("GET", "/courses/{course_id}/question-drafts", "401 403 404 200 404 200"),
    "read_draft": op("GET", "/question-drafts/{question_draft_id}", "401 404 404 200 404 200"),
    "change_draft": op(
        "PATCH",
        "/question-drafts/{question_draft_id}",
        "401 404 404 200 404 200",
        {"question_text": "Is it so?", "explanation": "Yes.", "points": 2},
    ),
    "approve_draft": op(
        "POST", "/question-drafts/{question_draft_id}/approve", "401 404 404 200 404 200"
    ),
    "reject_draft": op(
        "POST",
        "/question-drafts/{question_draft_id}/reject",
        "401 404 404 200 404 200",
        {"reason": "unclear", "words": "Which one?"},
    ),
    "undo_draft": op(
        "POST", "/question-drafts/{question_draft_id}/undo", "401 404 404 200 404 200"
    ),
    "list_draft_runs": op("GET", "/courses/{course_id}/draft-runs", "401 403 404 200 404 200"),
    "read_trial": op("GET", "/draft-runs/{draft_run_id}", "401 404 404 200 404 200"),
    "list_stale_questions": op(
        "GET", "/courses/{course_id}/questions/stale", "401 403 404 200 404 200"
    ),
    "list_course_bank": op("GET", "/courses/{course_id}/bank", "401 403 404 200 404 200"),
    "change_bank": op(
        "POST",
        "/bank/change",
        "401 404 404 200 404 200",
        {"question_ids": ["{question_id}"], "act": "tag", "words": ["loops"], "quiz_id": None},
    ),
    "list_versions": op("GET", "/questions/{question_id}/versions", "401 404 404 200 404 200"),
    "restore_question": op("POST", "/questions/{question_id}/restore", "401 404 404 200 404 200"),
    "export_questions": op(
        "GET", "/courses/{course_id}/questions/export", "401 403 404 200 404 200"
    ),
    "import_questions": op(
        "POST", "/quizzes/{quiz_id}/questions/import", "401 422 422 422 422 422", FORM
    ),
    "list_pools": op("GET", "/exams/{pool_exam_id}/pools", "401 404 404 200 404 200"),
    "add_pool": op(
        "POST",
        "/exams/{pool_exam_id}/pools",
        "401 404 404 201 404 201",
        {
            "title": "Loops",
            "pick": 1,
            "points": 1,
            "rule": {
                "tags": [],
                "concepts": [],
                "quizzes": [],
                "lessons": ["{lesson_id}"],
                "kinds": [],
                "scope": "course",
            },
        },
    ),
    "refresh_pools": op("POST", "/exams/{pool_exam_id}/pools/refresh", "401 404 404 200 404 200"),
    "change_pool": op(
        "PATCH",
        "/exams/{pool_exam_id}/pools/{pool_id}",
        "401 404 404 200 404 200",
        {"title": "Loops", "pick": 2, "points": 2, "rule": {"tags": []}},
    ),
    "remove_pool": op("DELETE", "/exams/{pool_exam_id}/pools/{pool_id}", "401 404 404 204 404 204"),
    "read_run": op("GET", "/quiz-attempts/{run_id}", "401 200 404 404 404 404"),
    "answer_question": op(
        "POST",
        "/quiz-attempts/{run_id}/answers",
        "401 409 404 404 404 404",
        {"question_id": "{question_id}", "response": "a"},
    ),
    "finish_run": op("POST", "/quiz-attempts/{run_id}/finish", "401 409 404 404 404 404"),
    "read_practice_suggestion": op(
        "GET", "/courses/{course_id}/practice-suggestion", "401 409 404 403 404 403"
    ),
    "list_practice_sessions": op(
        "GET", "/courses/{course_id}/practice-sessions", "401 200 404 200 404 200"
    ),
    "begin_practice_session": op(
        "POST", "/courses/{course_id}/practice-sessions", "401 409 404 403 404 403", {}
    ),
    "read_practice_session": op(
        "GET", "/practice-sessions/{practice_session_id}", "401 200 404 404 404 404"
    ),
    "read_next_question": op(
        "GET", "/practice-sessions/{practice_session_id}/next", "401 200 404 404 404 404"
    ),
    "answer_in_practice": op(
        "POST",
        "/practice-sessions/{practice_session_id}/answers",
        "401 409 404 404 404 404",
        {"question_id": "{question_id}", "response": "a"},
    ),
    "finish_practice_session": op(
        "POST", "/practice-sessions/{practice_session_id}/finish", "401 200 404 404 404 404"
    ),
    "read_exam": op("GET", "/exams/{exam_id}", "401 200 404 200 404 200"),
    "change_exam": op(
        "PATCH",
        "/exams/{exam_id}",
        "401 403 404 200 404 200",
        {
            "title": "Final exam",
            "description": "Who owns what, and why.",
            "duration_minutes": 60,
            "pass_mark": 60,
            "attempts_allowed": 2,
            "opens_at": None,
            "closes_at": None,
            "grace_seconds": 0,
            "shuffle": True,
            "release": "at_once",
        },
    ),
    "publish_exam": op("POST", "/exams/{exam_id}/publish", "401 403 404 200 404 200"),
    "archive_exam": op("POST", "/exams/{exam_id}/archive", "401 403 404 200 404 200"),
    "read_paper": op("GET", "/exams/{exam_id}/questions", "401 403 404 200 404 200"),
    "set_paper": op(
        "PUT",
        "/exams/{exam_id}/questions",
        "401 403 404 409 404 409",
        {"questions": [{"id": "{question_id}", "points": 1}]},
    ),
    "list_attempts": op("GET", "/exams/{exam_id}/attempts", "401 200 404 200 404 200"),
    "start_attempt": op("POST", "/exams/{exam_id}/attempts", "401 200 404 403 404 403"),
    "list_exam_accommodations": op(
        "GET", "/exams/{exam_id}/accommodations", "401 403 404 200 404 200"
    ),
    "give_exam_accommodation": op(
        "POST",
        "/exams/{exam_id}/accommodations",
        "401 403 404 201 404 201",
        {
            "user_id": "{ada_id}",
            "factor": 1.25,
            "extra_minutes": 5,
            "break_minutes": 5,
            "extra_attempts": 1,
            "reason": "As agreed.",
        },
    ),
    "list_exam_terms": op("GET", "/exams/{exam_id}/terms", "401 403 404 200 404 200"),
    "list_exam_conflicts": op("GET", "/exams/{exam_id}/conflicts", "401 403 404 200 404 200"),
    "list_accommodations": op(
        "GET", "/courses/{course_id}/accommodations", "401 403 404 200 404 200"
    ),
    "give_accommodation": op(
        "POST",
        "/courses/{course_id}/accommodations",
        "401 403 404 201 404 201",
        {"user_id": "{ada_id}", "factor": 1.5, "reason": "As agreed."},
    ),
    "give_accommodation_list": op(
        "POST",
        "/courses/{course_id}/accommodations/list",
        "401 403 404 200 404 200",
        {"csv": "email,factor\nada@example.org,1.25\n", "check": True},
    ),
    "read_accommodation": op(
        "GET", "/accommodations/{accommodation_id}", "401 404 404 200 404 200"
    ),
    "revoke_accommodation": op(
        "DELETE", "/accommodations/{accommodation_id}", "401 404 404 204 404 204"
    ),
    "read_statistics": op("GET", "/exams/{exam_id}/statistics", "401 403 404 200 404 200"),
    "read_item_analysis": op("GET", "/exams/{exam_id}/statistics/items", "401 403 404 200 404 200"),
    "read_item": op(
        "GET", "/exams/{exam_id}/statistics/items/{asked_id}", "401 403 404 200 404 200"
    ),
    "list_regrades": op("GET", "/exams/{exam_id}/regrade", "401 403 404 200 404 200"),
    "plan_regrade": op(
        "POST",
        "/exams/{exam_id}/regrade",
        "401 403 404 201 404 201",
        {"reason": "Why.", "corrections": [{"question_id": "{asked_id}", "kind": "drop"}]},
    ),
    "read_regrade": op("GET", "/regrades/{regrade_id}", "401 403 404 200 404 200"),
    "apply_regrade": op("POST", "/regrades/{regrade_id}/apply", "401 403 404 200 404 200", {}),
    "undo_regrade": op("POST", "/regrades/{regrade_id}/undo", "401 403 404 409 404 409", {}),
    "discard_regrade": op("DELETE", "/regrades/{regrade_id}", "401 403 404 204 404 204"),
    "read_attempt": op("GET", "/exam-attempts/{attempt_id}", "401 200 404 200 404 200"),
    "save_answer": op(
        "PUT",
        "/exam-attempts/{attempt_id}/answers/{asked_id}",
        "401 200 404 404 404 404",
        {"response": "b", "revision": 2},
    ),
    "submit_attempt": op("POST", "/exam-attempts/{attempt_id}/submit", "401 200 404 404 404 404"),
    "read_room": op("GET", "/exams/{exam_id}/room", "401 403 404 200 404 200"),
    "give_minutes": op(
        "POST",
        "/exams/{exam_id}/room/minutes",
        "401 403 404 200 404 200",
        {"minutes": 5, "reason": "Fire alarm", "attempts": ["{attempt_id}"]},
    ),
    "pause_attempts": op("POST", "/exams/{exam_id}/room/pause", "401 403 404 200 404 200", {}),
    "resume_attempts": op("POST", "/exams/{exam_id}/room/resume", "401 403 404 200 404 200", {}),
    "write_to_students": op(
        "POST",
        "/exams/{exam_id}/room/messages",
        "401 403 404 200 404 200",
        {"text": "Ten minutes left."},
    ),
    "hand_in_for": op(
        "POST",
        "/exams/{exam_id}/room/hand-in",
        "401 403 404 200 404 200",
        {"attempts": ["{attempt_id}"]},
    ),
    "read_state": op("GET", "/exam-attempts/{attempt_id}/state", "401 200 404 200 404 200"),
    "note_signals": op(
        "POST",
        "/exam-attempts/{attempt_id}/signals",
        "401 200 404 404 404 404",
        {"signals": [{"signal": "tab_left"}]},
    ),
    "read_receipt": op("GET", "/exam-attempts/{attempt_id}/receipt", "401 200 404 200 404 200"),
    "list_events": op("GET", "/exam-attempts/{attempt_id}/events", "401 200 404 200 404 200"),
    "read_result": op("GET", "/exam-attempts/{done_attempt_id}/result", "401 200 404 200 404 200"),
    "read_marking": op("GET", "/exams/{marked_exam_id}/marking", "401 403 404 200 404 200"),
    "change_marking": op(
        "PATCH", "/exams/{marked_exam_id}/marking", "401 403 404 200 404 200", {"blind": True}
    ),
    "list_marking_tasks": op(
        "GET", "/exams/{marked_exam_id}/marking-tasks", "401 403 404 200 404 200"
    ),
    "list_marks": op("GET", "/exam-attempts/{done_attempt_id}/marks", "401 403 404 200 404 200"),
    "give_mark": op(
        "POST",
        "/exam-attempts/{waiting_attempt_id}/questions/{essay_id}/marks",
        "401 404 404 201 404 201",
        {"points": 3},
    ),
    "list_comments": op(
        "GET", "/exam-attempts/{done_attempt_id}/comments", "401 200 404 200 404 200"
    ),
    "list_appeals": op("GET", "/courses/{course_id}/appeals", "401 403 404 200 404 200"),
    "open_appeal": op(
        "POST",
        "/exam-attempts/{done_attempt_id}/appeals",
        "401 201 404 404 404 404",
        {"question_id": "{appealed_id}", "text": "Why?"},
    ),
    "read_appeal": op("GET", "/appeals/{appeal_id}", "401 200 404 200 404 200"),
    "write_message": op(
        "POST", "/appeals/{appeal_id}/messages", "401 201 404 201 404 201", {"text": "Look."}
    ),
    "answer_appeal": op(
        "POST",
        "/appeals/{appeal_id}/answer",
        "401 403 404 200 404 200",
        {"outcome": "refused", "answer": "No."},
    ),
    "read_grades": op("GET", "/courses/{course_id}/gradebook/totals", "401 403 404 200 404 200"),
    "read_own_grades": op("GET", "/courses/{course_id}/gradebook/mine", "401 200 404 404 404 404"),
    "export_grades": op("GET", "/courses/{course_id}/gradebook.csv", "401 403 404 200 404 200"),
    "set_weights": op(
        "PUT",
        "/courses/{course_id}/gradebook/weights",
        "401 403 404 200 404 200",
        {"items": [{"id": "{exam_id}", "weight": 50}]},
    ),
    "write_cell": op(
        "POST",
        "/courses/{course_id}/gradebook/entries",
        "401 403 404 201 404 201",
        {"user_id": "{ada_id}", "item_id": "{exam_id}", "kind": "excused"},
    ),
    "import_grades": op(
        "POST",
        "/courses/{course_id}/gradebook/file",
        "401 403 404 200 404 200",
        {"lines": "email,Final exam\nada@example.org,50\n"},
    ),
    "course_analytics": op("GET", "/courses/{course_id}/analytics", "401 403 404 200 404 200"),
    "student_analytics": op(
        "GET", "/courses/{course_id}/analytics/{ada_id}", "401 200 404 200 404 200"
    ),
    "class_help": op("GET", "/courses/{course_id}/insight/help", "401 403 404 200 404 200"),
    "class_map": op("GET", "/courses/{course_id}/insight/class", "401 403 404 200 404 200"),
    "learning_curves": op("GET", "/courses/{course_id}/insight/curves", "401 403 404 200 404 200"),
    "class_readiness": op(
        "GET", "/courses/{course_id}/insight/readiness", "401 403 404 200 404 200"
    ),
    "own_help": op("GET", "/courses/{course_id}/insight/me", "401 200 404 403 404 403"),
    "suggest_practice": op(
        "POST",
        "/courses/{course_id}/insight/suggestions",
        "401 403 404 201 404 201",
        {"user_id": "{ada_id}", "concept_id": "{concept_id}", "words": "Before Friday."},
    ),
    "take_back_suggestion": op(
        "DELETE", "/practice-suggestions/{suggestion_id}", "401 404 404 204 404 204"
    ),
    "student_concept": op(
        "GET",
        "/courses/{course_id}/analytics/{ada_id}/concepts/{concept_id}",
        "401 200 404 200 404 200",
    ),
    "import_course": op("POST", "/imports", "401 422 422 422 422 422", FORM),
    "list_models": op("GET", "/models", "401 403 403 403 403 200"),
    "create_model": op(
        "POST",
        "/models",
        "401 403 403 403 403 201",
        {
            "name": "Ours",
            "dialect": "openai",
            "address": "https://93.184.216.34/v1",
            "model": "m",
            "key": "sk-secret-0001",
        },
    ),
    "read_model": op("GET", "/models/{connection_id}", "401 403 403 403 403 200"),
    "delete_model": op("DELETE", "/models/{connection_id}", "401 403 403 403 403 204"),
    "test_model": op("POST", "/models/{connection_id}/test", "401 403 403 403 403 202"),
    "use_model": op("POST", "/models/{connection_id}/use", "401 403 403 403 403 200"),
    "stop_model": op("POST", "/models/{connection_id}/stop", "401 403 403 403 403 200"),
    "find_models": op("POST", "/models/find", "401 403 403 403 403 202"),
    "list_model_budgets": op("GET", "/models/budgets", "401 403 403 403 403 200"),
    "set_model_budget": op(
        "PUT",
        "/models/budgets/course",
        "401 403 403 403 403 200",
        {"most_tokens": 1000, "most_calls": None},
    ),
    "list_model_calls": op("GET", "/models/calls", "401 403 403 403 403 200"),
    "list_prompts": op("GET", "/courses/{course_id}/prompts", "401 403 404 200 404 200"),
    "set_prompt": op(
        "PUT",
        "/courses/{course_id}/prompts/notes",
        "401 403 404 200 404 200",
        {"text": "Note what {{{{topic}}}} says: {{{{lesson}}}}"},
    ),
    "reset_prompt": op("DELETE", "/courses/{course_id}/prompts/notes", "401 403 404 200 404 200"),
    "preview_prompt": op(
        "POST",
        "/courses/{course_id}/prompts/notes/preview",
        "401 403 404 200 404 200",
        {"text": "Note what {{{{topic}}}} says: {{{{lesson}}}}"},
    ),
    "list_jobs": op("GET", "/jobs", "401 200 200 200 200 200"),
    # The site of the tests does not know its own address, so nothing can be told of it.
    "read_xapi": op("GET", "/xapi", "401 403 403 403 403 200"),
    "set_xapi": op(
        "PUT", "/xapi", "401 403 403 403 403 409", {"address": "https://93.184.216.34/xapi"}
    ),
    "stop_xapi": op("DELETE", "/xapi", "401 403 403 403 403 204"),
    "send_xapi": op("POST", "/xapi/send", "401 403 403 403 403 202"),
    "list_statements": op("GET", "/xapi/statements", "401 403 403 403 403 409"),
    "list_reliability": op("GET", "/analytics/reliability", "401 403 403 403 403 200"),
    "read_job": op("GET", "/jobs/{job_id}", "401 404 404 200 404 200"),
    "list_job_parts": op("GET", "/jobs/{job_id}/parts", "401 404 404 200 404 200"),
    "cancel_job": op("POST", "/jobs/{job_id}/cancel", "401 404 404 200 404 200"),
    "retry_job": op("POST", "/jobs/{job_id}/retry", "401 404 404 200 404 200"),
    "search": op("GET", "/search?q=owner", "401 200 200 200 200 200"),
}

# An id of one course inside an address of another: nothing for anybody.
STRANGE: list[tuple[str, str]] = [
    ("GET", "/courses/{course_id}/files/{other_file_id}"),
    ("DELETE", "/courses/{course_id}/files/{other_file_id}"),
    ("DELETE", "/courses/{course_id}/enrollments/{chloe_id}"),
    ("GET", "/courses/{course_id}/analytics/{chloe_id}"),
    ("GET", "/lessons/{exam_id}"),
    ("GET", "/exam-attempts/{run_id}"),
    ("GET", "/quiz-attempts/{attempt_id}"),
    ("GET", "/notes/{lesson_id}"),
    ("GET", "/tutor/messages/{lesson_id}"),
    ("GET", "/lessons/{lesson_id}/revisions/99"),
]
