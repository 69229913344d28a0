"""What the Markdown formats share: the text of a lesson, its references and its quizzes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from studium.formats.draft import (
    MAX_LESSON_BYTES,
    FileDraft,
    QuizDraft,
    Report,
    key_of,
)
from studium.formats.fences import lines_with_roles
from studium.formats.quiz_toml import Clean, read_quiz
from studium.lib.markdown import tidy

MAX_TITLE = 200
_MEDIA = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "txt": "text/plain",
    "json": "application/json",
    "zip": "application/zip",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
}
_IMAGE = re.compile(
    r"!\[[^\]\n]{0,2000}\]\(\s{0,9}<?([^)\s>]{1,1000})"
    r"|<img\b[^>]{0,4000}?\bsrc\s{0,9}=\s{0,9}[\"']?([^\"'\s>]{1,1000})",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(\]\(\s{0,9}<?|^\[[^\]\n]{1,500}\]:[ \t]{1,9}<?|\b(?:src|href)=[\"'])([^)\s>\"'#]{1,1000})",
    re.MULTILINE,
)
_QUIZ = re.compile(r"^[ \t>]*\{\{#quiz\s{1,9}([^}\s]{1,500})\s{0,9}\}\}", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)


def read_text(data: bytes, path: str, report: Report) -> str | None:
    """The text of a lesson's file with one kind of line end, or None with an error."""
    if len(data) > MAX_LESSON_BYTES:
        report.error(
            path,
            f"The lesson has {len(data):,} bytes; at most {MAX_LESSON_BYTES:,} are allowed.",
            advice="Split it into several lessons.",
        )
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as flaw:
        line = data.count(b"\n", 0, flaw.start) + 1
        report.error(path, "The file is not UTF-8 text.", line=line, advice="Save it as UTF-8.")
        return None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        report.add("warning", path, "A NUL character was replaced.", line=line)
    return tidy(text).replace("\r\n", "\n").replace("\r", "\n")


def title_of(text: str) -> str | None:
    """The words of the first heading outside code, if there is one."""
    found = _HEADING.search(without_code(text))
    return plain_title(found.group(1)) if found else None


def plain_title(text: str) -> str:
    """A title without Markdown marks, cut at the longest that can be kept."""
    bare = re.sub(r"\\([\[\]`*_#<>&])|[`*]|<[^<>]{0,100}/?>(?=$)", r"\1", text)
    return " ".join(bare.split())[:MAX_TITLE].strip()


def without_code(text: str) -> str:
    """The text with the lines of fenced code blanked, every character in its place."""
    return "\n".join(
        " " * len(row) if role in ("open", "code", "close") else row
        for row, role, _ in lines_with_roles(text)
    )


def without_comments(text: str) -> str:
    """The text with HTML comments blanked, every character in its place."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start)
        end = len(text) if end < 0 else end + 3
        parts += [text[at:start], re.sub(r"[^\n]", " ", text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


def line_of(text: str, at: int) -> int:
    """The line, from 1, of a place in a text."""
    return text.count("\n", 0, at) + 1


class References:
    """Where the references of lessons lead: to each other's keys and to files by their paths."""

    def __init__(self, files: Mapping[str, bytes], lessons: Iterable[str], report: Report) -> None:
        self._files = files
        self._lessons = {path: key_of(path) for path in lessons}
        self._report = report
        self.used: set[str] = set()

    def resolved(self, text: str, path: str, *, shown_path: str = "") -> str:
        """The text with its references rewritten; missing images go to the report.

        `shown_path` is the path by which the report names the file.
        """
        readable = without_code(text)
        self._report_images(readable, path, shown_path or path)
        parts, at = [], 0
        for found in _REFERENCE.finditer(readable):
            target = self._target(found.group(2), path)
            if target is not None:
                parts += [text[at : found.start(2)], target]
                at = found.end(2)
        return "".join([*parts, text[at:]])

    def _target(self, written: str, path: str) -> str | None:
        if ":" in written or written.startswith("/"):
            return None
        place = _joined(path, written)
        lesson = re.sub(r"\.html$", ".md", place)
        if lesson in self._lessons:
            return quote(self._lessons[lesson]) + ".md"
        if place in self._files:
            self.used.add(place)
            return quote(place, safe="/")
        return None

    def _report_images(self, readable: str, path: str, shown_path: str) -> None:
        shown = without_comments(readable)
        for found in _IMAGE.finditer(readable):
            group = 1 if found.group(1) else 2
            written, at = found.group(group), found.start(group)
            if ":" in written or written.startswith("//") or _joined(path, written) in self._files:
                continue
            is_comment = shown[at] != readable[at]
            self._report.add(
                "note" if is_comment else "warning",
                shown_path,
                f"The image {written} is missing"
                + (", in a comment that readers do not see." if is_comment else "."),
                line=line_of(readable, at),
                advice="" if is_comment else "Add the file; until then its description is shown.",
            )

    def drafts(self, paths: Iterable[str]) -> tuple[FileDraft, ...]:
        """The files at these paths as drafts, by path."""
        return tuple(FileDraft(one, media_type(one), self._files[one]) for one in sorted(paths))


