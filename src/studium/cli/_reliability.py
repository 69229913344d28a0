"""`studium analytics reliability`: whether this site's own predictions hold."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict

ABOUT = (
    "Measure the newest predictions of this site, up to 10,000, against the answers that came, "
    "and print how far off they were. Pages say words in place of percentages while that is bad."
)


def configure_reliability(parser: ArgumentParser) -> None:
    """One switch."""
    parser.add_argument("--json", action="store_true", help="print one line of JSON")


def run_reliability(options: Namespace) -> int:
    """Measure now, keep the measurement, print it."""
    from studium.analytics import actions
    from studium.analytics.queries.reliability import picture_of
    from studium.lib import clock

    report = actions.measure_predictions(now=clock.now())
    if report is None:
        print("null" if options.json else "No prediction yet: nothing was answered.")
        return 0
    picture = picture_of(report)
    if options.json:
        print(json.dumps(asdict(picture), default=str))
        return 0
    print(f"{picture.n:,} predictions, off by {100 * picture.ece:.1f} points on average")
    print(
        f"(by chance alone up to {100 * picture.by_chance:.1f}); log loss {picture.log_loss:.3f}."
    )
    print(f"{'predicted':>12}{'happened':>10}{'answers':>9}")
    for one in picture.ranges:
        print(f"{one.predicted:>11.0%} {one.observed:>9.0%} {one.n:>8,}")
    print(_verdict(picture.few, picture.shows_percentages))
    return 0


def _verdict(few: bool, shows_percentages: bool) -> str:
    if few:
        return "Too few to conclude anything; pages show percentages with their ranges."
    if shows_percentages:
        return "Pages show percentages."
    return "Pages say words in place of percentages until this is better."
