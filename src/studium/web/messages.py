"""Messages that offer the way back from what was just done: undo instead of “are you sure?”.

`say_undoable` puts it beside the message. Whoever has an act with another way back gives the
address of a POST that takes it back; the way back of content's acts is in `web.undo`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest

if TYPE_CHECKING:
    from django.contrib.messages.storage.base import Message

_MARK = "undo:"


def say_undoable(request: HttpRequest, text: str, url: str | None) -> None:
    """Say that something is done; with the address of a POST the toast offers to take it back."""
    messages.success(request, text, extra_tags=f"{_MARK}{url}" if url else "")


def way_back(message: Message) -> str:
    """The address that takes back what a message tells of; empty where there is none."""
    tags = message.extra_tags or ""
    return tags.removeprefix(_MARK) if tags.startswith(_MARK) else ""
