"""Evaluating the engine on a log: figures that are right, and predictions that know no answer."""

from __future__ import annotations

import json
from array import array
from math import isnan, log
from pathlib import Path
from xml.etree import ElementTree

import pytest

from studium import cli
from studium.analytics.evaluation import evaluation, exams, growth, metrics, plot, report, speed
from studium.analytics.evaluation.baselines import Elo, ItemMean, Pfa
from studium.analytics.evaluation.engine_learner import EngineLearner
from studium.analytics.evaluation.evaluation import Evaluation, Plan
from studium.analytics.evaluation.learner import Learner
from studium.analytics.evaluation.log import Answer, ResponseLog
from studium.analytics.evaluation.protocols import Run, TooFewFolds
from tests.analytics.logs import made_up, written

LEARNERS = [EngineLearner, Elo, Pfa, ItemMean]


@pytest.fixture(scope="module")
def one() -> ResponseLog:
    """1,600 answers of 40 people."""
    return made_up()


@pytest.fixture(scope="module")
def done(one: ResponseLog) -> Evaluation:
    """Its evaluation over the folds."""
    return evaluation.evaluate(one, Plan(timed=200))


# --- figures -----------------------------------------------------------------------------------


def test_figures_are_those_worked_out_by_hand() -> None:
    p, y = [0.9, 0.6, 0.6, 0.2], [1.0, 1.0, 0.0, 0.0]
    found = metrics.figures(p, y)
    assert found.auc == pytest.approx(3.5 / 4)
    assert found.rmse == pytest.approx(((0.01 + 0.16 + 0.36 + 0.04) / 4) ** 0.5)
    assert found.log_loss == pytest.approx(-(log(0.9) + log(0.6) + log(0.4) + log(0.8)) / 4)
    assert found.ece == pytest.approx((0.1 + 2 * 0.1 + 0.2) / 4)


def test_a_part_mark_counts_as_that_much_of_a_right_answer() -> None:
    half = metrics.figures([0.9, 0.3], [0.5, 0.0])
    whole = metrics.figures([0.9, 0.9, 0.3, 0.3], [1.0, 0.0, 0.0, 0.0])
    assert half.auc == pytest.approx(whole.auc)
    assert half.log_loss == pytest.approx(whole.log_loss)


def test_without_both_kinds_of_answers_some_figures_are_none() -> None:
    found = metrics.figures([0.9, 0.8], [1.0, 1.0])
    assert (found.auc, found.slope) == (None, None)
    with pytest.raises(ValueError):
        metrics.figures([], [])


def test_the_slope_says_how_much_too_extreme_predictions_are() -> None:
    shares = [n / 20 for n in range(1, 20)]
    p = [share for share in shares for _ in range(40)]
    y = [float(k < 40 * share) for share in shares for k in range(40)]
    assert metrics.figures(p, y).slope == pytest.approx(1.0, abs=0.02)
    extreme = [1 / (1 + ((1 - share) / share) ** 2) for share in p]
    assert metrics.figures(extreme, y).slope == pytest.approx(0.5, abs=0.02)


# --- protocols ---------------------------------------------------------------------------------


@pytest.mark.parametrize("make", LEARNERS)
def test_no_prediction_is_shown_its_answer_or_a_later_one(
    one: ResponseLog, make: type[Learner]
) -> None:
    """Turning every answer from some place on moves no prediction up to that place."""
    place = len(one) // 2
    before, turned = array("d", one.share), array("d", one.share)
    for later in range(place, len(one)):
        turned[later] = 1 - turned[later]
    first = _run(one, make, "stream")
    try:
        one.share = turned
        second = _run(one, make, "stream")
    finally:
        one.share = before
    assert first[: place + 1] == second[: place + 1]
    assert first[place + 1 :] != second[place + 1 :]


@pytest.mark.parametrize("make", LEARNERS)
def test_students_under_test_do_not_leak_to_one_another(
    one: ResponseLog, make: type[Learner]
) -> None:
    """Turning the answers of one of them moves the predictions of nobody else in the fold."""
    user = next(user for user, fold in one.fold_of.items() if fold == 3)
    before = array("d", one.share)
    first = _run(one, make, "students", fold=3)
    try:
        one.share = array(
            "d", (1 - y if u == user else y for u, y in zip(one.user, before, strict=True))
        )
        second = _run(one, make, "students", fold=3)
    finally:
        one.share = before
    moved = {one.user[k] for k, p in enumerate(first) if not isnan(p) and p != second[k]}
    assert moved <= {user}
    assert make is ItemMean or moved == {user}
    tested = {one.user[k] for k, p in enumerate(first) if not isnan(p)}
    assert tested == {user for user, fold in one.fold_of.items() if fold == 3}


