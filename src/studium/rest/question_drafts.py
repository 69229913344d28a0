"""Machine-made questions: ask for drafts, review them one by one, read what the trial said."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from studium.assessment import queries
from studium.assessment.actions import drafts
from studium.assessment.drafting import edit_of
from studium.assessment.making import Wish
from studium.lib import clock
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Flag, Id, Moment, QuestionText, Sent, Shown, Text
from studium.rest.jobs import JobStarted, job_shown
from studium.rest.note_shapes import Source
from studium.rest.paging import Items, Page
from studium.rest.questions import draft_changes
from studium.rest.quiz_shapes import Kind, OptionSent, Points

router = Router(tags=["quizzes"])

Number = Annotated[int, Field(strict=True, ge=1, le=60, examples=[20])]


class DraftWish(Sent):
    """What to make of each lesson: at most so many items, of some kinds (all when empty), and how
    hard they should be (`easy`, `middle`, `hard` or nothing)."""

    count: Number = 20
    kinds: Annotated[list[Kind], Field(max_length=10, examples=[["single_choice"]])] = []
    difficulty: Annotated[Text, Field(max_length=10, examples=["middle"])] = ""

    def wish(self) -> Wish:
        """The same as the domain asks for it."""
        return Wish(self.count, tuple(self.kinds), self.difficulty)


class CourseWish(DraftWish):
    """The same for a course, or for some of its lessons."""

    lesson_ids: Annotated[list[Id], Field(max_length=1000)] = []


class LessonCount(Sent):
    """How many questions of a lesson are wanted."""

    lesson_id: Id
    count: Number


class Blueprint(Sent):
    """What an exam asks for: so many questions of each lesson."""

    lessons: Annotated[list[LessonCount], Field(min_length=1, max_length=1000)]
    kinds: Annotated[list[Kind], Field(max_length=10, examples=[[]])] = []
    difficulty: Annotated[Text, Field(max_length=10, examples=[""])] = ""


class DraftWanted(Page):
    """Which drafts are asked for; fields narrow each other."""

    state: Literal["waiting", "stale", "approved", "rejected", "all"] = "waiting"
    lesson_id: Id | None = None
    exam_id: Id | None = None
    kind: Kind = ""
    flagged: Literal["", "yes", "no"] = ""


class DraftRow(Shown):
    """A draft in a list. `flags` names the solvers of the trial that guess it."""

    id: Id
    title: str
    kind: Kind
    form: Annotated[str, Field(examples=["cloze"])]
    status: Annotated[str, Field(examples=["draft"])]
    lesson_id: Id
    lesson_topic: str
    exam_id: Id | None
    flags: Annotated[list[str], Field(examples=[["longest"]])]
    is_edited: bool
    reviewed_by: str
    reviewed_at: Moment | None
    reject_reason: str
    question_id: Id | None
    made_at: Moment


class DraftWords(Shown):
    """The question a draft becomes, in Markdown; the key is marked at the options or `answer`."""

    kind: Kind
    question_text: str
    answer: Annotated[Any, Field(examples=[None])]
    options: Annotated[
        list[dict[str, Any]] | None, Field(examples=[[{"text": "One", "right": True}]])
    ]
    spec: Annotated[dict[str, Any], Field(examples=[{}])]
    points: Points
    explanation: str


class Draft(Shown):
    """A machine-made draft with the passages of its lesson that prove the key."""

    draft: DraftRow
    question: DraftWords
    sources: list[Source]
    is_stale: bool
    engine: Annotated[str, Field(examples=["extractive"])]
    engine_version: str
    difficulty: Annotated[float | None, Field(examples=[0.6])]
    run_id: Id


class DraftChange(Sent):
    """Fields of the question to write anew; what is left out stays as it was made."""

    kind: Kind | None = None
    question_text: QuestionText | None = None
    options: Annotated[
        list[OptionSent] | None,
        Field(max_length=100, examples=[[{"text": "One", "right": True}, {"text": "Two"}]]),
    ] = None
    answer: Annotated[Any, Field(examples=[None])] = None
    spec: Annotated[dict[str, Any] | None, Field(max_length=50, examples=[{}])] = None
    points: Points | None = None
    explanation: Annotated[Text, Field(max_length=50_000, examples=["One."])] | None = None


class Reject(Sent):
    """Why a draft is turned down."""

    reason: Literal["wrong_key", "two_keys", "unclear", "giveaway", "trivial", "other"]
    words: Annotated[Text, Field(max_length=400, examples=[""])] = ""


class Run(Shown):
    """One making of drafts: what was kept, what the checks dropped by reason, what is flagged."""

    id: Id
    lesson_id: Id
    engine: Annotated[str, Field(examples=["extractive"])]
    engine_version: str
    kept: int
    flagged: int
    rejected: Annotated[dict[str, int], Field(examples=[{"duplicate": 2}])]
    reason: str
    made_at: Moment


class TrialLine(Shown):
    """A draft of a run: the trial's flags beside the real answers to its question, if any."""

    draft: DraftRow
    expected: Annotated[float | None, Field(examples=[0.6])]
    answers: int
    facility: Annotated[float | None, Field(examples=[0.75])]
    discrimination: Annotated[float | None, Field(examples=[0.31])]


