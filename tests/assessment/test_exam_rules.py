"""The rules of exams as pure functions: what contradicts what, who gets which time, what counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from studium.assessment import accommodation_checks, release, terms
from studium.assessment.access import is_within, next_begin_at
from studium.assessment.counting import counting_score
from studium.assessment.effective import Given, combined, effective_terms
from studium.assessment.late import penalty_after, penalty_percent
from studium.assessment.models import Accommodation, Exam, ExamAttempt
from studium.lib.errors import Invalid

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TIERS = [{"minutes": 60, "penalty_percent": 10}, {"minutes": 1440, "penalty_percent": 50}]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def settings(**changed: object) -> dict[str, object]:
    return terms.EXAM_DEFAULTS | {"title": "x"} | changed


# --- contradictions --------------------------------------------------------------------------

CLOSED = {"closes_at": NOW}


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"release_key": "at_once", "release": "never"}, {"release_key", "release_correctness"}),
        (
            {"release_correctness": "at_once", "release": "after_close", **CLOSED},
            {"release_correctness", "release"},
        ),
        (
            {"release_key": "at_once", "release_correctness": "never"},
            {"release_key", "release_correctness"},
        ),
        (
            {"release_explanation": "at_once", "release_correctness": "after_close", **CLOSED},
            {"release_explanation", "release_correctness"},
        ),
        ({"release_key": "after_close"}, {"release_key", "closes_at"}),
        ({"release": "on_date", **CLOSED}, {"release", "release_on"}),
        ({"release": "on_date", "release_on": NOW}, {"release_on", "closes_at"}),
        (
            {"release": "on_date", "release_on": NOW - HOUR, **CLOSED},
            {"release_on", "closes_at"},
        ),
        (
            {"release": "on_date", "release_on": NOW, "grace_seconds": 60, **CLOSED},
            {"release_on", "closes_at"},
        ),
        (
            {
                "release": "on_date",
                "release_on": NOW + minutes(30),
                "closing": "full_time",
                "duration_minutes": 60,
                **CLOSED,
            },
            {"release_on", "closes_at"},
        ),
        ({"due_at": NOW}, {"due_at", "late_tiers"}),
        ({"late_tiers": TIERS}, {"due_at", "late_tiers"}),
        ({"due_at": NOW, "opens_at": NOW, "late_tiers": TIERS}, {"due_at", "opens_at"}),
    ],
)
def test_two_rules_that_contradict_each_other_are_both_named(changed, fields):
    assert fields <= set(terms.exam_problems(settings(**changed)))


@pytest.mark.parametrize(
    "changed",
    [
        {"release_key": "after_close", **CLOSED},
        {"release": "on_date", "release_on": NOW, **CLOSED},
        {"release_key": "never"},
        {"due_at": NOW, "late_tiers": TIERS},
        {"networks": ["192.0.2.0/24", "2001:db8::/32", "198.51.100.7"]},
        {"closing": "full_time", "counts": "mean", "retry_delay_minutes": 60},
    ],
)
def test_rules_that_go_together_are_kept(changed):
    assert terms.exam_problems(settings(**changed)) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("networks", ["192.0.2.0/33"]),
        ("networks", "192.0.2.0/24"),
        ("networks", ["10.0.0.0/8"] * 51),
        ("late_tiers", [{"minutes": 60}]),
        ("late_tiers", [{"minutes": 60, "penalty_percent": 101}]),
        ("late_tiers", [{"minutes": 0, "penalty_percent": 1}]),
        ("late_tiers", TIERS[::-1]),
        ("late_tiers", [TIERS[0], {"minutes": 90, "penalty_percent": 5}]),
        ("late_tiers", [{"minutes": True, "penalty_percent": 1}]),
        ("password", "x" * 201),
        ("closing", "soft"),
        ("counts", "worst"),
        ("release_key", "soon"),
        ("retry_delay_minutes", -1),
    ],
)
def test_a_rule_of_a_wrong_shape_is_refused_at_its_field(field, value):
    assert set(terms.exam_problems(settings(**{field: value}))) == {field}


def test_what_can_surprise_is_said():
    window = {"opens_at": NOW, "closes_at": NOW + HOUR}
    warned = [
        terms.exam_warnings(settings(**one))[-1]
        for one in (
            {"retry_delay_minutes": 5},
            {"retry_delay_minutes": 60, "attempts_allowed": 2, "release": "never", **window},
            {"release_key": "never", "release_explanation": "at_once"},
            {"release_on": NOW},
            {"closing": "full_time", **window},
            {"due_at": NOW + HOUR, "late_tiers": TIERS, **window},
        )
    ]
    wanted = ("only one attempt", "cannot begin", "give them away", "on a date", "after it", "late")
    assert all(words in warning for words, warning in zip(wanted, warned, strict=True)), warned


# --- release ---------------------------------------------------------------------------------


def exam(**changed: object) -> Exam:
    return Exam(**({"title": "x", "duration_minutes": 60} | changed))


def out(one: Exam, now: datetime) -> list[str]:
    return [part for part in release.PARTS if release.released(one, part, now)]


def test_each_part_has_its_own_moment():
    one = exam(
        release="at_once",
        release_correctness="after_close",
        release_key="on_date",
        release_explanation="never",
        closes_at=NOW,
        release_on=NOW + HOUR,
    )
    assert out(one, NOW - HOUR) == ["score"]
    assert out(one, NOW) == ["score", "correctness"]
    assert out(one, NOW + HOUR) == ["score", "correctness", "key"]


def test_nothing_comes_out_while_somebody_may_still_work():
    one = exam(release="after_close", closes_at=NOW, last_end_at=NOW + HOUR)
    dated = exam(release="on_date", release_on=NOW, closes_at=NOW, last_end_at=NOW + HOUR)
    for each in (one, dated):
        assert out(each, NOW + HOUR - minutes(1)) == []
        assert out(each, NOW + HOUR) == list(release.PARTS)


def test_a_part_is_never_out_before_what_it_gives_away():
    """Rows that no action would store leak nothing either."""
    one = exam(release="never", release_correctness="at_once", release_key="at_once")
    assert out(one, NOW) == []
    other = exam(release="at_once", release_correctness="never", release_key="at_once")
    assert out(other, NOW) == ["score"]


def test_never_has_no_moment_and_at_once_is_the_grading():
    assert release.release_moment(exam(release="never"), "score", graded_at=NOW) is None
    assert release.release_moment(exam(), "key", graded_at=NOW) == NOW


# --- one's own terms -------------------------------------------------------------------------


def test_a_factor_minutes_and_breaks_make_the_time():
    given = Given(factor=Decimal("1.25"), extra_minutes=10, break_minutes=5)
    found = effective_terms(exam(), given, now=NOW)
    assert (found.minutes, found.extra_minutes) == (90, 30)
    assert found.deadline_at == NOW + minutes(90)
    assert found.why == (
        "60 minutes × 1.25 + 10 minutes more + 5 minutes for breaks = 90 minutes.",
    )


def test_a_part_of_a_minute_is_given_whole():
    given = Given(factor=Decimal("1.33"))
    assert effective_terms(exam(duration_minutes=50), given, now=NOW).minutes == 67


def test_closing_time_cuts_but_never_what_somebody_has_more_than_others():
    one = exam(closes_at=NOW + minutes(30))
    assert effective_terms(one, now=NOW).deadline_at == NOW + minutes(30)
    given = Given(extra_minutes=20)
    assert effective_terms(one, given, now=NOW).deadline_at == NOW + minutes(50)


def test_without_the_cut_who_has_begun_has_the_full_time():
    one = exam(closes_at=NOW + minutes(1), closing="full_time")
    found = effective_terms(one, Given(extra_minutes=20), now=NOW)
    assert found.deadline_at == NOW + minutes(80)
    assert found.last_end_at == NOW + minutes(81)


def test_a_window_of_ones_own_stands_before_everybodys():
    one = exam(opens_at=NOW, closes_at=NOW + HOUR, due_at=NOW + minutes(30), late_tiers=TIERS)
    given = Given(opens_at=NOW + 24 * HOUR, closes_at=NOW + 25 * HOUR, extra_minutes=5)
    found = effective_terms(one, given, now=NOW + 24 * HOUR)
    assert (found.opens_at, found.closes_at) == (given.opens_at, given.closes_at)
    assert found.due_at == one.due_at + 24 * HOUR + minutes(5)
    assert found.deadline_at == NOW + 25 * HOUR + minutes(5)


def test_what_is_given_for_one_exam_takes_nothing_away():
    all_, own = (
        Accommodation(factor=Decimal("1.5"), extra_attempts=2, opens_at=NOW, exam_id=None),
        Accommodation(factor=Decimal(1), extra_minutes=10, opens_at=NOW + HOUR, exam_id=NOW),
    )
    found = combined([all_, own])
    assert (found.factor, found.extra_minutes, found.extra_attempts) == (Decimal("1.5"), 10, 2)
    assert found.opens_at == NOW + HOUR


# --- lateness and what counts ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("late", "percent"),
    [(-5, 0), (0, 0), (0.01, 10), (60, 10), (60.01, 50), (1440, 50), (99_999, 50)],
)
def test_each_step_of_lateness_has_its_price(late, percent):
    assert penalty_after(minutes(late), TIERS) == percent


def test_an_attempt_pays_by_the_rule_it_began_with():
    attempt = ExamAttempt(submitted_at=NOW + minutes(61), due_at=NOW, late_tiers=TIERS)
    assert penalty_percent(attempt) == 50
    assert penalty_percent(ExamAttempt(submitted_at=NOW, late_tiers=[])) == 0


def tried(*scores: int | None) -> list[SimpleNamespace]:
    return [SimpleNamespace(attempt_no=n, score=one) for n, one in enumerate(scores, 1)]


@pytest.mark.parametrize(
    ("rule", "score", "attempt_no"),
    [("best", 80, 2), ("last", 59, 4), ("first", 40, 1), ("mean", 64, None)],
)
def test_what_counts_is_found_and_said(rule, score, attempt_no):
    found = counting_score(tried(40, 80, 80, 59), rule)
    assert (found.score, found.attempt_no, found.of) == (score, attempt_no, 4)
    assert rule in found.words


def test_attempts_without_a_known_score_do_not_count():
    assert counting_score(tried(None, 70, None), "last").score == 70
    assert counting_score(tried(None), "mean").score is None
    with pytest.raises(ValueError, match="no rule"):
        counting_score(tried(1), "worst")


def test_a_mean_is_rounded_down():
    assert counting_score(tried(59, 60), "mean").score == 59


# --- what stands before the beginning --------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("192.0.2.200", True),
        ("::ffff:192.0.2.200", True),
        ("2001:db8::5", True),
        ("192.0.3.1", False),
        ("", False),
        ("nonsense", False),
    ],
)
def test_an_address_is_in_a_network_or_not(address, inside):
    assert is_within(address, ["192.0.2.0/24", "2001:db8::/32"]) is inside


def test_the_wait_begins_with_the_last_end():
    one = exam(retry_delay_minutes=30)
    ended = [ExamAttempt(submitted_at=NOW), ExamAttempt(submitted_at=NOW - HOUR), ExamAttempt()]
    assert next_begin_at(one, ended) == NOW + minutes(30)
    assert next_begin_at(one, []) is None
    assert next_begin_at(exam(), ended) is None


# --- lists -----------------------------------------------------------------------------------


def test_a_list_is_read_line_by_line():
    text = (
        "email;exam;factor;extra_minutes;closes_at;reason\n"
        "ada@example.org;;1,25;10;2026-03-02T12:00:00+00:00;'=office\n"
        "\n"
        "max@example.org;Final;two;-1;soon;\n"
        "eva@example.org;;;;;\n"
    )
    good, bad, empty = accommodation_checks.read_list(text.encode())
    assert (good.line, good.exam, good.problem) == (2, "", "")
    assert good.profile["factor"] == Decimal("1.25")
    assert good.profile["closes_at"] == NOW + 3 * HOUR
    assert good.profile["reason"] == "=office"
    assert bad.line == 4
    assert all(name in bad.problem for name in ("factor", "extra_minutes", "closes_at"))
    assert "gives nothing" in empty.problem


@pytest.mark.parametrize(
    "data",
    [b"", b"name,factor\nAda,2\n", b"email,colour\na@b.cd,red\n", b"\xff\xfe", b"email\n\x00"],
)
def test_what_is_no_list_is_refused_whole(data):
    with pytest.raises(Invalid):
        accommodation_checks.read_list(data)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("factor", Decimal("0.5")),
        ("factor", Decimal("11")),
        ("factor", Decimal("1.001")),
        ("factor", Decimal("NaN")),
        ("factor", 1.5),
        ("factor", True),
        ("extra_minutes", -1),
        ("break_minutes", 1441),
        ("extra_attempts", 101),
        ("opens_at", "soon"),
        ("reason", "x" * 2001),
        ("colour", "red"),
    ],
)
def test_a_profile_out_of_range_is_refused_at_its_field(field, value):
    assert set(accommodation_checks.problems({"extra_minutes": 5, field: value})) == {field}
