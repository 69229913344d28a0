"""The rows of the pages: who gets what from each address. Read a line aloud to review it.

The six statuses are those of: anonymous, student of the course, student elsewhere, its instructor,
instructor elsewhere, admin. 302 for anonymous is the way to the sign-in page; 404 says nothing of
what there is; 403 is for those who may know; 409 and 422 were let in and refused for their content.
"""

from __future__ import annotations

from typing import Any

from tests.security.matrix import Row, rows_of


def look(statuses: str) -> Row:
    """A GET."""
    return rows_of(statuses)


def act(statuses: str, data: dict[str, str] | None = None) -> Row:
    """A POST of a form."""
    return rows_of(statuses, "POST", data=data)


def put(statuses: str, data: dict[str, Any]) -> Row:
    """A PUT of JSON."""
    return rows_of(statuses, "PUT", data=data)


_PROFILE = {
    "email": "ada@example.org", "factor": "1.25", "extra_minutes": "5", "break_minutes": "0",
    "extra_attempts": "1", "opens_at": "", "closes_at": "", "reason": "As agreed.", "exam_id": "",
}  # fmt: skip

_MAILS = {
    "courses": "at_once", "results": "daily", "messages": "weekly", "work": "off",
    "reviews": "off", "year_of_birth": "2001",
}  # fmt: skip

_MODEL = {
    "name": "Ours", "dialect": "openai", "address": "https://93.184.216.34/v1", "model": "m",
    "key": "sk-secret-0001", "price_in": "1", "price_out": "2",
}  # fmt: skip