def test_a_model_never_sees_the_share_of_what_it_predicts(one: ResponseLog) -> None:
    class Curious(ItemMean):
        def predict(self, answer: Answer) -> float:
            assert isnan(answer.share)
            return super().predict(answer)

    _run(one, Curious, "students")
    _run(one, Curious, "stream")


def test_while_a_fold_is_tested_the_shared_numbers_stay_unless_told(one: ResponseLog) -> None:
    frozen, learning = Run(one, EngineLearner), Run(one, EngineLearner)
    frozen.students([2])
    learning.students([2], keep_learning=True)
    assert frozen.p != learning.p


def test_frozen_the_calibration_is_its_mean_and_later_answers_weigh_more(
    one: ResponseLog,
) -> None:
    model, weighted, weights = EngineLearner(), 0.0, 0
    for answer in one:
        model.learn(answer)
        weighted += model.shared.n * model.shared.a
        weights += model.shared.n
    last = model.shared.a
    model.freeze()
    assert model.shared.a == pytest.approx(weighted / weights)
    assert model.shared.a != last
    run = Run(one, _Frozen)
    run.students([0])
    assert _Frozen.times == 1


class _Frozen(EngineLearner):
    times = 0

    def freeze(self) -> None:
        type(self).times += 1


def test_one_fold_alone_cannot_be_split(one: ResponseLog) -> None:
    with pytest.raises(TooFewFolds, match="There is no fold 7"):
        evaluation.evaluate(one, Plan(test_fold=7))
    alone = made_up(people=3, answers=4)
    alone.fold_of = dict.fromkeys(alone.fold_of, 0)
    with pytest.raises(TooFewFolds, match="--protocol stream"):
        evaluation.evaluate(alone, Plan())
    assert evaluation.evaluate(alone, Plan(protocol="stream", timed=0)).engine.n == 12


def _run(one: ResponseLog, make: type[Learner], protocol: str, fold: int = 0) -> array[float]:
    run = Run(one, make)
    if protocol == "stream":
        run.stream()
    else:
        run.students([fold])
    return run.p


# --- the whole ---------------------------------------------------------------------------------


def test_the_engine_learns_and_beats_what_is_simpler(done: Evaluation) -> None:
    best = max(found.auc or 0 for found in done.baselines.values())
    assert (done.engine.auc or 0) > max(0.65, best - 0.01)
    assert done.engine.log_loss < min(found.log_loss for found in done.baselines.values()) + 0.01
    assert sum(found.n for found in done.by_fold.values()) == done.engine.n == 1600


def test_dealt_out_anew_answers_cannot_be_predicted() -> None:
    log = made_up(people=50, answers=40, seed=11)
    evaluation.permute(log, 1)
    plan = Plan(baselines=False, timed=0)
    assert evaluation.evaluate(log, plan).engine.auc == pytest.approx(0.5, abs=0.02)


def test_ranges_hold_the_truth_of_people_whose_growth_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(growth, "WAYS", growth.WAYS[:2])  # the command tries the others
    found = growth.held(1, students=60)
    assert growth.pooled(found) == pytest.approx(0.8, abs=0.08)
    for one in found:
        assert one.coverage.held == pytest.approx(0.8, abs=0.12), one.name


def test_a_post_test_is_forecast_from_what_came_before_it(
    one: ResponseLog, done: Evaluation
) -> None:
    found = exams.post_tests(one)
    assert len(found) == 40
    for user, exam in found.items():
        asked = [one.answer(place) for place in exam.places]
        assert all(answer.user == user for answer in asked)
        assert len({answer.concepts for answer in asked}) == len(asked)
        assert one.is_exam[exam.before]
    assert done.forecast is not None
    assert done.forecast.n + done.forecast.too_early == 40
    assert done.forecast.mae < 0.35
    assert done.next_20 is not None
    assert done.next_20.n == 40


