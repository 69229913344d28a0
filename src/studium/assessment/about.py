"""Which concepts answers are about, as they are told when they are recorded.

A question names its concepts, else its lesson does; where neither does, an answer is about its
lesson as a whole, and names none. Merged concepts are named as they are tagged: what they count as
is analytics' to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from studium.lib.db import Question, read_rows, uuid_param, uuid_value

# One statement for a whole hand-in; ids of questions and lessons are never the same. Ids are
# compared as the driver has them: a course has hundreds of them.
_TAGGED = """
SELECT question_id, concept_id FROM question_concepts WHERE question_id IN ({}) UNION ALL
SELECT lesson_id, concept_id FROM lesson_concepts WHERE lesson_id IN ({})
"""


def concepts_of(lessons: Collection[tuple[UUID, UUID]]) -> dict[UUID, list[str]]:
    """Question -> the ids of its concepts as 32 hex digits, in their order; `lessons`: pairs of a
    question and its lesson. Questions about their lesson as a whole are not in it.
    """
    return of_rows(lessons, read_rows(*asked(lessons)) if lessons else [])


def asked(lessons: Collection[tuple[UUID, UUID]]) -> Question:
    """The statement of `concepts_of`, to be asked along with others; `of_rows` reads its rows."""
    return _asked({uuid_param(question): uuid_param(lesson) for question, lesson in lessons})


def of_rows(
    lessons: Collection[tuple[UUID, UUID]], rows: Iterable[Sequence[Any]]
) -> dict[UUID, list[str]]:
    """What `concepts_of` gives, from the rows of `asked`."""
    raw = {uuid_param(question): uuid_param(lesson) for question, lesson in lessons}
    return {
        uuid_value(question): [uuid_value(one).hex for one in concepts]
        for question, concepts in _tagged(raw, rows).items()
    }


def tagged_with(lessons: dict[Any, Any]) -> dict[Any, list[Any]]:
    """`concepts_of` with ids as the driver has them; `lessons`: question -> its lesson."""
    return _tagged(lessons, read_rows(*_asked(lessons))) if lessons else {}


def _asked(lessons: dict[Any, Any]) -> Question:
    of_lessons = dict.fromkeys(lessons.values())
    return _TAGGED.format(_marks(lessons), _marks(of_lessons)), [*lessons, *of_lessons]


def _tagged(lessons: dict[Any, Any], rows: Iterable[Sequence[Any]]) -> dict[Any, list[Any]]:
    tagged: dict[Any, list[Any]] = defaultdict(list)
    for about, concept in rows:
        tagged[about].append(concept)
    if not tagged:
        return {}
    named = (
        (question, tagged.get(question) or tagged.get(lesson))
        for question, lesson in lessons.items()
    )
    return {question: sorted(concepts) for question, concepts in named if concepts}


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))
