"""Forms that can be sent by hand: each that asks for something has a button that is to be seen.

The matrix of pages, which fetches every page anyway, asks this of each of them.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

# Forms whose fields mean nothing without a script, which shows them.
WITH_SCRIPTS = {"passkey-login"}
# The tags that are asked about, a tenth of a page: reading the others takes most of the time.
_TAGS = re.compile(r"""</?(?:form|button|input|select|textarea)\b(?:[^>"']|"[^"]*"|'[^']*')*>""")


class _Forms(HTMLParser):
    """The forms of a page that change something, and those that ask and cannot be sent by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.stuck: list[str] = []
        self._ids: dict[str, bool] = {}
        self._open: list[dict[str, Any]] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._open.append({**given, "sent": False, "asks": False})
        kind = given.get("type") or ("submit" if tag == "button" else "text")
        if tag in {"button", "input"} and kind in {"submit", "image"} and "hidden" not in given:
            if owner := given.get("form"):
                self._ids[str(owner)] = True
            elif self._open:
                self._open[-1]["sent"] = True

        shown = tag in {"input", "select", "textarea"} and kind not in {"hidden", "submit"}
        if shown and "disabled" not in given and "readonly" not in given and self._open:
            self._open[-1]["asks"] = True

    def handle_endtag(self, tag: str) -> None:
        if tag != "form" or not self._open:
            return
        form = self._open.pop()
        if (form.get("method") or "get").lower() != "post":
            return
        if form["asks"] and not form["sent"] and "hidden" not in form:
            self.stuck.append(str(form.get("id") or form.get("action") or "a form"))

    def close(self) -> None:
        super().close()
        self.stuck = [name for name in self.stuck if name not in self._ids]


def unsendable(html: str) -> list[str]:
    """The forms of a page that ask for something and that nobody can send without scripts."""
    forms = _Forms()
    forms.feed("".join(_TAGS.findall(html)))
    forms.close()
    return [name for name in forms.stuck if name not in WITH_SCRIPTS]
