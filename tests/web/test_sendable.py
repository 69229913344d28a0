"""The look at forms sees one that cannot be sent by hand."""

from __future__ import annotations

import pytest

from tests.web.sendable import unsendable

FIELD = '<input name="a">'


@pytest.mark.parametrize(
    ("html", "stuck"),
    [
        (f'<form method="post">{FIELD}<button>Go</button></form>', []),
        (f'<form method="post">{FIELD}<input type="submit" value="Go"></form>', []),
        (f'<form method="post" id="f">{FIELD}</form><button form="f">Go</button>', []),
        (f'<form method="post" id="f">{FIELD}</form>', ["f"]),
        (f'<form method="post" id="f">{FIELD}<button type="button">Go</button></form>', ["f"]),
        (f'<form method="post" id="f">{FIELD}<button hidden>Go</button></form>', ["f"]),
        ('<form method="post" id="f"><textarea name="a"></textarea></form>', ["f"]),
        ('<form method="post" id="f"><input type="hidden" name="a"></form>', []),
        ('<form method="post" id="f"><input name="a" disabled></form>', []),
        (f'<form title=">" method="post" id="f">{FIELD}</form>', ["f"]),
        (f'<form method="post" id="f">{FIELD}</form><button title=">" form="f">Go</button>', []),
        (f'<form method="post" id="f" hidden>{FIELD}</form>', []),
        (f'<form action="/search/">{FIELD}</form>', []),
    ],
)
def test_a_form_that_asks_needs_a_button_to_be_seen(html: str, stuck: list[str]) -> None:
    assert unsendable(html) == stuck
