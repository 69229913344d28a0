"""The second reader: judges what a model proposed, from the evidence alone. Each call is alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studium.ai.chat import Chat, Check
from studium.ai.engines.modelled.asking import answered
from studium.ai.engines.modelled.shapes import SolvedSaid, VerdictSaid
from studium.ai.prompts import prompt
from studium.ai.verify.judge import Verdict

_TOKENS = 500


@dataclass(frozen=True, slots=True)
class ModelJudge:
    """A model as `studium.ai.verify.Judge`."""

    chat: Chat
    check: Check | None = None

    def verdict(self, *, evidence: str, statement: str) -> Verdict:
        """Whether the evidence says so, says otherwise, or does not say."""
        data = {"evidence": evidence, "statement": statement}
        said = answered(
            self.chat, VerdictSaid, prompt("verdict"), data=data, most_tokens=_TOKENS,
            check=self.check,
        )  # fmt: skip
        return Verdict(said.word, said.quote)

    def solve(self, *, evidence: str, stem: str, options: Sequence[str]) -> str:
        """The right option, or the answer; "" when the evidence does not tell."""
        return self._solved("solve", evidence=evidence, stem=stem, options=_listed(options))

    def second_key(self, *, evidence: str, stem: str, options: Sequence[str], key: str) -> str:
        """Another right option; "" when there is none."""
        return self._solved(
            "second_key", evidence=evidence, stem=stem, options=_listed(options), key=key
        )

    def _solved(self, name: str, **data: str) -> str:
        said = answered(
            self.chat, SolvedSaid, prompt(name), data=data, most_tokens=_TOKENS, check=self.check
        )
        return said.answer


def _listed(options: Sequence[str]) -> str:
    return "\n".join(f"- {one}" for one in options)
