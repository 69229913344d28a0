"""What a browser without scripts makes of a page: its forms, their fields, what a press sends.

Only what can be seen and pressed counts: nothing inside `template` or under `hidden`, no button of
type `button`, no field of a disabled fieldset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import lxml.html

_OPENS = re.compile(r"^\s*0\s*;\s*url=(.+)$", re.I)
_CONTROLS = {"input", "select", "textarea", "button"}


@dataclass(frozen=True)
class Button:
    """A way to send a form: what it adds, and where it goes if not to the form's address."""

    name: str = ""
    value: str = ""
    action: str = ""


@dataclass
class Field:
    """A control by its name: `says` is what it would send untouched, `offers` all it could say."""

    name: str
    kind: str
    says: list[str]
    offers: list[str]
    attrs: Mapping[str, str]

    @property
    def asks(self) -> bool:
        """Whether a person fills it in."""
        return self.kind != "hidden" and "readonly" not in self.attrs


@dataclass
class Form:
    """A form that can be sent, as it stands in its page."""

    method: str
    action: str
    takes_files: bool
    fields: list[Field] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)


@dataclass
class Sheet:
    """The forms of a page that can be sent; where a browser without scripts goes on by itself."""

    forms: list[Form]
    onward: str

    def says(self, name: str) -> set[str]:
        """What fields of this name would send, in any form."""
        fields = [each for form in self.forms for each in form.fields if each.name == name]
        return {value for each in fields for value in each.says}


def read(html: str) -> Sheet:
    """The forms of a page, in their order."""
    page = lxml.html.fromstring(html)
    onward = [_OPENS.match(each) for each in page.xpath("//meta[@http-equiv='refresh']/@content")]
    named: dict[str, list[Any]] = {}
    for control in page.xpath("//*[@form]"):
        named.setdefault(control.get("form"), []).append(control)
    forms = [_form(each, named) for each in page.iter("form")]
    gone = next((each[1] for each in onward if each), "")
    return Sheet([form for form in forms if form.buttons], gone)


def _form(element: Any, named: Mapping[str, list[Any]]) -> Form:
    form = Form(
        method=(element.get("method") or "get").lower(),
        action=element.get("action") or "",
        takes_files=element.get("enctype") == "multipart/form-data",
    )
    for control in _controls(element, named):
        kind = control.get("type", "submit" if control.tag == "button" else control.tag).lower()
        if kind in {"submit", "image"}:
            if not _within(control, "hidden"):
                said = (control.get(each, "") for each in ("name", "value", "formaction"))
                form.buttons.append(Button(*said))
        elif control.get("name") and kind not in {"button", "reset"}:
            form.fields.append(_field(control, "text" if kind == "input" else kind))
    return form


def _controls(element: Any, named: Mapping[str, list[Any]]) -> Iterator[Any]:
    """What belongs to the form: what stands in it, and what names it from elsewhere."""
    inside = [each for each in element.iter(*_CONTROLS) if each.get("form") is None]
    for control in [*inside, *named.get(element.get("id"), [])]:
        off = "disabled" in control.attrib or _within(control, "disabled", "fieldset")
        if not off and next(control.iterancestors("template"), None) is None:
            yield control


def _within(control: Any, attribute: str, *tags: str) -> bool:
    """Whether it, or something around it (of these kinds), has the attribute."""
    around = control.iterancestors(*tags)
    return attribute in control.attrib or any(attribute in each.attrib for each in around)


def _field(control: Any, kind: str) -> Field:
    name, attrs = control.get("name"), control.attrib
    says, offers = [control.get("value", "")], []
    if kind == "select":
        options = [(_value(each), "selected" in each.attrib) for each in control.iter("option")]
        offers = [value for value, _ in options]
        says = [value for value, chosen in options if chosen] or offers[:1]
    elif kind in {"checkbox", "radio"}:
        offers = [control.get("value", "on")]
        says = offers if "checked" in attrs else []
    elif kind == "textarea":
        says = [(control.text or "").removeprefix("\n")]
    return Field(name, kind, says, offers, attrs)


def _value(option: Any) -> str:
    value = option.get("value")
    return str(option.text_content().strip() if value is None else value)