def test_a_forecast_knows_no_answer_of_its_exam(one: ResponseLog) -> None:
    before, found = array("d", one.share), []
    turned = (1 - y if exam else y for y, exam in zip(before, one.is_exam, strict=True))
    try:
        for shares in (before, array("d", turned)):
            one.share = shares
            kept = exams.Exams(one, exams.post_tests(one))
            run = Run(one, EngineLearner, meet=kept.meet)
            run.stream()
            found.append(kept.outcomes[0])  # whose exam is first, before anybody's answer to one
    finally:
        one.share = before
    assert found[0].forecast == found[1].forecast
    assert found[0].score != found[1].score


def test_after_too_few_answers_nothing_is_forecast() -> None:
    log = made_up(people=6, answers=17)  # nine before the eight of the post-test
    found = evaluation.evaluate(log, Plan(protocol="stream", baselines=False, timed=0))
    assert found.forecast is None
    assert "nobody has enough answers" in report.table(found)


def test_a_log_without_a_post_test_has_no_forecast_but_the_stand_in() -> None:
    log = made_up(people=10)
    log.is_exam = bytearray(len(log))
    found = evaluation.evaluate(log, Plan(baselines=False, timed=0))
    assert found.forecast is None
    assert json.loads(report.json_line(found))["forecast"] is None
    assert found.next_20 is not None
    assert "no row of kind `posttest`" in report.table(found)


def test_time_is_taken_over_as_many_answers_as_asked(one: ResponseLog) -> None:
    found = speed.measured(one, answers=2000)  # more than there are: new people come again
    assert found.n == 2000
    assert 0 < found.us_p50 <= found.us_p99
    assert found.us_growth > 0


def test_the_plot_is_an_svg_that_names_its_numbers(done: Evaluation) -> None:
    root = ElementTree.fromstring(plot.reliability_svg(done.bins, title="A & B"))
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == "A & B"
    assert f"{done.bins[0].n} answers" in (root.findtext(f"{space}desc") or "")
    assert len(root.findall(f"{space}circle")) == len(done.bins)


# --- the command -------------------------------------------------------------------------------


def test_the_command_prints_a_table_and_ends_with_one_line_of_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, svg = written(tmp_path / "log.csv", made_up(people=20)), tmp_path / "plot.svg"
    options = ["--json", "--timed", "100", "--plot", str(svg), "--test-fold", "4"]
    assert cli.main(["analytics", "evaluate", str(path), *options]) == 0
    told = capsys.readouterr()
    figures = json.loads(told.out.splitlines()[-1])
    assert figures.keys() >= {
        "auc", "rmse", "log_loss", "ece", "slope", "us_p50", "us_growth", "forecast",
    }  # fmt: skip
    assert figures["forecast"].keys() >= {"mae", "coverage", "n"}
    assert figures["n"] == 160
    for name in ("this engine", "Elo", "PFA", "item mean"):
        assert name in told.out
    assert "reading" in told.err
    assert svg.read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("user,item,correct\nada,q1,7\n", [], "line 2: `correct` is '7'"),
        ("user,item,correct,fold\nada,q1,1,3\n", [], "Everybody is in one fold"),
        ("user,item,correct,fold\nada,q1,1,3\n", ["--test-fold", "1"], "There is no fold 1"),
        ("user,item,correct\nada,q1,1\n", ["--plot", "/none/x.svg"], "There is no folder /none"),
    ],
)
def test_the_command_refuses_with_a_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    options: list[str],
    said: str,
) -> None:
    path = tmp_path / "log.csv"
    path.write_text(text, encoding="utf-8")
    assert cli.main(["analytics", "evaluate", str(path), *options]) == 1
    assert said in capsys.readouterr().err


def test_the_command_simulates_or_needs_a_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "WAYS", (("a few", growth.Plan(answers=20, concepts=2)),))
    assert cli.main(["analytics", "evaluate", "--simulate", "1", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["coverage"] == figures["ways"]["a few"]["held"]
    assert cli.main(["analytics", "evaluate"]) == 1
    assert "Name the log" in capsys.readouterr().err


def test_the_command_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(self: object, answer: Answer) -> float:
        raise KeyboardInterrupt

    monkeypatch.setattr(EngineLearner, "predict", stopped)
    path = written(tmp_path / "log.csv", made_up(people=5, answers=4))
    assert cli.main(["analytics", "evaluate", str(path), "--protocol", "stream"]) == 130