def media_type(path: str) -> str:
    """The media type that a file's ending promises; the bytes may say otherwise."""
    return _MEDIA.get(path.rpartition(".")[2].lower(), "application/octet-stream")


def _joined(path: str, written: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(written)))


class Quizzes:
    """The quiz files of a course; each belongs to the first lesson that names it."""

    def __init__(self, files: Mapping[str, bytes], report: Report, clean: Clean = str) -> None:
        self._files = files
        self._report = report
        self._clean = clean
        self._owner: dict[str, str] = {}

    def of_lesson(
        self, text: str, *, path: str, topic: str, named: Iterable[str] = ()
    ) -> tuple[QuizDraft, ...]:
        """The quizzes of a lesson: those its text marks, then those named besides."""
        readable = without_comments(without_code(text))
        wanted = [
            (found.group(1), line_of(text, found.start(1))) for found in _QUIZ.finditer(readable)
        ]
        wanted += [(f"quizzes/{name}.toml", 1) for name in named]
        quizzes: list[QuizDraft] = []
        for written, line in wanted:
            place = self._place(written, path, line)
            if place is None or not self._is_free(place, path, line):
                continue
            title = f"Quiz: {topic}" if len(wanted) == 1 else f"Quiz {len(quizzes) + 1}: {topic}"
            key = posixpath.basename(place).removesuffix(".toml")
            quiz = read_quiz(
                self._files[place],
                path=place,
                key=key,
                title=title[:MAX_TITLE],
                report=self._report,
                clean=self._clean,
            )
            quizzes += [quiz] if quiz else []
        return tuple(quizzes)

    def _place(self, written: str, path: str, line: int) -> str | None:
        name = posixpath.basename(written)
        name = name if name.endswith(".toml") else f"{name}.toml"  # a mark may leave it out
        for place in (_joined(path, written), f"quizzes/{name}", f"../quizzes/{name}"):
            if place in self._files:
                return place
        self._report.error(
            path,
            f"The quiz {written} is missing.",
            line=line,
            advice="Add the file or the mark goes.",
        )
        return None

    def _is_free(self, place: str, path: str, line: int) -> bool:
        """Whether the quiz is still nobody's; then it is this lesson's."""
        owner = self._owner.setdefault(place, "")
        if not owner:
            self._owner[place] = path
        elif owner != path:
            message = f"The quiz {place} belongs to {owner} already; here its mark stays alone."
            self._report.add("warning", path, message, line=line)
        return not owner

    def report_unused(self, prefix: str = "quizzes/") -> None:
        """Note the quiz files that no lesson names."""
        for place in sorted(self._files):
            if place.startswith(prefix) and place.endswith(".toml") and place not in self._owner:
                self._report.add(
                    "warning",
                    place,
                    "No lesson names this quiz; it is left out.",
                    advice="Write {{#quiz ../" + place + "}} where it belongs.",
                )
