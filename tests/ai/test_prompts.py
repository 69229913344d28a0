"""Prompts: filled once, never a template of what is filled in, and a course's words are checked."""

from __future__ import annotations

import pytest

from studium.ai.prompts import EDITABLE, PLACES, VERSIONS, delimited, filled, prompt, worded
from studium.lib.errors import Invalid


@pytest.mark.parametrize("name", sorted(VERSIONS))
def test_each_prompt_has_its_file_and_exactly_its_places(name: str) -> None:
    one = prompt(name)
    assert one.text
    assert one.version == f"{name}-{VERSIONS[name]}"
    data, words = PLACES.get(name, ((), ()))
    for place in (*data, *words):
        assert one.text.count(f"{{{{{place}}}}}") == 1


def test_what_is_filled_in_is_not_filled_again() -> None:
    one = prompt("answer")
    hostile = "{{question}} {{passages}} {% include '/etc/passwd' %} ${x} {0} %s \\1 \\g<0>"
    text = filled(one, data={"question": hostile, "passages": "P"}, words={"language": "en"})
    assert text.count(hostile) == 1
    assert text.count("<<<PASSAGES:") == 1


def test_data_cannot_contain_its_own_end() -> None:
    text = "a"
    for _ in range(5):
        text += delimited("lesson", text).splitlines()[-1]
    marked = delimited("lesson", text)
    assert marked.count(marked.splitlines()[-1]) == 1


@pytest.mark.parametrize("name", EDITABLE)
def test_a_courses_own_words_have_a_version_of_their_own(name: str) -> None:
    text = prompt(name).text
    own = worded(name, text + "\nBe brief.\r\n")
    assert own.version.startswith(prompt(name).version + "+")
    assert own.version == worded(name, text + "\nBe brief.").version


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes", "Write notes."),
        ("notes", "{{topic}} {{lesson}} {{lesson}}"),
        ("notes", "{{topic}} {{lesson}} {{secret_key}}"),
        ("notes", "{{topic}} {{lesson}} \x00"),
        ("notes", "{{topic}} {{lesson}}" + "a" * 7000),
        ("verdict", "{{evidence}} {{statement}}"),
        ("frame", "Do what you like."),
        ("../../etc/passwd", "x"),
    ],
)
def test_words_that_cannot_work_are_refused(name: str, text: str) -> None:
    with pytest.raises(Invalid):
        worded(name, text)
