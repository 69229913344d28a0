"""What waits for a marker, answer by answer, and what a student may read of what markers said.

An exam's answers that need a person are listed with their marks in a fixed number of queries; how
far each is is worked out here, so that page, progress and the way to the next one agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q

from studium.assessment import appealing, marking, release, rights, rules
from studium.assessment.asked import Asked, asked, content_of, headline, variant_seed
from studium.assessment.kinds import NEED_PERSON, Response, kind
from studium.assessment.kinds.rubric import rubric_of, rubric_share
from studium.assessment.marking import Standing
from studium.assessment.models import (
    Appeal,
    AttemptAnswer,
    AttemptStatus,
    Exam,
    ExamAttempt,
    ExamMarking,
    ExamQuestion,
    Mark,
    MarkRound,
)
from studium.assessment.queries.appeals import OF_ATTEMPT
from studium.assessment.queries.running import running_exam
from studium.lib import prepared
from studium.lib.errors import NotFound
from studium.lib.prepared import Prepared

if TYPE_CHECKING:
    from studium.identity.models import User

_HANDED_IN = (AttemptStatus.SUBMITTED, AttemptStatus.GRADED)


@dataclass(frozen=True, slots=True)
class Task:
    """One answer that a person marks. `who` is a name, or a pseudonym where marking is blind."""

    attempt_id: UUID
    question_id: UUID
    who: str
    attempt_no: int
    number: int
    state: Standing
    is_graded: bool
    is_mine: bool

    @property
    def is_done(self) -> bool:
        """Whether no mark is wanted any more."""
        return not self.state.wants


@dataclass(frozen=True, slots=True)
class QuestionTasks:
    """A question on the paper and how many of its answers are marked."""

    question_id: UUID
    number: int
    title: str
    points: int
    done: int
    of: int
    next: Task | None


@dataclass(frozen=True, slots=True)
class PaperTasks:
    """An attempt and how many of its answers are marked."""

    attempt_id: UUID
    who: str
    attempt_no: int
    is_graded: bool
    done: int
    of: int
    next: Task


@dataclass(frozen=True, slots=True)
class MarkingView:
    """Everything people mark in an exam. `next` is the first task the viewer can do."""

    exam: Exam
    settings: ExamMarking
    questions: tuple[QuestionTasks, ...]
    papers: tuple[PaperTasks, ...]
    done: int
    of: int
    next: Task | None


@dataclass(frozen=True, slots=True)
class Desk:
    """One answer on a marker's desk, with what stands around it.

    `hidden` says that a first mark exists and is not shown, since this is to be a second look.
    """

    exam: Exam
    task: Task
    asked: Asked
    response: Response
    right: Response
    points: int
    awarded: Decimal | None
    rubric: Sequence[Mapping[str, Any]]
    marks: tuple[Mark, ...]
    hidden: bool
    by_person: bool
    place: int
    of: int
    done: int
    settings: ExamMarking
    previous: Task | None
    next: Task | None

    def points_of(self, mark: Mark) -> Decimal | None:
        """The points that the levels of a mark make; None without levels."""
        if not mark.levels:
            return None
        share = rubric_share(content_of(mark.question), mark.levels)
        return rules.points_for(share, Decimal(self.points))


@dataclass(frozen=True, slots=True)
class Said:
    """What a marker told the student: chosen levels in words, with their points, and a comment."""

    comment: str
    levels: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """What people said about an attempt's answers, for its result page.

    `done` of `of` answers that need a person are marked; `said` and `appeals` are by question.
    """

    done: int
    of: int
    said: Mapping[UUID, Said]
    appeals: Mapping[UUID, Appeal]
    may_ask: bool


def marking_view(*, viewer: User, exam_id: UUID) -> MarkingView:
    """How far the marking of an exam is, for the staff of its course."""
    exam = _exam(viewer, exam_id)
    settings = marking.settings_of(exam.pk)
    paper = _paper(exam)
    tasks = _tasks(exam, settings, paper, viewer)
    return MarkingView(
        exam=exam,
        settings=settings,
        questions=tuple(_question_tasks(place, tasks, viewer) for place in paper),
        papers=tuple(_paper_tasks(tasks, viewer)),
        done=sum(one.is_done for one in tasks),
        of=len(tasks),
        next=_next(_by_question(tasks), None, viewer),
    )


def tasks_of(*, viewer: User, exam_id: UUID) -> list[Task]:
    """The answers of an exam that people mark, by question, for the staff of its course."""
    exam = _exam(viewer, exam_id)
    return _by_question(_tasks(exam, marking.settings_of(exam.pk), _paper(exam), viewer))


def desk(*, viewer: User, attempt_id: UUID, question_id: UUID, by: str = "question") -> Desk:
    """One answer to be marked. `by`: what comes next is another answer to the same `question`, or
    of the same `student`. Answers that a machine marked can be looked at too."""
    attempt = ExamAttempt.objects.select_related("exam__course", "user").filter(pk=attempt_id)
    row = attempt.first()
    if row is None or row.status not in _HANDED_IN or row.user_id == viewer.pk:
        raise NotFound
    exam = _exam(viewer, row.exam_id)
    settings = marking.settings_of(exam.pk)
    paper = {place.question_id: place for place in _whole_paper(exam)}
    answer = AttemptAnswer.objects.filter(attempt=row, question_id=question_id).first()
    if answer is None or answer.response is None or question_id not in paper:
        raise NotFound
    place = paper[question_id]
    tasks = _tasks(exam, settings, _persons(paper.values()), viewer)
    line = _by_question(tasks) if by == "question" else _by_student(tasks)
    here = next((one for one in line if _is(one, attempt_id, question_id)), None)
    task = here or _machine_task(row, place, settings)
    group = [one for one in line if _same(one, task, by)]
    seed = variant_seed(row)
    content = content_of(place.question, seed=seed)
    hidden = task.state.wants == MarkRound.SECOND and not _has_marked(task, viewer)
    marks = Mark.objects.filter(attempt=row, question_id=question_id).select_related(
        "marker", "question"
    )
    return Desk(
        exam=exam,
        task=task,
        asked=asked(place.question, points=place.points, seed=seed),
        response=answer.response,
        right=kind(place.question.kind).right_answer(content),
        points=place.points,
        awarded=answer.points_awarded,
        rubric=rubric_of(content),
        marks=() if hidden else tuple(marks.order_by("created_at", "pk")),
        hidden=hidden,
        by_person=here is not None,
        place=group.index(task) + 1 if task in group else 0,
        of=len(group),
        done=sum(one.is_done for one in group),
        settings=settings,
        previous=_before(line, here),
        next=_next(line, here, viewer),
    )


_MARKS = Prepared(
    lambda attempt: (
        Mark.objects.filter(attempt_id=attempt)
        .select_related("question")
        .order_by("created_at", "pk")
    ),
    "attempt",
)
_SETTINGS = Prepared(lambda attempt: ExamMarking.objects.filter(exam__attempts=attempt), "attempt")


def waiting_in(attempt: ExamAttempt) -> tuple[int, int]:
    """How many of an attempt's answers that need a person are marked, and how many there are."""
    rows = AttemptAnswer.objects.filter(attempt=attempt, question__kind__in=NEED_PERSON)
    found = rows.exclude(response=None).aggregate(
        done=Count("pk", filter=Q(points_awarded__isnull=False)), of=Count("pk")
    )
    return found["done"], found["of"]


