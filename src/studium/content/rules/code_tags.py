"""What a text's programs show, by their syntax: words that an author may take for concepts.

Python is parsed with `ast`; Rust is read by its keywords outside of comments and texts. Code that
does not parse says nothing.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Iterator

_FENCE = re.compile(r"[ \t]{0,3}(```+|~~~+)[ \t]*([A-Za-z]{0,20})")
_MOST_CODE = 200_000

PYTHON: dict[type[ast.AST], str] = {
    ast.For: "Loops", ast.While: "Loops", ast.FunctionDef: "Functions", ast.Lambda: "Lambdas",
    ast.ClassDef: "Classes", ast.ListComp: "Comprehensions", ast.DictComp: "Comprehensions",
    ast.SetComp: "Comprehensions", ast.GeneratorExp: "Generators", ast.Yield: "Generators",
    ast.Try: "Exceptions", ast.Raise: "Exceptions", ast.With: "Context managers",
    ast.If: "Conditions", ast.Dict: "Dictionaries", ast.Set: "Sets", ast.JoinedStr: "f-strings",
    ast.Match: "Pattern matching", ast.AsyncFunctionDef: "Asynchronous functions",
}  # fmt: skip
RUST = {
    r"\b(?:loop|while|for\s+\w+\s+in)\b": "Loops", r"\bmatch\b": "Pattern matching",
    r"\bstruct\b": "Structs", r"\benum\b": "Enums", r"\btrait\b": "Traits", r"\bimpl\b": "Methods",
    r"&\s*mut\b": "Mutable references", r"&\s*(?!mut\b)[a-z_\[]": "References",
    r"<'\w+|&'\w+": "Lifetimes", r"\|[^|\n]*\|\s*(?:\{|\w)": "Closures", r"\bunsafe\b": "Unsafe",
    r"\bResult\b|\?;": "Error handling", r"\bOption\b": "Options", r"\bmod\b": "Modules",
    r"\basync\b": "Asynchronous functions", r"\bmacro_rules\b": "Macros",
}  # fmt: skip
# What is not closed goes to the end, so that each letter is looked at once.
_RUST_TEXTS = re.compile(r'//[^\n]*|/\*(?:.*?\*/|.*)|"(?:\\.|[^"\\])*+(?:"|\\?\Z)', re.S)


def code_tags(markdown: str) -> list[str]:
    """Names for what the programs of a lesson show, the most frequent first."""
    counts: Counter[str] = Counter()
    for language, code in _programs(markdown):
        if language in ("python", "py"):
            counts.update(_python(code))
        elif language == "rust":
            counts.update(_rust(code))
    return [name for name, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]


def _programs(markdown: str) -> Iterator[tuple[str, str]]:
    """The fenced programs with their languages in lower case."""
    mark, language, rows = "", "", list[str]()
    for row in markdown[:_MOST_CODE].splitlines():
        fence = _FENCE.match(row)
        if not mark and fence is not None:
            mark, language, rows = fence.group(1), fence.group(2).lower(), []
        elif mark and fence is not None and fence.group(1).startswith(mark):
            yield language, "\n".join(rows)
            mark = ""
        elif mark:
            rows.append(row)


def _python(code: str) -> set[str]:
    """Each construct once a program; prompts of a session are taken off."""
    plain = re.sub(r"^(?:>>>|\.\.\.) ?", "", code, flags=re.M)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(plain)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {PYTHON[type(node)] for node in ast.walk(tree) if type(node) in PYTHON}


def _rust(code: str) -> set[str]:
    plain = _RUST_TEXTS.sub(" ", code)
    return {name for pattern, name in RUST.items() if re.search(pattern, plain)}
