"""A suggestion, and why a question was chosen, as sentences: from their figures alone.

Where the site's predictions are badly calibrated (`percentages` false) no chance is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from studium.analytics import choosing_rules as rules
from studium.analytics.rules import is_early
from studium.analytics.wording import whole

if TYPE_CHECKING:
    from studium.analytics.queries.choosing import Suggestion


def reason(found: Suggestion, *, percentages: bool = True) -> str:
    """Why this is suggested, with its figures: "+4 points expected …"."""
    if found.kind == rules.REVIEW:
        return _("Due for a review. About %(minutes)s min.") % {"minutes": found.minutes}
    if found.kind == rules.EXAM and found.exam is not None and found.points is not None:
        return _points(found, found.exam.title) if percentages else _most(found, found.exam.title)
    if not found.n:
        return _("It comes next in the course, and you have not answered anything on it yet.")
    return _("What follows in the course builds on it. About %(minutes)s min.") % {
        "minutes": found.minutes
    }


def chances(found: Suggestion, *, percentages: bool = True) -> str:
    """The chance now and after; empty where it may not be told."""
    if not percentages or is_early(found.n):
        return ""
    return _(
        "You would get about %(now)s %% of its average questions right now; after about "
        "%(questions)s more questions %(after)s %%. From %(answers)s."
    ) % {
        "now": whole(found.p_now),
        "after": whole(found.p_after),
        "questions": found.questions,
        "answers": ngettext("%(n)s answer", "%(n)s answers", found.n) % {"n": found.n},
    }


def chosen(reason_word: str, p: float | None, *, percentages: bool = True) -> str:
    """Why a question of a session is asked."""
    if reason_word == rules.REVIEW:
        return _("It is time for a review.")
    if reason_word == rules.NEW:
        return _("New to you.")
    if reason_word == rules.LEVEL and p is not None and percentages:
        return _("At your level: about %(p)s %% likely right.") % {"p": whole(p)}
    return _("At your level.") if reason_word == rules.LEVEL else _("The next best for you.")


def _points(found: Suggestion, exam: str) -> str:
    points = round(found.points or 0.0)
    words = {"exam": exam, "minutes": found.minutes, "points": points}
    if points < 1:
        return _("Worth most for “%(exam)s” now, though less than a point.") % words
    return (
        ngettext(
            "+%(points)s point of 100 expected in “%(exam)s” for about %(minutes)s min.",
            "+%(points)s points of 100 expected in “%(exam)s” for about %(minutes)s min.",
            points,
        )
        % words
    )


def _most(found: Suggestion, exam: str) -> str:
    return _("Worth most for “%(exam)s” now. About %(minutes)s min.") % {
        "exam": exam, "minutes": found.minutes,
    }  # fmt: skip
