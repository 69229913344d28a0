"""How well the tutor finds and refuses, over lessons with questions their authors asked.

A *covered* question is asked of its own course, a *near* one of the same course without its lesson,
a *far* one of the other courses. Labels are the authors': another lesson of the course may well
answer a near question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Protocol

from studium.ai.inline import plain_text, reference_labels
from studium.ai.model import LessonText
from studium.ai.retrieval import CoursePassage, Found, MemoryIndex, passages_of
from studium.ai.tutor import Quoted, Reply, reply

_HITS = 5


@dataclass(frozen=True, slots=True)
class AskedLesson:
    """A lesson, the course it belongs to, and the questions that it answers."""

    name: str
    course: str
    text: LessonText
    questions: tuple[str, ...]


class Ranks(Protocol):
    """Something that finds passages; `MemoryIndex`, or a database behind the same words."""

    def find(self, question: str) -> Found: ...


Build = Callable[[Sequence[CoursePassage]], Ranks]


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``n`` with the 95 % interval of Wilson (1927)."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share itself; 0 of 0 is 0."""
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end."""
        if not self.n:
            return (0.0, 1.0)
        z, n, p = 1.959964, self.n, self.value
        middle, room = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return ((middle - room) / (1 + z * z / n), (middle + room) / (1 + z * z / n))

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.2f} [{low:.2f}, {high:.2f}] n={self.n}"


@dataclass(frozen=True, slots=True)
class TutorFigures:
    """All shares of one run; `lines` names them as a report does."""

    passages: int
    hit_1: Share
    hit_5: Share
    hit_1_all: Share
    hit_5_all: Share
    covered_answered: Share
    covered_found: Share
    near_answered: Share
    far_refused: Share
    quotes_exact: Share

    def lines(self) -> list[tuple[str, Share]]:
        """(what, share), in the order they are read."""
        return [
            ("own section first", self.hit_1),
            ("own section among 5", self.hit_5),
            ("own section first, all courses", self.hit_1_all),
            ("own section among 5, all courses", self.hit_5_all),
            ("covered: answered", self.covered_answered),
            ("covered: answered or related", self.covered_found),
            ("near: answered", self.near_answered),
            ("far: refused", self.far_refused),
            ("quotations exact", self.quotes_exact),
        ]


def evaluate_tutor(
    lessons: Sequence[AskedLesson], *, build: Build = MemoryIndex, half: int | None = None
) -> TutorFigures:
    """The figures over all lessons; with `half` 0 or 1 only questions of every other lesson.

    `build` makes what finds passages, so that the same questions measure any ranking.
    """
    held = {one.name: passages_of(one.text, name=one.name) for one in lessons}
    every = [passage for one in lessons for passage in held[one.name]]
    sources = {one.name: one.text.source for one in lessons}
    seen = _Seen(sources)
    whole = build(every)
    asked = [one for at, one in enumerate(lessons) if one.questions and half in (None, at % 2)]
    courses = {one.course: build(_of(lessons, held, one)) for one in asked}
    others = {one.course: build(_not_of(lessons, held, one)) for one in asked}
    for one in asked:
        without = build(_of(lessons, held, one, whole=False))
        for question in one.questions:
            seen.covered(one.name, courses[one.course].find(question), whole.find(question))
            seen.near.append(reply(without.find(question)).state == "answered")
            seen.far.append(reply(others[one.course].find(question)).state == "absent")
    return seen.figures(len(every))


Held = dict[str, list[CoursePassage]]


def _of(
    lessons: Sequence[AskedLesson], held: Held, own: AskedLesson, *, whole: bool = True
) -> list[CoursePassage]:
    """The passages of a lesson's course, without the lesson itself when not `whole`."""
    same = [one for one in lessons if one.course == own.course and (whole or one is not own)]
    return [passage for one in same for passage in held[one.name]]


def _not_of(lessons: Sequence[AskedLesson], held: Held, own: AskedLesson) -> list[CoursePassage]:
    return [each for one in lessons if one.course != own.course for each in held[one.name]]


class _Seen:
    """Counts what each question brought."""

    def __init__(self, sources: dict[str, str]) -> None:
        self._sources = sources
        self.near: list[bool] = []
        self.far: list[bool] = []
        self._own: list[list[bool]] = [[], [], [], []]
        self._answered: list[bool] = []
        self._found: list[bool] = []
        self._exact: list[bool] = []

    def covered(self, name: str, in_course: Found, in_all: Found) -> None:
        for at, found in ((0, in_course), (2, in_all)):
            lessons = [one.passage.lesson for one in found.ranked[:_HITS]]
            self._own[at].append(name in lessons[:1])
            self._own[at + 1].append(name in lessons)
        said = reply(in_course)
        self._answered.append(said.state == "answered")
        self._found.append(said.state != "absent")
        self._exact += self._exactness(said)

    def _exactness(self, said: Reply) -> list[bool]:
        """Whether what stands at the place of each quotation reads as quoted."""
        return [self._reads(one) == "".join(one.text.split()) for one in said.quotes]

    def _reads(self, one: Quoted) -> str:
        source = self._sources[one.lesson]
        return "".join(
            plain_text(source, one.start, one.end, reference_labels(source)).text.split()
        )

    def figures(self, passages: int) -> TutorFigures:
        first, among, first_all, among_all = (_share(one) for one in self._own)
        return TutorFigures(
            passages,
            hit_1=first,
            hit_5=among,
            hit_1_all=first_all,
            hit_5_all=among_all,
            covered_answered=_share(self._answered),
            covered_found=_share(self._found),
            near_answered=_share(self.near),
            far_refused=_share(self.far),
            quotes_exact=_share(self._exact),
        )


def _share(flags: Iterable[bool]) -> Share:
    listed = list(flags)
    return Share(sum(listed), len(listed))
