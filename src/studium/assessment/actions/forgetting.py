"""What assessment keeps of a student beside their results, taken away for their erasure.

Attempts, answers, marks and the journals that prove them are history and stay; they are of nobody
once the person is blanked. What they wrote in their own words, and from where they sat, goes: the
journals keep the hashes of it. Why somebody had more time is taken away; that they had it stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from studium.assessment import chain, journal
from studium.assessment.kinds import IN_WORDS, NEED_PERSON
from studium.assessment.models import (
    Accommodation,
    Appeal,
    AppealMessage,
    AttemptPresence,
    PracticeAnswer,
    PracticeOffer,
    QuizAnswer,
)
from studium.assessment.queries.running import running_exam
from studium.lib.errors import Conflict
from studium.lib.words import phrase

if TYPE_CHECKING:
    from datetime import datetime

    from studium.identity.models import User


def require_no_exam(person: User, *, now: datetime) -> None:
    """Raise `Conflict` while the person sits an exam."""
    running = running_exam(person, now)
    if running is not None:
        raise Conflict(
            phrase(
                "This person is sitting “%(title)s”. Wait until it is handed in.",
                title=running.exam.title,
            ),
            code="exam_running",
        )


def forget(*, person_id: UUID) -> None:
    """Blank the reasons of accommodations and delete what practice was offered; runs in the
    transaction of the person's erasure."""
    Accommodation.objects.filter(user_id=person_id).exclude(reason="").update(reason="")
    PracticeOffer.objects.filter(user_id=person_id).delete()


def forget_words(*, person_id: UUID) -> None:
    """Erase what the person wrote: essays with their drafts, words typed in practice, appeals; and
    the addresses and browsers they sat with. Runs after the person is blanked, in the same
    transaction: before, the database keeps every word.

    Short answers of exams stay, since a correction of the key marks them again.
    """
    journal.erase_words(person_id, kinds=NEED_PERSON)
    AttemptPresence.objects.filter(attempt__user_id=person_id).update(origins=[])
    # Nobody marks again what was practised.
    typed = {"question__kind__in": IN_WORDS, "response__isnull": False}
    QuizAnswer.objects.filter(attempt__user_id=person_id, **typed).update(response=None)
    PracticeAnswer.objects.filter(session__user_id=person_id, **typed).update(response=None)
    Appeal.objects.filter(attempt__user_id=person_id).update(text=chain.ERASED)
    mine = AppealMessage.objects.filter(author_id=person_id, appeal__attempt__user_id=person_id)
    mine.update(text=chain.ERASED)
