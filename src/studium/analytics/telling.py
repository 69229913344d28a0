"""Levels, changes and forecasts as sentences, each from its figures alone.

The same words for the student, for staff and for programs: no name and no "you" in them. Where the
site's predictions are badly calibrated (`percentages` false) no percentage is named.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from studium.analytics.explained import MORE, Explained
from studium.analytics.improvement import BETTER, STEADY, WORSE, Change
from studium.analytics.queries.readiness import ENOUGH_ANSWERS, Evidence
from studium.analytics.rules import FEW_ANSWERS
from studium.analytics.wording import whole

_DAY = 86400


def span(days: int) -> str:
    """How long, in days or weeks."""
    if days < 14:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return ngettext("%(n)s week", "%(n)s weeks", days // 7) % {"n": days // 7}


def change(found: Change | None, *, percentages: bool = True) -> str:
    """What became of a level; a change is called one only where the ranges carry it."""
    if found is None:
        return _("Too early to say: that takes answers on two days.")
    figures = {
        "first": whole(found.first.p), "latest": whole(found.latest.p), "span": span(found.days)
    }  # fmt: skip
    if found.verdict == BETTER:
        if not percentages:
            return _("Better than %(span)s before.") % figures
        return _("Up from %(first)s to %(latest)s %% in %(span)s.") % figures
    if found.verdict == WORSE:
        if not percentages:
            return _("Lower than %(span)s before.") % figures
        return _("Down from %(first)s to %(latest)s %% in %(span)s.") % figures
    if found.verdict == STEADY:
        return _("Steady over %(span)s.") % figures
    if not percentages:
        return _("No clear change in %(span)s.") % figures
    return (
        _(
            "From %(first)s to %(latest)s %% in %(span)s: that can be chance, so it is no clear "
            "change."
        )
        % figures
    )


def likely_gain(found: Change) -> str:
    """Where the difference likely lies, in points."""
    low, high = _points(found.low), _points(found.high)
    if found.verdict == WORSE:
        low, high = -_points(found.high), -_points(found.low)
        return _("The loss is likely between %(low)s and %(high)s points.") % {
            "low": low, "high": high,
        }  # fmt: skip
    if found.verdict == BETTER:
        return _("The gain is likely between %(low)s and %(high)s points.") % {
            "low": low, "high": high,
        }  # fmt: skip
    return _("The difference is likely between %(low)s and %(high)s points.") % {
        "low": f"{low:+d}", "high": f"{high:+d}",
    }  # fmt: skip


def level(found: Explained, words: str, *, now: datetime, percentages: bool = True) -> list[str]:
    """Why a level is what it is: what it means, what speaks for and against it, what if."""
    said = [_meaning(found, words, percentages=percentages)]
    if found.helps is not None:
        said.append(
            _("What speaks for it most: %(part)s.") % {"part": part(found, found.helps.name)}
        )
    if found.hurts is not None:
        said.append(
            _("What speaks against it most: %(part)s.") % {"part": part(found, found.hurts.name)}
        )
    if found.fresh is not None and found.forgotten >= 0.01:
        said.append(_fresh(found, now, percentages=percentages))
    if found.more.p - found.now.p >= 0.01:
        said.append(_more(found, percentages=percentages))
    return said


def part(found: Explained, name: str) -> str:
    """A part of the sum in words; which words depends on its sign and its counts."""
    value = next(one.value for one in found.parts if one.name == name)
    up = value > 0
    if name == "question":
        easy, hard = _("its questions are easy for most"), _("its questions are hard for most")
        return easy if up else hard
    if name == "level":
        strong, weak = (
            _("strong answers in the whole course"),
            _("weak answers in the whole course"),
        )
        return strong if up else weak
    if name == "concept_level":
        above = _("this goes better than the rest of the course")
        return above if up else _("this goes worse than the rest of the course")
    if name == "concept_record":
        return _record(found)
    if name == "concept_gap":
        return _("the time since the last answer")
    early = _("what this site has learnt: it was too careful")
    return early if up else _("what this site has learnt: it was too sure")


def too_early(answers: int) -> str:
    """How many answers a concept still needs."""
    left = FEW_ANSWERS - answers
    told = ngettext("%(n)s more answer is needed", "%(n)s more answers are needed", left)
    return told % {"n": left}


def no_forecast(evidence: Evidence) -> str:
    """Why nothing is foretold yet."""
    if evidence.answers < ENOUGH_ANSWERS:
        told = ngettext(
            "Too early to say: %(n)s of %(enough)s answers.",
            "Too early to say: %(n)s of %(enough)s answers.",
            evidence.answers,
        )
        return told % {"n": evidence.answers, "enough": ENOUGH_ANSWERS}
    return _(
        "Too early to say: %(some)s of the exam's %(all)s concepts were practised; it takes half."
    ) % {"some": evidence.touched, "all": evidence.concepts}


def chance(words: str) -> str:
    """One of the five words as a line."""
    return {
        "very unlikely": _("Very unlikely to pass"),
        "unlikely": _("Unlikely to pass"),
        "open": _("It can go either way"),
        "likely": _("Likely to pass"),
        "very likely": _("Very likely to pass"),
    }[words]


# --- parts -----------------------------------------------------------------------------------


def _points(share: float) -> int:
    return round(100 * share)


def _meaning(found: Explained, words: str, *, percentages: bool) -> str:
    if not percentages:
        return {
            "solid": _("An average question is likely right at the first try."),
            "shaky": _("An average question is likely wrong at the first try."),
        }.get(words, _("An average question can go either way at the first try."))
    return _(
        "The chance to get an average question right at the first try is %(p)s %% now, likely "
        "between %(low)s and %(high)s %%."
    ) % {"p": whole(found.now.p), "low": whole(found.now.low), "high": whole(found.now.high)}


def _record(found: Explained) -> str:
    if not found.now.n:
        return _("no answer yet")
    return ngettext(
        "the record here, %(wins)s of %(n)s answer right",
        "the record here, %(wins)s of %(n)s answers right",
        found.now.n,
    ) % {"wins": f"{found.wins:.3g}", "n": found.now.n}


def _fresh(found: Explained, now: datetime, *, percentages: bool) -> str:
    assert found.fresh is not None
    assert found.now.last_at is not None
    days = int((now.timestamp() - found.now.last_at) // _DAY)
    when = _("today") if days < 1 else ngettext("%(n)s day ago", "%(n)s days ago", days)
    told = {"when": when % {"n": days} if days >= 1 else when, "p": whole(found.fresh.p)}
    if not percentages:
        return _("The last answer was %(when)s; right after it the level was higher.") % told
    return _("The last answer was %(when)s; right after it: %(p)s %%.") % told


def _more(found: Explained, *, percentages: bool) -> str:
    if not percentages:
        return _("%(n)s more right answers now would raise it.") % {"n": MORE}
    return _("%(n)s more right answers now would bring it to about %(p)s %%.") % {
        "n": MORE, "p": whole(found.more.p),
    }  # fmt: skip
