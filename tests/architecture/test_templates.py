"""Templates and styles keep the content policy: nothing inline, nothing from elsewhere.

The browser would refuse an inline script silently; these tests refuse it by file and line.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"

# what -> (pattern, a line that breaks the rule, a line that keeps it)
RULES: dict[str, tuple[str, str, str]] = {
    "an inline style attribute": (
        r"<[^>]*\sstyle\s*=",
        '<p style="color:red">',
        '<p class="st-x">',
    ),
    "an inline style element": (r"<style\b", "<style>p{}</style>", '<link rel="stylesheet">'),
    "an inline script": (
        r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*type\s*=\s*[\"']application/(?:ld\+)?json)",
        "<script>go()</script>",
        '<script type="module" src="/static/js/exam.js"></script>',
    ),
    "an event attribute": (r"<[^>]*\son[a-z]+\s*=", '<a onclick="go()">', '<a data-only="x">'),
    "htmx with code in it": (
        r"hx-on\b|hx-(?:vals|headers)\s*=\s*[\"']\s*(?:js|javascript):",
        '<a hx-vals="js:{a: b()}">',
        """<a hx-vals='{"a": 1}'>""",
    ),
    "a script address": (r"javascript:", '<a href="javascript:go()">', '<a href="/java">'),
    "a part fetched from another site": (
        r"<(?:script|link|img|iframe|source|video|audio|form|object|embed)\b[^>]*"
        r"\b(?:src|href|action|data|srcset)\s*=\s*[\"']?\s*(?:https?:)?//",
        '<script src="https://cdn.example/x.js">',
        '<a href="https://example.org/">',
    ),
    "markup let through without its reason": (
        r"\|\s*safe\b(?!.*\{#)|\{%-?\s*autoescape\s+(?:false|off)(?!.*\{#)",
        "{{ lesson.html|safe }}",
        "{{ lesson.html|safe }} {# cleaned when it was saved #}",
    ),
}


def lines_that_break(pattern: str, text: str) -> list[int]:
    """The numbers of the lines on which a rule is broken; a tag may span lines."""
    return [text.count("\n", 0, hit.start()) + 1 for hit in re.finditer(pattern, text, re.I)]


def templates() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("templates/**/*") if path.is_file())


def own_files(*endings: str) -> list[Path]:
    """Files of `src` that were written here: what was copied in lies under `vendor` or `demo`."""
    return sorted(
        path
        for ending in endings
        for path in SOURCE.rglob(f"*{ending}")
        if not {"vendor", "demo", "fonts"} & set(path.parts)
    )


def test_there_are_templates_to_look_at():
    assert len(templates()) > 5


@pytest.mark.parametrize("what", RULES)
def test_no_template_has(what):
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in templates()
        for line in lines_that_break(RULES[what][0], path.read_text("utf-8"))
    ]
    assert found == [], f"{what} in a template"


@pytest.mark.parametrize("what", RULES)
def test_the_rule_tells_good_from_bad(what):
    pattern, bad, good = RULES[what]
    assert lines_that_break(pattern, f"\n{bad}\n") == [2]
    assert lines_that_break(pattern, good) == []


def test_no_style_sheet_or_script_reaches_for_another_site():
    reach = re.compile(r"url\(\s*[\"']?(?:https?:)?//|@import|\bfrom\s+[\"']https?://|\beval\(")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in own_files(".css", ".js")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if reach.search(line)
    ]
    assert found == []


def test_nothing_is_left_for_later_in_the_source():
    later = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|raise NotImplemented")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in own_files(".py", ".html", ".css", ".js")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if later.search(line)
    ]
    assert found == []


def test_every_silenced_check_says_why():
    """`# type: ignore` and `# noqa` have their reason on the line, or in the comment above it."""
    silenced = re.compile(r"#\s*(?:type:\s*ignore|noqa)\b")
    reasoned = re.compile(
        r"#\s*(?:type:\s*ignore\[[\w, -]+\]|noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)"
        r"(?:\s*#\s*noqa:\s*[A-Z]+\d+)?\s*(?:#|[-–—:(])\s*\S"
    )
    found = []
    for path in own_files(".py"):
        above = ""
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            explained = reasoned.search(line) or above.lstrip().startswith("# ")
            if silenced.search(line) and not explained:
                found.append(f"{path.relative_to(ROOT)}:{number}")
            above = line
    assert found == []
