"""`/notes/{id}/…`: go through a note sentence by sentence; its history, its cards, its wishes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Query, Router
from pydantic import Field

from studium.lib import clock
from studium.notes import actions, cards, history, queries, rejections, review, rights, saved
from studium.rest.auth import Request
from studium.rest.describe import says
from studium.rest.fields import Flag, Id, Moment, Sent, Shown, Text
from studium.rest.jobs import JobStarted, job_shown
from studium.rest.note_shapes import Note, Source, note_shown
from studium.rest.paging import Items, Page

router = Router(tags=["notes"])
SentenceId = Annotated[str, Field(max_length=40, examples=["3f2a9c01b7de"])]
Name = Annotated[Text, Field(max_length=40, examples=["3f2a9c01b7de"])]
PathNumber = Annotated[int, Field(ge=1, le=1_000_000_000, examples=[1])]
Number = Annotated[int, Field(strict=True, ge=1, le=1_000_000_000, examples=[1])]


class NoteSentences(Sent):
    """NoteSentences of a note by their ids."""

    sentences: Annotated[list[Name], Field(min_length=1, max_length=200)]


class SentenceWords(Sent):
    """A sentence in a person's words; with `was`, nobody's newer words are overwritten."""

    text: Annotated[Text, Field(max_length=2000, examples=["Each value has one owner."])]
    was: Annotated[Text, Field(max_length=2000, examples=[None])] | None = None


class NotePart(Sent):
    """What to make again: one sentence by its id, or one section."""

    sentence: Annotated[Text, Field(max_length=40, examples=[""])] = ""
    kind: Annotated[
        Literal["summary", "key_point", "key_term", ""], Field(examples=["summary"])
    ] = ""
    heading: Annotated[Text, Field(max_length=500, examples=[""])] = ""
    replace_edited: Flag = False


class NoteChoice(Sent):
    """A choice: the person's words (`mine`) or the machine's newer ones (`theirs`)."""

    conflict: Name
    take: Literal["mine", "theirs"]


class NoteConflict(Shown):
    """A place where new notes and a person's words differ; until a choice the person's stand."""

    key: str
    why: Annotated[str, Field(examples=["both_changed"])]
    base: str
    mine: str
    theirs: str


class NoteVersion(Shown):
    """A version of a note. `by` is empty where nobody asked for it."""

    version: int
    cause: Annotated[str, Field(examples=["edited"])]
    by: str
    created_at: Moment
    engine: str
    engine_version: str
    sentences: int
    added: int
    removed: int


class NoteVersionLine(Shown):
    """A sentence of a version beside the note as it is: `mark` is "-" for gone, "+" for new."""

    mark: str
    kind: str
    term: str
    text: str


class NoteVersionShown(Shown):
    """A version and what became of its sentences."""

    line: NoteVersion
    against_now: list[NoteVersionLine]


class NoteRestore(Sent):
    """Which version to bring back."""

    version: Number


class Flashcard(Shown):
    """A flashcard: the term, and the sentence of the lesson that explains it."""

    place: int
    front: str
    back: str
    meaning: str
    sources: list[Source]
    is_stale: bool


class RejectionReason(Shown):
    """Why candidates were refused, in the last 30 days."""

    code: Annotated[str, Field(examples=["dangling"])]
    message: str
    count: int
    lessons: int
    newest: Moment


class NoteWishes(Shown):
    """What a course wishes for its notes."""

    make_on_save: bool


class NoteWishesSent(Sent):
    """What a course wishes for its notes."""

    make_on_save: Flag


@router.get(
    "/notes/{note_id}/conflicts", response=Items[NoteConflict], openapi_extra=says("not_allowed")
)
def list_note_conflicts(request: Request, note_id: Id, page: Query[Page]) -> Items[NoteConflict]:
    """Where new notes and a person's words differ."""
    items, count = page.cut(review.choices_of(note_id, request.auth))
    return Items[NoteConflict](
        items=[NoteConflict.model_validate(one) for one in items], count=count
    )


@router.post("/notes/{note_id}/choose", response=Note, openapi_extra=says("not_allowed"))
def choose_note_words(request: Request, note_id: Id, sent: NoteChoice) -> Note:
    """Decide one conflict."""
    actions.choose(
        by=request.auth, note_id=note_id, conflict=sent.conflict, take=sent.take, now=clock.now()
    )
    return _note(request, note_id)


@router.patch(
    "/notes/{note_id}/sentences/{sentence}",
    response=Note,
    openapi_extra=says("not_allowed", "note_changed", "conflict"),
)
def change_note_sentence(
    request: Request, note_id: Id, sentence: SentenceId, sent: SentenceWords
) -> Note:
    """Change the words of one sentence."""
    actions.change_sentence(
        by=request.auth,
        note_id=note_id,
        sentence=sentence,
        text=sent.text,
        was=sent.was,
        now=clock.now(),
    )
    return _note(request, note_id)


