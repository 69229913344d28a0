"""Measuring the site's own predictions: what was said before each answer, and what came.

Each answer's prediction is stored when it is taken in (`response_folds.p_before`) and never
rewritten, so nothing that was learnt later can make it look better.
"""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from studium.analytics.evaluation.reliability import Reliability, reliability
from studium.analytics.models import ReliabilityReport, ResponseFold

PREDICTIONS = 10_000
WITHIN = 20_000
"""The newest predictions are looked for among so many folds: some folds have none."""
EVERY = timedelta(hours=1)
KEPT = 1_000
"""So many reports, the newest, are kept."""


def newest_predictions() -> tuple[int, list[tuple[float, float]]]:
    """The seq of the newest fold, and the newest predictions with the shares that came.

    A corrected answer and its correction are left out: the mark that was predicted was wrong.
    """
    last = ResponseFold.objects.aggregate(last=Max("seq"))["last"] or 0
    rows = ResponseFold.objects.filter(
        seq__gt=last - WITHIN,
        p_before__isnull=False,
        response__replaces__isnull=True,
        response__replaced_by__isnull=True,
    ).order_by("-seq")
    pairs = rows.values_list("p_before", "response__share")[:PREDICTIONS]
    return last, [(p, float(share)) for p, share in pairs if p is not None]


def measure_predictions(*, now: datetime) -> ReliabilityReport | None:
    """Measure and store; None without predictions. Nothing new gives the report there is."""
    last, pairs = newest_predictions()
    if not pairs:
        return None
    known = ReliabilityReport.objects.filter(last_seq=last).first()
    return known or _stored(last, reliability(pairs), now)


def measure_when_due(*, now: datetime) -> ReliabilityReport | None:
    """The same, unless the newest report is younger than an hour."""
    newest = ReliabilityReport.objects.order_by("-last_seq").first()
    if newest is not None and newest.made_at > now - EVERY:
        return None
    return measure_predictions(now=now)


@transaction.atomic
def _stored(last: int, found: Reliability, now: datetime) -> ReliabilityReport:
    """Keep the report; who measures the same at the same moment finds this one."""
    report = ReliabilityReport(
        last_seq=last,
        made_at=now,
        n=found.n,
        ece=found.ece,
        by_chance=found.by_chance,
        log_loss=found.log_loss,
        bins=[list(astuple(one)) for one in found.bins],
    )
    ReliabilityReport.objects.bulk_create([report], ignore_conflicts=True)
    kept = ReliabilityReport.objects.order_by("-last_seq").values_list("last_seq")[KEPT : KEPT + 1]
    for (oldest,) in kept:
        ReliabilityReport.objects.filter(last_seq__lte=oldest).delete()
    return ReliabilityReport.objects.get(last_seq=last)
