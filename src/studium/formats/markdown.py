"""A course as a plain folder of Markdown, read and written.

Written: `course.toml` (title, slug, language, description), one file per lesson, `quizzes/*.toml`,
and the files. Each lesson begins with front matter; texts in it are quoted as in JSON::

    ---
    title: "Ownership"
    order: 4
    part: "Basics"
    parent: "ch04"
    concepts: ["Ownership", "Moves"]
    ---

Read: also folders without any of this. Then `README.md` or `index.md` at the top describes the
course, folders are parts, and lessons come by `order`, by the numbers in their names, by name.
"""

from __future__ import annotations

import json
import posixpath
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from studium.formats.concepts import concepts_in
from studium.formats.draft import CourseDraft, LessonDraft, Report, key_of, tidy_lines
from studium.formats.lesson_text import (
    MAX_TITLE,
    Quizzes,
    References,
    plain_title,
    read_text,
    title_of,
)
from studium.formats.quiz_toml import quoted, write_quiz
from studium.lib.markdown import tidy

_FRONT = re.compile(r"---[ \t]*\n((?:[^\n]{0,5000}\n){0,100}?)---[ \t]*(?:\n|$)")
_ENTRY = re.compile(r"([A-Za-z_]{1,40}):[ \t]*(.*)")
_DASHED = re.compile(r"[ \t]*-[ \t]+(.*)")
_HOME = ("README.md", "readme.md", "index.md")


@dataclass(frozen=True, slots=True)
class _Page:
    """A lesson's file, read and not yet placed."""

    path: str
    front: Mapping[str, Any]
    text: str

    @property
    def order(self) -> float:
        order = self.front.get("order")
        return order if isinstance(order, int) and not isinstance(order, bool) else float("inf")


def read(files: Mapping[str, bytes]) -> CourseDraft:
    """A course from a folder; what is wrong with it is in the draft's problems."""
    report = Report()
    about, home = _about(files, report)
    paths = [path for path in files if _is_lesson(path) and path != home]
    pages = [page for path in sorted(paths) if (page := _page(files[path], path, report))]
    pages.sort(key=lambda page: (page.order, natural_order(page.path)))
    _report_places(pages, report)
    references = References(files, paths, report)
    quizzes = Quizzes(files, report)
    lessons = tuple(
        _lesson(page, number, references, quizzes, report)
        for number, page in enumerate(pages, start=1)
    )
    quizzes.report_unused()
    if not lessons:
        report.error("", "The course has no lessons.", advice="Add Markdown files (.md).")
    others = {path for path in files if path != home and path != "course.toml"} - set(paths)
    return replace(
        about,
        lessons=_with_parents(lessons, report),
        files=references.drafts(path for path in others if not _is_quiz(path)),
        problems=tuple(report.problems),
    )


def write(course: CourseDraft) -> dict[str, bytes]:
    """The files of a folder that `read` reads back as an equal course."""
    about = {
        "title": course.title,
        "slug": course.slug,
        "language": course.language,
        "description": course.description,
    }
    rows = [f"{name} = {quoted(value)}\n" for name, value in about.items() if value]
    files = {"course.toml": "".join(rows).encode()}
    for lesson in course.lessons:
        files[f"{lesson.key}.md"] = _written(lesson).encode()
        for quiz in lesson.quizzes:
            files[f"quizzes/{quiz.key}.toml"] = write_quiz(quiz)
    for file in course.files:
        files[file.path] = file.data
    return files


def _written(lesson: LessonDraft) -> str:
    front: dict[str, Any] = {
        "title": lesson.topic,
        "order": lesson.order,
        "part": lesson.part_title,
    }
    if lesson.parent_key:
        front["parent"] = lesson.parent_key
    if lesson.concepts:
        front["concepts"] = list(lesson.concepts)
    if lesson.quizzes:
        front["quizzes"] = [quiz.key for quiz in lesson.quizzes]
    rows = [f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in front.items()]
    return f"---\n{''.join(rows)}---\n\n{lesson.content}"


def _about(files: Mapping[str, bytes], report: Report) -> tuple[CourseDraft, str | None]:
    if "course.toml" in files:
        return _from_course_toml(files["course.toml"], report), None
    home = next((name for name in _HOME if name in files), None)
    text = read_text(files[home], home, report) if home else None
    if home is None or text is None:
        return CourseDraft("Untitled course"), home
    front, body = _split(text)
    title = _text(front, "title") or title_of(body) or "Untitled course"
    if not _text(front, "title"):
        body = re.sub(r"\A\s*# [^\n]*\n?", "", body)
    return (
        CourseDraft(
            title=title[:MAX_TITLE],
            slug=_text(front, "slug") or None,
            description=body.strip(),
            language=_text(front, "language") or "en",
        ),
        home,
    )


def _from_course_toml(data: bytes, report: Report) -> CourseDraft:
    try:
        table = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except (ValueError, RecursionError) as flaw:
        at = re.search(r"at line (\d+)", str(flaw))
        line = int(at.group(1)) if at else 0
        report.error("course.toml", f"The TOML is broken: {flaw}.", line=line, advice="Mend it.")
        return CourseDraft("Untitled course")
    return CourseDraft(
        title=_text(table, "title")[:MAX_TITLE] or "Untitled course",
        slug=_text(table, "slug") or None,
        description=_text(table, "description"),
        language=_text(table, "language") or "en",
    )


