"""Why a probability is what it is: the parts of the shown logit, which add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, sqrt

from studium.analytics.engine.constants import PROBIT, WEIGHTS
from studium.analytics.engine.model import predict
from studium.analytics.engine.reading import OfConcept, read
from studium.analytics.engine.state import Situation

_FRESH = WEIGHTS.index("item_fresh")

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
    reading, practised = read(s), s.practised
    w = {
        name: value * mean
        for name, value, mean in zip(WEIGHTS, reading.x, s.shared.means, strict=True)
    }
    # What is held in mind counts in full as the record; what time took of it, as the gap.
    in_mind = 0.0 if practised.last_at is None else s.shared.means[_FRESH]
    k = len(s.concepts) or 1
    ease = fsum(c.mean for c in s.concepts) / k
    slopes = fsum(_slopes(one) for one in reading.of_concepts) / k
    wins, fails = fsum(m.wins for m in s.masteries) / k, fsum(m.fails for m in s.masteries) / k
    return [
        ("question", w["base"] + ease + s.item.mean, "how easy this question is for most people"),
        ("level", s.level.mean, f"answers in the course so far: {s.level.n}"),
        ("concept_level", fsum(m.mean for m in s.masteries) / k,
         "strength on this concept compared with the rest"),
        ("concept_record",
         w["concept_wins"] + w["concept_fails"] + w["concept_last"] + w["concept_first"] + slopes,
         _record("this concept", wins, fails)),
        ("item_record",
         w["item_wins"] + w["item_fails"] + w["item_last"] + w["item_first"] + in_mind,
         _record("this very question", practised.wins, practised.fails)),
        ("concept_gap", w["concept_gap"], "time since the last answer on this concept"),
        ("item_gap", w["item_gap"] + w["item_fresh"] - in_mind,
         "time since the last answer to this very question"),
    ]  # fmt: skip


def _slopes(one: OfConcept) -> float:
    return one.concept.wins_slope * one.wins + one.concept.fails_slope * one.fails


def _record(where: str, wins: float, fails: float) -> str:
    if wins + fails == 0.0:
        return f"first try at {where}"
    return f"right {wins:.3g} of {wins + fails:.3g} times on {where}"
