"""Each prompt has its match among the options. A response is an object: prompt id to option id.

A draft has `spec.pairs` (`[{"prompt": "…", "match": "…"}]`) and `spec.distractors` (texts that
match nothing). Stored, `spec.prompts` is a list of `{id, text, html}`, the options are the matches
and the distractors in an order that says nothing, and the key names an option for each prompt.

`spec.credit`: `each` (unless set) gives each right pair its part, `subtract` takes as much away for
each wrong one (open ones cost nothing, and never below 0), `all` wants every pair.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Any, ClassVar

from studium.assessment.kinds import sql
from studium.assessment.kinds.content import (
    MAX_ENTRIES,
    MAX_TEXT,
    Draft,
    Fields,
    Flawed,
    Making,
    OptionDraft,
    Problem,
    QuestionContent,
    Response,
    WrongShape,
    as_json,
    read_json,
)
from studium.assessment.kinds.kind import Kind
from studium.assessment.kinds.options import (
    check_options,
    mixed,
    option_ids,
    option_text,
    read_option,
    row_numbers,
    with_spare,
    write_options,
)
from studium.lib.words import phrase

_CREDIT = {
    "each": phrase("Each right pair counts."),
    "subtract": phrase("Each right pair counts, each wrong one takes as much away; never below 0."),
    "all": phrase("All pairs have to be right."),
}
_ROW = re.compile(r"prompt-([0-9]{1,3})")
_EMPTY = {"prompt": "", "match": ""}


class Matching(Kind):
    """See the module."""

    name = "matching"
    title = "Match pairs"
    place = 60
    interaction = "matching"
    shape = "object"
    bad_key: ClassVar = sql.either(
        sql.FEW_OPTIONS,
        sql.key_is_not("object"),
        sql.KEY_VALUES_ARE_NO_OPTIONS,
        sql.key_does_not_name("prompts"),
    )
    bad_response: ClassVar = sql.either(
        sql.response_is_not("object"),
        sql.RESPONSE_VALUES_ARE_NO_OPTIONS,
        sql.response_has_no("prompts"),
    )

    def problems(self, content: QuestionContent) -> list[Problem]:
        found = check_options(content)
        prompts, key = _prompts(content), _key(content)
        texts = [one.get("text") for one in prompts]
        if len(prompts) < 2:
            found.append(Problem("spec", "Matching needs at least two pairs. Add one."))
        if len(prompts) > MAX_ENTRIES:
            found.append(Problem("spec", f"There are more than {MAX_ENTRIES} pairs."))
        if not all(isinstance(one, str) and one.strip() for one in texts):
            found.append(Problem("spec", "A pair has no prompt. Write it or remove the pair."))
        elif len({str(one).strip() for one in texts}) < len(texts):
            found.append(Problem("spec", "A prompt is there twice."))
        if set(key) != {one.get("id") for one in prompts}:
            found.append(Problem("answer", "The key must name a match for each prompt."))
        elif not set(key.values()) <= set(option_ids(content)):
            found.append(Problem("answer", "A match is not among the options."))
        elif len(prompts) > 1 and len(set(key.values())) == 1:
            words = "All prompts have the same match, so choosing it everywhere would be right."
            found.append(Problem("spec", words))
        if content.spec.get("credit", "each") not in tuple(_CREDIT):
            found.append(Problem("spec", f"credit must be one of {', '.join(_CREDIT)}."))
        return found

    def read_response(self, content: QuestionContent, raw: object) -> Response:
        """Option ids by prompt id, in the author's order; open prompts are left out."""
        if raw is None or raw == "":
            return None
        if not isinstance(raw, dict):
            raise WrongShape("response", "The answer must name an option for each prompt.")
        ids = [str(one["id"]) for one in _prompts(content)]
        if not all(name in ids for name in raw):
            raise WrongShape("response", "The answer names a prompt that this question lacks.")
        given = {name: one for name, one in raw.items() if one is not None and one != ""}
        return {name: read_option(content, given[name], name) for name in ids if name in given} or (
            None
        )

    def score(self, content: QuestionContent, response: Response) -> Decimal:
        """Right pairs out of all; less wrong ones, or all or nothing, by `spec.credit`."""
        key = _key(content)
        if not isinstance(response, dict) or not key:
            return Decimal(0)
        right = sum(response.get(prompt) == option for prompt, option in key.items())
        rule = content.spec.get("credit", "each")
        if rule == "all":
            return Decimal(right == len(key))
        wrong = len(response) - right if rule == "subtract" else 0
        return max(Decimal(0), Decimal(right - wrong) / Decimal(len(key)))

    def right_answer(self, content: QuestionContent) -> Response:
        key = _key(content)
        return {one["id"]: key[one["id"]] for one in _prompts(content) if one["id"] in key}

    def credit(self, content: QuestionContent) -> str:
        return _CREDIT[content.spec.get("credit", "each")]

    def field(self, content: QuestionContent) -> dict[str, Any] | None:
        names = ("id", "text", "html")
        prompts = [{name: one.get(name, "") for name in names} for one in _prompts(content)]
        matches = [{name: one.get(name, "") for name in names} for one in content.options or ()]
        return {"prompts": prompts, "matches": matches}

    def parts(self, content: QuestionContent, response: Response) -> dict[str, bool]:
        given = response if isinstance(response, dict) else {}
        return {prompt: given.get(prompt) == option for prompt, option in _key(content).items()}

    def words(self, content: QuestionContent, response: Response) -> str:
        given = response if isinstance(response, dict) else {}
        return "; ".join(
            f"{one['text']} – {option_text(content, given[one['id']])}"
            for one in _prompts(content)
            if one["id"] in given
        )

    def mistake(self, content: QuestionContent, drawn: Random) -> Response:
        key = dict(_key(content))
        first, *others = key
        other = drawn.choice(others)
        if key[first] == key[other]:
            return {**key, first: next(one for one in option_ids(content) if one != key[first])}
        return {**key, first: key[other], other: key[first]}

    def write(self, draft: Draft, making: Making) -> QuestionContent:
        pairs = _pairs(draft.spec)
        matches = list(dict.fromkeys(one["match"].strip() for one in pairs))
        others = [one.strip() for one in draft.spec.get("distractors", []) if one.strip()]
        options = write_options([OptionDraft(one) for one in (*matches, *others)], making)
        by_text = {one["text"]: one["id"] for one in options}
        prompts = [
            {"id": new, "text": one["prompt"], "html": making.inline(one["prompt"])}
            for new, one in zip(making.ids(len(pairs)), pairs, strict=True)
        ]
        key = {
            prompt["id"]: by_text[one["match"].strip()]
            for prompt, one in zip(prompts, pairs, strict=True)
        }
        rest = {n: v for n, v in draft.spec.items() if n not in ("pairs", "distractors", "prompts")}
        spec = {**rest, "prompts": prompts}
        return QuestionContent(self.name, draft.text, as_json(key), mixed(options), spec)

    def draft(self, content: QuestionContent) -> Draft:
        key = _key(content)
        pairs = [
            {"prompt": one["text"], "match": option_text(content, key.get(one["id"]))}
            for one in _prompts(content)
        ]
        others = [one["text"] for one in content.options or () if one["id"] not in key.values()]
        spec = {n: v for n, v in content.spec.items() if n != "prompts"} | {"pairs": pairs}
        return Draft(content.text, None, None, spec | ({"distractors": others} if others else {}))

    def from_form(self, form: Fields) -> Draft:
        pairs = [
            {
                "prompt": form.get(f"prompt-{n}", "").strip(),
                "match": form.get(f"match-{n}", "").strip(),
            }
            for n in row_numbers(form, _ROW)
        ]
        spec: dict[str, Any] = {"pairs": [one for one in pairs if one["prompt"] or one["match"]]}
        if others := [
            one.strip() for one in form.get("distractors", "").splitlines() if one.strip()
        ]:
            spec["distractors"] = others
        if form.get("credit", "each") != "each":
            spec["credit"] = form.get("credit", "")
        return Draft("", None, None, spec)

    def to_form(self, draft: Draft) -> dict[str, Any]:
        return {
            "rows": with_spare(list(draft.spec.get("pairs", [])), _EMPTY),
            "distractors": "\n".join(draft.spec.get("distractors", [])),
            "credit": draft.spec.get("credit", "each"),
        }

    def refill(self, form: Fields) -> dict[str, Any]:
        return {**super().refill(form), "rows": self.to_form(self.from_form(form))["rows"]}

    def from_fields(self, form: Fields, name: str) -> object:
        start = f"{name}-"
        given = {
            one.removeprefix(start): form.get(one, "") for one in form if one.startswith(start)
        }
        return {prompt: option for prompt, option in given.items() if option} or None


