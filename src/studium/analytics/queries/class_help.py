"""Who needs help in a class, and why: the lowest chance first, each with its evidence.

Order and evidence are read for everybody, reasons for the people of one page; a fixed number of
statements either way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from studium.analytics import needs, rights
from studium.analytics.epochs import current_id
from studium.analytics.models import PracticeSuggestion
from studium.analytics.needs import Facts, Outlook, Reason, Shaky
from studium.analytics.queries.class_map import SHAKY
from studium.analytics.queries.class_outlook import NOTHING, Line, Outlooks, outlooks
from studium.analytics.queries.class_people import Class, Narrowed, Person, class_of, day_of
from studium.analytics.queries.reliability import shows_percentages
from studium.analytics.queries.standing import ConceptStanding, standings
from studium.analytics.wording import as_date, as_day
from studium.assessment.queries.missing import missing_work
from studium.lib.db import read_rows, uuid_param, uuid_value

if TYPE_CHECKING:
    from studium.assessment.models import Exam
    from studium.content.models import Course
    from studium.identity.models import User

RHYTHM_DAYS = 120
"""An own rhythm is taken from so many days back."""
_SUGGESTED = "SELECT 1 FROM practice_suggestions WHERE course_id = %s"
_DAYS = """
SELECT user_id, day, p, n FROM level_days
WHERE epoch = %s AND course_id = %s AND day >= %s AND user_id IN ({})
"""


@dataclass(frozen=True, slots=True)
class Suggested:
    """Practice that was suggested: by whom, when, and whether it was followed since."""

    id: UUID
    concept_id: UUID
    concept: str
    by: str
    words: str
    made_at: datetime
    followed: bool


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One student: evidence first, then reasons, then what can be done.

    `answered` of `concepts` have an answer. `practise` is the concept worth suggesting, if any.
    """

    id: UUID
    name: str
    email: str
    answers: int
    answered: int
    concepts: int
    last_day: date | None
    is_early: bool
    outlook: Outlook | None
    reasons: tuple[Reason, ...]
    practise: Shaky | None
    suggested: tuple[Suggested, ...]


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A page of the class. `count` people were asked for, of whom `early` are at the end since
    nothing can be foretold of them; `poor` are unlikely to pass, or expected under 60 %."""

    exam: Exam | None
    lines: tuple[HelpLine, ...]
    count: int
    early: int
    poor: int
    since: date
    people: Class
    percentages: bool


def class_help(
    course: Course, asked: Narrowed, *, now: datetime, limit: int = 25, offset: int = 0
) -> HelpPage:
    """The people of a class, those with the lowest chance first. Check the right before."""
    people = class_of(course, asked)
    known = outlooks(course, people.everybody, now=now)
    ordered = sorted(people.people, key=lambda one: known.key(one.id, one.name))
    page = ordered[offset : offset + limit]
    since = asked.since or as_date(day_of(now) - needs.WINDOW_DAYS)
    lines = help_lines(course, page, known, since=since, now=now)
    every = [known.outlook(one.id) for one in ordered]
    return HelpPage(
        exam=known.exam,
        lines=tuple(lines),
        count=len(ordered),
        early=every.count(None),
        poor=sum(1 for one in every if needs.is_poor(one)),
        since=since,
        people=people,
        percentages=shows_percentages(),
    )


def own_help(*, viewer: User, course: Course, now: datetime) -> tuple[HelpLine, bool]:
    """One's own line as the staff see it, and whether percentages may be shown.

    Raises as `rights.require_own_progress`.
    """
    rights.require_own_progress(viewer, course)
    known = outlooks(course, [viewer.pk], now=now)
    since = as_date(day_of(now) - needs.WINDOW_DAYS)
    me = Person(viewer.pk, viewer.name, viewer.email)
    return help_lines(course, [me], known, since=since, now=now)[0], shows_percentages()


def suggested_to(user: User, course: Course, *, now: datetime) -> list[Suggested]:
    """What the staff suggest to a student and is not followed yet, newest first. Check the right
    before."""
    if not read_rows(f"{_SUGGESTED} AND user_id = %s", [*map(uuid_param, (course.pk, user.pk))]):
        return []
    standing = standings(course.pk, [user.pk], now=now)
    found = suggestions(course.pk, [user.pk], standing)
    return [one for one in found[user.pk] if not one.followed]


def help_lines(
    course: Course, people: Sequence[Person], known: Outlooks, *, since: date, now: datetime
) -> list[HelpLine]:
    """The lines of some people, in their order."""
    ids = [one.id for one in people]
    standing = standings(course.pk, ids, now=now)
    days = _days(course.pk, ids, now)
    missing = missing_work(course.pk, ids, now=now)
    suggested = suggestions(course.pk, ids, standing)
    return [
        _line(
            one,
            known.lines.get(one.id, NOTHING),
            standing.get(one.id, []),
            days.get(one.id, []),
            missing.get(one.id, ()),
            suggested.get(one.id, []),
            since=as_day(since),
            today=day_of(now),
        )
        for one in people
    ]


def suggestions(
    course_id: UUID, user_ids: Collection[UUID], standing: dict[UUID, list[ConceptStanding]]
) -> dict[UUID, list[Suggested]]:
    """What was suggested to each person, newest first; followed by an answer on it afterwards."""
    # Most courses have none, and to compile the rest takes longer than to look.
    if not read_rows(f"{_SUGGESTED} LIMIT 1", [uuid_param(course_id)]):
        return defaultdict(list)
    made = PracticeSuggestion.objects.filter(course_id=course_id, user_id__in=user_ids)
    rows = list(made.select_related("concept", "suggested_by").order_by("-made_at", "pk"))
    if not rows:
        return defaultdict(list)
    suggested = {row.user_id for row in rows}
    last = {
        (user, one.concept_id): one.last_at
        for user, every in standing.items()
        if user in suggested
        for one in every
    }
    found: dict[UUID, list[Suggested]] = defaultdict(list)
    for row in rows:
        counted = row.concept.merged_into_id or row.concept_id
        at = last.get((row.user_id, row.concept_id)) or last.get((row.user_id, counted))
        found[row.user_id].append(
            Suggested(
                id=row.pk,
                concept_id=row.concept_id,
                concept=row.concept.name,
                by=row.suggested_by.name,
                words=row.words,
                made_at=row.made_at,
                followed=at is not None and at > row.made_at,
            )
        )
    return found


# --- parts -----------------------------------------------------------------------------------


def _days(
    course_id: UUID, user_ids: Collection[UUID], now: datetime
) -> dict[UUID, list[tuple[int, float, int]]]:
    """Per person the days with answers: day, level at its end, answers so far."""
    found: dict[UUID, list[tuple[int, float, int]]] = defaultdict(list)
    if not user_ids:
        return found
    since = as_date(day_of(now) - RHYTHM_DAYS).isoformat()
    keys = [current_id(), uuid_param(course_id), since, *map(uuid_param, user_ids)]
    for user, day, p, n in read_rows(_DAYS.format(", ".join(["%s"] * len(user_ids))), keys):
        on = date.fromisoformat(day) if isinstance(day, str) else day
        found[uuid_value(user)].append((as_day(on), p, n))
    return found


def _line(
    one: Person,
    known: Line,
    standing: Sequence[ConceptStanding],
    days: Sequence[tuple[int, float, int]],
    missing: tuple[str, ...],
    suggested: Sequence[Suggested],
    *,
    since: int,
    today: int,
) -> HelpLine:
    shaky = tuple(
        Shaky(each.concept_id, each.name, each.p, each.low, each.high, each.n)
        for each in standing
        if each.n and each.words == SHAKY
    )
    answered = [day for day, _p, _n in days]
    if known.last_day is not None:
        answered.append(as_day(known.last_day))
    facts = Facts(
        answers=known.answers,
        outlook=known.outlook,
        shaky=shaky,
        rhythm=needs.rhythm(answered, today),
        change=needs.change(days, since),
        missing=missing,
    )
    waiting = {each.concept_id for each in suggested if not each.followed}
    return HelpLine(
        id=one.id,
        name=one.name,
        email=one.email,
        answers=known.answers,
        answered=sum([1 for each in standing if each.n]),
        concepts=len(standing),
        last_day=known.last_day,
        is_early=known.outlook is None,
        outlook=known.outlook,
        reasons=needs.reasons(facts),
        practise=needs.to_practise([each for each in shaky if each.concept_id not in waiting]),
        suggested=tuple(suggested),
    )
