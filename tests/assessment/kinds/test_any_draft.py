"""Whatever an author sends as a question of any kind: made, or refused at its fields.

`make soak` tries 200 examples of each (`QUESTION_EXAMPLES`).
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studium.assessment.kinds import KINDS, OptionDraft, QuestionContent, kind
from studium.assessment.writing import QuestionDraft, write
from studium.web.answers import SentFields, answer_in
from studium.web.question_form import draft_in
from tests.assessment.kinds.samples import SAMPLES
from tests.assessment.kinds.test_any_response import ANYTHING

QUICK = settings(
    max_examples=int(os.environ.get("QUESTION_EXAMPLES", "10")),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
NAMES = sorted({name for content in SAMPLES.values() for name in content.spec} | {
    "pairs", "distractors", "text", "credit", "feedback", "expression", "wildcards", "when_true",
    "case_sensitive", "collapse_spaces", "unit_rule", "unit_share", "values", "html",
})  # fmt: skip
PARTS = ["text", "share", "value", "low", "high", "unit", "factor", "prompt", "match", "levels",
         "points", "id", "tolerance", "a", "min", "max", "step", "options", "accepted"]  # fmt: skip
VALUES = st.recursive(
    ANYTHING,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(PARTS), inner, max_size=5)
    ),
    max_leaves=8,
)
OPTIONS = st.lists(
    st.builds(
        OptionDraft,
        text=st.one_of(st.text(max_size=5), st.sampled_from(["a", "b", "{{a}}", "{{a"])),
        right=st.booleans(),
        share=st.one_of(st.none(), st.text(max_size=5), st.sampled_from(["100", "50", "-50"])),
    ),
    max_size=5,
)


def must_be_sound(draft: QuestionDraft) -> None:
    written = write(draft)
    assert all(isinstance(words, str) and words for words in written.problems.values())
    if not written.problems:
        its = kind(draft.kind)
        columns = written.columns
        content = QuestionContent(
            draft.kind,
            columns["question_text"],
            columns["answer"],
            columns["options"],
            columns["spec"],
        )
        its.draft(content), its.field(content), its.credit(content), its.to_form(its.draft(content))


@pytest.mark.parametrize("name", SAMPLES)
@QUICK
@given(data=st.data())
def test_any_spec_answer_and_options_make_a_question_or_are_refused(name: str, data: Any) -> None:
    """Near a sound question, where the deep checks are: one or two entries are anything."""
    sound = kind(SAMPLES[name].kind).draft(SAMPLES[name])
    names = st.sampled_from([*NAMES, *sound.spec, *sound.spec])
    spec = {**sound.spec, **data.draw(st.dictionaries(names, VALUES, max_size=2))}
    answer = data.draw(st.one_of(st.just(sound.answer), VALUES))
    options = data.draw(st.one_of(st.just(sound.options), st.none(), OPTIONS))
    must_be_sound(QuestionDraft(SAMPLES[name].kind, "?", answer, options, spec))


@pytest.mark.parametrize("name", KINDS)
@QUICK
@given(content=st.builds(dict, answer=st.text(max_size=9), spec=st.dictionaries(
    st.sampled_from(NAMES), VALUES, max_size=4), options=st.one_of(st.none(), st.lists(
        st.dictionaries(st.sampled_from(["id", "text", "share"]), st.text(max_size=3)),
        max_size=4))))  # fmt: skip
def test_checking_any_question_at_rest_says_what_is_wrong(name: str, content: Any) -> None:
    problems = kind(name).check(QuestionContent(name, "?", **content))
    assert all(problem.message.strip() for problem in problems)


FIELDS = ["question_text", "points", "explanation", "parameters", "option-1", "option-2", "right",
          "why-1", "share-1", "truth", "when_true", "accepted", "wildcards", "number", "tolerance",
          "tolerance_kind", "also", "said", "units", "unit_rule", "unit_share", "program", "output",
          "compiles", "line", "spaces", "credit", "prompt-1", "match-1", "prompt-999", "prompt-x",
          "distractors", "entries", "text", "rubric", "show_rubric", "min_words",
          "model"]  # fmt: skip
LINES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["on", "a = 1 .. 3", "a = 1, 2", "x | 50 | y", "2 .. 4 | 25", "3 ± 1", "||",
                     "m\r\nkm = 1000", "= 5", "R: 0 no; 1 yes", ":", "R: x; y", "[[a|b]] [[*c|d]]",
                     "[[", "[[]]", "[[*]]", "[[|]]", "{{a}}", "{{", "\x00", "\ud800", "true", "1"]),
)  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
@QUICK
@given(fields=st.dictionaries(st.sampled_from(FIELDS), LINES, max_size=9))
def test_any_form_is_read_shown_again_and_made_or_refused(name: str, fields: Any) -> None:
    form = QueryDict(mutable=True)
    form.update({**fields, "kind": name})
    kind(name).refill(SentFields(form))
    must_be_sound(draft_in(form))


@pytest.mark.parametrize("name", KINDS)
@QUICK
@given(given=st.dictionaries(st.sampled_from(["", "-1", "-i1", "-compiles", "-line", "-output"]),
                             st.lists(LINES, min_size=1, max_size=2)))  # fmt: skip
def test_any_answer_in_a_form_is_read_or_refused(name: str, given: Any) -> None:
    from studium.assessment.kinds import WrongShape

    form = QueryDict(mutable=True)
    for part, values in given.items():
        form.setlist(f"q-x{part}", values)
    raw = answer_in(form, kind=name, question_id="x")
    content = next(one for one in SAMPLES.values() if one.kind == name)
    try:
        kind(name).read_response(content, raw)
    except WrongShape:
        return
