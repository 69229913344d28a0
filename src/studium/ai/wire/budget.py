"""What may be spent on models in a day. Pure: amounts in, a refusal or nothing out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Scope = Literal["user", "course", "site"]
WORDS: dict[Scope, str] = {
    "user": "What one person may use of the model in a day is used up.",
    "course": "What this course may use of the model in a day is used up.",
    "site": "What this site may use of the model in a day is used up.",
}


@dataclass(frozen=True, slots=True)
class Spent:
    """What a day has cost so far within one scope, and its limits; None means no limit."""

    scope: Scope
    tokens: int
    calls: int
    most_tokens: int | None
    most_calls: int | None

    def is_over(self, *, more_tokens: int = 0) -> bool:
        """Whether one more call, of about so many tokens, would go past a limit."""
        too_many = self.most_calls is not None and self.calls + 1 > self.most_calls
        too_long = self.most_tokens is not None and self.tokens + more_tokens > self.most_tokens
        return too_many or too_long


def refusal(spent: Iterable[Spent], *, more_tokens: int = 0) -> str:
    """Why one more call is not made, in words; "" when it may be made."""
    for one in spent:
        if one.is_over(more_tokens=more_tokens):
            return f"{WORDS[one.scope]} It begins anew at midnight (UTC)."
    return ""


def tokens_of(text: str) -> int:
    """About how many tokens a text is: a token per 3.5 characters, rounded up.

    English prose has about 4 characters a token in common vocabularies, code and other languages
    fewer; this is a bound for budgets and for noticing cut prompts, not a count.
    """
    return -(-len(text) * 2 // 7)
