"""Quiz files: the TOML of mdBook's quizzes, and what we add to say more in it.

`[[questions]]` of these types: `MultipleChoice` (an answer that is a text makes a single
choice, a list makes several; the options True and False make a true or false question),
`ShortAnswer`, `Tracing`, and ours `TrueFalse`, `Numeric` and `Question`, which has any kind in
`answer.kind` and what its author wrote as JSON in `answer.draft`. Ours are also `title` of the
quiz, `prompt.options` (all options in their order), the rules in `answer` of texts, and `concepts`,
a list of names: of a question, or of the whole quiz for its questions that name none.
Without an order of their own, options are mixed: an answer that always came first would
give itself away.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from studium.assessment.kinds import KINDS, Flawed, QuestionContent, kind
from studium.formats.concepts import concepts_in
from studium.formats.draft import QuestionDraft, QuizDraft, Report
from studium.formats.questions import draft_as_json, draft_in, from_draft
from studium.lib.markdown import tidy

TRACING_TEXT = (
    "Does this program compile? If it does, say what it prints; if it does not, name the line"
    " that fails."
)
_AT_LINE = re.compile(r"\(at line (\d+)")
_QUESTION = re.compile(r"^[ \t]*\[\[[ \t]*questions[ \t]*\]\]", re.MULTILINE)
Clean = Callable[[str], str]


class _Flaw(Exception):
    """What is wrong with one question."""


def read_quiz(
    data: bytes, *, path: str, key: str, title: str, report: Report, clean: Clean = str
) -> QuizDraft | None:
    """A quiz, or None when the file cannot be read; flaws go to the report.

    `title` is used when the file has none; `clean` is applied to every Markdown text.
    """
    text = _decoded(data, path, report)
    table = None if text is None else _parsed(text, path, report)
    if table is None or text is None:
        return None
    asked = table.get("questions")
    if not isinstance(asked, list) or not asked:
        report.error(
            path, "The quiz has no questions.", advice="Add a [[questions]] table or the file goes."
        )
        return None
    lines = [text.count("\n", 0, found.start()) + 1 for found in _QUESTION.finditer(text)]
    shared = table.get("multipart")
    reader = _Reader(path, shared if isinstance(shared, dict) else {}, clean)
    usual = concepts_in(table.get("concepts"), path=path, line=1, report=report)
    questions = []
    for index, one in enumerate(asked):
        line = lines[index] if index < len(lines) else 0
        try:
            question = reader.question(one, position=index + 1, line=line)
            about = concepts_in(one.get("concepts"), path=path, line=line, report=report)
            questions.append(replace(question, concepts=about or usual))
        except _Flaw as flaw:
            advice = "Mend the question in the file and import it again."
            report.error(path, f"Question {index + 1}: {flaw}", line=line, advice=advice)
    own = table.get("title")
    named = own.strip() if isinstance(own, str) and own.strip() else title
    return QuizDraft(key, named, tuple(questions), path)


def _decoded(data: bytes, path: str, report: Report) -> str | None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as flaw:
        line = data.count(b"\n", 0, flaw.start) + 1
        report.error(path, "The file is not UTF-8 text.", line=line, advice="Save it as UTF-8.")
        return None
    return text.replace("\r\n", "\n")


def _parsed(text: str, path: str, report: Report) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as flaw:
        # TOMLDecodeError is a ValueError; so is a date that does not exist.
        at = _AT_LINE.search(str(flaw))
        line = int(at.group(1)) if at else 0
        report.error(path, f"The TOML is broken: {flaw}.", line=line, advice="Mend the line.")
        return None


class _Reader:
    def __init__(self, path: str, shared: Mapping[str, Any], clean: Clean) -> None:
        self._path = path
        self._shared = shared
        self._clean = clean

    def question(self, raw: object, *, position: int, line: int) -> QuestionDraft:
        if not isinstance(raw, dict):
            raise _Flaw("it is not a table.")
        prompt, answer = _table(raw, "prompt"), _table(raw, "answer")
        builders = {
            "MultipleChoice": _choice,
            "ShortAnswer": _short_text,
            "Tracing": _tracing,
            "TrueFalse": _true_false,
            "Numeric": _numeric,
            "Question": _any_kind,
        }
        named = raw.get("type")
        if not isinstance(named, str) or named not in builders:
            raise _Flaw(f"its type {named!r} is none of {', '.join(builders)}.")
        content = builders[named](prompt, answer, _text(raw, "id"), self._clean)
        content = self._with_shared_text(content, raw.get("multipart"))
        flaws = kind(content.kind).check(content)
        if flaws:
            raise _Flaw(" ".join(flaw.message for flaw in flaws))
        return QuestionDraft(
            kind=content.kind,
            text=content.text,
            answer=content.answer,
            options=None if content.options is None else tuple(content.options),
            spec=content.spec,
            explanation=self._clean(_text(raw, "context")).strip(),
            external_id=_text(raw, "id"),
            position=position,
            source_path=self._path,
            line=line,
        )

    def _with_shared_text(self, content: QuestionContent, part: object) -> QuestionContent:
        if part is None:
            return content
        shared = self._shared.get(part) if isinstance(part, str) else None
        if not isinstance(shared, str):
            raise _Flaw(f"its multipart {part!r} is not in [multipart].")
        text = f"{self._clean(tidy(shared)).strip()}\n\n{content.text}"
        return QuestionContent(content.kind, text, content.answer, content.options, content.spec)


def _choice(
    prompt: Mapping[str, Any], answer: Mapping[str, Any], seed: str, clean: Clean
) -> QuestionContent:
    text = clean(_text(prompt, "prompt")).strip()
    given = answer.get("answer")
    right = _texts(given if isinstance(given, list) else [given], "answer.answer")
    wrong = _texts(prompt.get("distractors", []), "prompt.distractors")
    shown = _in_order(prompt, right, wrong, seed)
    if not isinstance(given, list) and {one.casefold() for one in shown} == {"true", "false"}:
        return QuestionContent("true_false", text, right[0].casefold())
    ids = {option: str(number) for number, option in enumerate(shown, start=1)}
    options = [{"id": str(number), "text": one} for number, one in enumerate(shown, start=1)]
    if isinstance(given, list):
        key = json.dumps(sorted({ids[one] for one in right}, key=int))
        return QuestionContent("multiple_choice", text, key, options)
    return QuestionContent("single_choice", text, ids[right[0]], options)


def _in_order(
    prompt: Mapping[str, Any], right: list[str], wrong: list[str], seed: str
) -> list[str]:
    if "options" in prompt:
        options = _texts(prompt["options"], "prompt.options")
        if not set(right) <= set(options):
            raise _Flaw("a right answer is not among prompt.options.")
        return options
    if prompt.get("sortAnswers") is True:
        return sorted([*right, *wrong])
    place = prompt.get("answerIndex")
    if isinstance(place, int) and not isinstance(place, bool) and 0 <= place <= len(wrong):
        return [*wrong[:place], *right, *wrong[place:]]
    mixed = [*right, *wrong]
    return sorted(mixed, key=lambda one: hashlib.sha256(f"{seed}\0{one}".encode()).digest())


def _short_text(
    prompt: Mapping[str, Any], answer: Mapping[str, Any], seed: str, clean: Clean
) -> QuestionContent:
    first = _text(answer, "answer").strip()
    others = _texts(answer.get("alternatives", []), "answer.alternatives")
    spec = {
        "accepted": [first, *others],
        "case_sensitive": answer.get("caseSensitive", False),
        "collapse_spaces": answer.get("collapseSpaces", True),
    }
    return QuestionContent("short_text", clean(_text(prompt, "prompt")).strip(), first, spec=spec)


def _tracing(
    prompt: Mapping[str, Any], answer: Mapping[str, Any], seed: str, clean: Clean
) -> QuestionContent:
    key: dict[str, Any] = {"compiles": answer.get("doesCompile")}
    if key["compiles"] is True:
        key["output"] = _text(answer, "stdout")
    elif "lineNumber" in answer:
        key["line"] = _plain(answer["lineNumber"], "answer.lineNumber")
    text = clean(_text(prompt, "prompt")).strip() or TRACING_TEXT
    program = _text(prompt, "program").rstrip("\n")
    return QuestionContent("tracing", text, json.dumps(key), spec={"program": program})


def _true_false(
    prompt: Mapping[str, Any], answer: Mapping[str, Any], seed: str, clean: Clean
) -> QuestionContent:
    given = answer.get("answer")
    if not isinstance(given, bool):
        raise _Flaw("answer.answer must be true or false.")
    return QuestionContent("true_false", clean(_text(prompt, "prompt")).strip(), str(given).lower())


def _numeric(
    prompt: Mapping[str, Any], answer: Mapping[str, Any], seed: str, clean: Clean
) -> QuestionContent:
    spec = {
        "tolerance": _number(answer.get("tolerance", "0"), "answer.tolerance"),
        "tolerance_kind": answer.get("toleranceKind", "absolute"),
    }
    value = _number(answer.get("answer"), "answer.answer")
    return QuestionContent("numeric", clean(_text(prompt, "prompt")).strip(), value, spec=spec)


def _any_kind(
    prompt: Mapping[str, Any], answer: Mapping[str, Any], seed: str, clean: Clean
) -> QuestionContent:
    name = _text(answer, "kind")
    if name not in KINDS:
        raise _Flaw(f"its kind {name!r} is none of {', '.join(KINDS)}.")
    try:
        given = json.loads(_text(answer, "draft"))
        if not isinstance(given, dict):
            raise ValueError("it is no object.")
        draft = draft_in(clean(_text(prompt, "prompt")).strip(), given)
        return from_draft(name, draft)
    except (ValueError, RecursionError, Flawed) as flaw:
        raise _Flaw(f"answer.draft cannot be read: {flaw}") from None


def _number(value: object, name: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _Flaw(f"{name} must be a number.")
    if isinstance(value, int) and value.bit_length() > 400:
        raise _Flaw(f"{name} is too large.")
    return tidy(str(value))


def _plain(value: object, name: str) -> object:
    if isinstance(value, bool) or not isinstance(value, int) or value.bit_length() > 60:
        raise _Flaw(f"{name} must be a whole number.")
    return value


def _table(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = raw.get(name, {})
    if not isinstance(value, dict):
        raise _Flaw(f"{name} must be a table.")
    return value


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name, "")
    if not isinstance(value, str):
        raise _Flaw(f"{name} must be a text.")
    return tidy(value)


def _texts(value: object, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _Flaw(f"{name} must be a text or a list of texts.")
    return [tidy(one).strip() for one in value]


def write_quiz(quiz: QuizDraft) -> bytes:
    """The quiz as TOML that `read_quiz` reads back as an equal quiz."""
    parts = [f"title = {quoted(quiz.title)}\n"]
    for question in quiz.questions:
        rows = ["[[questions]]"]
        if question.external_id:
            rows.append(f"id = {quoted(question.external_id)}")
        rows += [f"{name} = {_value(value)}" for name, value in _rows(question)]
        if question.concepts:
            rows.append(f"concepts = {_value(list(question.concepts))}")
        if question.explanation:
            rows.append(f"context = {quoted(question.explanation)}")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts).encode()


def _rows(question: QuestionDraft) -> list[tuple[str, Any]]:
    text, spec = ("prompt.prompt", question.text), question.spec
    if not _says_all(question):
        content = QuestionContent(
            question.kind, question.text, question.answer, question.options, spec
        )
        made = json.dumps(draft_as_json(content), ensure_ascii=False)
        return [("type", "Question"), text, ("answer.kind", question.kind), ("answer.draft", made)]
    if question.kind in ("single_choice", "multiple_choice"):
        texts = {str(one["id"]): str(one["text"]) for one in question.options or ()}
        several = question.kind == "multiple_choice"
        key = json.loads(question.answer) if several else [question.answer]
        right = [texts[one] for one in key]
        return [
            ("type", "MultipleChoice"),
            text,
            ("prompt.distractors", [one for id_, one in texts.items() if id_ not in key]),
            ("prompt.options", list(texts.values())),
            ("answer.answer", right if several else right[0]),
        ]
    if question.kind == "true_false":
        return [("type", "TrueFalse"), text, ("answer.answer", question.answer == "true")]
    if question.kind == "short_text":
        rows: list[tuple[str, Any]] = [
            ("type", "ShortAnswer"),
            text,
            ("answer.answer", question.answer),
        ]
        accepted = list(spec.get("accepted", []))[1:]
        rows += [("answer.alternatives", accepted)] if accepted else []
        rows += [("answer.caseSensitive", True)] if spec.get("case_sensitive") else []
        return rows + (
            [] if spec.get("collapse_spaces", True) else [("answer.collapseSpaces", False)]
        )
    if question.kind == "numeric":
        return [
            ("type", "Numeric"),
            text,
            ("answer.answer", question.answer),
            ("answer.tolerance", str(spec.get("tolerance", "0"))),
            ("answer.toleranceKind", spec.get("tolerance_kind", "absolute")),
        ]
    key = json.loads(question.answer)
    rows = [("type", "Tracing"), ("prompt.program", spec.get("program", ""))]
    rows += [] if question.text == TRACING_TEXT else [text]
    rows.append(("answer.doesCompile", key["compiles"]))
    rows += [("answer.stdout", key["output"])] if "output" in key else []
    return rows + ([("answer.lineNumber", key["line"])] if key.get("line") else [])


_SAID: dict[str, set[str]] = {
    "single_choice": set(),
    "multiple_choice": set(),
    "true_false": set(),
    "short_text": {"accepted", "case_sensitive", "collapse_spaces"},
    "numeric": {"tolerance", "tolerance_kind"},
    "tracing": {"program"},
}


def _says_all(question: QuestionDraft) -> bool:
    """Whether the types of mdBook say everything about the question."""
    if question.kind not in _SAID or not set(question.spec) <= _SAID[question.kind]:
        return False
    if any(set(one) - {"id", "text", "explanation"} for one in question.options or ()):
        return False
    return all(isinstance(one, str) for one in question.spec.get("accepted", ()))


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return quoted(str(value))


def quoted(text: str) -> str:
    """A TOML text, over several lines when it has several."""
    if "\n" in text and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text):
        body = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        body = f'{body[:-1]}\\"' if body.endswith('"') else body
        return f'"""\n{body}"""'
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