# fmt: off - a line is a row, to be read across
PAGES: dict[str, tuple[str, list[Row]]] = {
    # --- Coming in and one's own account -------------------------------------------------
    "first_run": (
        "/welcome/",
        [look("302 302 302 302 302 302"), act("302 302 302 302 302 302")],
    ),
    "beginning": ("/welcome/begin/", [look("302 403 403 200 200 200")]),
    "sample_load": ("/welcome/begin/sample/", [act("302 403 403 302 302 302")]),
    "account_login": (
        "/account/login/",
        [look("200 302 302 302 302 302"), act("200 302 302 302 302 302")],
    ),
    "account_logout": (
        "/account/logout/",
        [look("302 200 200 200 200 200"), act("302 302 302 302 302 302")],
    ),
    "language": ("/language/", [act("302 302 302 302 302 302", {"language": "de"})]),
    "account_inactive": ("/account/inactive/", [look("200 200 200 200 200 200")]),
    "account_signup": (
        "/account/signup/",
        [look("200 200 200 200 200 200"), act("200 200 200 200 200 200")],
    ),
    "account_signup_sent": ("/account/signup/sent/", [look("200 200 200 200 200 200")]),
    "account_join": (
        "/account/signup/nothing/",
        [look("404 404 404 404 404 404"), act("404 404 404 404 404 404")],
    ),
    "account_invited": (
        "/account/invitations/nothing/",
        [look("404 404 404 404 404 404"), act("404 404 404 404 404 404")],
    ),
    "account_reset_password": (
        "/account/password/reset/",
        [look("200 200 200 200 200 200"), act("200 200 200 200 200 200")],
    ),
    "account_reset_password_done": (
        "/account/password/reset/done/",
        [look("200 200 200 200 200 200")],
    ),
    "account_reset_password_from_key": (
        "/account/password/reset/key/1-abc/",
        [look("200 200 200 200 200 200"), act("200 200 200 200 200 200")],
    ),
    "account_reset_password_from_key_done": (
        "/account/password/reset/key/done/",
        [look("200 200 200 200 200 200")],
    ),
    "account": ("/account/", [look("302 200 200 200 200 200"), act("302 200 200 200 200 200")]),
    "account_email": (
        "/account/email/",
        [look("302 200 200 200 200 200"), act("302 200 200 200 200 200")],
    ),
    "account_email_confirm": (
        "/account/email/confirm/nothing/",
        [look("302 404 404 404 404 404"), act("302 404 404 404 404 404")],
    ),
    "account_change_password": (
        "/account/password/change/",
        [look("302 200 200 200 200 200"), act("302 200 200 200 200 200")],
    ),
    "account_set_password": (
        "/account/password/set/",
        [look("302 302 302 302 302 302"), act("302 302 302 302 302 302")],
    ),
    "account_reauthenticate": (
        "/account/reauthenticate/",
        [look("302 200 200 200 200 200"), act("302 200 200 200 200 200")],
    ),
    "mfa_index": (
        "/account/2fa/",
        [look("302 200 200 200 200 200"), act("302 405 405 405 405 405")],
    ),
    "mfa_authenticate": (
        "/account/2fa/authenticate/",
        [look("302 302 302 302 302 302"), act("302 302 302 302 302 302")],
    ),
    "mfa_reauthenticate": (
        "/account/2fa/reauthenticate/",
        [look("302 302 302 302 302 302"), act("302 302 302 302 302 302")],
    ),
    "mfa_activate_totp": (
        "/account/2fa/totp/activate/",
        [look("302 302 302 302 302 302"), act("302 302 302 302 302 302")],
    ),
    "mfa_deactivate_totp": (
        "/account/2fa/totp/deactivate/",
        [look("302 404 404 404 404 404"), act("302 404 404 404 404 404")],
    ),
    "mfa_view_recovery_codes": (
        "/account/2fa/recovery-codes/",
        [look("302 404 404 404 404 404"), act("302 405 405 405 405 405")],
    ),
    "mfa_generate_recovery_codes": (
        "/account/2fa/recovery-codes/generate/",
        [look("302 302 302 302 302 302"), act("302 302 302 302 302 302")],
    ),
    "mfa_download_recovery_codes": (
        "/account/2fa/recovery-codes/download/",
        [look("302 404 404 404 404 404"), act("302 404 404 404 404 404")],
    ),
    "mfa_list_webauthn": (
        "/account/2fa/webauthn/",
        [look("302 200 200 200 200 200"), act("302 405 405 405 405 405")],
    ),
    "mfa_add_webauthn": (
        "/account/2fa/webauthn/add/",
        [look("302 302 302 302 302 302"), act("302 302 302 302 302 302")],
    ),
    "mfa_reauthenticate_webauthn": (
        "/account/2fa/webauthn/reauthenticate/",
        [look("302 302 302 302 302 302"), act("302 302 302 302 302 302")],
    ),
    "mfa_remove_webauthn": (
        "/account/2fa/webauthn/keys/1/remove/",
        [look("302 302 302 302 302 302"), act("302 302 302 302 302 302")],
    ),
    "mfa_edit_webauthn": (
        "/account/2fa/webauthn/keys/1/edit/",
        [look("302 302 302 302 302 302"), act("302 302 302 302 302 302")],
    ),
    "mfa_login_webauthn": (
        "/account/2fa/webauthn/login/",
        [look("302 302 302 302 302 302"), act("302 302 302 302 302 302")],
    ),
    "account_sessions": ("/account/sessions/", [look("302 200 200 200 200 200")]),
    "account_sessions_end": ("/account/sessions/end-others/", [act("302 302 302 302 302 302")]),
    "account_session_end": (
        "/account/sessions/{session_id}/end/",
        [act("302 302 404 404 404 404")],
    ),
    # --- Finding things -------------------------------------------------------------------
    "search": ("/search/?q=owner", [look("302 200 200 200 200 200")]),
    "palette": ("/palette/", [look("302 200 200 200 200 200")]),
    "palette_found": ("/palette/found/?q=owner", [look("302 200 200 200 200 200")]),
    # The worker and its page are the same for everybody; what may be kept is a person's own.
    "worker": ("/sw.js", [look("200 200 200 200 200 200")]),
    "offline": ("/offline/", [look("200 200 200 200 200 200")]),
    "offline_kept": ("/offline/kept/", [look("302 200 200 200 200 200")]),
    "account_preferences": (
        "/account/preferences/",
        [look("302 200 200 200 200 200"), act("302 302 302 302 302 302", {"single_keys": "on"})],
    ),
    "account_tokens": (
        "/account/tokens/",
        [look("302 200 200 200 200 200"), act("302 200 200 200 200 200")],
    ),
    "account_token_revoke": (
        "/account/tokens/{token_id}/revoke/",
        [act("302 302 404 404 404 302")],
    ),
    "help": ("/help/", [look("200 200 200 200 200 200")]),
    "guide": ("/help/reading/", [look("200 200 200 200 200 200")]),
    # --- Learning ------------------------------------------------------------------------
    "home_soon": ("/home/soon/", [look("302 200 200 200 200 200")]),
    "home": ("/", [look("302 200 200 200 200 200")]),
    "courses": ("/courses/", [look("302 200 200 200 200 200")]),
    "join": ("/courses/join/", [look("302 200 200 200 200 200"), act("302 422 422 422 422 422")]),
    "course": ("/courses/{slug}/", [look("302 200 404 200 404 200")]),
    "course_enrol": ("/courses/{slug}/enrol/", [act("302 403 404 403 404 403")]),
    "course_leave": ("/courses/{slug}/leave/", [act("302 302 404 409 404 404")]),
    "course_file": ("/courses/{slug}/files/notes.txt", [look("302 200 404 200 404 200")]),
    "lesson": ("/courses/{slug}/lessons/{lesson_id}/", [look("302 200 404 200 404 200")]),
    "lesson_done": ("/courses/{slug}/lessons/{lesson_id}/done/", [act("302 302 404 302 404 409")]),
    "lesson_place": (
        "/courses/{slug}/lessons/{lesson_id}/place/",
        [act("302 204 404 204 404 409", {"block": "b-x"})],
    ),
    # One's own notes are nobody else's, not even an admin's.
    "own_notes": (
        "/lessons/{lesson_id}/own-notes/",
        [look("302 200 404 200 404 200"), act("302 302 404 302 404 302", {"body": "Mine."})],
    ),
    "own_note": (
        "/own-notes/{own_note_id}/",
        [look("302 302 404 404 404 404"), act("302 302 404 404 404 404", {"body": "So."})],
    ),
    "own_note_delete": (
        "/own-notes/{own_note_id}/delete/",
        [act("302 200 404 404 404 404")],
    ),
    "own_note_restore": ("/own-notes/restore/", [act("302 404 404 404 404 404")]),
    "course_own_notes": ("/courses/{slug}/own-notes/", [look("302 200 404 200 404 200")]),
    "course_own_notes_md": ("/courses/{slug}/own-notes.md", [look("302 200 404 200 404 200")]),
    "lesson_changes": ("/lessons/{lesson_id}/changes/", [look("302 200 404 200 404 200")]),
    "lesson_seen": ("/lessons/{lesson_id}/seen/", [act("302 302 404 302 404 409")]),
    "reader_look": (
        "/reading/look/",
        [look("302 200 200 200 200 200"), act("302 302 302 302 302 302", {"size": "l"})],
    ),
    # --- Practice and exams --------------------------------------------------------------
    "studium.web.autosave.save_answer": (
        "/api/v1/exam-attempts/{attempt_id}/answers/{asked_id}",
        [put("401 200 404 404 404 404", {"response": "b", "revision": 2})],
    ),
    "quiz": ("/quizzes/{quiz_id}/", [look("302 200 404 200 404 200")]),
    "quiz_start": ("/quizzes/{quiz_id}/start/", [act("302 302 404 403 404 403")]),
    "quiz_attempt": ("/quiz-attempts/{run_id}/", [look("302 200 404 404 404 404")]),
    "quiz_answer": ("/quiz-attempts/{run_id}/answer/", [act("302 302 404 404 404 404")]),
    "quiz_finish": ("/quiz-attempts/{run_id}/finish/", [act("302 302 404 404 404 404")]),
    "practise": ("/courses/{slug}/practise/", [look("302 200 404 200 404 200")]),
    "practise_start": ("/courses/{slug}/practise/start/", [act("302 302 404 403 404 403")]),
    "practice_session": ("/practice/{practice_session_id}/", [look("302 200 404 404 404 404")]),
    "practice_answer": (
        "/practice/{practice_session_id}/answer/",
        [act("302 302 404 404 404 404"), act("302 302 404 404 404 404", {"show": "1"})],
    ),
    "practice_finish": (
        "/practice/{practice_session_id}/finish/",
        [act("302 302 404 404 404 404")],
    ),
    "exam": ("/exams/{exam_id}/", [look("302 200 404 200 404 200")]),
    "exam_start": ("/exams/{exam_id}/start/", [act("302 302 404 422 404 422")]),
    "exam_attempt": ("/exam-attempts/{attempt_id}/", [look("302 200 404 302 404 302")]),
    "exam_state": ("/exam-attempts/{attempt_id}/state/", [look("302 200 404 200 404 200")]),
    "exam_pulse": ("/exams/{exam_id}/pulse", [look("200 200 200 200 200 200")]),
    "exam_signals": (  # a form is not JSON; the rights are in the row of the API
        "/exam-attempts/{attempt_id}/signals/",
        [act("302 400 400 400 400 400")],
    ),
    "attempt_timeline": (
        "/exam-attempts/{attempt_id}/timeline/",
        [look("302 403 404 200 404 200")],
    ),
    # --- Marks by people, and the gradebook -------------------------------------------------
    "exam_marking": (
        "/teach/courses/{slug}/exams/{marked_exam_id}/marking/",
        [look("302 403 404 200 404 200")],
    ),
    "marking_settings": (
        "/teach/courses/{slug}/exams/{marked_exam_id}/marking/settings/",
        [
            act(
                "302 403 404 302 404 302",
                {"second": "none", "every": "5", "tolerance": "20", "appeal_days": "7"},
            )
        ],
    ),
    "marking_desk": (
        "/teach/courses/{slug}/marking/{waiting_attempt_id}/{essay_id}/",
        [look("302 403 404 200 404 200"), act("302 403 404 302 404 302", {"points": "3"})],
    ),
    "course_appeals": ("/teach/courses/{slug}/appeals/", [look("302 403 404 200 404 200")]),
    "appeal_new": (
        "/exam-attempts/{done_attempt_id}/appeals/{appealed_id}/",
        [look("302 200 404 404 404 404"), act("302 302 404 404 404 404", {"text": "Why?"})],
    ),
    "appeal": ("/appeals/{appeal_id}/", [look("302 200 404 200 404 200")]),
    "appeal_say": (
        "/appeals/{appeal_id}/say/",
        [act("302 302 404 302 404 302", {"text": "Look."})],
    ),
    "appeal_answer": (
        "/appeals/{appeal_id}/answer/",
        [act("302 403 404 302 404 302", {"outcome": "refused", "answer": "No."})],
    ),
    "gradebook": ("/teach/courses/{slug}/gradebook/", [look("302 403 404 200 404 200")]),
    "gradebook_csv": ("/teach/courses/{slug}/gradebook.csv", [look("302 403 404 200 404 200")]),
    "gradebook_xlsx": ("/teach/courses/{slug}/gradebook.xlsx", [look("302 403 404 200 404 200")]),
    "gradebook_weights": (
        "/teach/courses/{slug}/gradebook/weights/",
        [
            look("302 403 404 200 404 200"),
            act("302 403 404 302 404 302", {"weight-{exam_id}": "50"}),
        ],
    ),
    "gradebook_file": (
        "/teach/courses/{slug}/gradebook/file/",
        [look("302 403 404 200 404 200"), act("302 403 404 422 404 422")],
    ),
    "gradebook_cell": (
        "/teach/courses/{slug}/gradebook/{ada_id}/{exam_id}/",
        [look("302 403 404 200 404 200"), act("302 403 404 302 404 302", {"kind": "excused"})],
    ),
    "own_grades": ("/courses/{slug}/grades/", [look("302 200 404 302 404 302")]),
    "exam_receipt": ("/exam-attempts/{attempt_id}/receipt/", [look("302 200 404 200 404 200")]),
    "receipts": ("/receipts/", [look("302 200 200 200 200 200"), act("302 422 422 422 422 422")]),
    "exam_room": (
        "/teach/courses/{slug}/exams/{exam_id}/room/",
        [look("302 403 404 200 404 200")],
    ),
    "exam_room_act": (
        "/teach/courses/{slug}/exams/{exam_id}/room/act/",
        [
            act(
                "302 403 404 200 404 200",
                {"act": "minutes", "who": "all"},
            ),
            act(
                "302 403 404 302 404 302",
                {"act": "minutes", "attempt": "{attempt_id}", "minutes": "5", "confirmed": "yes"},
            ),
            act(
                "302 403 404 302 404 302",
                {"act": "hand_in", "attempt": "{attempt_id}", "confirmed": "yes"},
            ),
        ],
    ),
    "exam_save": (
        "/exam-attempts/{attempt_id}/save/",
        [act("302 302 404 404 404 404", {"q-{asked_id}": "a"})],
    ),
    "exam_signed_in": ("/exam-attempts/{attempt_id}/signed-in/", [look("302 200 404 200 404 200")]),
    "exam_submit": ("/exam-attempts/{attempt_id}/submit/", [act("302 302 404 404 404 404")]),
    "exam_result": ("/exam-attempts/{done_attempt_id}/result/", [look("302 200 404 200 404 200")]),
    # --- Progress and insight ------------------------------------------------------------
    # Ada and Chloe sit exams: what is in their archive would help them.
    "account_data": (
        "/account/data/",
        [look("302 200 200 200 200 200"), act("302 409 409 302 302 302")],
    ),
    "account_data_file": ("/account/data/file/", [look("302 409 409 404 404 404")]),
    "progress": ("/progress/", [look("302 200 200 200 200 200")]),
    "course_progress": ("/courses/{slug}/progress/", [look("302 200 404 302 404 302")]),
    "course_progress_csv": ("/courses/{slug}/progress.csv", [look("302 200 404 403 404 403")]),
    "course_progress_json": ("/courses/{slug}/progress.json", [look("302 200 404 403 404 403")]),
    "insight": ("/teach/courses/{slug}/insight/", [look("302 403 404 200 404 200")]),
    "insight_attempts": (
        "/teach/courses/{slug}/insight/attempts/",
        [look("302 403 404 200 404 200")],
    ),
    "insight_attempts_csv": (
        "/teach/courses/{slug}/insight/attempts.csv",
        [look("302 403 404 200 404 200")],
    ),
    "insight_questions_csv": (
        "/teach/courses/{slug}/insight/questions.csv",
        [look("302 403 404 200 404 200")],
    ),
    "insight_students": (
        "/teach/courses/{slug}/insight/students/",
        [look("302 403 404 200 404 200")],
    ),
    "insight_students_csv": (
        "/teach/courses/{slug}/insight/students.csv",
        [look("302 403 404 200 404 200")],
    ),
    "concept_progress": (
        "/courses/{slug}/progress/concepts/{concept_id}/",
        [look("302 200 404 403 404 403")],
    ),
    "slip": ("/responses/{response_id}/slip/", [act("302 302 404 404 404 404")]),
    "insight_student_concept": (
        "/teach/courses/{slug}/insight/students/{ada_id}/concepts/{concept_id}/",
        [look("302 403 404 200 404 200")],
    ),
    "insight_student": (
        "/teach/courses/{slug}/insight/students/{ada_id}/",
        [look("302 403 404 200 404 200")],
    ),
    "insight_help": ("/teach/courses/{slug}/insight/help/", [look("302 403 404 200 404 200")]),
    "insight_help_csv": (
        "/teach/courses/{slug}/insight/help.csv",
        [look("302 403 404 200 404 200")],
    ),
    "insight_suggest": (
        "/teach/courses/{slug}/insight/students/{ada_id}/suggest/",
        [act("302 403 404 302 404 302", {"concept": "{concept_id}"})],
    ),
    "insight_suggestion_undo": (
        "/teach/courses/{slug}/insight/suggestions/{suggestion_id}/undo/",
        [act("302 403 404 302 404 302")],
    ),
    "insight_class": ("/teach/courses/{slug}/insight/class/", [look("302 403 404 200 404 200")]),
    "insight_class_csv": (
        "/teach/courses/{slug}/insight/class.csv",
        [look("302 403 404 200 404 200")],
    ),
    "insight_curves": ("/teach/courses/{slug}/insight/curves/", [look("302 403 404 200 404 200")]),
    "insight_curves_csv": (
        "/teach/courses/{slug}/insight/curves.csv",
        [look("302 403 404 200 404 200")],
    ),
    "insight_readiness": (
        "/teach/courses/{slug}/insight/readiness/",
        [look("302 403 404 200 404 200")],
    ),
    "insight_readiness_csv": (
        "/teach/courses/{slug}/insight/readiness.csv",
        [look("302 403 404 200 404 200")],
    ),
    "course_seen": ("/courses/{slug}/progress/seen/", [look("302 200 404 403 404 403")]),
    # --- Authoring -----------------------------------------------------------------------
    "teach": ("/teach/", [look("302 200 200 200 200 200")]),
    "course_new": (
        "/teach/courses/new/",
        [look("302 403 403 200 200 200"), act("302 403 403 422 422 422")],
    ),
    "import_upload": (
        "/teach/import/",
        [look("302 403 403 200 200 200"), act("302 403 403 422 422 422")],
    ),
    "import_check": (
        "/teach/import/nothing/",
        [look("302 403 403 409 409 409"), act("302 403 403 409 409 409")],
    ),
    "import_discard": ("/teach/import/nothing/discard/", [act("302 403 403 302 302 302")]),
    "teach_course": ("/teach/courses/{slug}/", [look("302 403 404 200 404 200")]),
    "course_settings": (
        "/teach/courses/{slug}/settings/",
        [
            look("302 403 404 200 404 200"),
            act(
                "302 403 404 302 404 302",
                {
                    "title": "Renamed",
                    "description": "",
                    "language": "en",
                    "self_enrolment": "closed",
                },
            ),
        ],
    ),
    "course_status": (
        "/teach/courses/{slug}/status/",
        [act("302 403 404 302 404 302", {"status": "archived"})],
    ),
    "course_code": ("/teach/courses/{slug}/code/", [act("302 403 404 302 404 302")]),
    "lesson_order": ("/teach/courses/{slug}/order/", [act("302 403 404 409 404 409")]),
    "lessons_publish": ("/teach/courses/{slug}/publish/", [act("302 403 404 302 404 302")]),
    "lessons_act": (
        "/teach/courses/{slug}/lessons/act/",
        [act("302 403 404 302 404 302", {"act": "move", "lesson": "{lesson_id}", "to": "start"})],
    ),
    "lesson_new_keep": (
        "/teach/courses/{slug}/lessons/new/keep/",
        [act("302 403 404 200 404 200", {"content": "Words."})],
    ),
    "lesson_new_discard": (
        "/teach/courses/{slug}/lessons/new/discard/",
        [act("302 403 404 302 404 302")],
    ),
    "link_targets": ("/teach/courses/{slug}/lessons/targets/", [look("302 403 404 200 404 200")]),
    "lesson_keep": (
        "/teach/courses/{slug}/lessons/{lesson_id}/keep/",
        [act("302 403 404 200 404 200", {"content": "Words.", "based_on": "1"})],
    ),
    "lesson_hold": (
        "/teach/courses/{slug}/lessons/{lesson_id}/hold/",
        [act("302 403 404 302 404 302")],
    ),
    "lesson_discard": (
        "/teach/courses/{slug}/lessons/{lesson_id}/discard/",
        [act("302 403 404 302 404 302")],
    ),
    "undo_step": ("/undo/00000000-0000-7000-8000-000000000000/", [act("302 404 404 404 404 404")]),
    "lesson_new": (
        "/teach/courses/{slug}/lessons/new/",
        [look("302 403 404 200 404 200"), act("302 403 404 422 404 422")],
    ),
    "lesson_preview": ("/teach/courses/{slug}/lessons/preview/", [act("302 403 404 200 404 200")]),
    "lesson_edit": (
        "/teach/courses/{slug}/lessons/{lesson_id}/",
        [look("302 403 404 200 404 200"), act("302 403 404 422 404 422")],
    ),
    "lesson_status": (
        "/teach/courses/{slug}/lessons/{lesson_id}/status/",
        [act("302 403 404 302 404 302", {"status": "archived"})],
    ),
    "lesson_versions": (
        "/teach/courses/{slug}/lessons/{lesson_id}/versions/",
        [look("302 403 404 200 404 200")],
    ),
    "lesson_version": (
        "/teach/courses/{slug}/lessons/{lesson_id}/versions/1/",
        [look("302 403 404 200 404 200")],
    ),
    "lesson_restore": (
        "/teach/courses/{slug}/lessons/{lesson_id}/versions/1/restore/",
        [act("302 403 404 422 404 422")],
    ),
    "course_quizzes": (
        "/teach/courses/{slug}/quizzes/",
        [look("302 403 404 200 404 200"), act("302 403 404 422 404 422")],
    ),
    "quiz_questions": (
        "/teach/courses/{slug}/quizzes/{quiz_id}/",
        [look("302 403 404 200 404 200"), act("302 403 404 422 404 422")],
    ),
    "quiz_status": (
        "/teach/courses/{slug}/quizzes/{quiz_id}/status/",
        [act("302 403 404 302 404 302", {"status": "archived"})],
    ),
    "question_move": (
        "/teach/courses/{slug}/quizzes/{quiz_id}/order/",
        [act("302 403 404 302 404 302")],
    ),
    "question_new": (
        "/teach/courses/{slug}/quizzes/{quiz_id}/questions/new/",
        [look("302 403 404 200 404 200"), act("302 403 404 200 404 200")],
    ),
    "question_edit": (
        "/teach/courses/{slug}/questions/{question_id}/",
        [look("302 403 404 200 404 200"), act("302 403 404 200 404 200")],
    ),
    "question_retire": (
        "/teach/courses/{slug}/questions/{question_id}/retire/",
        [act("302 404 404 302 404 302")],
    ),
    "question_story": (
        "/teach/courses/{slug}/questions/{question_id}/story/",
        [look("302 403 404 200 404 200")],
    ),
    "question_restore": (
        "/teach/courses/{slug}/questions/{question_id}/restore/",
        [act("302 403 404 302 404 302")],
    ),
    "course_drafts": ("/teach/courses/{slug}/drafts/", [look("302 403 404 200 404 200")]),
    "drafts_by_id": ("/teach/drafts/{course_id}/", [look("302 403 404 302 404 302")]),
    "drafts_generate": (
        "/teach/courses/{slug}/drafts/generate/",
        [act("302 403 404 302 404 302", {"count": "5"})],
    ),
    "draft_edit": (
        "/teach/courses/{slug}/drafts/{question_draft_id}/",
        [look("302 403 404 200 404 200"), act("302 403 404 422 404 422", {"approve": "1"})],
    ),
    "draft_act": (
        "/teach/courses/{slug}/drafts/{question_draft_id}/act/",
        [act("302 403 404 302 404 302", {"act": "reject", "reason": "unclear"})],
    ),
    "draft_run": (
        "/teach/courses/{slug}/drafts/runs/{draft_run_id}/",
        [look("302 403 404 200 404 200")],
    ),
    "exam_drafts": (
        "/teach/courses/{slug}/exams/{draft_exam_id}/drafts/",
        [look("302 403 404 200 404 200"), act("302 403 404 422 404 422")],
    ),
    "course_bank": ("/teach/courses/{slug}/bank/", [look("302 403 404 200 404 200")]),
    "bank_change": (
        "/teach/courses/{slug}/bank/change/",
        [act("302 403 404 302 404 302", {"act": "approve"})],
    ),
    "bank_export": (
        "/teach/courses/{slug}/bank/export/?format=csv",
        [look("302 403 404 200 404 200")],
    ),
    "bank_import": (
        "/teach/courses/{slug}/bank/import/",
        [look("302 403 404 200 404 200"), act("302 403 404 422 404 422")],
    ),
    "bank_import_check": (
        "/teach/courses/{slug}/bank/import/nothing/",
        [look("302 403 404 404 404 404"), act("302 403 404 404 404 404")],
    ),
    "bank_import_discard": (
        "/teach/courses/{slug}/bank/import/nothing/discard/",
        [act("302 403 404 302 404 302")],
    ),
    "owner_bank": ("/teach/bank/", [look("302 403 403 200 200 200")]),
    "owner_bank_change": (
        "/teach/bank/change/",
        [act("302 403 403 302 302 302", {"act": "approve"})],
    ),
    "exam_print": (
        "/teach/courses/{slug}/exams/{exam_id}/print/",
        [look("302 403 404 200 404 200")],
    ),
    "exam_pools": (
        "/teach/courses/{slug}/exams/{pool_exam_id}/pools/",
        [look("302 403 404 200 404 200"), act("302 403 404 422 404 422")],
    ),
    "exam_pools_refresh": (
        "/teach/courses/{slug}/exams/{pool_exam_id}/pools/refresh/",
        [act("302 403 404 302 404 302")],
    ),
    "exam_pool": (
        "/teach/courses/{slug}/exams/{pool_exam_id}/pools/{pool_id}/",
        [look("302 403 404 200 404 200"), act("302 403 404 422 404 422")],
    ),
    "exam_pool_remove": (
        "/teach/courses/{slug}/exams/{pool_exam_id}/pools/{pool_id}/remove/",
        [act("302 403 404 302 404 302")],
    ),
    "course_exams": ("/teach/courses/{slug}/exams/", [look("302 403 404 200 404 200")]),
    "exam_new": (
        "/teach/courses/{slug}/exams/new/",
        [look("302 403 404 200 404 200"), act("302 403 404 422 404 422")],
    ),
    "exam_items": (
        "/teach/courses/{slug}/exams/{exam_id}/items/",
        [look("302 403 404 200 404 200")],
    ),
    "exam_items_csv": (
        "/teach/courses/{slug}/exams/{exam_id}/items.csv",
        [look("302 403 404 200 404 200")],
    ),
    "exam_item": (
        "/teach/courses/{slug}/exams/{exam_id}/items/{asked_id}/",
        [look("302 403 404 200 404 200")],
    ),
    "regrade_plan": (
        "/teach/courses/{slug}/exams/{exam_id}/items/{asked_id}/regrade/",
        [
            look("302 403 404 200 404 200"),
            act("302 403 404 302 404 302", {"kind": "drop", "reason": "Why."}),
        ],
    ),
    "exam_regrades": (
        "/teach/courses/{slug}/exams/{exam_id}/regrades/",
        [look("302 403 404 200 404 200")],
    ),
    "regrade": (
        "/teach/courses/{slug}/regrades/{regrade_id}/",
        [look("302 403 404 200 404 200")],
    ),
    "regrade_act": (
        "/teach/courses/{slug}/regrades/{regrade_id}/act/",
        [act("302 403 404 302 404 302", {"act": "apply"})],
    ),
    "exam_builder": (
        "/teach/courses/{slug}/exams/{exam_id}/",
        [look("302 403 404 200 404 200"), act("302 403 404 422 404 422")],
    ),
    "exam_terms": (
        "/teach/courses/{slug}/exams/{exam_id}/terms/",
        [look("302 403 404 200 404 200")],
    ),
    "course_accommodations": (
        "/teach/courses/{slug}/accommodations/",
        [look("302 403 404 200 404 200"), act("302 403 404 302 404 302", _PROFILE)],
    ),
    "accommodations_check": (
        "/teach/courses/{slug}/accommodations/check/",
        [act("302 403 404 200 404 200", {"list": "email,factor\nada@example.org,1.25\n"})],
    ),
    "accommodations_add": (
        "/teach/courses/{slug}/accommodations/add/",
        [act("302 403 404 302 404 302", {"list": "email,factor\nada@example.org,1.25\n"})],
    ),
    "accommodations_export": (
        "/teach/courses/{slug}/accommodations/export/",
        [look("302 403 404 200 404 200")],
    ),
    "accommodation_edit": (
        "/teach/courses/{slug}/accommodations/{accommodation_id}/",
        [look("302 403 404 200 404 200"), act("302 403 404 302 404 302", _PROFILE)],
    ),
    "accommodation_end": (
        "/teach/courses/{slug}/accommodations/{accommodation_id}/end/",
        [act("302 403 404 302 404 302")],
    ),
    "exam_paper": (
        "/teach/courses/{slug}/exams/{exam_id}/paper/",
        [look("302 403 404 200 404 200"), act("302 403 404 409 404 409")],
    ),
    "exam_status": (
        "/teach/courses/{slug}/exams/{exam_id}/status/",
        [act("302 403 404 302 404 302", {"status": "archived"})],
    ),
    "course_people": ("/teach/courses/{slug}/people/", [look("302 403 404 200 404 200")]),
    "people_check": ("/teach/courses/{slug}/people/check/", [act("302 403 404 422 404 422")]),
    "people_add": ("/teach/courses/{slug}/people/add/", [act("302 403 404 422 404 422")]),
    "member_role": (
        "/teach/courses/{slug}/people/{ada_id}/role/",
        [act("302 403 404 302 404 302", {"role": "assistant"})],
    ),
    "member_end": ("/teach/courses/{slug}/people/{ada_id}/end/", [act("302 403 404 302 404 302")]),
    "lesson_concepts": (
        "/teach/courses/{slug}/lessons/{lesson_id}/concepts/",
        [act("302 403 404 302 404 302", {"concepts": "Moves; Owners"})],
    ),
    "course_concepts": (
        "/teach/courses/{slug}/concepts/",
        [
            look("302 403 404 200 404 200"),
            act("302 403 404 302 404 302", {"name": "Lifetimes"}),
        ],
    ),
    "concept": (
        "/teach/courses/{slug}/concepts/{spare_concept_id}/",
        [
            look("302 403 404 200 404 200"),
            act("302 403 404 302 404 302", {"act": "rename", "name": "Spared"}),
            act("302 403 404 302 404 302", {"act": "merge", "into": "{concept_id}"}),
        ],
    ),
    "course_groups": (
        "/teach/courses/{slug}/groups/",
        [look("302 403 404 200 404 200"), act("302 403 404 302 404 302", {"name": "Lab B"})],
    ),
    "course_group": (
        "/teach/courses/{slug}/groups/{group_id}/",
        [
            look("302 403 404 200 404 200"),
            act("302 403 404 302 404 302", {"act": "members", "user": "{ada_id}"}),
            act("302 403 404 302 404 302", {"act": "remove"}),
        ],
    ),
    "groups_csv": ("/teach/courses/{slug}/groups.csv", [look("302 403 404 200 404 200")]),
    "groups_check": ("/teach/courses/{slug}/groups/check/", [act("302 403 404 422 404 422")]),
    "groups_fill": ("/teach/courses/{slug}/groups/fill/", [act("302 403 404 422 404 422")]),
    "course_files": (
        "/teach/courses/{slug}/files/",
        [look("302 403 404 200 404 200"), act("302 403 404 422 404 422")],
    ),
    "file_remove": (
        "/teach/courses/{slug}/files/{file_id}/remove/",
        [act("302 403 404 302 404 302")],
    ),
    "course_export": ("/teach/courses/{slug}/export/", [look("302 403 404 200 404 200")]),
    "course_notes": ("/teach/courses/{slug}/notes/", [look("302 403 404 200 404 200")]),
    "course_notes_generate": (
        "/teach/courses/{slug}/notes/generate/",
        [act("302 403 404 302 404 302")],
    ),
    "course_notes_approve": (
        "/teach/courses/{slug}/notes/approve/",
        [act("302 403 404 302 404 302")],
    ),
    "course_prompts": ("/teach/courses/{slug}/prompts/", [look("302 403 404 200 404 200")]),
    "course_prompt": (
        "/teach/courses/{slug}/prompts/notes/",
        [look("302 403 404 200 404 200"), act("302 403 404 302 404 302", {"act": "reset"})],
    ),
    "course_jobs": ("/teach/courses/{slug}/jobs/", [look("302 403 404 200 404 200")]),
    # --- The tutor; Ada sits an exam, as does Chloe: shut for both ---------------------
    "tutor": (
        "/lessons/{lesson_id}/tutor/",
        [look("302 200 404 200 404 200"), act("302 409 404 302 404 302", {"question": "Why?"})],
    ),
    "tutor_clear": ("/lessons/{lesson_id}/tutor/delete/", [act("302 409 404 302 404 302")]),
    "tutor_history": ("/tutor/", [look("302 200 200 200 200 200")]),
    "tutor_export": ("/tutor/export/", [look("302 200 200 200 200 200")]),
    "tutor_forget": ("/tutor/delete/", [act("302 409 409 302 302 302")]),
    "tutor_message": ("/tutor/{tutor_message_id}/", [look("302 404 404 302 404 404")]),
    "tutor_stop": ("/tutor/{tutor_message_id}/stop/", [act("302 404 404 302 404 404")]),
    "course_tutor": (
        "/teach/courses/{slug}/tutor/",
        [look("302 403 404 200 404 200"), act("302 403 404 302 404 302", {"on": "no"})],
    ),
    # --- Notes and jobs ------------------------------------------------------------------
    "lesson_notes": ("/lessons/{lesson_id}/notes/", [look("302 302 404 302 404 302")]),
    "notes_generate": (
        "/lessons/{lesson_id}/notes/generate/",
        [look("302 403 404 200 404 200"), act("302 403 404 302 404 302")],
    ),
    "note_edit": (
        "/notes/{note_id}/edit/",
        [look("302 403 404 200 404 200"), act("302 403 404 409 404 409")],
    ),
    "note_approve": ("/notes/{note_id}/approve/", [act("302 403 404 302 404 302")]),
    "note_unapprove": ("/notes/{note_id}/unapprove/", [act("302 403 404 302 404 302")]),
    "course_notes_wishes": (
        "/teach/courses/{slug}/notes/wishes/",
        [act("302 403 404 302 404 302", {"make_on_save": "on"})],
    ),
    "lesson_cards": ("/lessons/{lesson_id}/cards/", [look("302 200 404 200 404 200")]),
    "note_review": ("/notes/{note_id}/review/", [look("302 403 404 200 404 200")]),
    "note_sentence": (
        "/notes/{note_id}/sentence/",
        [act("302 403 404 409 404 409", {"sentence": "0123456789ab", "do": "keep"})],
    ),
    "note_section": (
        "/notes/{note_id}/section/",
        [act("302 403 404 409 404 409", {"sentence": "0123456789ab", "do": "remove"})],
    ),
    "note_choose": (
        "/notes/{note_id}/choose/",
        [act("302 403 404 404 404 404", {"conflict": "0123456789ab", "take": "mine"})],
    ),
    "note_refresh": ("/notes/{note_id}/refresh/", [act("302 403 404 302 404 302")]),
    "note_history": ("/notes/{note_id}/history/", [look("302 403 404 200 404 200")]),
    "note_version": ("/notes/{note_id}/history/1/", [look("302 403 404 200 404 200")]),
    "note_restore": ("/notes/{note_id}/history/1/restore/", [act("302 403 404 302 404 302")]),
    "course_notes_by_id": ("/notes/course/{course_id}/", [look("302 403 404 302 404 302")]),
    "job": ("/jobs/{job_id}/", [look("302 404 404 200 404 200")]),
    "job_cancel": ("/jobs/{job_id}/cancel/", [act("302 404 404 302 404 302")]),
    "job_retry": ("/jobs/{job_id}/retry/", [act("302 404 404 302 404 302")]),
    # Ada and Chloe sit exams; Bruno and Eva are the only instructors, Dora the last admin.
    "account_erase": (
        "/account/erase/",
        [
            look("302 200 200 200 200 200"),
            act("302 200 200 200 200 200", {"password": "studium-demo"}),
        ],
    ),
    "admin_person_erase": (
        "/admin/people/{chloe_id}/erase/",
        [look("302 403 403 403 403 200"), act("302 403 403 403 403 200", {"name": "Chloe Chen"})],
    ),
    "account_mail": (
        "/account/mail/",
        [look("302 200 200 200 200 200"), act("302 302 302 302 302 302", _MAILS)],
    ),
    # Whoever holds the link may stop these mails, signed in or not, without a CSRF token.
    "mail_stop": (
        "/mail/stop/{mail_token}/",
        [look("200 200 200 200 200 200"), act("200 200 200 200 200 200")],
    ),
    "notifications": ("/notifications/", [look("302 200 200 200 200 200")]),
    "notifications_menu": ("/notifications/menu/", [look("302 200 200 200 200 200")]),
    "notifications_read": ("/notifications/read/", [act("302 302 302 302 302 302")]),
    "notification_open": (
        "/notifications/{notification_id}/open/",
        [act("302 302 404 404 404 404")],
    ),
    # --- Running the site ----------------------------------------------------------------
    "admin_mail": ("/admin/mail/", [look("302 403 403 403 403 200")]),
    "admin_mail_trial": ("/admin/mail/trial/", [act("302 403 403 403 403 302")]),
    "admin_home": ("/admin/", [look("302 403 403 403 403 200")]),
    "admin_people": ("/admin/people/", [look("302 403 403 403 403 200")]),
    "admin_person_new": (
        "/admin/people/new/",
        [look("302 403 403 403 403 200"), act("302 403 403 403 403 200")],
    ),
    "admin_invite": (
        "/admin/people/invite/",
        [look("302 403 403 403 403 200"), act("302 403 403 403 403 200")],
    ),
    "admin_people_file": (
        "/admin/people/file/",
        [look("302 403 403 403 403 200"), act("302 403 403 403 403 200")],
    ),
    "admin_people_add": ("/admin/people/file/add/", [act("302 403 403 403 403 200")]),
    "admin_invitation_revoke": (
        "/admin/people/invitations/{invitation_id}/revoke/",
        [act("302 403 403 403 403 302")],
    ),
    "admin_person": ("/admin/people/{chloe_id}/", [look("302 403 403 403 403 200")]),
    "admin_person_role": (
        "/admin/people/{chloe_id}/role/",
        [act("302 403 403 403 403 302", {"role": "INSTRUCTOR"})],
    ),
    "admin_person_deactivate": (
        "/admin/people/{chloe_id}/deactivate/",
        [act("302 403 403 403 403 302")],
    ),
    "admin_person_activate": (
        "/admin/people/{chloe_id}/activate/",
        [act("302 403 403 403 403 302")],
    ),
    "admin_models": ("/admin/models/", [look("302 403 403 403 403 200")]),
    "admin_model_new": (
        "/admin/models/new/",
        [look("302 403 403 403 403 200"), act("302 403 403 403 403 302", _MODEL)],
    ),
    "admin_models_find": ("/admin/models/find/", [act("302 403 403 403 403 302")]),
    "admin_model_budget": (
        "/admin/models/budget/",
        [act("302 403 403 403 403 302", {"scope": "site", "most_tokens": "9", "most_calls": ""})],
    ),
    "admin_model_calls": ("/admin/models/calls/", [look("302 403 403 403 403 200")]),
    "admin_model_test": (
        "/admin/models/{connection_id}/test/",
        [act("302 403 403 403 403 302")],
    ),
    "admin_model_use": ("/admin/models/{connection_id}/use/", [act("302 403 403 403 403 302")]),
    "admin_model_stop": ("/admin/models/{connection_id}/stop/", [act("302 403 403 403 403 302")]),
    "admin_model_remove": (
        "/admin/models/{connection_id}/remove/",
        [look("302 403 403 403 403 200"), act("302 403 403 403 403 302")],
    ),
    "admin_reliability": ("/admin/reliability/", [look("302 403 403 403 403 200")]),
    "admin_reliability_csv": ("/admin/reliability.csv", [look("302 403 403 403 403 200")]),
    "admin_xapi": (
        "/admin/xapi/",
        [
            look("302 403 403 403 403 200"),
            act(
                "302 403 403 403 403 409", {"address": "https://93.184.216.34/xapi", "auth": "none"}
            ),
        ],
    ),
    "admin_xapi_send": ("/admin/xapi/send/", [act("302 403 403 403 403 302")]),
    "admin_xapi_stop": ("/admin/xapi/stop/", [act("302 403 403 403 403 302")]),
    "admin_jobs": ("/admin/jobs/", [look("302 403 403 403 403 200")]),
    "admin_job_retry": ("/admin/jobs/{job_id}/retry/", [act("302 403 403 403 403 302")]),
    "admin_log": ("/admin/log/", [look("302 403 403 403 403 200")]),
    "admin_log_csv": ("/admin/log.csv", [look("302 403 403 403 403 200")]),
    "styleguide": ("/styleguide/", [look("404 404 404 404 404 404")]),
    "healthz": ("/healthz", [look("200 200 200 200 200 200")]),
    "readyz": ("/readyz", [look("200 200 200 200 200 200")]),
}

