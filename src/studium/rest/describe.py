"""What the OpenAPI document says beside the types: stable error codes, and where things are made.

Every code an operation may answer with stands in `CODES` with its status and meaning.
"""

from __future__ import annotations

from typing import Any

CODES: dict[str, tuple[int, str]] = {
    "not_json": (400, "The body is not JSON in UTF-8."),
    "not_a_form": (400, "The form cannot be read."),
    "archive_refused": (400, "The zip is not read; the message names the member."),
    "not_signed_in": (401, "Nobody is signed in, or the session is over."),
    "wrong_token": (401, "The token is unknown, expired or revoked."),
    "wrong_password": (401, "The e-mail address or the password is wrong."),
    "not_allowed": (403, "The person may know of the thing and may not do this to it."),
    "not_enrolled": (403, "Only people of the course may open this."),
    "read_only_token": (403, "The token may only read."),
    "csrf_failed": (403, "A change by cookie came without its CSRF token or from another site."),
    "second_factor_missing": (403, "The site wants a second factor of this person first."),
    "second_factor_needed": (403, "The account has a second factor; make a token on its page."),
    "code": (403, "The course asks for a code."),
    "not_found": (404, "There is no such thing, or none this person may know of."),
    "method_not_allowed": (405, "The address does not take this method."),
    "refused": (409, "The thing is in a state that does not allow this."),
    "conflict": (409, "The thing is in a state that does not allow this."),
    "request_running": (409, "The first request with this Idempotency-Key is still running."),
    "email_taken": (409, "There is an account with this address."),
    "last_admin": (409, "The last active admin stays one."),
    "no_lessons": (409, "A published course needs a published lesson."),
    "not_open": (409, "The course takes nobody in at the moment."),
    "last_instructor": (409, "A course keeps at least one instructor."),
    "newer_version": (409, "Somebody saved a newer version, which comes with the message."),
    "lessons_changed": (409, "The lessons of the course have changed meanwhile."),
    "being_edited": (409, "Somebody else has the lesson open to change it; `holder` names them."),
    "undone": (409, "The act is taken back already."),
    "too_late": (409, "The act is more than a day old."),
    "overtaken": (409, "What the act changed was changed again since."),
    "last_lesson": (409, "A published course keeps a published lesson."),
    "reading_only": (409, "The course is open for reading only; no progress is kept."),
    "concept_exists": (409, "The course has a concept of this name; `concept_id` names it."),
    "concept_merged": (409, "The concept was merged into another one."),
    "merge_counted": (409, "Analytics counts with the merge, so it stays."),
    "group_exists": (409, "The course has a group of this name."),
    "file_exists": (409, "The course has a file of this name."),
    "newer_regrade": (409, "A newer regrade builds on this one; undo that one first."),
    "not_applied": (409, "The regrade is only planned."),
    "already_applied": (409, "The regrade was applied; it can be undone."),
    "model_not_tested": (409, "The model has not passed its test."),
    "newer_note": (409, "The words were changed since; they come with the message."),
    "note_changed": (409, "The note was changed since the stamp that was sent."),
    "edited_note": (409, "A person has edited the note; say that it may be replaced."),
    "quiz_is_empty": (409, "A published quiz needs an approved question."),
    "question_retired": (409, "The question was taken out of use; `replaced_by` names the next."),
    "last_question": (409, "A published quiz keeps a question."),
    "question_on_paper": (409, "The question is on the paper of an exam that nobody began yet."),
    "no_attempts_left": (409, "All allowed attempts are used."),
    "already_answered": (409, "The question has its final answer in this run."),
    "already_finished": (409, "The run has ended."),
    "exam_running": (409, "Practice and keys wait while the person sits an exam."),
    "not_practised": (409, "The question may not be asked in practice any more."),
    "nothing_to_practise": (409, "There is no question to practise right now."),
    "tutor_off": (409, "The staff has switched the tutor of the course off."),
    "exams_running": (409, "Too much to store at once while somebody sits an exam."),
    "not_a_draft": (409, "Only drafts are deleted; the question is in use."),
    "draft_decided": (409, "Somebody has decided about the draft; take that back first."),
    "draft_stale": (409, "The text that the draft cites is not in the lesson any more."),
    "question_answered": (409, "The question was answered or stands on a paper."),
    "pool_empty": (409, "A random part of the paper has no question to draw from."),
    "pool_too_small": (409, "A random part of the paper draws more questions than it has."),
    "paper_is_empty": (409, "An exam needs a question on its paper."),
    "paper_is_frozen": (409, "Somebody began the exam, so its paper stays as it is."),
    "exam_is_over": (409, "The closing time of the exam has passed."),
    "exam_closed": (409, "The exam is closed or archived."),
    "not_open_yet": (409, "The exam is not open yet; `opens_at` says when."),
    "wait_before_next": (409, "The next attempt may begin later; `begins_at` says when."),
    "network_not_allowed": (409, "The exam can only be begun from certain networks."),
    "exam_password": (409, "The exam has a password, and this is not it."),
    "stale_revision": (409, "Another revision is stored; `answer` holds it."),
    "paused": (409, "The staff have stopped the clock; send it again when it goes on."),
    "deadline_passed": (409, "The time is over. What was saved before was handed in."),
    "already_submitted": (409, "The exam was handed in already."),
    "still_running": (409, "The attempt still runs; it is marked when it is handed in."),
    "not_answered": (409, "Nothing was answered here, so there is nothing to mark."),
    "appeal_open": (409, "There is an open appeal about this mark."),
    "appeal_closed": (409, "Marks of this attempt are not asked about now; the message says why."),
    "appeal_answered": (409, "The appeal was answered already."),
    "not_planned": (409, "Plan the correction first and look at whom it moves."),
    "try_again": (409, "It was just changed by somebody else; try again."),
    "too_large": (413, "More bytes or entries than the limit."),
    "archive_too_large": (413, "The zip unpacks to more than the limit."),
    "document_refused": (400, "The document cannot be read; the message says why."),
    "document_too_large": (413, "The document passes a limit of pages, time or memory."),
    "documents_busy": (503, "Other documents are being read; try again in a minute."),
    "wrong_media_type": (415, "The body came as another media type."),
    "invalid": (422, "Something sent has a wrong shape or value; `fields` names each."),
    "wrong_shape": (422, "The response does not fit the kind of question."),
    "no_passage": (422, "The lesson has no such passage any more; read it again."),
    "wrong_code": (422, "No course has this code."),
    "not_importable": (422, "The files hold errors that stop the import."),
    "idempotency_key_reused": (422, "The Idempotency-Key came with another request before."),
    "too_many": (429, "Too many tries or things; `retry_after` says how many seconds to wait."),
    "busy": (503, "The database is busy and nothing was stored; send it again."),
}


def says(*codes: str, location: str = "", media: str = "") -> dict[str, Any]:
    """For `openapi_extra`: the codes an operation adds to those that go without saying; the address
    below /api/v1 of what it makes, as a template over its answer; the type of an answer that is no
    JSON."""
    unknown = [code for code in codes if code not in CODES]
    if unknown:
        raise ValueError(f"codes without a meaning: {unknown}")
    more = {"x-location": location, "x-media": media}
    return {
        "x-error-codes": list(codes),
        **{name: value for name, value in more.items() if value},
    }
