"""Find out what a model server can do, by asking it: nothing of this is assumed from its name.

Each way to hold a model to JSON is tried with a form the prompt does not spell out, so a server
that accepts a schema and ignores it does not pass. A long text with a word at its beginning shows
whether the server cuts prompts silently; so does the number of tokens it says it has read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from studium.ai.chat import MODES, Ask, Check, Mode
from studium.ai.engines.dialects import Dialect, chat_over
from studium.ai.engines.modelled.shapes import ProbeSaid, read
from studium.ai.engines.openai.chat import LimitField
from studium.ai.prompts import delimited, frame
from studium.ai.wire.budget import tokens_of
from studium.ai.wire.faults import EngineFailed
from studium.ai.wire.http import Wire

Tell = Callable[[int, int, str], None]
"""Told steps done, steps in all, and what is tried now. May raise to cancel."""
SIZES = (12_000, 3_000)  # tokens, by our estimate, of the long texts that are tried
_HOPELESS = {"absent", "address_refused", "key_refused", "no_such_model", "redirect"}
_CUT = 0.5  # of the estimate: fewer tokens read than this cannot be the whole text
_FILLER = "The river was calm on day {n}, and nothing that matters here was written down. "


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a connection can do. `modes` are the ways to JSON that work, the best one first.

    `context_tokens` is the longest text of `SIZES` that arrived whole, 0 when none did.
    `remarks` say in words what does not work.
    """

    modes: tuple[Mode, ...] = ()
    streams: bool = False
    context_tokens: int = 0
    limit_field: LimitField = "max_tokens"
    remarks: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether notes and questions can be asked of it."""
        return bool(self.modes) and self.context_tokens > 0

    @property
    def most_characters(self) -> int:
        """How much of a lesson fits beside the prompt and the answer."""
        return max(2_000, min(24_000, (self.context_tokens - 1_500) * 3))


def probe(wire: Wire, dialect: Dialect, model: str, *, tell: Tell | None = None) -> Capabilities:
    """Try everything; raises `EngineFailed` where nothing can work (nobody there, wrong key)."""
    trial = _Trial(wire, dialect, model, tell)
    trial.limit_field()
    for mode in ("tool", "prompted") if dialect == "anthropic" else MODES:
        trial.mode(mode)
    if trial.found.modes:
        trial.streaming()
        trial.context()
    trial.step("Done")
    return trial.found


class _Trial:
    """The steps of one probe and what they found so far."""

    def __init__(self, wire: Wire, dialect: Dialect, model: str, tell: Tell | None) -> None:
        self._wire, self._dialect, self._model, self._tell = wire, dialect, model, tell
        self._said, self._done = "", 0
        self.found = Capabilities()

    def step(self, what: str) -> None:
        """Tell what comes now."""
        self._said = what
        self._check()
        self._done += 1

    def _check(self) -> None:
        if self._tell is not None:
            self._tell(self._done, 8, self._said)

    def limit_field(self) -> None:
        """Which name the limit of tokens has; also the first word with the server."""
        self.step("Asking for a first answer")
        if self._dialect == "anthropic":
            return
        try:
            self._ask("prompted", "green", 1)
        except EngineFailed as failure:
            if failure.fault in _HOPELESS:
                raise
            if failure.fault == "request_refused" and "max_" in failure.message:
                self.found = replace(self.found, limit_field="max_completion_tokens")

    def mode(self, mode: Mode) -> None:
        """Whether an answer of the right form comes back in this mode, and says what is true."""
        self.step(f"Trying {mode.replace('_', ' ')}")
        try:
            said, _ = self._ask(mode, "violet", 71)
        except EngineFailed as failure:
            self._note(mode.replace("_", " "), failure)
            return
        if (said.colour.casefold().strip(), said.number) == ("violet", 71):
            self.found = replace(self.found, modes=(*self.found.modes, mode))
        else:
            self._remark(f"{mode.replace('_', ' ')}: the answer is not what was written.")

    def streaming(self) -> None:
        """Whether an answer comes in pieces."""
        self.step("Trying to stream")
        pieces: list[str] = []
        try:
            self._ask(self.found.modes[0], "amber", 12, pieces=pieces)
        except EngineFailed as failure:
            self._note("streaming", failure)
        else:
            self.found = replace(self.found, streams=bool(pieces))

    def context(self) -> None:
        """How long a text arrives whole."""
        for size in SIZES:
            self.step(f"Sending a text of about {size:,} tokens")
            try:
                if self._arrives(size):
                    self.found = replace(self.found, context_tokens=size)
                    return
                self._remark(f"A text of about {size:,} tokens is cut without a word.")
            except EngineFailed as failure:
                self._note(f"a text of about {size:,} tokens", failure)

    def _arrives(self, size: int) -> bool:
        lines = "".join(_FILLER.format(n=n) for n in range(size * 7 // 2 // len(_FILLER)))
        said, tokens = self._ask(self.found.modes[0], "teal", 38, more=lines)
        whole = tokens is None or tokens >= _CUT * tokens_of(lines)
        return whole and said.colour.casefold().strip() == "teal" and said.number == 38

    def _ask(
        self, mode: Mode, colour: str, number: int, *, more: str = "",
        pieces: list[str] | None = None,
    ) -> tuple[ProbeSaid, int | None]:  # fmt: skip
        """One small request: which colour and which number does the data name?"""
        data = f"The box is {colour}. The number on it is {number}. {more}"
        user = "Give the colour of the box and the number on it.\n\n" + delimited("text", data)
        chat = chat_over(
            self._wire, self._dialect, self._model, mode=mode, limit_field=self.found.limit_field
        )
        ask = Ask("probe-1", frame(), user, ProbeSaid, most_tokens=500)
        check: Check = self._check
        said = chat.ask(ask, check=check, piece=None if pieces is None else pieces.append)
        return read(ProbeSaid, said.text), said.tokens_in

    def _note(self, what: str, failure: EngineFailed) -> None:
        if failure.fault in _HOPELESS - {"no_such_model", "redirect"}:
            raise failure
        self._remark(f"{what}: {failure.message}")

    def _remark(self, text: str) -> None:
        self.found = replace(self.found, remarks=(*self.found.remarks, text))
