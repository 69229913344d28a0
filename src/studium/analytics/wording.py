"""Reasons and evidence as sentences: the same words for staff, for the student and for programs.

A sentence is made from the figures of its reason alone. Where the site's predictions are badly
calibrated (`percentages` false) it names no percentage.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from studium.analytics import needs
from studium.analytics.needs import Reason
from studium.lib.localized import day_words

NAMED = 3
"""So many concepts or titles are named; the rest is counted."""
_FIRST_DAY = date(1970, 1, 1)


def sentence(reason: Reason, *, percentages: bool = True) -> str:
    """A reason in words, without a name and without "you": it is true for whoever reads it."""
    if reason.kind in (needs.EXAM, needs.EXPECTED):
        return _outlook(reason, percentages=percentages)
    if reason.kind == needs.SHAKY:
        return _("Shaky on %(names)s.") % {"names": listed([one.name for one in reason.shaky])}
    if reason.kind == needs.FALLING:
        return _falling(reason, percentages=percentages)
    if reason.kind == needs.SILENT:
        return _silent(reason)
    if reason.kind == needs.MISSING:
        return _("Missing: %(titles)s.") % {"titles": listed(list(reason.titles))}
    return few_answers(reason.answers)


def few_answers(answers: int) -> str:
    """Why it is too early: how few answers there are."""
    if not answers:
        return _("No answers yet.")
    return ngettext(
        "Too early to say: %(n)s answer so far.", "Too early to say: %(n)s answers so far.", answers
    ) % {"n": answers}


def evidence(answers: int, concepts: int, of: int, last: date | None) -> str:
    """What all figures of a person rest on: how many answers, on how much, how recent.

    Empty without an answer, which is a reason of its own (`few_answers`).
    """
    if not answers:
        return ""
    told = ngettext("%(n)s answer", "%(n)s answers", answers) % {"n": answers}
    if of:
        told += " " + _("on %(some)s of %(all)s concepts") % {"some": concepts, "all": of}
    if last is not None:
        told += ", " + _("the last on %(day)s") % {"day": day(last)}
    return told


def day(moment: date) -> str:
    """A day in short: "5 Oct"."""
    return day_words(moment)


def listed(names: list[str]) -> str:
    """The first three names, and how many more there are."""
    shown, more = names[:NAMED], len(names) - NAMED
    if more > 0:
        return _("%(names)s and %(n)s more") % {"names": ", ".join(shown), "n": more}
    if len(shown) < 2:
        return "".join(shown)
    return _("%(names)s and %(last)s") % {"names": ", ".join(shown[:-1]), "last": shown[-1]}


def whole(share: float) -> int:
    """A share as whole per cent, halves up."""
    return int(share * 100 + 0.5)


def as_date(day: int) -> date:
    """A day since 1970-01-01 as a date."""
    return _FIRST_DAY + timedelta(days=day)


def as_day(moment: date) -> int:
    """A date as days since 1970-01-01."""
    return (moment - _FIRST_DAY).days


# --- parts -----------------------------------------------------------------------------------


def _outlook(reason: Reason, *, percentages: bool) -> str:
    outlook = reason.outlook
    assert outlook is not None
    shares = {
        "mean": whole(outlook.mean), "low": whole(outlook.low), "high": whole(outlook.high),
        "mark": whole(outlook.pass_share or 0.0), "exam": outlook.exam,
    }  # fmt: skip
    if reason.kind == needs.EXPECTED:
        if not percentages:
            return _("Gets few of the course's average questions right.")
        return _(
            "Expected to get %(mean)s %% of average questions right (%(low)s–%(high)s %%)."
        ) % (shares)
    if outlook.words == "very unlikely":
        said = _("Very unlikely to pass “%(exam)s”.") % shares
    else:
        said = _("Unlikely to pass “%(exam)s”.") % shares
    if not percentages:
        return said
    return (
        said + " " + _("Expected %(mean)s %% (%(low)s–%(high)s %%), to pass %(mark)s %%.") % shares
    )


def _falling(reason: Reason, *, percentages: bool) -> str:
    moved = reason.change
    assert moved is not None
    told = {
        "before": whole(moved.before), "after": whole(moved.after), "n": moved.answers,
        "day": day(as_date(moved.since)),
    }  # fmt: skip
    if not percentages:
        return _("The level fell since %(day)s, over %(n)s answers.") % told
    return _(
        "The level fell from %(before)s to %(after)s %% since %(day)s, over %(n)s answers."
    ) % (told)


def _silent(reason: Reason) -> str:
    rhythm = reason.rhythm
    assert rhythm is not None
    said = ngettext("No answers for %(n)s day", "No answers for %(n)s days", rhythm.silent)
    said %= {"n": rhythm.silent}
    if rhythm.usual is None:
        return said + "."
    usual = f"{rhythm.usual:g}"
    return said + ngettext(
        "; usually every day.", "; usually every %(usual)s days.", 1 if usual == "1" else 2
    ) % ({"usual": usual} if usual != "1" else {})
