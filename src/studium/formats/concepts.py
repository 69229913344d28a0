"""The concepts that an author names in a file: read leniently, with what is left out reported."""

from __future__ import annotations

from collections.abc import Iterable

from studium.content.rules import concept_name, split_concepts
from studium.content.rules.concepts import MAX_CONCEPTS
from studium.formats.draft import Report
from studium.lib.errors import Invalid


def concepts_in(value: object, *, path: str, line: int, report: Report) -> tuple[str, ...]:
    """The names in a text or a list of texts, sorted, each once; flaws go to the report."""
    texts = split_concepts(value) if isinstance(value, str) else value
    if texts is None:
        return ()
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        _tell(report, path, line, "its concepts are no list of names")
        return ()
    return _known(texts, path=path, line=line, report=report)


def _known(texts: Iterable[str], *, path: str, line: int, report: Report) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for text in texts:
        try:
            name = concept_name(text)
        except Invalid:
            _tell(report, path, line, f"“{text[:60]}” is no name of a concept")
            continue
        found.setdefault(name.casefold(), name)
    if len(found) > MAX_CONCEPTS:
        _tell(report, path, line, f"of {len(found)} concepts the first {MAX_CONCEPTS} are taken")
    return tuple(sorted(list(found.values())[:MAX_CONCEPTS], key=str.casefold))


def _tell(report: Report, path: str, line: int, words: str) -> None:
    report.add(
        "warning",
        path,
        f"{words[:1].upper()}{words[1:]}.",
        line=line,
        advice="Write concepts as a list of names of 1 to 120 characters.",
    )
