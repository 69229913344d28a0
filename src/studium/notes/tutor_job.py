"""A model's words for an answer: asked for in a worker, kept as far as quotations prove them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from studium.ai.answers import checked_answer
from studium.ai.tutor import Reply
from studium.lib import clock
from studium.lib.errors import Refused
from studium.lib.jobs import JobContext, job
from studium.notes import connections, tutor_rights, tutoring
from studium.notes.models import TutorMessage, Wording
from studium.notes.rules import tutor as rules


@job(rules.TUTOR_JOB, title="Answer a question", timeout_seconds=180)
def word_answer(context: JobContext, message_id: str) -> dict[str, Any]:
    """Ask the model once; what fails leaves the quotations as they are."""
    rows = TutorMessage.objects.select_related("user", "lesson__course")
    message = rows.filter(pk=UUID(message_id), wording=Wording.PENDING).first()
    if message is None:
        return {"outcome": "nothing"}  # deleted, stopped, or answered by an earlier delivery
    try:
        said = _asked(context, message)
    except Refused as failed:
        said, reason = None, failed.message
    else:
        reason = ""
    return {"outcome": _keep(message, said), "reason": reason}


def _asked(context: JobContext, message: TutorMessage) -> Reply | None:
    course = message.lesson.course
    engine: Any = connections.engine_for(course, by_id=message.user_id)
    if not hasattr(engine, "answer") or _is_shut(message):
        return None
    found = tutoring.found_for(message.user, message.lesson, message.question)
    # What leaves this machine is text of the lesson at hand, never of its neighbours.
    own = message.lesson_id.hex
    passages = [one.passage for one in found.ranked if one.passage.lesson == own]
    if not passages:
        return None

    def check() -> None:
        context.progress(0, 1, "Asking the model")

    proposed = engine.answer(
        message.question,
        [one.text for one in passages],
        manner=message.mode,
        language=course.language,
        check=check,
    )
    verbatim = rules.reply_of(message.reply, state=message.state, engine="extractive")
    name = f"{engine.name} {engine.version}"[:120]
    return checked_answer(proposed, passages, verbatim=verbatim, engine=name, tag=course.language)


def _is_shut(message: TutorMessage) -> bool:
    try:
        tutor_rights.require_tutor(message.user, message.lesson, clock.now())
    except Refused:
        return True
    return False


@transaction.atomic
def _keep(message: TutorMessage, said: Reply | None) -> str:
    """Add the words once; nothing when an exam has begun meanwhile, or nothing could be checked."""
    held = TutorMessage.objects.select_for_update().filter(pk=message.pk).first()
    if held is None or held.wording != Wording.PENDING:
        return "nothing"
    words = said is not None and bool(said.written) and not _is_shut(message)
    if said is not None and words:
        held.reply = held.reply | {"written": rules.stored(said, None)["written"]}
        held.engine = said.engine
    held.wording = Wording.DONE if words else Wording.FAILED
    held.save(update_fields=["reply", "engine", "wording"])
    return str(held.wording)