class Trial(Shown):
    """The trial of a run. `report` is kept as it was made before anybody saw the items."""

    run: Run
    report: Annotated[dict[str, Any], Field(examples=[{}])]
    lines: list[TrialLine]


class StaleQuestion(Shown):
    """A question of the bank whose proof is not in its lesson any more."""

    id: Id
    quiz_id: Id
    question_text: str
    is_machine_made: Flag


@router.post(
    "/lessons/{lesson_id}/questions/generate",
    response={202: JobStarted},
    openapi_extra=says("not_allowed", location="/jobs/{job[id]}"),
)
def generate_questions(
    request: Request, lesson_id: Id, sent: DraftWish | None = None
) -> JobStarted:
    """Have drafts of questions made from a lesson. The same text and wish are worked on once."""
    job = drafts.request_drafts(
        by=request.auth, lesson_id=lesson_id, wish=_wish(sent), now=clock.now()
    )
    return JobStarted(job=job_shown(job))


@router.post(
    "/courses/{course_id}/questions/generate",
    response={202: JobStarted},
    openapi_extra=says("not_allowed", "conflict", location="/jobs/{job[id]}"),
)
def generate_course_questions(
    request: Request, course_id: Id, sent: CourseWish | None = None
) -> JobStarted:
    """Have drafts made from all lessons of a course, or from some."""
    job = drafts.request_course_drafts(
        by=request.auth,
        course_id=course_id,
        lesson_ids=sent.lesson_ids if sent else (),
        wish=_wish(sent),
        now=clock.now(),
    )
    return JobStarted(job=job_shown(job))


@router.post(
    "/exams/{exam_id}/questions/generate",
    response={202: JobStarted},
    openapi_extra=says("not_allowed", "paper_is_frozen", location="/jobs/{job[id]}"),
)
def generate_exam_questions(request: Request, exam_id: Id, sent: Blueprint) -> JobStarted:
    """Have drafts made for an exam. Each one that is approved goes onto its paper."""
    job = drafts.request_exam_drafts(
        by=request.auth,
        exam_id=exam_id,
        counts={one.lesson_id: one.count for one in sent.lessons},
        wish=Wish(kinds=tuple(sent.kinds), difficulty=sent.difficulty),
        now=clock.now(),
    )
    return JobStarted(job=job_shown(job))


@router.get(
    "/courses/{course_id}/question-drafts",
    response=Items[DraftRow],
    openapi_extra=says("not_allowed"),
)
def list_drafts(request: Request, course_id: Id, page: Query[DraftWanted]) -> Items[DraftRow]:
    """The machine-made drafts of a course in reading order, for its authors."""
    wanted = queries.DraftFilter(page.state, page.lesson_id, page.exam_id, page.kind, page.flagged)
    rows, count = queries.drafts_of(
        viewer=request.auth,
        course_id=course_id,
        wanted=wanted,
        limit=page.limit,
        offset=page.offset,
    )
    return Items[DraftRow](items=[DraftRow.model_validate(one) for one in rows], count=count)


@router.get("/question-drafts/{draft_id}", response=Draft, openapi_extra=says("not_allowed"))
def read_draft(request: Request, draft_id: Id) -> Draft:
    """One draft with its proof, for the authors of its course."""
    return _shown(request, draft_id)