def talk_asked(attempt_id: UUID) -> tuple[prepared.Asked[Any], ...]:
    """The statements of `talk_about`, to be asked together with others."""
    return tuple(one.asked(attempt=attempt_id) for one in (_MARKS, OF_ATTEMPT, _SETTINGS))


def talk_about(
    attempt: ExamAttempt,
    found: Sequence[list[Any]],
    *,
    as_staff: bool,
    may_read: bool,
    now: datetime,
) -> Talk:
    """What people said about an attempt that the viewer may look at.

    `found` is what `talk_asked` gave, `may_read` whether its correctness is shown to them, see
    `results.result_view`.
    """
    marks, appeals, settings = found
    # Once it is graded no answer waits for a person.
    done, of = waiting_in(attempt) if attempt.status == AttemptStatus.SUBMITTED else (0, 0)
    return Talk(
        done=done,
        of=of,
        said=_said(marks) if may_read else {},
        appeals={row.question_id: row for row in appeals},
        may_ask=not as_staff
        and may_read
        and not appealing.closed_because(
            attempt, now, settings=next(iter(settings), ExamMarking(exam_id=attempt.exam_id))
        ),
    )


def said_in(*, viewer: User, attempt_id: UUID, now: datetime) -> dict[UUID, Said]:
    """Question -> what its marker said, for those who may know how the attempt was marked."""
    attempt, as_staff = rights.exam_attempt_for_reader(viewer, attempt_id)
    may_read = _may_read(viewer, attempt, now, as_staff=as_staff)
    return _said(_MARKS.all(attempt=attempt.pk)) if may_read else {}


