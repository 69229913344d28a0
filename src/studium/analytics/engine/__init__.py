"""The analytics engine: one online additive Gaussian model. Plain Python, no Django, no tables.

Pure and deterministic: the same answers in the same order give the same rows, bit for bit.
Reading order: `constants.py`, `state.py`, `model.py`, `explaining.py`, `standing.py`,
`forecasting.py`. Equations, shapes, units and references: docs/analytics-engine.md.
"""

from __future__ import annotations

from studium.analytics.engine.constants import ENGINE_VERSION, TARGET, WEIGHTS
from studium.analytics.engine.explaining import PARTS, Explanation, Part, explain
from studium.analytics.engine.forecasting import READINESS, Forecast, forecast, readiness_words
from studium.analytics.engine.model import Prediction, predict, sigmoid, update
from studium.analytics.engine.standing import Estimate, after_right, due_at, mastery_now
from studium.analytics.engine.state import (
    Concept,
    Item,
    Level,
    Mastery,
    Practised,
    Shared,
    Situation,
)

__all__ = [
    "ENGINE_VERSION",
    "PARTS",
    "READINESS",
    "TARGET",
    "WEIGHTS",
    "Concept",
    "Estimate",
    "Explanation",
    "Forecast",
    "Item",
    "Level",
    "Mastery",
    "Part",
    "Practised",
    "Prediction",
    "Shared",
    "Situation",
    "after_right",
    "due_at",
    "explain",
    "forecast",
    "mastery_now",
    "predict",
    "readiness_words",
    "sigmoid",
    "update",
]
