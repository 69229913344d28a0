"""Figures of the tutor: does a question find its own section, and is it honest about the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studium.ai.evaluation.counting import mean
from studium.ai.evaluation.figures import Figure, share
from studium.ai.evaluation.gold import Case
from studium.ai.retrieval import CoursePassage, MemoryIndex, passages_of
from studium.ai.tutor import Reply, reply

_GAPS = "\\_"


def tutor_figures(cases: Sequence[Case]) -> list[Figure]:
    """Ask the authors' questions of all lessons, of the other books, and without their section."""
    held = {case.name: passages_of(case.lesson, name=case.name) for case in cases}
    books = sorted({case.book for case in cases})
    figures = _own(cases, held)
    far = [
        said
        for book in books
        if len(books) > 1
        for said in _asked_of(
            [case for case in cases if case.book == book],
            [case for case in cases if case.book != book],
            held,
        )
    ]
    near = [said for case in cases for said in _without(case, cases, held)]
    refused = sum(1 for one in far if one.state == "absent")
    answered = sum(1 for one in near if one.state == "answered")
    return [
        *figures,
        share("tutor", "off-book questions refused", refused, len(far), least=0.95),
        share("tutor", 'near questions "answered"', answered, len(near), most=0.35),
        share(
            "tutor", "near questions refused",
            sum(1 for one in near if one.state == "absent"), len(near),
        ),
    ]  # fmt: skip


def _own(cases: Sequence[Case], held: dict[str, list[CoursePassage]]) -> list[Figure]:
    """Each question of every lesson: at which rank its own lesson stands, and what is said."""
    index = MemoryIndex([one for case in cases for one in held[case.name]])
    ranks: list[int] = []
    replies: list[tuple[Case, Reply]] = []
    for case in cases:
        for stem in questions_of(case):
            found = index.find(stem)
            lessons = [one.passage.lesson for one in found.ranked]
            ranks.append(lessons.index(case.name) + 1 if case.name in lessons else 0)
            replies.append((case, reply(found)))
    index.close()
    exact, quotes = _exact(cases, [one for _, one in replies])
    of = len(ranks)
    return [
        share("tutor", "own section, hit@1", sum(rank == 1 for rank in ranks), of, least=0.7),
        share("tutor", "own section, hit@5", sum(1 <= rank <= 5 for rank in ranks), of, least=0.88),
        Figure(
            "tutor", "own section, MRR", mean([1 / rank if rank else 0.0 for rank in ranks]), of
        ),
        share("tutor", "own questions answered", _answered(replies), of),
        share("tutor", "quotations exact", exact, quotes, least=1.0),
    ]


def _answered(replies: Sequence[tuple[Case, Reply]]) -> int:
    return sum(1 for _, one in replies if one.state == "answered")


def _exact(cases: Sequence[Case], replies: Sequence[Reply]) -> tuple[int, int]:
    """How many quotations stand, as plain text, at the place they name."""
    passage_of = {
        (case.name, one.block_id, told.start, told.end): one.text[told.begin : told.until]
        for case in cases
        for one in passages_of(case.lesson, name=case.name)
        for told in one.told
    }
    quotes = [quote for one in replies for quote in one.quotes]
    exact = sum(
        passage_of.get((one.lesson, one.block_id, one.start, one.end)) == one.text for one in quotes
    )
    return exact, len(quotes)


def questions_of(case: Case) -> list[str]:
    """The authors' questions as somebody would ask them: the stem without its gap."""
    return [
        " ".join(one.stem.replace(_GAPS, " ").replace("_", " ").split()) for one in case.questions
    ]


def _asked_of(
    asking: Sequence[Case], answering: Sequence[Case], held: dict[str, list[CoursePassage]]
) -> Iterator[Reply]:
    """The questions of some lessons, asked of a course that does not have them."""
    index = MemoryIndex([one for case in answering for one in held[case.name]])
    for case in asking:
        for stem in questions_of(case):
            yield reply(index.find(stem))
    index.close()


def _without(
    case: Case, cases: Sequence[Case], held: dict[str, list[CoursePassage]]
) -> Iterator[Reply]:
    """The questions of one lesson, asked of its book without that lesson."""
    if case.questions:
        others = [one for one in cases if one.book == case.book and one.name != case.name]
        yield from _asked_of([case], others, held)
