"""An evaluation as text for people, and as one line of JSON for programs."""

from __future__ import annotations

import json
from dataclasses import asdict

from studium.analytics.evaluation.evaluation import ENGINE, Evaluation
from studium.analytics.evaluation.exams import ForecastFigures
from studium.analytics.evaluation.metrics import Figures

_HOW = {
    "students": "students: shared numbers learnt on the other folds, then every answer of an "
    "unseen student predicted from that student's own past",
    "stream": "stream: an empty system, every answer predicted and then learnt in order of arrival",
}
_FROZEN = "Shared numbers stay as learnt while a fold is tested; its students cannot leak."
_LEARNING = (
    "Shared numbers keep learning on the fold under test: earlier answers of its other students "
    "bear on a prediction."
)


def table(done: Evaluation) -> str:
    """What was read, how it was run, and all figures."""
    lines = [_about(done), f"Protocol {_HOW[done.plan.protocol]}."]
    if done.plan.protocol == "students":
        lines.append(_LEARNING if done.plan.keep_learning else _FROZEN)
    width = max(map(len, [ENGINE, *done.baselines]))
    lines += [
        "",
        _row(f"{done.engine.n:,} answers", width, _HEADS),
        _line(ENGINE, width, done.engine),
    ]
    lines += [_line(name, width, one) for name, one in done.baselines.items()]
    lines += [_line(f"  fold {fold} alone", width, one) for fold, one in done.by_fold.items()]
    return "\n".join([*lines, "", *_forecasts(done), *_speed(done)])


_HEADS = ("AUC", "RMSE", "log loss", "ECE", "slope")


def _about(done: Evaluation) -> str:
    log = done.log
    said = (
        f"{log.name}: {len(log):,} answers of {len(log.users):,} students to "
        f"{len(log.items):,} questions on {len(log.concepts):,} concepts."
    )
    if log.nothing_asked:
        said += f" {log.nothing_asked:,} rows in which nothing was asked are left out."
    if not log.has_concepts:
        said += " No concepts given: every question is one by itself."
    if not log.has_times:
        said += " No times given: order only."
    if not log.has_folds:
        said += " No folds given: five by a hash of the student."
    return said


def _row(name: str, width: int, cells: tuple[str, ...]) -> str:
    return f"{name:<{width}}" + "".join(f"{cell:>10}" for cell in cells)


def _line(name: str, width: int, one: Figures) -> str:
    cells = (_three(one.auc), *map(_three, (one.rmse, one.log_loss, one.ece)), _two(one.slope))
    return _row(name, width, cells)


def _three(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _two(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _forecasts(done: Evaluation) -> list[str]:
    lines = []
    if done.forecast is not None:
        lines.append(_forecast("Post-test (first answer on each concept)", done.forecast))
    elif any(done.log.is_exam):
        lines.append("Post-test: nobody has enough answers before it for a forecast.")
    else:
        lines.append("Post-test: none in this log (no row of kind `posttest`).")
    if done.next_20 is not None:
        lines.append(_forecast("Next 20 answers after the first half", done.next_20))
    return lines


def _forecast(name: str, one: ForecastFigures) -> str:
    early = f" {one.too_early:,} too early to forecast." if one.too_early else ""
    return (
        f"{name}, {one.n:,} students: forecast off by {one.mae:.3f} of the marks on average "
        f"(past share right: {one.past_mae:.3f}); the 80 % interval held {one.coverage:.1%}; "
        f"AUC of passing at half of the marks {_three(one.pass_auc)}.{early}"
    )


def _speed(done: Evaluation) -> list[str]:
    if done.speed is None:
        return []
    one = done.speed
    return [
        f"Time for one answer, predicted and learnt, over {one.n:,}: median {one.us_p50:.1f} us, "
        f"99 % within {one.us_p99:.0f} us; last tenth / first tenth {one.us_growth:.2f}."
    ]


def json_line(done: Evaluation) -> str:
    """All figures in one line."""
    own = done.engine
    speed = done.speed
    return json.dumps(
        {
            "auc": own.auc,
            "rmse": own.rmse,
            "log_loss": own.log_loss,
            "ece": own.ece,
            "slope": own.slope,
            "us_p50": speed and speed.us_p50,
            "us_growth": speed and speed.us_growth,
            "forecast": done.forecast and asdict(done.forecast),
            "forecast_next_20": done.next_20 and asdict(done.next_20),
            "n": own.n,
            "students": len(done.log.users),
            "protocol": done.plan.protocol,
            "test_fold": done.plan.test_fold,
            "keep_learning": done.plan.keep_learning,
            "folds": {str(fold): asdict(one) for fold, one in done.by_fold.items()},
            "baselines": {name: asdict(one) for name, one in done.baselines.items()},
        }
    )
