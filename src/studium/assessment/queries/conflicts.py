"""What stands against giving an exam as it is set: its check before publishing.

Rules that contradict each other, rules that eat somebody's accommodation, parts that cannot be
drawn, keys that do not earn their own points. The builder shows it, a rehearsal asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from studium.assessment import release, rights, terms
from studium.assessment.asked import content_of, headline
from studium.assessment.effective import EffectiveTerms, effective_terms, given_to, when_words
from studium.assessment.kinds import kind
from studium.assessment.models import Exam, ExamQuestion, ExamStatus
from studium.assessment.queries.exams import paper_rows
from studium.assessment.queries.pools import pool_conflicts
from studium.content.models import CourseRole, Enrollment
from studium.lib import clock
from studium.lib.errors import NotFound

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing to mend before publishing (`blocks`), or to know.

    `rules` names the settings it is about, `students` those it meets by name; for the staff only.
    """

    code: str
    message: str
    blocks: bool
    rules: tuple[str, ...] = ()
    students: tuple[str, ...] = ()


def exam_conflicts(exam_id: UUID, *, now: datetime | None = None) -> list[Conflict]:
    """Everything that stands against the exam, what blocks it first. Asks no rights."""
    exam = rights.exam_of(exam_id)
    if exam is None:
        raise NotFound
    at = now or clock.now()
    found = [
        *_of_settings(exam, at),
        *_of_paper(exam),
        *_of_students(exam, at),
        *_of_release(exam),
    ]
    return sorted(found, key=lambda one: not one.blocks)


def _of_settings(exam: Exam, now: datetime) -> Iterator[Conflict]:
    settings = {name: getattr(exam, name) for name in terms.EXAM_DEFAULTS}
    problems = terms.exam_problems(settings)
    for field, problem in problems.items():
        yield Conflict("rules", problem, True, tuple(problems) if len(problems) > 1 else (field,))
    if exam.status == ExamStatus.DRAFT and exam.closes_at is not None and exam.closes_at <= now:
        yield Conflict("is_over", "Its closing time has passed.", True, ("closes_at",))
    if not problems:
        for warning in terms.exam_warnings(settings):
            yield Conflict("warning", warning, False)


def _of_paper(exam: Exam) -> Iterator[Conflict]:
    places = paper_rows(exam.pk)
    if not places:
        yield Conflict("paper_is_empty", "There is no question on the paper.", True)
    for conflict in pool_conflicts(exam.pk):
        yield Conflict(conflict.code, conflict.message, conflict.blocks, ("paper",))
    for place in places:
        question = place.question
        if question.retired_at is not None:
            yield Conflict(
                "question_retired",
                f"“{headline(question.question_text)}” was retired or replaced by a newer version; "
                "the paper still asks the old one.",
                False,
                ("paper",),
            )
        if not _earns_its_points(place):
            yield Conflict(
                "key_missing",
                f"“{headline(question.question_text)}” has no key that earns all its points.",
                True,
                ("paper",),
            )


def _earns_its_points(place: ExamQuestion) -> bool:
    """Whether answering with the key is right; what a person marks needs no key."""
    content = content_of(place.question)
    made = kind(content.kind)
    if made.needs_person:
        return True
    if made.check(content):
        return False
    if "parameters" in content.spec:
        return True  # the check has tried its values
    return made.score(content, made.right_answer(content)) == 1


def _of_students(exam: Exam, now: datetime) -> Iterator[Conflict]:
    """Accommodations that the rules would eat, one line for all students whom a rule meets."""
    given = given_to(exam)
    if not given:
        return
    names = dict(
        Enrollment.objects.filter(
            course_id=exam.course_id,
            user_id__in=list(given),
            role=CourseRole.STUDENT,
            ended_at__isnull=True,
        ).values_list("user_id", "user__name")
    )
    theirs = {
        user_id: effective_terms(exam, one, now=now)
        for user_id, one in given.items()
        if user_id in names
    }
    yield from _met(
        "never_open",
        "Their own window ends before it begins, so they cannot begin.",
        True,
        ("opens_at", "closes_at", "accommodations"),
        [names[one] for one, terms_ in theirs.items() if _never_open(terms_)],
    )
    yield from _met(
        "time_is_eaten",
        "The window is shorter than their time: closing time takes minutes they were given.",
        True,
        ("closes_at", "closing", "accommodations"),
        [names[one] for one, terms_ in theirs.items() if _is_eaten(terms_)],
    )
    yield from _met(
        "has_passed",
        "Their own window is over already.",
        False,
        ("closes_at", "accommodations"),
        [
            names[one]
            for one, terms_ in theirs.items()
            if given[one].closes_at is not None
            and terms_.closes_at is not None
            and terms_.closes_at <= now
        ],
    )


def _met(
    code: str, message: str, blocks: bool, rules: tuple[str, ...], students: list[str]
) -> Iterator[Conflict]:
    if students:
        listed = sorted(students)
        more = f" and {len(listed) - _NAMED} more" if len(listed) > _NAMED else ""
        who = ", ".join(listed[:_NAMED]) + more
        yield Conflict(code, f"{who}: {message}", blocks, rules, tuple(listed))


def _never_open(one: EffectiveTerms) -> bool:
    return one.opens_at is not None and one.closes_at is not None and one.opens_at >= one.closes_at


def _is_eaten(one: EffectiveTerms) -> bool:
    """Whether even who begins the moment it opens does not get their whole time."""
    if not one.cuts or one.opens_at is None or one.closes_at is None or _never_open(one):
        return False
    return one.minutes_if_begun(one.opens_at) < one.minutes


def _of_release(exam: Exam) -> Iterator[Conflict]:
    done = release.everybody_done_at(exam)
    if done is None or exam.closes_at is None or done <= exam.closes_at:
        return
    rules = {release.rule_of(exam, part) for part in release.PARTS}
    if exam.closing == "cut" and rules & {"after_close", "on_date"}:
        yield Conflict(
            "release_waits",
            f"Somebody has time until {when_words(done)}, so results that come after closing time "
            "wait until then.",
            False,
            ("release", "accommodations"),
        )
