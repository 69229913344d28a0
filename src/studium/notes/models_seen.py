"""Model servers, their cost and the prompts as people see them. No key is among it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Sum

from studium.ai.prompts import EDITABLE, PLACES, VERSIONS, Prompt, filled, prompt, worded
from studium.content import rights as course_rights
from studium.content.models import Course, Lesson, LessonStatus
from studium.identity import rights
from studium.lib import clock
from studium.lib.errors import NotFound
from studium.lib.jobs import latest_job, live_job, live_jobs
from studium.lib.models import Job
from studium.notes.calls import breaker_of, limits_by_scope, spent
from studium.notes.models import CoursePrompt, LlmCall, ModelConnection
from studium.notes.rules.spending import FIND_JOB, TEST_JOB

if TYPE_CHECKING:
    from studium.identity.models import User


@dataclass(frozen=True, slots=True)
class ModelView:
    """A connection as administrators see it; `has_key` is all that is told of its key."""

    id: UUID
    name: str
    dialect: str
    address: str
    model: str
    has_key: bool
    price_in: Decimal
    price_out: Decimal
    is_chosen: bool
    tested_at: datetime | None
    modes: tuple[str, ...]
    streams: bool
    context_tokens: int
    remarks: tuple[str, ...]
    breaker: str
    open_until: datetime | None
    job: Job | None = None

    @property
    def usable(self) -> bool:
        """Whether its test was passed."""
        return self.tested_at is not None and bool(self.modes) and self.context_tokens > 0


@dataclass(frozen=True, slots=True)
class BudgetView:
    """What one scope may use in a day; `tokens` and `calls` are today's use, None for a scope that
    has no single one (each person, each course).
    """

    scope: str
    most_tokens: int | None
    most_calls: int | None
    tokens: int | None
    calls: int | None


@dataclass(frozen=True, slots=True)
class CostView:
    """What some days cost."""

    calls: int
    failed: int
    tokens_in: int
    tokens_out: int
    cost: Decimal


@dataclass(frozen=True, slots=True)
class PromptView:
    """A prompt as staff see it: what is asked, whose words they are, and which places it has."""

    name: str
    version: str
    text: str
    usual_text: str
    editable: bool
    is_own: bool
    data: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def data_places(self) -> str:
        """The places it must have, as they are written."""
        return ", ".join(f"{{{{{one}}}}}" for one in self.data)

    @property
    def word_places(self) -> str:
        """The places it may have."""
        return ", ".join(f"{{{{{one}}}}}" for one in self.words)


def models_for(viewer: User | None) -> list[ModelView]:
    """Every connection, the one in use first; for administrators."""
    _require_admin(viewer)
    rows = list(ModelConnection.objects.order_by("-is_chosen", "created_at", "pk"))
    jobs = live_jobs(targets=[str(one.pk) for one in rows], kinds=[TEST_JOB])
    return [_view(one, jobs.get(str(one.pk))) for one in rows]


def model_for(viewer: User | None, connection_id: UUID) -> ModelView:
    """One connection; `NotFound` when there is none."""
    _require_admin(viewer)
    one = ModelConnection.objects.filter(pk=connection_id).first()
    if one is None:
        raise NotFound
    return _view(one, live_job(TEST_JOB, one.pk))


def _view(one: ModelConnection, job: Job | None) -> ModelView:
    state = breaker_of(one).state(clock.now())
    return ModelView(
        id=one.pk,
        name=one.name,
        dialect=one.dialect,
        address=one.address,
        model=one.model,
        has_key=bool(one.key_sealed),
        price_in=one.price_in,
        price_out=one.price_out,
        is_chosen=one.is_chosen,
        tested_at=one.tested_at,
        modes=tuple(one.modes),
        streams=one.streams,
        context_tokens=one.context_tokens,
        remarks=tuple(one.remarks),
        breaker=state,
        open_until=one.open_until if state != "closed" else None,
        job=job,
    )


def budgets_for(viewer: User | None) -> list[BudgetView]:
    """The budgets, with what the site has used today."""
    _require_admin(viewer)
    (site,) = spent(user_id=None, course_id=None, now=clock.now())
    return [
        BudgetView(
            scope,
            *limits,
            tokens=site.tokens if scope == "site" else None,
            calls=site.calls if scope == "site" else None,
        )
        for scope, limits in limits_by_scope().items()
    ]


def cost_for(viewer: User | None, *, days: int = 30) -> CostView:
    """What the last days cost, all connections together."""
    _require_admin(viewer)
    rows = LlmCall.objects.filter(at__gte=clock.now() - timedelta(days=days))
    found = rows.aggregate(
        calls=Count("pk"), tokens_in=Sum("tokens_in"), tokens_out=Sum("tokens_out"),
        cost=Sum("cost"),
    )  # fmt: skip
    failed = rows.exclude(outcome__in=("ok", "running", "cancelled")).count()
    return CostView(
        calls=found["calls"],
        failed=failed,
        tokens_in=found["tokens_in"] or 0,
        tokens_out=found["tokens_out"] or 0,
        cost=found["cost"] or Decimal(0),
    )


def calls_for(
    viewer: User | None, *, limit: int, offset: int
) -> tuple[Sequence[dict[str, Any]], int]:
    """The calls, the newest first, without what was answered; and how many there are."""
    _require_admin(viewer)
    columns = (
        "id", "at", "engine", "model", "prompt_version", "outcome", "tokens_in", "tokens_out",
        "cost", "duration_ms", "course_id", "user_id",
    )  # fmt: skip
    rows = LlmCall.objects.order_by("-at", "-pk").values(*columns)
    return list(rows[offset : offset + limit]), LlmCall.objects.count()


def servers_found(viewer: User | None) -> Job | None:
    """The last search for servers of this machine; its result holds what was `found`."""
    _require_admin(viewer)
    return latest_job(FIND_JOB, "loopback")


def private_allowed() -> bool:
    """Whether servers of this machine and its network may be used."""
    return bool(settings.MODEL_PRIVATE_ADDRESSES)


def prompts_for(viewer: User, course: Course) -> list[PromptView]:
    """Every prompt a course's lessons are asked with, for its staff."""
    course_rights.require_course_staff(viewer, course)
    own = {one.name: one.text for one in CoursePrompt.objects.filter(course_id=course.pk)}
    return [_prompt_view(name, own.get(name)) for name in VERSIONS]


