"""Why a probability is what it is: the parts of the shown logit, which add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, log1p, sqrt

from studium.analytics.engine.constants import PROBIT
from studium.analytics.engine.model import inputs, predict
from studium.analytics.engine.state import Situation

PARTS: tuple[str, ...] = (
    "question",
    "level",
    "concept_level",
    "concept_record",
    "item_record",
    "concept_gap",
    "item_gap",
    "calibration",
)
"""The names of parts, in the order they are given. See `Part`."""


@dataclass(frozen=True, slots=True)
class Part:
    """One named share of the shown logit.

    `name` is one of `PARTS`; `value` in logits, positive makes a right answer likelier; `about`
    says in English what it stands for, with the counts behind it.
    """

    name: str
    value: float
    about: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`p` and `logit` as `predict` gives them, and the parts whose values sum to `logit`."""

    p: float
    logit: float
    parts: tuple[Part, ...]


def explain(s: Situation) -> Explanation:
    """Take the shown logit apart; the values sum to it within 1e-9.

    The model's own sum z is shown as a + z * b / sqrt(1 + PROBIT * S). So every part of z is
    scaled by the same factor, and `a` (with what a cut at +-30 takes away) is the part
    `calibration`.
    """
    shown = predict(s)
    scale = s.shared.b / sqrt(1.0 + PROBIT * shown.variance)
    raw = _raw_parts(s)
    parts = [Part(name, value * scale, about) for name, value, about in raw]
    rest = shown.logit - fsum(part.value for part in parts)
    about = "what the site has learnt about being too sure or too careful"
    parts.append(Part("calibration", rest, about))
    return Explanation(shown.p, shown.logit, tuple(parts))


def _raw_parts(s: Situation) -> list[tuple[str, float, str]]:
    x = inputs(s)
    w = [value * mean for value, mean in zip(x, s.shared.means, strict=True)]
    k = len(s.concepts) or 1
    pairs = list(zip(s.concepts, s.masteries, strict=True))
    ease = fsum(c.mean for c in s.concepts) / k
    mastery = fsum(m.mean for m in s.masteries) / k
    slopes = (
        fsum(c.wins_slope * log1p(m.wins) + c.fails_slope * log1p(m.fails) for c, m in pairs) / k
    )
    wins, fails = fsum(m.wins for m in s.masteries) / k, fsum(m.fails for m in s.masteries) / k
    return [
        ("question", w[0] + ease + s.item.mean, "how easy this question is for most people"),
        ("level", s.level.mean, f"answers in the course so far: {s.level.n}"),
        ("concept_level", mastery, "strength on this concept compared with the rest"),
        ("concept_record", w[1] + w[2] + w[5] + w[9] + slopes,
         _record("this concept", wins, fails)),
        ("item_record", w[3] + w[4] + w[6] + w[10],
         _record("this very question", s.practised.wins, s.practised.fails)),
        ("concept_gap", w[7], "time since the last answer on this concept"),
        ("item_gap", w[8], "time since the last answer to this very question"),
    ]  # fmt: skip


def _record(where: str, wins: float, fails: float) -> str:
    if wins + fails == 0.0:
        return f"first try at {where}"
    return f"right {wins:.3g} of {wins + fails:.3g} times on {where}"
