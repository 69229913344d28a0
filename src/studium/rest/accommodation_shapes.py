"""Accommodations and effective terms as the API takes and shows them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from studium.assessment import queries
from studium.assessment.actions.accommodate import ListLine
from studium.rest.fields import Email, Id, Moment, Name, Sent, SentMoment, Shown, Text

_NULL = Field(examples=[None])
Factor = Annotated[Decimal, Field(ge=1, le=10, max_digits=4, decimal_places=2, examples=[1.25])]
Extra = Annotated[int, Field(strict=True, ge=0, le=1440, examples=[10])]
ExtraAttempts = Annotated[int, Field(strict=True, ge=0, le=100, examples=[0])]
Reason = Annotated[Text, Field(max_length=2000, examples=["As agreed with the office."])]


class AccommodationProfile(Sent):
    """What a student gets beside everybody's terms: the duration is multiplied by `factor`, then
    the minutes are added. `reason` is for the staff of the course only."""

    user_id: Id
    factor: Factor = Decimal(1)
    extra_minutes: Extra = 0
    break_minutes: Extra = 0
    opens_at: Annotated[SentMoment | None, _NULL] = None
    closes_at: Annotated[SentMoment | None, _NULL] = None
    extra_attempts: ExtraAttempts = 0
    reason: Reason = ""


class Accommodation(Shown):
    """A profile in force; `exam_id` null is for all exams of the course."""

    id: Id
    user_id: Id
    user_name: Name
    user_email: Email
    exam_id: Annotated[Id | None, _NULL]
    exam_title: str
    factor: Annotated[float, Field(examples=[1.25])]
    extra_minutes: int
    break_minutes: int
    opens_at: Annotated[Moment | None, _NULL]
    closes_at: Annotated[Moment | None, _NULL]
    extra_attempts: int
    reason: str
    created_by: Name
    created_at: Moment
    revoked_at: Annotated[Moment | None, _NULL]


class Terms(Shown):
    """One's own terms at an exam: the window in which to begin, how long, how often, and why.

    `ends_at` is the latest end that an attempt can have.
    """

    opens_at: Moment | None
    closes_at: Moment | None
    minutes: int
    extra_minutes: int
    attempts: int
    due_at: Annotated[Moment | None, _NULL]
    ends_at: Moment | None
    why: Annotated[list[str], Field(examples=[["60 minutes × 1.25 = 75 minutes."]])]


class StudentTerms(Shown):
    """A student and their terms at an exam; `deadline_at` is that of the attempt that runs."""

    user_id: Id
    name: Name
    email: Email
    is_own: bool
    attempts: int
    running_id: Annotated[Id | None, _NULL]
    deadline_at: Annotated[Moment | None, _NULL]
    terms: Terms


class AccommodationList(Sent):
    """A list as CSV with a head line: email, exam, factor, extra_minutes, break_minutes, opens_at,
    closes_at, extra_attempts, reason. With `check` nothing is stored."""

    csv: Annotated[
        Text, Field(max_length=1_000_000, examples=["email,factor\nada@example.org,1.25\n"])
    ]
    check: Annotated[bool, Field(strict=True)] = True


class ListedLine(Shown):
    """What a line of the list does."""

    line: int
    email: str
    outcome: Literal["new", "changed", "same", "problem"]
    user_name: str
    exam_title: str
    message: str


class ExamConflict(Shown):
    """Something that stands against the exam as it is set; `blocks`: mend it before publishing."""

    code: Annotated[str, Field(examples=["time_is_eaten"])]
    message: str
    blocks: bool
    rules: list[str]
    students: Annotated[list[str], Field(examples=[[]])]


def values_of(sent: AccommodationProfile) -> dict[str, Any]:
    """The profile as the action takes it."""
    return {name: value for name, value in sent if name != "user_id"}


def terms_shown(terms: Any) -> Terms:
    """Effective terms."""
    shown = {name: getattr(terms, name) for name in Terms.model_fields if name != "ends_at"}
    return Terms.model_validate(shown | {"ends_at": terms.last_end_at, "why": list(terms.why)})


def student_shown(line: queries.TermsLine) -> StudentTerms:
    """A line of the table that proves everybody's terms."""
    return StudentTerms(
        user_id=line.user_id,
        name=line.user_name,
        email=line.user_email,
        is_own=line.is_own,
        attempts=line.attempts,
        running_id=line.running_id,
        deadline_at=line.deadline_at,
        terms=terms_shown(line.terms),
    )


def listed_shown(line: ListLine) -> ListedLine:
    """A line of a list and what it does."""
    return ListedLine(
        line=line.row.line,
        email=line.row.email,
        outcome=line.outcome,  # type: ignore[arg-type]  # pydantic holds it to the four words
        user_name=line.user_name,
        exam_title=line.exam_title,
        message=line.message,
    )