@router.post(
    "/notes/{note_id}/keep", response=Note, openapi_extra=says("not_allowed", "note_changed")
)
def keep_note_sentences(request: Request, note_id: Id, sent: NoteSentences) -> Note:
    """Say that sentences stay as they are, whatever is made again."""
    actions.keep_sentences(
        by=request.auth, note_id=note_id, sentences=sent.sentences, now=clock.now()
    )
    return _note(request, note_id)


@router.post(
    "/notes/{note_id}/remove", response=Note, openapi_extra=says("not_allowed", "note_changed")
)
def remove_note_sentences(request: Request, note_id: Id, sent: NoteSentences) -> Note:
    """NoteChoice sentences out; making notes again does not bring them back."""
    actions.remove_sentences(
        by=request.auth, note_id=note_id, sentences=sent.sentences, now=clock.now()
    )
    return _note(request, note_id)


@router.post(
    "/notes/{note_id}/regenerate",
    response={202: JobStarted},
    openapi_extra=says("not_allowed", "conflict", location="/jobs/{job[id]}"),
)
def regenerate_note_part(request: Request, note_id: Id, sent: NotePart) -> JobStarted:
    """Have one section made again, or another sentence put in the place of one."""
    job = actions.request_part(
        by=request.auth, note_id=note_id, now=clock.now(), **sent.model_dump()
    )
    return JobStarted(job=job_shown(job))


@router.post(
    "/notes/{note_id}/refresh",
    response={202: JobStarted},
    openapi_extra=says("not_allowed", "conflict", location="/jobs/{job[id]}"),
)
def refresh_note(request: Request, note_id: Id) -> JobStarted:
    """Have exactly the sentences made again that cite changed text."""
    job = actions.request_refresh(by=request.auth, note_id=note_id, now=clock.now())
    return JobStarted(job=job_shown(job))


@router.get(
    "/notes/{note_id}/versions", response=Items[NoteVersion], openapi_extra=says("not_allowed")
)
def list_note_versions(request: Request, note_id: Id, page: Query[Page]) -> Items[NoteVersion]:
    """Who changed a note and when, the newest first."""
    found = history.history_of(note_id, request.auth, limit=page.limit, offset=page.offset)
    return Items[NoteVersion](
        items=[NoteVersion.model_validate(one) for one in found.items], count=found.count
    )


@router.get(
    "/notes/{note_id}/versions/{version}",
    response=NoteVersionShown,
    openapi_extra=says("not_allowed"),
)
def read_note_version(request: Request, note_id: Id, version: PathNumber) -> NoteVersionShown:
    """An earlier state of a note beside the present one."""
    return NoteVersionShown.model_validate(history.version_of(note_id, version, request.auth))


@router.post("/notes/{note_id}/restore", response=Note, openapi_extra=says("not_allowed"))
def restore_note_version(request: Request, note_id: Id, sent: NoteRestore) -> Note:
    """Make an earlier version the newest one."""
    actions.restore_note(by=request.auth, note_id=note_id, version=sent.version, now=clock.now())
    return _note(request, note_id)


@router.get(
    "/lessons/{lesson_id}/cards", response=Items[Flashcard], openapi_extra=says("not_enrolled")
)
def list_lesson_cards(request: Request, lesson_id: Id, page: Query[Page]) -> Items[Flashcard]:
    """The key terms of a lesson as flashcards."""
    items, count = page.cut(cards.deck_for(lesson_id, request.auth).cards)
    return Items[Flashcard](items=[Flashcard.model_validate(one) for one in items], count=count)


@router.get(
    "/courses/{course_id}/notes/rejections",
    response=Items[RejectionReason],
    openapi_extra=says("not_allowed"),
)
def list_rejections(request: Request, course_id: Id, page: Query[Page]) -> Items[RejectionReason]:
    """What the checks refused in a course, counted by reason."""
    course = queries.course_of(course_id, request.auth)
    items, count = page.cut(rejections.reasons(course_id=course.pk))
    return Items[RejectionReason](
        items=[RejectionReason.model_validate(one) for one in items], count=count
    )


@router.get(
    "/courses/{course_id}/notes/wishes", response=NoteWishes, openapi_extra=says("not_allowed")
)
def read_note_wishes(request: Request, course_id: Id) -> NoteWishes:
    """What a course wishes for its notes."""
    course = queries.course_of(course_id, request.auth)
    rights.require_manage_notes(request.auth, course)
    return NoteWishes(make_on_save=saved.makes_on_save(course.pk))


@router.put(
    "/courses/{course_id}/notes/wishes", response=NoteWishes, openapi_extra=says("not_allowed")
)
def change_note_wishes(request: Request, course_id: Id, sent: NoteWishesSent) -> NoteWishes:
    """Say whether notes are made as soon as a lesson was saved."""
    actions.set_make_on_save(
        by=request.auth, course_id=course_id, wanted=sent.make_on_save, now=clock.now()
    )
    return NoteWishes(make_on_save=saved.makes_on_save(course_id))


def _note(request: Request, note_id: Any) -> Note:
    return note_shown(queries.note_for(note_id, request.auth))
