"""Everything that is kept about one person, read part by part as what JSON holds.

The person sees here what the pages show them: scores, marks and keys as far as they are released,
nothing of other people. Each part is a list of objects or one object; `PARTS` says what they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from studium.analytics.models import Analytics, PracticeSuggestion
from studium.analytics.queries.answers import answers_behind
from studium.analytics.queries.student import progress_data
from studium.assessment import queries as assessment
from studium.content import queries as content
from studium.content.models import Course, CourseRole
from studium.content.queries.editing import drafts_export
from studium.content.queries.own_notes import own_notes_export
from studium.identity import inbox, mail_paces
from studium.identity import queries as identity
from studium.notes import conversation

if TYPE_CHECKING:
    from studium.identity.models import User

Told = Callable[[int, int], None]
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the export: its name (of the JSON and CSV file too) and what it holds."""

    name: str
    says: str
    read: Callable[[User, datetime, Told], Any]


def nobody_hears(done: int, total: int) -> None:
    """For readers who show no progress."""


def plain(value: Any) -> Any:
    """A value as JSON holds it: moments as text in UTC, ids as text, decimals as numbers."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return float(value) if isinstance(value, Decimal) else value


def person(viewer: User, now: datetime, told: Told) -> dict[str, Any]:
    """Who the person is."""
    names = ("id", "name", "email", "role", "locale", "timezone", "created_at")
    return {name: getattr(viewer, name) for name in names}


def enrollments(viewer: User, now: datetime, told: Told) -> list[dict[str, Any]]:
    """Which courses they are or were in."""
    return [
        {
            "course_id": row.course_id,
            "course": row.course.title,
            "role": row.role,
            "progress": row.progress,
            "created_at": row.created_at,
            "ended_at": row.ended_at,
        }
        for row in content.memberships_of(viewer)
    ]


def lessons(viewer: User, now: datetime, told: Told) -> list[dict[str, Any]]:
    """What they opened and finished."""
    return [
        {
            "lesson_id": row.lesson_id,
            "topic": row.lesson.topic,
            "opened_at": row.opened_at,
            "last_opened_at": row.last_opened_at,
            "done_at": row.done_at,
        }
        for row in content.progress_of(viewer)
    ]


def exam_attempts(viewer: User, now: datetime, told: Told) -> list[dict[str, Any]]:
    """Their exam attempts with their answers, and the marks as far as they are released."""
    listed, made = assessment.own_attempts(viewer=viewer, now=now), []
    for place, line in enumerate(listed):
        told(place, len(listed))
        view = assessment.attempt_view(viewer=viewer, attempt_id=line.id, now=now)
        made.append({**view.as_json(), "exam": line.exam_title, "marks": _marks(viewer, line, now)})
    return made


def _marks(
    viewer: User, line: assessment.AttemptLine, now: datetime
) -> list[dict[str, Any]] | None:
    if not line.released:
        return None
    result = assessment.result_view(viewer=viewer, attempt_id=line.id, now=now)
    if not result.correctness_shown:
        return None
    return [
        {"number": one.number, "points": one.points, "worth": one.worth, "right": one.right}
        for one in result.questions
    ]


def quiz_attempts(viewer: User, now: datetime, told: Told) -> list[dict[str, Any]]:
    """Their runs through quizzes with answers and feedback."""
    listed, made = assessment.own_runs(viewer=viewer), []
    for place, run in enumerate(listed):
        told(place, len(listed))
        view = assessment.run_view(viewer=viewer, attempt_id=run.pk, now=now)
        made.append({**view.as_json(), "quiz": run.quiz.title})
    return made


def practice_sessions(viewer: User, now: datetime, told: Told) -> list[dict[str, Any]]:
    """Sessions of practice with the questions chosen and the answers."""
    rows = assessment.own_sessions(viewer=viewer)
    found = []
    for done, row in enumerate(rows, start=1):
        view = assessment.session_view(viewer=viewer, session_id=row.pk, now=now)
        found.append(view.as_json())
        told(done, len(rows))
    return found


def notifications(viewer: User, now: datetime, told: Told) -> list[dict[str, Any]]:
    """What they were told, in words."""
    names = ("kind", "text", "url", "created_at", "read_at")
    rows = (inbox.notice(row) for row in inbox.notifications(viewer))
    return [{name: getattr(one, name) for name in names} for one in rows]


def mail(viewer: User, now: datetime, told: Told) -> dict[str, Any]:
    """How soon mails follow, and the year of birth they told."""
    year = mail_paces.year_of_birth(viewer)
    return {**mail_paces.paces_of(viewer, now=now), "year_of_birth": year}


def preferences(viewer: User, now: datetime, told: Told) -> dict[str, Any]:
    """What they have set for themselves."""
    kept = identity.preferences(viewer)
    return {"single_keys": kept.single_keys, "keep_lessons": kept.keep_lessons}


def practice_offers(viewer: User, now: datetime, told: Told) -> list[dict[str, Any]]:
    """What practice was suggested, whether it was taken, and what came of it."""
    return assessment.own_offers(viewer=viewer)


def suggestions(viewer: User, now: datetime, told: Told) -> list[dict[str, Any]]:
    """What the staff of their courses suggested them to practise."""
    rows = PracticeSuggestion.objects.filter(user=viewer).order_by("made_at", "pk")
    return [
        {
            "course_id": row.course_id,
            "concept": row.concept.name,
            "by": row.suggested_by.name,
            "words": row.words,
            "made_at": row.made_at,
        }
        for row in rows.select_related("concept", "suggested_by")
    ]


def answers(viewer: User, now: datetime, told: Told) -> list[dict[str, Any]]:
    """Every answer that their figures rest on, with what they said of slips; none in an exam."""
    if assessment.running_exam(viewer, now) is not None:
        return []
    return [
        _answer(course, line) for course in _studied(viewer) for line in _all(viewer, course, now)
    ]


def _all(viewer: User, course: Course, now: datetime) -> list[Any]:
    found, offset, more = [], 0, True
    while more:
        page, more = answers_behind(
            student=viewer, course=course, concept_ids=None, now=now, as_staff=False,
            offset=offset, limit=_PAGE,
        )  # fmt: skip
        found += page
        offset += _PAGE
    return found[::-1]


def _answer(course: Course, line: Any) -> dict[str, Any]:
    return {
        "id": line.id,
        "answered_at": line.at,
        "course": course.title,
        "lesson": line.lesson,
        "question": line.question,
        "share_right": line.share,
        "corrected": line.corrected,
        "from": line.kind,
        "attempt_id": line.attempt_id,
        "slip": line.slip is not None,
        "slip_note": line.slip.words if line.slip else "",
    }


def progress(viewer: User, now: datetime, told: Told) -> list[dict[str, Any]]:
    """What is worked out from the answers, course by course."""
    found = []
    for course in _studied(viewer):
        data = progress_data(viewer=viewer, course=course, now=now, figures=True)
        found.append({"course_id": course.pk, "course": course.title, "progress": data})
    return found


def tutor(viewer: User, now: datetime, told: Told) -> list[dict[str, Any]]:
    """What they asked the tutor and were told; nothing while they sit an exam."""
    return conversation.export(viewer=viewer, now=now)


def _studied(viewer: User) -> list[Course]:
    """The courses whose figures they may read: those they are students of at this moment."""
    rows = Analytics.objects.filter(
        user_id=viewer.pk,
        course__status__in=("published", "archived"),
        course__enrollments__user_id=viewer.pk,
        course__enrollments__role=CourseRole.STUDENT,
        course__enrollments__ended_at__isnull=True,
    )
    return [row.course for row in rows.select_related("course").order_by("pk") if row.course]


def own_notes(viewer: User, now: datetime, told: Told) -> list[dict[str, Any]]:
    """The person's highlights and notes, also of lessons they may not open any more."""
    return list(own_notes_export(viewer))


