"""What rendering a lesson gives: safe HTML, and an account of what stands in it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Block:
    """One citable piece of a lesson.

    `id` is the HTML id of the piece and stays the same while its kind and words do.
    `start` and `end` are character offsets into the source (end exclusive). `text` is
    plain text. `level` is 1 to 6 for headings and the depth of nesting, from 0, for the rest.
    """

    id: str
    kind: str
    start: int
    end: int
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as shown (level 2 to 6). `anchor` is the id that `#slug` links lead to."""

    id: str
    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Image:
    """An image the source asks for; `url` is None when it could not be found."""

    source: str
    alt: str
    line: int
    url: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """A link as written; `url` is where it leads, or None when it leads nowhere."""

    target: str
    line: int
    url: str | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the author should look at. `line` counts from 1; 0 means the whole text."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered lesson. `html` is sanitised; `words` counts prose, not code or formulas."""

    html: str
    blocks: tuple[Block, ...] = ()
    headings: tuple[Heading, ...] = ()
    images: tuple[Image, ...] = ()
    links: tuple[Link, ...] = ()
    quizzes: tuple[str, ...] = ()
    words: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Findings:
    """What has been found so far while one text is being rendered."""

    blocks: list[Block] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    quizzes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(self, line: int, message: str) -> None:
        """Note a problem once."""
        found = Problem(line, message)
        if found not in self.problems[-50:] and len(self.problems) < 1000:
            self.problems.append(found)
