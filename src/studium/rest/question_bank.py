"""`/bank` and `/courses/{id}/bank`: the questions of one course or of all one's own, found by
filters, changed many at once, and in and out as files."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import File, Form, Query, Router, UploadedFile
from ninja.responses import Status
from pydantic import Field

from studium.assessment import queries
from studium.assessment.actions import curate
from studium.formats import question_exchange
from studium.formats.question_rows import MAX_BYTES
from studium.lib import clock
from studium.lib.errors import Invalid
from studium.rest.auth import Request
from studium.rest.course_files import bytes_of
from studium.rest.describe import says
from studium.rest.fields import Id, Moment, Search, Sent, Shown, Text
from studium.rest.paging import Items, Page
from studium.rest.quiz_shapes import Kind

router = Router(tags=["quizzes"])

Word = Annotated[Text, Field(min_length=1, max_length=120, examples=["loops"])]
Act = Literal["tag", "untag", "concept", "unlink", "move", "approve", "retire", "delete"]


class Wanted(Page):
    """Which questions of a bank are asked for; fields narrow each other."""

    text: Search = ""
    kind: Kind = ""
    tag: Search = ""
    concept_id: Id | None = None
    lesson_id: Id | None = None
    quiz_id: Id | None = None
    state: Literal["current", "approved", "draft", "retired", "all"] = "current"
    use: Literal["", "exam", "unused", "answered", "unanswered"] = ""
    level: Literal["", "easy", "middle", "hard", "unknown"] = ""
    order: Literal["reading", "newest", "hardest", "easiest", "answers"] = "reading"

    def filter(self) -> queries.BankFilter:
        """The same as the domain asks for it."""
        return queries.BankFilter(
            text=self.text,
            kinds=_some(self.kind),
            tags=_some(self.tag),
            concepts=_some(self.concept_id),
            lessons=_some(self.lesson_id),
            quizzes=_some(self.quiz_id),
            state=self.state,
            use=self.use,
            level=self.level,
            order=self.order,
        )


class BankRow(Shown):
    """A question in a bank. `level` is a word for `facility`, the share right of all answers; both
    are empty where too few people answered. `exams` counts the papers it stands on."""

    id: Id
    title: str
    kind: Kind
    points: int
    version: int
    status: Annotated[str, Field(examples=["approved"])]
    retired_at: Moment | None
    course_slug: str
    lesson_topic: str
    quiz_id: Id
    quiz_title: str
    tags: list[str]
    concepts: list[str]
    answers: int
    facility: Annotated[float | None, Field(examples=[0.75])]
    level: str
    exams: int


class BankChange(Sent):
    """What to do with questions: all of them or none. `words` are tags or concepts, `quiz_id` is
    where they move."""

    question_ids: Annotated[list[Id], Field(min_length=1, max_length=1000)]
    act: Annotated[Act, Field(examples=["tag"])]
    words: Annotated[list[Word], Field(max_length=50, examples=[["loops"]])] = []
    quiz_id: Annotated[Id | None, Field(examples=[None])] = None


class Changed(Shown):
    """How many questions were changed."""

    count: int


class VersionLine(Shown):
    """One version of a question: who answered it, and on which papers it stands."""

    id: Id
    version: int
    created_at: Moment
    retired_at: Moment | None
    answers: int
    facility: Annotated[float | None, Field(examples=[0.75])]
    exam_ids: list[Id]


class FileRow(Shown):
    """What becomes of a question of a file: `result` is ready, partly, left_out or refused."""

    number: int
    place: Annotated[str, Field(examples=["line 7, column 3"])]
    title: str
    kind: str
    result: Annotated[str, Field(examples=["refused"])]
    reason: str


class FileReport(Shown):
    """What importing a file would do; `whole` says that no row is refused."""

    format: Annotated[str, Field(examples=["gift"])]
    whole: bool
    counts: Annotated[dict[str, int], Field(examples=[{"ready": 2, "refused": 1}])]
    rows: list[FileRow]


class FileImported(Shown):
    """The questions that were made, and what became of each row."""

    quiz_id: Id
    question_ids: list[Id]
    report: FileReport


@router.get("/bank", response=Items[BankRow], openapi_extra=says("not_allowed"))
def list_own_bank(request: Request, page: Query[Wanted]) -> Items[BankRow]:
    """The questions of all courses that one owns."""
    return _page(request, page, None)


@router.get("/courses/{course_id}/bank", response=Items[BankRow], openapi_extra=says("not_allowed"))
def list_course_bank(request: Request, course_id: Id, page: Query[Wanted]) -> Items[BankRow]:
    """The questions of a course, drafts and retired ones on request, for its staff."""
    return _page(request, page, course_id)


@router.post(
    "/bank/change",
    response=Changed,
    openapi_extra=says(
        "not_allowed",
        "conflict",
        "question_retired",
        "last_question",
        "question_on_paper",
        "not_a_draft",
        "question_answered",
    ),
)
def change_bank(request: Request, sent: BankChange) -> Changed:
    """Tag, link, move, approve, retire or delete many questions at once: all of them or none."""
    given: dict[str, Any] = {
        "by": request.auth,
        "question_ids": sent.question_ids,
        "now": clock.now(),
    }
    if sent.act == "move":
        if sent.quiz_id is None:
            raise Invalid("Say where they move.", fields={"quiz_id": "Name a quiz."})
        return Changed(count=len(curate.move_questions(quiz_id=sent.quiz_id, **given)))
    if sent.act in ("tag", "untag"):
        return Changed(count=curate.tag_questions(**given, **_words(sent, "tag")))
    if sent.act in ("concept", "unlink"):
        return Changed(count=curate.link_concepts(**given, **_words(sent, "concept")))
    acts = {
        "approve": curate.approve_questions,
        "retire": curate.retire_questions,
        "delete": curate.delete_drafts,
    }
    return Changed(count=acts[sent.act](**given))


@router.get("/questions/{question_id}/versions", response=Items[VersionLine])
def list_versions(request: Request, question_id: Id, page: Query[Page]) -> Items[VersionLine]:
    """All versions of a question, newest first, and where each is used; for the staff."""
    story = queries.question_story(viewer=request.auth, question_id=question_id)
    rows, count = page.cut(story.versions)
    return Items[VersionLine](items=[_version(one) for one in rows], count=count)


@router.post(
    "/questions/{question_id}/restore",
    response=Changed,
    openapi_extra=says("not_allowed", "question_retired"),
)
def restore_question(request: Request, question_id: Id) -> Changed:
    """Take a retired question back into its quiz, at the end."""
    curate.restore_question(by=request.auth, question_id=question_id, now=clock.now())
    return Changed(count=1)


@router.get(
    "/courses/{course_id}/questions/export",
    response={200: Any},
    openapi_extra=says("not_allowed", media="text/plain"),
)
def export_questions(
    request: Request, course_id: Id, page: Query[Wanted], format: Literal["gift", "csv"] = "csv"
) -> HttpResponse:
    """The questions that the filters let through as a file, keys included. What GIFT cannot carry
    is named in its first lines."""
    found = queries.exported(viewer=request.auth, wanted=page.filter(), course_id=course_id)
    made = question_exchange.export(found, format=format)
    response = HttpResponse(made.data, content_type=question_exchange.MEDIA[format])
    response.headers["Content-Disposition"] = f'attachment; filename="questions.{format}"'
    return response


@router.post(
    "/quizzes/{quiz_id}/questions/import",
    response={200: FileReport, 201: FileImported},
    openapi_extra=says(
        "not_allowed",
        "conflict",
        "not_importable",
        "exams_running",
        "not_a_form",
        location="/quizzes/{quiz_id}/questions",
    ),
)
def import_questions(
    request: Request,
    quiz_id: Id,
    file: File[UploadedFile],
    format: Form[Literal["", "gift", "csv"]] = "",
    dry_run: Form[bool] = False,
    only_sound: Form[bool] = False,
) -> Status[Any]:
    """Add the questions of a GIFT or CSV file to a quiz: all or nothing, or only the sound ones.

    With `dry_run` nothing is stored and the answer (200) is the report of the check.
    """
    by = request.auth
    data = bytes_of(file, MAX_BYTES)
    name = format or question_exchange.format_of(file.name or "", data)
    report = question_exchange.check(by=by, quiz_id=quiz_id, data=data, format=name)
    if dry_run:
        return Status(200, _report(report))
    made = question_exchange.load(
        by=by, quiz_id=quiz_id, report=report, now=clock.now(), only_sound=only_sound
    )
    ids = [one.pk for one in made]
    return Status(201, FileImported(quiz_id=quiz_id, question_ids=ids, report=_report(report)))


# --- parts -----------------------------------------------------------------------------------


def _page(request: Request, page: Wanted, course_id: UUID | None) -> Items[BankRow]:
    found = queries.bank_page(
        viewer=request.auth,
        wanted=page.filter(),
        course_id=course_id,
        limit=page.limit,
        offset=page.offset,
    )
    rows = [BankRow.model_validate(one) for one in found.rows]
    return Items[BankRow](items=rows, count=found.count)


def _some(value: Any) -> tuple[Any, ...]:
    return (value,) if value else ()


def _words(sent: BankChange, adding: str) -> dict[str, Any]:
    if not sent.words:
        raise Invalid("Name what they get or lose.", fields={"words": "Name at least one."})
    return {"add" if sent.act == adding else "remove": sent.words}


def _version(one: queries.Version) -> VersionLine:
    its = one.question
    return VersionLine(
        id=its.pk,
        version=its.version,
        created_at=its.created_at,
        retired_at=its.retired_at,
        answers=one.answers,
        facility=one.facility,
        exam_ids=[exam.pk for exam in one.exams],
    )


def _report(report: question_exchange.QuestionReport) -> FileReport:
    return FileReport(
        format=report.format,
        whole=report.is_whole,
        counts=report.counts,
        rows=[FileRow.model_validate(row) for row in report.rows],
    )
