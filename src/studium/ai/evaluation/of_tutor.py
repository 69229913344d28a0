"""Figures of the tutor: does a question find its own section, and is it honest about the others."""

from __future__ import annotations

from collections.abc import Sequence

from studium.ai.evaluation.counting import mean
from studium.ai.evaluation.figures import Figure, share
from studium.ai.evaluation.gold import Case
from studium.ai.retrieval import MemoryIndex, passages_of
from studium.ai.tutor_figures import AskedLesson, Share, evaluate_tutor

_GAPS = "\\_"


def tutor_figures(cases: Sequence[Case]) -> list[Figure]:
    """The authors' questions, asked of all lessons, of the other books, and without their lesson.

    Finding is measured over all books together, answering within the book; with one book only
    there is nothing far to refuse.
    """
    asked = [AskedLesson(one.name, one.book, one.lesson, questions_of(one)) for one in cases]
    done = evaluate_tutor(asked)
    far = done.far_refused if len({one.book for one in cases}) > 1 else Share(0, 0)
    return [
        _share("own section, hit@1", done.hit_1_all, least=0.7),
        _share("own section, hit@5", done.hit_5_all, least=0.88),
        _mrr(cases),
        _share("own questions answered", done.covered_answered),
        _share("quotations exact", done.quotes_exact, least=1.0),
        _share("off-book questions refused", far, least=0.95),
        _share('near questions "answered"', done.near_answered, most=0.35),
    ]


def _share(
    name: str, found: Share, *, least: float | None = None, most: float | None = None
) -> Figure:
    return share("tutor", name, found.hits, found.n, least=least, most=most)


def _mrr(cases: Sequence[Case]) -> Figure:
    """The mean reciprocal rank of a passage of the question's own lesson, among all lessons."""
    index = MemoryIndex([one for case in cases for one in passages_of(case.lesson, name=case.name)])
    worth: list[float] = []
    for case in cases:
        for stem in questions_of(case):
            lessons = [one.passage.lesson for one in index.find(stem).ranked]
            worth.append(1 / (lessons.index(case.name) + 1) if case.name in lessons else 0.0)
    index.close()
    return Figure("tutor", "own section, MRR", mean(worth), len(worth))


def questions_of(case: Case) -> tuple[str, ...]:
    """The authors' questions as somebody would ask them: the stem without its gap."""
    stems = (one.stem.replace(_GAPS, " ").replace("_", " ") for one in case.questions)
    return tuple(" ".join(stem.split()) for stem in stems)