# An id of one course inside an address of another: nothing for anybody.
STRANGE: list[tuple[str, str] | tuple[str, str, dict[str, str]]] = [
    ("GET", "/courses/{slug}/lessons/{other_lesson_id}/"),
    ("POST", "/courses/{slug}/lessons/{other_lesson_id}/done/"),
    ("POST", "/courses/{slug}/lessons/{other_lesson_id}/place/", {"block": "b-x"}),
    ("GET", "/teach/courses/{slug}/lessons/{other_lesson_id}/"),
    ("POST", "/teach/courses/{slug}/lessons/{other_lesson_id}/"),
    ("POST", "/teach/courses/{slug}/lessons/{other_lesson_id}/status/"),
    ("GET", "/teach/courses/{slug}/lessons/{other_lesson_id}/versions/"),
    ("GET", "/teach/courses/{slug}/lessons/{other_lesson_id}/versions/1/"),
    ("POST", "/teach/courses/{slug}/lessons/{other_lesson_id}/versions/1/restore/"),
    ("GET", "/teach/courses/{slug}/quizzes/{other_quiz_id}/"),
    ("POST", "/teach/courses/{slug}/quizzes/{other_quiz_id}/"),
    ("POST", "/teach/courses/{slug}/quizzes/{other_quiz_id}/order/"),
    ("GET", "/teach/courses/{slug}/quizzes/{other_quiz_id}/questions/new/"),
    ("GET", "/teach/courses/{slug}/questions/{other_question_id}/"),
    ("POST", "/teach/courses/{slug}/questions/{other_idle_question_id}/retire/"),
    ("GET", "/teach/courses/{slug}/questions/{other_question_id}/story/"),
    ("POST", "/teach/courses/{slug}/questions/{other_question_id}/restore/"),
    ("GET", "/teach/courses/{slug}/exams/{other_pool_exam_id}/pools/"),
    ("GET", "/teach/courses/{slug}/exams/{pool_exam_id}/pools/{other_pool_id}/"),
    ("POST", "/teach/courses/{slug}/exams/{pool_exam_id}/pools/{other_pool_id}/remove/"),
    ("GET", "/teach/courses/{slug}/exams/{other_exam_id}/"),
    ("GET", "/teach/courses/{slug}/exams/{other_exam_id}/items/"),
    ("GET", "/teach/courses/{slug}/exams/{other_exam_id}/items/{other_asked_id}/"),
    (
        "POST",
        "/teach/courses/{slug}/exams/{other_exam_id}/items/{other_asked_id}/regrade/",
        {"kind": "drop", "reason": "Why."},
    ),
    ("GET", "/teach/courses/{slug}/regrades/{other_regrade_id}/"),
    ("POST", "/teach/courses/{slug}/regrades/{other_regrade_id}/act/", {"act": "apply"}),
    ("POST", "/teach/courses/{slug}/exams/{other_exam_id}/"),
    ("POST", "/teach/courses/{slug}/exams/{other_exam_id}/paper/"),
    ("POST", "/teach/courses/{slug}/files/{other_file_id}/remove/"),
    ("POST", "/teach/courses/{slug}/people/{chloe_id}/role/", {"role": "assistant"}),
    ("POST", "/teach/courses/{slug}/people/{chloe_id}/end/"),
    ("GET", "/teach/courses/{slug}/insight/students/{chloe_id}/"),
    ("GET", "/teach/courses/{slug}/exams/{other_marked_exam_id}/marking/"),
    (
        "POST",
        "/teach/courses/{slug}/exams/{other_marked_exam_id}/marking/settings/",
        {"second": "none", "every": "5", "tolerance": "20", "appeal_days": "7"},
    ),
    ("GET", "/teach/courses/{slug}/marking/{other_waiting_attempt_id}/{other_essay_id}/"),
    (
        "POST",
        "/teach/courses/{slug}/marking/{other_waiting_attempt_id}/{other_essay_id}/",
        {"points": "3"},
    ),
    ("GET", "/teach/courses/{slug}/gradebook/{chloe_id}/{exam_id}/"),
    ("POST", "/teach/courses/{slug}/gradebook/{ada_id}/{other_exam_id}/", {"kind": "excused"}),
    ("POST", "/teach/courses/{slug}/gradebook/weights/", {"weight-{other_exam_id}": "5"}),
]
