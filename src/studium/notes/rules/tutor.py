"""Decisions about the tutor that need no database: limits, what is stored, what a hint shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from studium.ai.own_answer import Compared
from studium.ai.tutor import Quoted, Reply, WrittenSentence
from studium.lib.errors import Invalid, TooMany
from studium.lib.words import phrase

TUTOR_JOB = "notes.tutor"
LONGEST_QUESTION, LONGEST_OWN = 2_000, 4_000
PER_MINUTE, PER_DAY = 10, 300
MOST_SHOWN = 50
"""Questions of one lesson that a page shows; the newest. An export has them all."""
MODES = ("hint", "explain", "check")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, cleaned: `own_answer` only where an own answer is to be checked."""

    text: str
    mode: str
    own_answer: str = ""


def cleaned(*, question: str, mode: str, own_answer: str = "") -> Question:
    """The question as it is kept; raises `Invalid` with the field that does not fit."""
    text, own = _one_line(question), own_answer.replace("\x00", "").strip()
    if mode not in MODES:
        raise Invalid("Choose hint, explain or check.", fields={"mode": "Unknown."})
    if not text:
        raise Invalid("Ask something first.", fields={"question": phrase("This is empty.")})
    if len(text) > LONGEST_QUESTION:
        raise Invalid(
            phrase(
                "A question has at most %(most)s characters; this one has %(n)s.",
                most=f"{LONGEST_QUESTION:,}",
                n=f"{len(text):,}",
            ),
            fields={"question": phrase("Too long.")},
        )
    if mode == "check" and not own:
        raise Invalid("Write your answer first.", fields={"own_answer": phrase("This is empty.")})
    if len(own) > LONGEST_OWN:
        raise Invalid(
            phrase(
                "An answer has at most %(most)s characters; this one has %(n)s.",
                most=f"{LONGEST_OWN:,}",
                n=f"{len(own):,}",
            ),
            fields={"own_answer": phrase("Too long.")},
        )
    return Question(text, mode, own if mode == "check" else "")


def require_patience(*, last_minute: int, last_day: int) -> None:
    """Raises `TooMany` when a person has asked too often."""
    if last_minute >= PER_MINUTE:
        raise TooMany(
            phrase(
                "That were %(n)s questions in a minute. Wait a minute, then ask again.",
                n=PER_MINUTE,
            ),
            extra={"retry_after": 60},
        )
    if last_day >= PER_DAY:
        raise TooMany(
            phrase("That were %(n)s questions in a day. Ask again tomorrow.", n=PER_DAY),
            extra={"retry_after": 3600},
        )


def stored(reply: Reply, compared: Compared | None) -> dict[str, Any]:
    """A reply as JSON."""
    return {
        "quotes": [asdict(one) for one in reply.quotes],
        "written": [asdict(one) for one in reply.written],
        "covered": reply.covered,
        "unknown": list(reply.unknown),
        "compared": asdict(compared) if compared else None,
    }


def reply_of(kept: Mapping[str, Any], *, state: Any, engine: str) -> Reply:
    """The reply that was stored."""
    return Reply(
        state=state,
        quotes=tuple(Quoted(**one) for one in kept.get("quotes", ())),
        covered=kept.get("covered", 0.0),
        unknown=tuple(kept.get("unknown", ())),
        written=tuple(
            WrittenSentence(one["text"], tuple(Quoted(**each) for each in one["quotes"]))
            for one in kept.get("written", ())
        ),
        engine=engine,
    )


def tells(mode: str) -> bool:
    """Whether the passages themselves are shown; a hint and a check name only where they are."""
    return mode == "explain"


def _one_line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())