def prompt_for(viewer: User, course: Course, name: str) -> PromptView:
    """One of them; `NotFound` for a name that is none."""
    found = {one.name: one for one in prompts_for(viewer, course)}
    if name not in found:
        raise NotFound
    return found[name]


def _prompt_view(name: str, text: str | None) -> PromptView:
    usual = prompt(name)
    data, words = PLACES.get(name, ((), ()))
    shown = usual if text is None else Prompt(name, f"{usual.version}+", text)
    return PromptView(
        name=name,
        version=shown.version,
        text=shown.text,
        usual_text=usual.text,
        editable=name in EDITABLE,
        is_own=text is not None,
        data=data,
        words=words,
    )


def preview(viewer: User, course: Course, name: str, text: str) -> str:
    """The prompt as a model would get it for the first lesson of the course; nothing is sent.

    Raises `Invalid` where the words cannot work.
    """
    prompt_for(viewer, course, name)
    one = worded(name, text)
    lessons = Lesson.objects.filter(course=course).exclude(status=LessonStatus.ARCHIVED)
    lesson = lessons.order_by("order_index").values("topic", "content").first()
    topic, content = (lesson["topic"], lesson["content"]) if lesson else ("Topic", "Text.")
    short = content if len(content) <= _PREVIEWED else content[:_PREVIEWED] + " …"
    data = {"topic": topic, "lesson": short, "passage": short, "passages": short,
            "question": "What is this lesson about?"}  # fmt: skip
    words = {"language": course.language, "count": "2", "kinds": "single_choice, true_false",
             "difficulty": "", "manner": "Explain it."}  # fmt: skip
    return filled(one, data=data, words=words)


_PREVIEWED = 1_500  # characters of a lesson in a preview


def _require_admin(viewer: User | None) -> None:
    if viewer is not None:
        rights.require_manage_site(viewer)
