"""How far off the site's own predictions were, who may see it, and when pages say words."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from studium import cli
from studium.analytics import actions, jobs
from studium.analytics.evaluation.reliability import ENOUGH, MOST_ECE, is_bad, reliability
from studium.analytics.models import ReliabilityReport, ResponseFold
from studium.analytics.queries.reliability import shows_percentages
from studium.analytics.reliability import measure_when_due, newest_predictions
from studium.assessment.models import FoldQueue, Response
from studium.content.models import Course
from studium.identity.models import User
from studium.lib import clock
from tests import factories
from tests.analytics.answers import correct, practise

RANGES = [[0.2, 0.4, 50, 0.31, 0.33], [0.8, 1.0, 1, 0.9, 1.0]]


def report(
    seq: int, *, now: datetime, n: int = 9000, ece: float = 0.01, by_chance: float = 0.02
) -> ReliabilityReport:
    return ReliabilityReport.objects.create(
        last_seq=seq, made_at=now, n=n, ece=ece, by_chance=by_chance, log_loss=0.5, bins=RANGES
    )


def folded(responses: list[Response], predictions: list[float | None], *, first: int = 1) -> None:
    """Take responses in by hand, each with its prediction."""
    FoldQueue.objects.filter(response__in=responses).delete()
    ResponseFold.objects.bulk_create(
        ResponseFold(response=one, seq=seq, p_before=p)
        for seq, (one, p) in enumerate(zip(responses, predictions, strict=True), start=first)
    )


@pytest.fixture
def answers(ada: User, course: Course, now: datetime) -> list[Response]:
    """Ten answers of Ada's, the first six right."""
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"), questions=10)
    run = practise(ada, quiz, [1, 1, 1, 1, 1, 1, 0, 0, 0, 0], at=now)
    return list(Response.objects.filter(quiz_attempt=run).order_by("received_at"))


# --- the measure -------------------------------------------------------------------------------


def test_predictions_that_hold_stay_under_what_chance_explains() -> None:
    draw, over = random.Random(3), 0
    for _ in range(40):
        chances = [draw.random() for _ in range(400)]
        found = reliability((p, float(draw.random() < p)) for p in chances)
        assert found.n == 400
        over += found.ece > found.by_chance
    assert over <= 1  # about one in a thousand


def test_percentages_give_way_only_to_errors_that_are_large_certain_and_no_accident() -> None:
    assert is_bad(0.031, 0.02, ENOUGH)
    assert not is_bad(MOST_ECE, 0.02, ENOUGH)
    assert not is_bad(0.2, 0.02, ENOUGH - 1)
    assert not is_bad(0.04, 0.05, ENOUGH)


def test_nothing_cannot_be_measured() -> None:
    with pytest.raises(ValueError):
        reliability([])


# --- what is measured --------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_newest_predictions_are_held_against_what_came(
    answers: list[Response], now: datetime
) -> None:
    assert actions.measure_predictions(now=now) is None
    folded(answers, [0.6] * 10)
    made = actions.measure_predictions(now=now)
    assert made is not None
    assert (made.last_seq, made.n, made.made_at) == (10, 10, now)
    assert made.ece == pytest.approx(0.0)
    assert made.bins == [pytest.approx([0.6, 10 / 15, 10, 0.6, 0.6])]
    again = actions.measure_predictions(now=now + timedelta(hours=2))
    assert again is not None
    assert again.pk == made.pk  # nothing new


@pytest.mark.django_db
def test_answers_without_a_prediction_and_corrected_ones_are_left_out(
    answers: list[Response], now: datetime
) -> None:
    folded(answers, [None, *[0.5] * 9])
    folded([correct(answers[1], 0, at=now)], [0.5], first=11)
    last, pairs = newest_predictions()
    assert last == 11
    assert len(pairs) == 8
    assert sorted({share for _, share in pairs}) == [0.0, 1.0]


@pytest.mark.django_db
def test_a_worker_measures_once_an_hour(answers: list[Response], now: datetime) -> None:
    assert jobs.measure_reliability() is False
    folded(answers[:5], [0.9] * 5)
    assert measure_when_due(now=now) is not None
    folded(answers[5:], [0.9] * 5, first=6)
    assert measure_when_due(now=now + timedelta(minutes=59)) is None
    newer = measure_when_due(now=now + timedelta(minutes=61))
    assert newer is not None
    assert newer.n == 10


@pytest.mark.django_db
def test_old_measurements_go(
    answers: list[Response], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studium.analytics.reliability.KEPT", 2)
    for seq in (1, 2, 3):
        report(seq, now=now)
    folded(answers, [0.5] * 10)
    actions.measure_predictions(now=now)
    assert list(ReliabilityReport.objects.order_by("pk").values_list("last_seq", flat=True)) == [
        3,
        10,
    ]


# --- what follows, and who sees it -------------------------------------------------------------


@pytest.mark.django_db
def test_pages_show_percentages_until_they_are_known_to_be_wrong(
    now: datetime, django_assert_num_queries: Callable[..., object]
) -> None:
    assert shows_percentages()
    for seq, n, ece, shown in ((1, 100, 0.2, True), (2, 9000, 0.04, False), (3, 9000, 0.02, True)):
        report(seq, now=now, n=n, ece=ece)
        with django_assert_num_queries(1):
            assert shows_percentages() is shown


@pytest.mark.django_db
def test_admins_see_the_plot_its_table_and_the_verdict(
    client_of: Callable[..., Client], dora: User, now: datetime
) -> None:
    client = client_of(dora)
    assert "Nothing is measured yet" in client.get("/admin/reliability/").content.decode()
    report(1, now=now, n=100, ece=0.2)
    assert "100 predictions so far" in client.get("/admin/reliability/").content.decode()
    report(2, now=now)
    assert "Predictions hold" in client.get("/admin/reliability/").content.decode()
    report(3, now=now, n=2319, ece=0.034, by_chance=0.039)
    assert "2,319 of them can be by chance" in client.get("/admin/reliability/").content.decode()
    report(4, now=now, ece=0.0612)
    page = client.get("/admin/reliability/").content.decode()
    assert "off by 6.1 points on average, more than 3.0" in page
    assert 'id="reliability-title"' in page
    assert "Show as a table" in page
    assert page.count("percentages shown") == 2


@pytest.mark.django_db
def test_the_csv_and_the_api_say_what_the_page_says(
    client_of: Callable[..., Client], dora: User, now: datetime
) -> None:
    report(1, now=now)
    report(2, now=now, ece=0.0612)
    client = client_of(dora)
    sheet = client.get("/admin/reliability.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert [row["shows_percentages"] for row in rows] == ["no", "no", "yes", "yes"]
    assert (rows[0]["predicted"], rows[0]["happened"], rows[1]["low"]) == ("0.31", "0.33", "")
    told = client.get("/api/v1/analytics/reliability?limit=1").json()
    assert told["count"] == 2
    assert told["items"][0]["ece"] == 0.0612
    assert told["items"][0]["shows_percentages"] is False
    assert [one["n"] for one in told["items"][0]["ranges"]] == [50, 1]


@pytest.mark.django_db
def test_the_command_measures_now(
    answers: list[Response], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["analytics", "reliability"]) == 0
    assert "No prediction yet" in capsys.readouterr().out
    folded(answers, [0.6] * 10)
    assert cli.main(["analytics", "reliability"]) == 0
    told = capsys.readouterr().out
    assert "10 predictions, off by 0.0 points on average" in told
    assert "Too few to conclude anything" in told
    assert cli.main(["analytics", "reliability", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n"] == 10
    assert ReliabilityReport.objects.get().made_at <= clock.now()
