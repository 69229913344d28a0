"""Questions about a program to read: the program below the text, and what programs print."""

from __future__ import annotations

from studium.assessment.kinds.content import Problem, QuestionContent


def full_text(content: QuestionContent) -> str:
    """The question as Markdown, the program below its text unless it stands there already."""
    program = content.spec.get("program")
    if not isinstance(program, str) or program.strip() in content.text:
        return content.text
    language = content.spec.get("language", "")
    fence = "```" if "```" not in program else "~~~~"
    named = language if isinstance(language, str) else ""
    return f"{content.text}\n\n{fence}{named}\n{program}\n{fence}"


def program_problems(content: QuestionContent) -> list[Problem]:
    """Whether there is a program."""
    program = content.spec.get("program")
    if isinstance(program, str) and program.strip():
        return []
    return [Problem("spec", "There is no program to read.")]


def printed(output: str) -> str:
    """Output without spaces at the ends of lines and empty lines at its end."""
    lines = output.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip()
