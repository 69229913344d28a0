"""Which concepts answers are about, as they are told when they are recorded.

A question names its concepts, else its lesson does; where neither does, an answer is about its
lesson as a whole, and names none. Merged concepts are named as they are tagged: what they count as
is analytics' to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from studium.lib.db import read_rows, uuid_param, uuid_value

# One statement for a whole hand-in; ids of questions and lessons are never the same.
_TAGGED = """
SELECT question_id, concept_id FROM question_concepts WHERE question_id IN ({}) UNION ALL
SELECT lesson_id, concept_id FROM lesson_concepts WHERE lesson_id IN ({})
"""


def concepts_of(lessons: Collection[tuple[UUID, UUID]]) -> dict[UUID, list[str]]:
    """Question -> the ids of its concepts as 32 hex digits, in their order; `lessons`: pairs of a
    question and its lesson. Questions about their lesson as a whole are not in it.
    """
    if not lessons:
        return {}
    asked = [question_id for question_id, _ in lessons]
    of_lessons = list(dict.fromkeys(lesson_id for _, lesson_id in lessons))
    sql = _TAGGED.format(_marks(asked), _marks(of_lessons))
    tagged: dict[UUID, list[str]] = defaultdict(list)
    for about, concept in read_rows(sql, [uuid_param(one) for one in (*asked, *of_lessons)]):
        tagged[uuid_value(about)].append(uuid_value(concept).hex)
    if not tagged:
        return {}
    named = ((question, tagged.get(question) or tagged.get(lesson)) for question, lesson in lessons)
    return {question: sorted(concepts) for question, concepts in named if concepts}


def _marks(values: Collection[UUID]) -> str:
    return ", ".join(["%s"] * len(values))
