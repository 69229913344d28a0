"""The words of notices: one table, said in the language of whoever reads them.

The values of a notice are kept, not its sentence, so that the bell and the mail say it in the
language the person reads today. A per cent sign is written twice, as in every message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

# Kind -> the sentence, or how it is said of a number where the value `n` counts something.
_WORDS: dict[str, str | Callable[[int], str]] = {
    "enrolled": _("You are in the course “%(course)s” now. %(by)s put you in."),
    "role_changed": _("Your part in “%(course)s” is now: %(role)s."),
    "result_released": _("Your result of “%(exam)s” is there."),
    "appeal_answered": _("Your question about a mark of “%(exam)s” is answered."),
    "mark_moved": _("A correction changed your mark of “%(exam)s”. The result says why."),
    "practice_suggested": _("%(by)s suggests that you practise “%(concept)s”."),
    "appeal_opened": _("A student asks about a mark of “%(exam)s”."),
    "appeal_line": _("There is a new line about a mark of “%(exam)s”."),
    "job_done": _("Done: %(title)s"),
    "job_failed": _("Not done: %(title)s. %(reason)s"),
    "drafts_waiting": lambda n: ngettext(
        "%(n)d draft question waits for you in “%(course)s”.",
        "%(n)d draft questions wait for you in “%(course)s”.",
        n,
    ),
    "notes_waiting": lambda n: ngettext(
        "%(n)d AI note waits for your review in “%(course)s”.",
        "%(n)d AI notes wait for your review in “%(course)s”.",
        n,
    ),
    "reviews_due": lambda n: ngettext(
        "%(n)d topic is due for review in “%(course)s”.",
        "%(n)d topics are due for review in “%(course)s”.",
        n,
    ),
}
_TOPICS = {
    "courses": (_("Courses"), _("You are put into a course, or your part in it changes.")),
    "results": (_("Results"), _("A result is there, a question about a mark is answered, or a correction changes your mark.")),  # noqa: E501 - a message is one string
    "messages": (_("People"), _("Somebody suggests practice to you, or writes about a mark.")),
    "work": (_("Work"), _("Long work of yours is done or failed; drafts and AI notes wait for your review.")),  # noqa: E501 - a message is one string
    "reviews": (_("Reviews"), _("A summary of the topics that are due for review.")),
}  # fmt: skip
_ROLES = {
    "student": _("student"),
    "assistant": _("assistant"),
    "instructor": _("instructor"),
}
_PACES = {
    "at_once": _("at once"),
    "daily": _("once a day, in the morning"),
    "weekly": _("once a week, on Monday morning"),
    "off": _("no mail"),
}


def sentence(kind: str, params: Mapping[str, Any]) -> str:
    """What a notice says, as text. A kind of a later version says that something is new."""
    words = _WORDS.get(kind)
    if words is None:
        return gettext("Something is new.")
    said = gettext(words) if isinstance(words, str) else words(int(params["n"]))
    role = params.get("role")
    return said % ({**params, "role": gettext(_ROLES.get(role, role))} if role else params)


def topic_name(topic: str) -> str:
    """The name of a topic."""
    return gettext(_TOPICS[topic][0])


def topic_hint(topic: str) -> str:
    """What belongs to a topic."""
    return gettext(_TOPICS[topic][1])


def pace_name(pace: str) -> str:
    """The name of a pace."""
    return gettext(_PACES[pace])
