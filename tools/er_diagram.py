"""Write docs/er-diagram.md from the models: every table, column and relation.

    python -m tools.er_diagram           # write it
    python -m tools.er_diagram --check   # exit code 1 when it is not up to date

The nine tables that the design began with come first, with their own columns first and marked.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PLACE = Path(__file__).resolve().parents[1] / "docs" / "er-diagram.md"

# The foundation: its tables and columns, in its order and under its names.
FOUNDATION = {
    "users": "id name email password_hash role created_at",
    "courses": "id title description created_at",
    "lessons": "id course_id topic content order_index",
    "ai_notes": "id lesson_id generated_content created_at",
    "quizzes": "id lesson_id title",
    "questions": "id quiz_id question_text answer options",
    "exams": "id course_id title duration_minutes",
    "exam_attempts": "id exam_id user_id score passed attempted_at",
    "analytics": "id user_id progress_data last_updated",
}
# Its relations, with how many rows stand on each side, and the word between.
STORY = [
    ("users", "||--o{", "exam_attempts", "takes"),
    ("users", "||--o{", "analytics", "has"),
    ("courses", "||--|{", "lessons", "contains"),
    ("courses", "||--o{", "exams", "has"),
    ("lessons", "||--o{", "quizzes", "has"),
    ("lessons", "||--o|", "ai_notes", "generates"),
    ("quizzes", "||--|{", "questions", "contains"),
    ("exams", "||--|{", "exam_attempts", "results_in"),
]
TYPES = {
    "UUIDField": "UUID",
    "CharField": "string",
    "EmailField": "string",
    "TextField": "text",
    "JSONField": "json",
    "DateField": "date",
    "DateTimeField": "timestamp",
    "BooleanField": "boolean",
    "DecimalField": "decimal",
    "FloatField": "float",
    "GeneratedField": "boolean",
}
HEAD = """# The database

Made from the models by `.venv/bin/python -m tools.er_diagram`; a test fails when it is out of date.
What the tables mean is told in [the data story](data-story.md).

## The foundation

The nine tables everything stands on, and how they belong together. A course is published with at
least one lesson and a quiz with at least one question; an exam begins with no attempt.

"""


def main() -> int:
    """Write or compare; returns the exit code."""
    text = diagram()
    if "--check" not in sys.argv:
        PLACE.write_text(text, "utf-8")
        return 0
    if PLACE.exists() and PLACE.read_text("utf-8") == text:
        return 0
    print("docs/er-diagram.md is not what the models say: run python -m tools.er_diagram.")
    return 1


def diagram() -> str:
    """The whole page."""
    models = {model._meta.db_table: model for model in _models()}
    ours = [*FOUNDATION, *sorted(name for name in models if name not in FOUNDATION)]
    foundation = [*(_story(*one) for one in STORY)]
    for name in FOUNDATION:
        foundation += _table(name, models[name], only=FOUNDATION[name].split())
    whole = [*(_story(*one) for one in STORY)]
    for name in ours:
        whole += _table(name, models[name])
    whole += [line for name in ours for line in _relations(models[name])]
    return (
        f"{HEAD}{_fenced(foundation)}\n\n## Every table\n\n"
        "The foundation's tables come first and its columns are marked *foundation*; the other "
        "columns and\ntables were added. Tables that belong to libraries (the job queue, second "
        f"factors) are left out.\n\n{_fenced(whole)}\n"
    )


def _models() -> list[Any]:
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        os.environ["DJANGO_SETTINGS_MODULE"] = "studium.project.settings"
        os.environ.setdefault("STUDIUM_DATA_DIR", tempfile.mkdtemp(prefix="studium-diagram-"))
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    return [model for model in apps.get_models() if model.__module__.startswith("studium.")]


def _fenced(lines: list[str]) -> str:
    return "\n".join(["```mermaid", "erDiagram", *(f"    {line}" for line in lines), "```"])


def _story(one: str, how: str, many: str, word: str) -> str:
    return f"{one.upper()} {how} {many.upper()} : {word}"


def _table(name: str, model: Any, only: list[str] | None = None) -> Iterator[str]:
    foundation = FOUNDATION.get(name, "").split()
    fields = {field.column: field for field in model._meta.local_concrete_fields}
    order = [column for column in foundation if column in fields]
    order += [column for column in fields if column not in foundation]
    yield f"{name.upper()} {{"
    for column in only or order:
        said = " ".join(_column(fields[column], column in foundation and only is None))
        yield f"    {said}"
    yield "}"


def _column(field: Any, marked: bool) -> Iterator[str]:
    yield _type(field)
    yield field.column
    if field.primary_key:
        yield "PK"
    elif field.is_relation:
        yield "FK"
    words = ["foundation"] if marked else []
    if field.choices:
        words.append(", ".join(str(value) for value, _ in field.choices))
    if words:
        yield f'"{": ".join(words)}"'


def _type(field: Any) -> str:
    if field.is_relation:
        return _type(field.target_field)
    if field.choices:
        return "enum"
    kind = field.get_internal_type()
    return "int" if kind.endswith(("IntegerField", "AutoField")) else TYPES[kind]


def _relations(model: Any) -> Iterator[str]:
    """Every foreign key that the story has not told already."""
    told = {(one, many) for one, _, many, _ in STORY}
    name = model._meta.db_table
    for field in model._meta.local_concrete_fields:
        if not field.is_relation:
            continue
        target = field.related_model._meta.db_table
        if (target, name) in told:
            told.discard((target, name))
            continue
        left = "|o" if field.null else "||"
        right = "o|" if field.unique else "o{"
        yield f"{target.upper()} {left}--{right} {name.upper()} : {field.name}"


if __name__ == "__main__":
    sys.exit(main())