def lesson_drafts(viewer: User, now: datetime, told: Told) -> list[dict[str, Any]]:
    """What the person typed into lessons they write and did not save."""
    return drafts_export(viewer)


PARTS: tuple[Part, ...] = (
    Part("person", "Who you are on this site.", person),
    Part("enrollments", "The courses you are or were in.", enrollments),
    Part("lessons", "What you opened and finished.", lessons),
    Part(
        "exam_attempts",
        "Your exam attempts with your answers; scores, points and keys where they are released.",
        exam_attempts,
    ),
    Part("quiz_attempts", "Your runs through quizzes with your answers.", quiz_attempts),
    Part("practice_sessions", "Your practice across courses, answers included.", practice_sessions),
    Part("practice_offers", "What was suggested to you, and what came of it.", practice_offers),
    Part("suggestions", "What your instructors suggested you to practise.", suggestions),
    Part(
        "answers",
        "Every answer that your figures rest on, with the slips you noted.",
        answers,
    ),
    Part("progress", "What is worked out from your answers, course by course.", progress),
    Part("own_notes", "What you marked and wrote in lessons.", own_notes),
    Part("lesson_drafts", "What you typed into lessons and did not save.", lesson_drafts),
    Part("notifications", "What you were told, behind the bell.", notifications),
    Part("mail", "Which mails you want, and what you told for that.", mail),
    Part("preferences", "What you have set for keys and for lessons on a device.", preferences),
    Part("tutor", "What you asked the tutor and what it answered.", tutor),
)
