"""One lesson studied once: what notes, questions and answers are made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from studium.ai.engines.extractive.course import CourseModel, course_of
from studium.ai.engines.extractive.definitions import LOOKED_AT, Definition, definitions
from studium.ai.engines.extractive.reading import Reading, read
from studium.ai.engines.extractive.terms import MOST_TERMS, KeyTerm, key_terms
from studium.ai.model import LessonText

_KEPT = 2  # lessons


@dataclass(frozen=True, slots=True)
class Study:
    """The reading of a lesson with its key terms (best first) and definitions (best first).

    ``course`` is the course it was read in, or the lesson as a course of one.
    """

    reading: Reading
    terms: tuple[KeyTerm, ...]
    definitions: tuple[Definition, ...]
    course: CourseModel


def study(lesson: LessonText, course: CourseModel | None = None) -> Study:
    """Read a lesson for its terms and definitions, in its course when one is given.

    The last lessons are kept in mind, so that questions after notes cost no second reading.
    """
    reading, terms, defined = _read_through(lesson)
    if course is None:
        return Study(reading, terms[:MOST_TERMS], defined, _course_of_one(lesson))
    return Study(reading, tuple(key_terms(reading, course)), defined, course)


@lru_cache(maxsize=_KEPT)
def _read_through(
    lesson: LessonText,
) -> tuple[Reading, tuple[KeyTerm, ...], tuple[Definition, ...]]:
    reading = read(lesson)
    terms = key_terms(reading, most=LOOKED_AT)
    return reading, tuple(terms), tuple(definitions(reading, terms))


@lru_cache(maxsize=_KEPT)
def _course_of_one(lesson: LessonText) -> CourseModel:
    return course_of(*_read_through(lesson))
