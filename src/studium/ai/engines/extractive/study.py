"""One lesson studied once: what notes, questions and answers are made from."""

from __future__ import annotations

from dataclasses import dataclass

from studium.ai.engines.extractive.course import CourseModel, course_of
from studium.ai.engines.extractive.definitions import LOOKED_AT, Definition, definitions
from studium.ai.engines.extractive.reading import Reading, read
from studium.ai.engines.extractive.terms import MOST_TERMS, KeyTerm, key_terms
from studium.ai.model import LessonText


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
    """Read a lesson for its terms and definitions, in its course when one is given."""
    reading = read(lesson)
    terms = key_terms(reading, course, most=LOOKED_AT)
    defined = definitions(reading, terms)
    known = course or course_of(reading, terms, defined)
    return Study(reading, tuple(terms[:MOST_TERMS]), tuple(defined), known)