@router.patch(
    "/question-drafts/{draft_id}",
    response=Draft,
    openapi_extra=says("not_allowed", "draft_decided"),
)
def change_draft(request: Request, draft_id: Id, sent: DraftChange) -> Draft:
    """Change a draft that waits; it still waits afterwards."""
    drafts.edit_draft(
        by=request.auth, draft_id=draft_id, changes=draft_changes(sent), now=clock.now()
    )
    return _shown(request, draft_id)


@router.post(
    "/question-drafts/{draft_id}/approve",
    response=Draft,
    openapi_extra=says("not_allowed", "draft_decided", "draft_stale", "paper_is_frozen"),
)
def approve_draft(request: Request, draft_id: Id, sent: DraftChange | None = None) -> Draft:
    """Answer for a draft, changed or as it is: it becomes a question of the bank."""
    changes = draft_changes(sent) if sent else None
    drafts.approve_draft(by=request.auth, draft_id=draft_id, changes=changes, now=clock.now())
    return _shown(request, draft_id)


@router.post(
    "/question-drafts/{draft_id}/reject",
    response=Draft,
    openapi_extra=says("not_allowed", "draft_decided"),
)
def reject_draft(request: Request, draft_id: Id, sent: Reject) -> Draft:
    """Turn a draft down; the same item is not proposed again."""
    drafts.reject_draft(
        by=request.auth, draft_id=draft_id, reason=sent.reason, words=sent.words, now=clock.now()
    )
    return _shown(request, draft_id)


@router.post(
    "/question-drafts/{draft_id}/undo",
    response=Draft,
    openapi_extra=says("not_allowed", "question_answered", "paper_is_frozen"),
)
def undo_draft(request: Request, draft_id: Id) -> Draft:
    """Take a decision back: the draft waits again, and its unused question is gone."""
    drafts.undo_review(by=request.auth, draft_id=draft_id, now=clock.now())
    return _shown(request, draft_id)


@router.get(
    "/courses/{course_id}/draft-runs", response=Items[Run], openapi_extra=says("not_allowed")
)
def list_draft_runs(request: Request, course_id: Id, page: Query[Page]) -> Items[Run]:
    """The makings of drafts in a course, newest first."""
    rows, count = page.cut(queries.runs_of(viewer=request.auth, course_id=course_id))
    return Items[Run](items=[Run.model_validate(one) for one in rows], count=count)


@router.get("/draft-runs/{run_id}", response=Trial, openapi_extra=says("not_allowed"))
def read_trial(request: Request, run_id: Id) -> Trial:
    """What the trial of a run said, beside what students answered since."""
    trial = queries.trial_view(viewer=request.auth, run_id=run_id)
    return Trial(
        run=Run.model_validate(trial.run),
        report=trial.run.report,
        lines=[TrialLine.model_validate(one) for one in trial.lines],
    )


@router.get(
    "/courses/{course_id}/questions/stale",
    response=Items[StaleQuestion],
    openapi_extra=says("not_allowed"),
)
def list_stale_questions(
    request: Request, course_id: Id, page: Query[Page]
) -> Items[StaleQuestion]:
    """Machine-made questions in use whose cited text was edited away."""
    rows, count = page.cut(queries.stale_questions(viewer=request.auth, course_id=course_id))
    items = [
        StaleQuestion(
            id=one.pk, quiz_id=one.quiz_id, question_text=one.question_text, is_machine_made=True
        )
        for one in rows
    ]
    return Items[StaleQuestion](items=items, count=count)


# --- parts -----------------------------------------------------------------------------------


def _wish(sent: DraftWish | None) -> Wish:
    return sent.wish() if sent else Wish()


def _shown(request: Request, draft_id: UUID) -> Draft:
    view = queries.draft_view(viewer=request.auth, draft_id=draft_id)
    return Draft(
        draft=DraftRow.model_validate(view.line),
        question=DraftWords.model_validate(edit_of(view.written)),
        sources=[Source.model_validate(one) for one in view.sources],
        is_stale=view.is_stale,
        engine=view.engine,
        engine_version=view.engine_version,
        difficulty=view.difficulty,
        run_id=view.run_id,
    )