def marks_given(*, viewer: User, attempt_id: UUID) -> list[Mark]:
    """Every mark of an attempt in the order they were given, for the staff."""
    attempt, as_staff = rights.exam_attempt_for_reader(viewer, attempt_id)
    if not as_staff:
        rights.require_results(viewer, attempt.exam.course_id)
    return list(Mark.objects.filter(attempt=attempt).order_by("created_at", "pk"))


# --- parts -----------------------------------------------------------------------------------


def _exam(viewer: User, exam_id: UUID) -> Exam:
    exam, _role = rights.exam_for_reader(viewer, exam_id)
    rights.require_results(viewer, exam.course_id)
    return exam


def _may_read(viewer: User, attempt: ExamAttempt, now: datetime, *, as_staff: bool) -> bool:
    if attempt.status != AttemptStatus.GRADED:
        return False
    if as_staff:
        return True
    out = release.released(attempt.exam, release.CORRECTNESS, now)
    return out and running_exam(viewer, now) is None


def _said(marks: Sequence[Mark]) -> dict[UUID, Said]:
    found: dict[UUID, Said] = {}
    for row in marks:
        before = found.get(row.question_id)
        levels = _levels(row)
        found[row.question_id] = Said(
            row.comment or (before.comment if before else ""),
            levels or (before.levels if before else ()),
        )
    return found


def _levels(mark: Mark) -> tuple[tuple[str, str, str], ...]:
    said = []
    for one in rubric_of(content_of(mark.question)):
        for level in one["levels"]:
            if mark.levels.get(one["id"]) == level["id"]:
                said.append((str(one["text"]), str(level["text"]), str(level["points"])))
    return tuple(said)


def _whole_paper(exam: Exam) -> list[ExamQuestion]:
    rows = ExamQuestion.objects.filter(exam=exam).select_related("question")
    return list(rows.order_by("position"))


def _persons(paper: Any) -> list[ExamQuestion]:
    return [place for place in paper if place.question.kind in NEED_PERSON]


def _paper(exam: Exam) -> list[ExamQuestion]:
    return _persons(_whole_paper(exam))


def _tasks(
    exam: Exam, settings: ExamMarking, paper: Sequence[ExamQuestion], viewer: User
) -> list[Task]:
    numbers = {place.question_id: place for place in paper}
    if not numbers:
        return []
    places = marking.places_of(exam.pk)
    marks: dict[tuple[UUID, UUID], list[Mark]] = {}
    rows = Mark.objects.filter(attempt__exam=exam, question_id__in=numbers)
    for mark in rows.order_by("created_at", "pk"):
        marks.setdefault((mark.attempt_id, mark.question_id), []).append(mark)
    answers = AttemptAnswer.objects.filter(
        attempt__exam=exam, attempt__status__in=_HANDED_IN, question_id__in=numbers
    ).exclude(response=None)
    fields = ("attempt_id", "question_id", "attempt__user_id", "attempt__user__name",
              "attempt__attempt_no", "attempt__status")  # fmt: skip
    found = []
    for attempt_id, question_id, user_id, name, no, status in answers.values_list(*fields):
        place = numbers[question_id]
        graded = status == AttemptStatus.GRADED
        state = marking.standing(
            marks.get((attempt_id, question_id), ()),
            second=marking.needs_second(settings, places[attempt_id]),
            tolerance=settings.tolerance,
            points=place.points,
        )
        if graded:
            state.wants = ""  # what is graded waits for nobody, whatever the settings are now
        found.append(
            Task(
                attempt_id=attempt_id,
                question_id=question_id,
                who=marking.pseudonym(exam.pk, user_id) if settings.blind else name,
                attempt_no=no,
                number=place.position,
                state=state,
                is_graded=graded,
                is_mine=user_id == viewer.pk,
            )
        )
    return found