def _page(data: bytes, path: str, report: Report) -> _Page | None:
    text = read_text(data, path, report)
    return None if text is None else _Page(path, *_split(text))


def _split(text: str) -> tuple[dict[str, Any], str]:
    """Front matter and the rest; without well-formed front matter all is the rest."""
    found = _FRONT.match(text)
    if found is None:
        return {}, text
    entries: dict[str, Any] = {}
    last = ""
    for row in found.group(1).splitlines():
        entry = _ENTRY.fullmatch(row)
        if entry is None and row.strip() and not row.startswith((" ", "\t", "#", "-")):
            return {}, text
        if entry is not None:
            last = entry.group(1)
            entries[last] = _entry_value(entry.group(2).strip())
        elif last == "concepts" and (one := _DASHED.fullmatch(row)):
            _listed(entries, last).append(str(_entry_value(one.group(1).strip())))
    return entries, text[found.end() :]


def _listed(entries: dict[str, Any], name: str) -> list[Any]:
    """The entry as a list that lines with dashes below it add to."""
    if not isinstance(entries[name], list):
        entries[name] = [entries[name]] if entries[name] else []
    found: list[Any] = entries[name]
    return found


def _entry_value(written: str) -> Any:
    if re.fullmatch(r"\d{1,9}", written):
        return int(written)
    if written[:1] in ('"', "["):
        try:
            return json.loads(written)
        except (ValueError, RecursionError):
            return written
    return written.strip("'")


def _text(entries: Mapping[str, Any], name: str) -> str:
    value = entries.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return tidy(value).strip() if isinstance(value, str) else ""


def _lesson(
    page: _Page, number: int, references: References, quizzes: Quizzes, report: Report
) -> LessonDraft:
    key = key_of(page.path)
    topic = _text(page.front, "title") or title_of(page.text) or plain_title(_pretty(page.path))
    named = page.front.get("quizzes")
    names = [one for one in named if isinstance(one, str)] if isinstance(named, list) else []
    if not page.text.strip():
        report.add("warning", page.path, "The lesson is empty.", advice="Write it or remove it.")
    part = _text(page.front, "part") if "part" in page.front else _part(page.path)
    return LessonDraft(
        key=key,
        topic=topic[:MAX_TITLE] or key[:MAX_TITLE],
        content=tidy_lines(references.resolved(page.text, page.path)),
        part_title=part[:MAX_TITLE],
        parent_key=_text(page.front, "parent") or None,
        order=number,
        concepts=concepts_in(page.front.get("concepts"), path=page.path, line=1, report=report),
        quizzes=quizzes.of_lesson(page.text, path=page.path, topic=topic, named=names),
        source_path=page.path,
    )


def _report_places(pages: list[_Page], report: Report) -> None:
    for what, place in (("order", "order"), ("name", "key")):
        seen: dict[object, str] = {}
        for page in pages:
            value: object = page.order if place == "order" else key_of(page.path).casefold()
            if value == float("inf"):
                continue
            if first := seen.get(value):
                report.error(
                    page.path,
                    f"It has the same {what} as {first}: two lessons with one place.",
                    line=1,
                    advice=f"Change the {what} of one of them.",
                )
            seen.setdefault(value, page.path)


def _with_parents(lessons: tuple[LessonDraft, ...], report: Report) -> tuple[LessonDraft, ...]:
    """The lessons, each parent checked: it must be a lesson that comes before."""
    before: set[str] = set()
    kept = []
    for lesson in lessons:
        if lesson.parent_key and lesson.parent_key not in before:
            report.add(
                "warning",
                lesson.source_path,
                f"Its parent {lesson.parent_key[:100]} is no lesson before it.",
                line=1,
                advice="Name the key of an earlier lesson, or leave the parent out.",
            )
            lesson = replace(lesson, parent_key=None)
        before.add(lesson.key)
        kept.append(lesson)
    return tuple(kept)


def _is_lesson(path: str) -> bool:
    return path.lower().endswith((".md", ".markdown")) and not path.startswith("files/")


def _is_quiz(path: str) -> bool:
    return path.startswith("quizzes/") and path.endswith(".toml")


def natural_order(path: str) -> tuple[Any, ...]:
    """Sorts 2 before 10, and a folder's own page before its other pages."""
    folder, name = posixpath.split(path)
    first = name.lower() not in ("readme.md", "index.md")
    pieces = re.findall(r"\d+|\D+", name)
    numbered = [(0, int(one[:18]), "") if one.isdecimal() else (1, 0, one) for one in pieces]
    return (_folder_order(folder), first, numbered)


def _folder_order(folder: str) -> list[tuple[int, int, str]]:
    pieces = re.findall(r"\d+|\D+", folder)
    return [(0, int(one[:18]), "") if one.isdecimal() else (1, 0, one) for one in pieces]


def _part(path: str) -> str:
    top = path.partition("/")[0] if "/" in path else ""
    return plain_title(_pretty(top))


def _pretty(path: str) -> str:
    """A title from a file's or folder's name: `02-data_types.md` gives `Data types`."""
    name = posixpath.basename(path).rsplit(".", 1)[0]
    words = re.sub(r"^\d+[\s._\-]*", "", name).replace("_", " ").replace("-", " ").strip() or name
    return words[:1].upper() + words[1:]
