"""Made-up logs of answers: people of known skill before questions of known difficulty."""

from __future__ import annotations

import random
from math import exp
from pathlib import Path

from studium.analytics.evaluation.log import ResponseLog
from studium.analytics.evaluation.rows import Row


def made_up(*, people: int = 40, answers: int = 40, items: int = 12, seed: int = 7) -> ResponseLog:
    """Everybody answers in turn; question `i` is on concept `i % 4`; skills grow a little."""
    draw = random.Random(seed)
    skills = [draw.gauss(0, 1) for _ in range(people)]
    hard = [draw.gauss(0, 1) for _ in range(items)]
    log = ResponseLog("made-up.csv")
    for turn in range(answers):
        for person in range(people):
            item = draw.randrange(items)
            z = skills[person] - hard[item] + 0.02 * turn
            log.add(
                Row(
                    order=None,
                    user=f"u{person}",
                    item=f"i{item}",
                    concepts=(f"c{item % 4}",),
                    at=60.0 * turn,
                    is_exam=turn >= answers - 8,
                    share=float(draw.random() < 1 / (1 + exp(-z))),
                    fold=person % 5,
                )
            )
    log.sort()
    return log


def written(path: Path, log: ResponseLog) -> Path:
    """The log as a file with every column."""
    lines = ["order,user,item,concepts,ts,kind,correct,fold"]
    for place, one in enumerate(log):
        kind = "posttest" if log.is_exam[place] else "practice"
        concepts = ";".join(map(str, one.concepts))
        lines.append(
            f"{place},{one.user},{one.item},{concepts},{one.at},{kind},{one.share},"
            f"{log.fold_of[one.user]}"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
