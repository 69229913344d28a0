"""The gradebook: the attempts of some learners at every exam of a course."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from studium.assessment import rights
from studium.assessment.models import ExamAttempt
from studium.assessment.queries.attempts import AttemptLine, line_of

if TYPE_CHECKING:
    from studium.identity.models import User


def gradebook(
    *, viewer: User, course_id: UUID, user_ids: Sequence[UUID], now: datetime
) -> dict[UUID, list[AttemptLine]]:
    """Person -> their attempts in the course, oldest first, for its staff. One query."""
    rights.require_results(viewer, course_id)
    found: dict[UUID, list[AttemptLine]] = {one: [] for one in user_ids}
    rows = ExamAttempt.objects.filter(exam__course_id=course_id, user_id__in=list(user_ids))
    for row in rows.select_related("exam", "user").order_by("attempted_at", "pk"):
        found[row.user_id].append(line_of(row, now, as_staff=True))
    return found