def _prompts(content: QuestionContent) -> list[Mapping[str, Any]]:
    given = content.spec.get("prompts")
    if not isinstance(given, list):
        return []
    return [one for one in given if isinstance(one, Mapping) and isinstance(one.get("id"), str)]


def _key(content: QuestionContent) -> dict[str, str]:
    key = read_json(content.answer)
    if not isinstance(key, dict) or not all(isinstance(one, str) for one in key.values()):
        return {}
    return key


def _pairs(spec: Mapping[str, Any]) -> list[Mapping[str, str]]:
    pairs, others = spec.get("pairs"), spec.get("distractors", [])
    if not isinstance(pairs, list) or not all(map(_is_pair, pairs)):
        raise Flawed(Problem("spec", "The pairs must be a list of objects with prompt and match."))
    if not isinstance(others, list) or not all(isinstance(one, str) for one in others):
        raise Flawed(Problem("spec", "The distractors must be a list of texts."))
    if len(pairs) + len(others) > MAX_ENTRIES:
        raise Flawed(Problem("spec", f"There are more than {MAX_ENTRIES} pairs."))
    if any(len(text) > MAX_TEXT for text in (*others, *(t for one in pairs for t in one.values()))):
        raise Flawed(Problem("spec", f"A text is longer than {MAX_TEXT:,} characters."))
    return pairs


def _is_pair(one: object) -> bool:
    return (
        isinstance(one, Mapping)
        and set(one) == {"prompt", "match"}
        and all(isinstance(text, str) for text in one.values())
    )


KIND = Matching()
