"""Whatever is sent as a response, to any kind: refused by name or scored, and never an accident."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studium.assessment.kinds import KINDS, WrongShape, kind
from tests.assessment.kinds.samples import ASKED, MACHINE, SAMPLES

IDS = [f"i{number}" for number in range(1, 13)] + ["1", "2", "3", "4"]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from([*IDS, "", " ", "mut", "1.5 km", "5 m", "owner", "1\n2", "true", "own *"]),
)
NAMES = st.one_of(st.sampled_from([*IDS, "compiles", "output", "line", "value", "unit"]), st.text())
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.lists(st.sampled_from(IDS), max_size=6, unique=True),
        st.dictionaries(NAMES, inner, max_size=5),
    ),
    max_leaves=10,
)
QUICK = settings(
    max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_there_is_a_sample_of_every_kind() -> None:
    assert {content.kind for content in SAMPLES.values()} == set(KINDS)


@pytest.mark.parametrize("name", ASKED)
@QUICK
@given(raw=ANYTHING)
def test_any_json_is_refused_at_a_field_or_scored_between_0_and_1(name: str, raw: object) -> None:
    content, its = ASKED[name], kind(ASKED[name].kind)
    try:
        response = its.read_response(content, raw)
    except WrongShape as refusal:
        said = refusal
    else:
        said = None
    if said is not None:
        assert said.fields
        assert said.message.endswith(".")
        return
    share = its.score(content, response)
    assert share is None if its.needs_person and response is not None else 0 <= share <= 1
    assert its.read_response(content, json.loads(json.dumps(response))) == response
    assert isinstance(its.words(content, response), str)
    assert isinstance(its.remark(content, response), str)
    assert all(isinstance(right, bool) for right in its.parts(content, response).values())
    assert its.is_answered(response) is (response is not None)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_has_no_flaw_and_says_nothing_of_its_key(name: str) -> None:
    content, its = SAMPLES[name], kind(SAMPLES[name].kind)
    assert its.check(content) == []
    shown = json.dumps([its.field(content), its.credit(content), its.full_text(content)])
    for secret in ("accepted", "Because.", "feedback", "unit_share", content.answer):
        assert secret not in shown or content.kind == "single_choice"


@pytest.mark.parametrize("name", MACHINE)
def test_the_right_answer_earns_everything_nothing_earns_nothing_a_mistake_less(name: str) -> None:
    from random import Random

    content, its = MACHINE[name], kind(MACHINE[name].kind)
    right = its.right_answer(content)
    assert its.read_response(content, right) == right
    assert its.score(content, right) == 1
    assert all(its.parts(content, right).values())
    assert its.words(content, right)
    for empty in (None, ""):
        assert its.read_response(content, empty) is None
    assert its.score(content, None) == 0
    for seed in range(20):
        wrong = its.mistake(content, Random(seed))
        assert its.score(content, its.read_response(content, wrong)) < 1


@pytest.mark.parametrize("name", ASKED)
def test_a_list_never_earns_the_points_of_one_choice_and_no_kind_takes_every_option(
    name: str,
) -> None:
    content, its = ASKED[name], kind(ASKED[name].kind)
    ids = [str(one["id"]) for one in content.options or ()]
    everything = [ids, dict.fromkeys(ids, True), [ids], ids + ids]
    if isinstance(its.right_answer(content), dict):
        for option in ids:
            everything.append(dict.fromkeys(its.right_answer(content), option))
    for raw in everything:
        try:
            response = its.read_response(content, raw)
        except WrongShape:
            continue
        if response != its.right_answer(content):
            assert its.score(content, response) < Decimal(1)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_draft_of_a_question_makes_it_again(name: str) -> None:
    from tests.assessment.kinds.samples import Numbered

    content, its = SAMPLES[name], kind(SAMPLES[name].kind)
    again = its.write(its.draft(content), Numbered())
    assert its.check(again) == []
    bare = [its.draft(one) for one in (content, again)]
    unlabelled = [
        (one.text, one.answer, one.spec, [o.text for o in one.options or ()]) for one in bare
    ]
    assert unlabelled[0] == unlabelled[1]
    assert len(again.options or ()) == len(content.options or ())
