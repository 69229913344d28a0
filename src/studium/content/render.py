"""A lesson's Markdown as it is stored: rendered, sanitised, with what was found in it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from studium.content import rules
from studium.lib import markdown
from studium.lib.errors import TooLarge

Size = tuple[int, int]
"""Width and height of an image in pixels."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What references in a lesson may lead to: the lessons and files of its course.

    `files` holds the size of each image by its path, and None for other files.
    """

    slug: str
    lessons: Mapping[str, uuid.UUID] = field(default_factory=dict)
    files: Mapping[str, Size | None] = field(default_factory=dict)

    def link(self, reference: str) -> str | None:
        """The address of a lesson or file that a relative link names, or None."""
        name = rules.lesson_name(reference)
        if name is not None:
            lesson = self.lessons.get(name) or self.lessons.get(name.rsplit("/", 1)[-1])
            if lesson is not None:
                return rules.lesson_address(self.slug, lesson)
        return self.image(reference)

    def image(self, reference: str) -> str | None:
        """The address of a file of the course, or None when there is no such file."""
        path = rules.in_course(reference)
        return rules.file_address(self.slug, path) if path in self.files else None

    def measure(self, reference: str) -> Size | None:
        """Width and height of an image of the course, where they are known."""
        return self.files.get(rules.in_course(reference))


@dataclass(frozen=True, slots=True)
class Page:
    """A rendered lesson: the columns it fills, and what its author should look at."""

    columns: dict[str, Any]
    found: markdown.Rendered


def render_lesson(topic: str, content: str, around: Surroundings) -> Page:
    """Render one lesson; raises `TooLarge` above 2 MB."""
    try:
        found = markdown.render(
            content,
            title=topic,
            resolve_image=around.image,
            resolve_link=around.link,
            measure=around.measure,
        )
    except markdown.TooLarge as wrong:
        raise TooLarge(str(wrong), fields={"content": str(wrong)}) from wrong
    return Page(
        {
            "content_html": found.html,
            "content_hash": content_hash(content),
            "blocks": [asdict(block) for block in found.blocks],
            "outline": [asdict(heading) for heading in found.headings],
            "minutes": rules.reading_minutes(found.words),
        },
        found,
    )


def content_hash(content: str) -> str:
    """What notes compare to know whether the lesson they were made from is still there."""
    return hashlib.sha256(content.encode()).hexdigest()
