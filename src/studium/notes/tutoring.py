"""Answering a question from the lessons: find, quote, check that the quotation stands there.

Only `passages` and `lessons` are read here. Questions, exams and their keys are not, so no answer
can hold a key, released or not, beyond what a lesson itself says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from studium.ai.inline import plain_text, reference_labels
from studium.ai.retrieval import Found
from studium.ai.tutor import Quoted, Reply, reply
from studium.content import rights as course_rights
from studium.content import search
from studium.content.models import Lesson

if TYPE_CHECKING:
    from studium.identity.models import User


def found_for(user: User, lesson: Lesson, question: str) -> Found:
    """The passages of the lesson's course that this person may read and that fit the question."""
    course = lesson.course
    staff = course_rights.is_course_staff(user, course.pk)
    return search.find(course.pk, question, tag=course.language, drafts=staff)


def verbatim(found: Found) -> Reply:
    """The built-in answer; a quotation that does not stand in its lesson any more is left out."""
    said = reply(found)
    sources = _sources([one.lesson for one in said.quotes])
    standing = tuple(one for one in said.quotes if _stands(one, sources.get(one.lesson, "")))
    if said.quotes and not standing:
        return Reply("absent", unknown=said.unknown)
    return Reply(said.state, standing, said.covered, said.unknown)


def _sources(names: list[str]) -> dict[str, str]:
    ids = [UUID(one) for one in dict.fromkeys(names)]
    rows = Lesson.objects.filter(pk__in=ids).values_list("pk", "content")
    return {pk.hex: content for pk, content in rows}


def _stands(one: Quoted, source: str) -> bool:
    around = source[one.start : one.end]
    read = plain_text(source, one.start, one.end, reference_labels(source)).text
    return bool(around) and "".join(read.split()) == "".join(one.text.split())
