"""What Ada has marked and written in the lessons of the demo."""

from __future__ import annotations

from studium.cli.demo import steps
from studium.cli.demo.loading import demo_course, known
from studium.cli.demo.sign_ins import ADA
from studium.content import queries as content
from studium.content.actions import own_notes
from studium.lib import clock

# (name of the lesson, words of it, what Ada wrote there; nothing is a highlight)
MARKED = (
    (
        "ch03-01-variables-and-mutability",
        "the second variable overshadows the first",
        "So the first one still exists? Ask in class.",
    ),
    ("ch03-01-variables-and-mutability", "it itself is shadowed or the scope ends", ""),
    (
        "ch04-01-what-is-ownership",
        "Ownership is a discipline for ensuring the safety of Rust programs.",
        "Learn this sentence.",
    ),
)


def write_own_notes() -> None:
    """Put Ada's notes to their passages, once."""
    steps.perform("own-notes", _write)


def _write() -> dict[str, object]:
    ada, now = known(ADA), clock.now()
    lessons = {one.slug: one.pk for one in content.lessons_of(demo_course())}
    for slug, quote, body in MARKED:
        lesson = content.lesson_for_reader(ada, lessons[slug])
        block = next(
            one["id"]
            for one in lesson.blocks
            if quote in " ".join(one["text"].split()) and one["kind"] == "paragraph"
        )
        marked = own_notes.Marked(block_id=block, quote=quote)
        own_notes.add_own_note(by=ada, lesson_id=lesson.pk, marked=marked, body=body, now=now)
    return {"notes": len(MARKED)}
