"""What every kind of question can do. A kind is a folder with a subclass of `Kind` in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any, ClassVar

from studium.assessment.kinds import parameters
from studium.assessment.kinds.content import (
    Draft,
    Fields,
    Making,
    Problem,
    QuestionContent,
    Response,
    as_json,
)
from studium.assessment.kinds.sql import NOTHING, Condition


class Kind(ABC):
    """One kind of question. Its folder has three templates beside it: `answer.html` (the field in
    which it is answered), `marked.html` (an answer beside what is right) and `author.html` (the
    form of its key). Nothing outside the folder knows the kind by its name.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    """What authors choose it by, in English; pages translate it."""
    place: ClassVar[int] = 100
    """Where it stands among the kinds that authors choose from; lower comes first."""
    interaction: ClassVar[str] = "other"
    """What the Experience API calls an answer of this kind (`interactionType`, xAPI 1.0.3)."""
    shape: ClassVar[str]
    """How the page's fields make a response: a word of `static/js/answers.js`."""
    needs_person: ClassVar[bool] = False
    """Whether a person has to mark it; `score` then gives None for an answer."""
    in_words: ClassVar[bool] = False
    """Whether an answer is in words of one's own, which go when a person is erased."""
    lists_options: ClassVar[bool] = False
    """Whether `options` are shown as they are, to choose from. Nothing else that is shown of such a
    question depends on their order."""
    takes_parameters: ClassVar[bool] = False
    """Whether numbers in it may differ from student to student (`spec.parameters`)."""
    bad_key: ClassVar[Condition] = NOTHING
    bad_response: ClassVar[Condition] = NOTHING

    def check(self, content: QuestionContent) -> list[Problem]:
        """What is wrong with a question; an empty list when it can be asked and scored."""
        if "parameters" not in content.spec:
            return self.problems(content)
        if not self.takes_parameters:
            return [Problem("spec", "This kind of question takes no parameters.")]
        return parameters.problems(content, self.problems)

    @abstractmethod
    def problems(self, content: QuestionContent) -> list[Problem]:
        """What is wrong with a question whose parameters are filled in."""

    @abstractmethod
    def read_response(self, content: QuestionContent, raw: object) -> Response:
        """The response in its normal form; raises `WrongShape`. None and "" clear it."""

    @abstractmethod
    def score(self, content: QuestionContent, response: Response) -> Decimal | None:
        """The share earned, 0 to 1, for a response in its normal form; None where a person marks.
        No answer earns 0."""

    @abstractmethod
    def right_answer(self, content: QuestionContent) -> Response:
        """A response that earns everything, in the normal form; None where a person marks."""

    def is_answered(self, response: Response) -> bool:
        """Whether there is something to score."""
        return response is not None

    def credit(self, content: QuestionContent) -> str:
        """How parts of the answer count, in English; empty where it is right or wrong. Students
        read it too, so it says nothing about the key."""
        return ""

    def field(self, content: QuestionContent) -> dict[str, Any] | None:
        """What the answer field needs beside the options. Students get it: no key, no hint."""
        return None

    def full_text(self, content: QuestionContent) -> str:
        """The question as Markdown with all that is to be read before answering."""
        return content.text

    def parts(self, content: QuestionContent, response: Response) -> dict[str, bool]:
        """Which parts of an answer are right, for a question with parts."""
        return {}

    def remark(self, content: QuestionContent, response: Response) -> str:
        """What the author says to exactly this answer, in Markdown."""
        return ""

    def words(self, content: QuestionContent, response: Response) -> str:
        """A response as plain text for tables and files; empty for none."""
        return "" if response is None else str(response)

    def chosen(self, response: Response) -> tuple[str, ...]:
        """The options that a response chose, to be counted; empty where nothing is chosen."""
        return ()

    def choices(self, content: QuestionContent) -> dict[str, str]:
        """What `chosen` counts: id and text, in the author's order."""
        if not self.lists_options:
            return {}
        return {str(one["id"]): str(one["text"]) for one in content.options or ()}

    @abstractmethod
    def mistake(self, content: QuestionContent, drawn: Random) -> Response:
        """A wrong answer that somebody could give, for rehearsals and demonstrations."""

    def write(self, draft: Draft, making: Making) -> QuestionContent:
        """The question of a draft; raises `Flawed` where none can be made."""
        answer = draft.answer
        if isinstance(answer, bool):
            answer = "true" if answer else "false"
        elif isinstance(answer, dict | list):
            answer = as_json(answer)
        text = "" if answer is None else str(answer)
        return QuestionContent(self.name, draft.text, text, spec=dict(draft.spec))

    def draft(self, content: QuestionContent) -> Draft:
        """The draft from which `write` makes this question again."""
        return Draft(content.text, self.right_answer(content), None, content.spec)

    @abstractmethod
    def from_form(self, form: Fields) -> Draft:
        """The author's form as a draft; `text` is filled in by the caller."""

    @abstractmethod
    def to_form(self, draft: Draft) -> dict[str, Any]:
        """What the fields of the author's form show for a draft."""

    def refill(self, form: Fields) -> dict[str, Any]:
        """What the fields show when the form comes back with its faults."""
        return {name: form.get(name, "") for name in form}

    def from_fields(self, form: Fields, name: str) -> object:
        """The response in a form without scripts; `read_response` then says what is wrong."""
        # Where one value is meant, reading says what is wrong with several.
        given = form.getlist(name)
        return given if len(given) > 1 else form.get(name, "") or None


def with_spec(content: QuestionContent, **entries: Any) -> QuestionContent:
    """The question with some entries of its spec written anew."""
    spec: Mapping[str, Any] = {**content.spec, **entries}
    return replace(content, spec=spec)
