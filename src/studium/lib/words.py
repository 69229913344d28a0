"""Sentences that rules and actions say in English and a door says again in the reader's language.

Rules know no languages, and the same refusal goes to pages, programs and logs. So a sentence with
values keeps its form beside them; `lib.localized.said` looks the form up in the catalogue and
fills the values in again. A sentence without values needs none of this: it is its own form.
"""

from __future__ import annotations

from typing import Any


class Words(str):
    """A filled-in English sentence that remembers its form, its plural and its values."""

    __slots__ = ("form", "n", "plural", "values")

    form: str
    plural: str
    n: int
    values: dict[str, Any]

    def __new__(cls, form: str, plural: str = "", n: int = 1, /, **values: Any) -> Words:
        chosen = plural if plural and n != 1 else form
        made = super().__new__(cls, chosen % values if values else chosen)
        made.form, made.plural, made.n, made.values = form, plural, n, values
        return made

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Copies and pickles are plain text: what is stored or sent on is said already."""
        return str, (str(self),)


def phrase(form: str, /, **values: Any) -> Words:
    """A sentence for `lib.localized.said`: `phrase("At most %(most)s letters.", most=200)`.

    A form without values is taken as it stands; with values it is a format, in which a per cent
    sign is written twice. A value may be such a sentence itself.
    """
    return Words(form, **values)


def counted_phrase(one: str, many: str, n: int, /, **values: Any) -> Words:
    """A sentence by number, of which `n` is a value: `counted_phrase("%(n)s file", …, 3)`."""
    return Words(one, many, n, **{"n": n, **values})


def sentences(*parts: str, between: str = " ", end: str = "") -> Words:
    """Several sentences one after the other, each to be said by itself."""
    values = {f"part{place}": part for place, part in enumerate(parts)}
    return Words(between.join(f"%({name})s" for name in values) + end, **values)