def _machine_task(attempt: ExamAttempt, place: ExamQuestion, settings: ExamMarking) -> Task:
    """An answer that a machine marked, looked at by a person."""
    rows = Mark.objects.filter(attempt=attempt, question_id=place.question_id)
    state = Standing(wants=MarkRound.FINAL)
    state.final = rows.order_by("created_at", "pk").last()
    hidden = marking.pseudonym(attempt.exam_id, attempt.user_id)
    return Task(
        attempt_id=attempt.pk,
        question_id=place.question_id,
        who=hidden if settings.blind else attempt.user.name,
        attempt_no=attempt.attempt_no,
        number=place.position,
        state=state,
        is_graded=attempt.status == AttemptStatus.GRADED,
        is_mine=False,
    )


def _by_question(tasks: Sequence[Task]) -> list[Task]:
    return sorted(tasks, key=lambda one: (one.number, one.who, one.attempt_no))


def _by_student(tasks: Sequence[Task]) -> list[Task]:
    return sorted(tasks, key=lambda one: (one.who, one.attempt_no, one.number))


def _can_do(task: Task, viewer: User) -> bool:
    if task.is_done or task.is_mine:
        return False
    return task.state.wants != MarkRound.SECOND or not _has_marked(task, viewer)


def _has_marked(task: Task, viewer: User) -> bool:
    return viewer.pk in task.state.everyone


def _next(line: Sequence[Task], here: Task | None, viewer: User) -> Task | None:
    """The next task in line that the viewer can do, from the beginning again after the end."""
    start = line.index(here) + 1 if here in line else 0
    around = [*line[start:], *line[:start]]
    return next((one for one in around if one is not here and _can_do(one, viewer)), None)


def _before(line: Sequence[Task], here: Task | None) -> Task | None:
    if here is None or here not in line:
        return None
    place = line.index(here)
    return line[place - 1] if place else None


def _is(task: Task, attempt_id: UUID, question_id: UUID) -> bool:
    return task.attempt_id == attempt_id and task.question_id == question_id


def _same(one: Task, task: Task, by: str) -> bool:
    if by == "question":
        return one.question_id == task.question_id
    return one.attempt_id == task.attempt_id


def _question_tasks(place: ExamQuestion, tasks: Sequence[Task], viewer: User) -> QuestionTasks:
    mine = [one for one in _by_question(tasks) if one.question_id == place.question_id]
    return QuestionTasks(
        question_id=place.question_id,
        number=place.position,
        title=headline(place.question.question_text),
        points=place.points,
        done=sum(one.is_done for one in mine),
        of=len(mine),
        next=_next(mine, None, viewer) or (mine[0] if mine else None),
    )


def _paper_tasks(tasks: Sequence[Task], viewer: User) -> list[PaperTasks]:
    groups: dict[UUID, list[Task]] = {}
    for one in _by_student(tasks):
        groups.setdefault(one.attempt_id, []).append(one)
    return [
        PaperTasks(
            attempt_id=attempt_id,
            who=group[0].who,
            attempt_no=group[0].attempt_no,
            is_graded=group[0].is_graded,
            done=sum(one.is_done for one in group),
            of=len(group),
            next=_next(group, None, viewer) or group[0],
        )
        for attempt_id, group in groups.items()
    ]
