"""Concepts that a lesson's own words offer, for its author to take or leave."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from studium.assessment.making import as_text
from studium.content.rules.code_tags import code_tags

if TYPE_CHECKING:
    from studium.content.models import Lesson

MOST = 4
_LONGEST = 60


def suggested_concepts(lesson: Lesson) -> list[str]:
    """Up to four names: what the programs of the lesson show, and the terms it is about."""
    from studium.ai.engines.extractive.reading import read
    from studium.ai.engines.extractive.terms import key_terms

    text = as_text(lesson.topic, lesson.content, lesson.blocks, lesson.course.language)
    terms = [one.term for one in key_terms(read(text), most=MOST) if len(one.term) <= _LONGEST]
    both = chain.from_iterable(zip_longest(code_tags(lesson.content)[:2], terms))
    named = {name.casefold(): name[:1].upper() + name[1:] for name in both if name}
    return list(named.values())[:MOST]
