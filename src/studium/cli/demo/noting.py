"""Notes of the demo: the first chapters' while one waits, the others' by the worker."""

from __future__ import annotations

import time

from studium.cli.demo import steps
from studium.cli.demo.loading import demo_course, known
from studium.cli.demo.sign_ins import BRUNO
from studium.content import queries as content
from studium.lib import clock
from studium.lib.jobs import live_job, work_off
from studium.notes import actions, queries

FIRST = range(3, 18)
"""Places of the lessons whose notes are there when the site begins to serve: up to chapter 3."""
APPROVED = 8
_LONGEST = 60.0


def make_first_notes() -> None:
    """Have the notes of the first chapters made, by jobs that this process works off."""
    with steps.told("Making notes for the first chapters") as tell:
        steps.perform("notes-first", _request_first)
        _work_off()
        steps.perform("notes-approved", _approve_some)
        tell(f"{len(FIRST)} lessons")


def queue_other_notes() -> None:
    """Leave the notes of all other lessons to the worker; the job's card shows how far it is."""
    steps.perform("notes-rest", _request_rest)


def _request_first() -> dict[str, object]:
    bruno, now = known(BRUNO), clock.now()
    lessons = content.outline(bruno, demo_course())
    for place in FIRST:
        actions.request_notes(by=bruno, lesson_id=lessons[place - 1].id, now=now)
    return {}


def _work_off() -> None:
    """Until no lesson's job waits or runs; a worker of a running site may take some of them."""
    end = time.monotonic() + _LONGEST
    while time.monotonic() < end:
        if not work_off(most_seconds=_LONGEST) and not _is_live():
            return
        time.sleep(0.1 if _is_live() else 0)


def _is_live() -> bool:
    bruno = known(BRUNO)
    lessons = content.outline(bruno, demo_course())
    targets = (lessons[place - 1].id for place in FIRST)
    return any(live_job("notes.generate", target) is not None for target in targets)


def _approve_some() -> dict[str, object]:
    """Bruno has looked through the first ones; the others are drafts that were checked."""
    bruno, now = known(BRUNO), clock.now()
    lessons = content.outline(bruno, demo_course())
    for place in FIRST[:APPROVED]:
        note = queries.panel_for(lessons[place - 1].id, bruno).note
        if note is not None and note.status == "draft":
            actions.approve_note(by=bruno, note_id=note.id, now=now)
    return {}


def _request_rest() -> dict[str, object]:
    actions.request_notes_for_course(by=known(BRUNO), course_id=demo_course().pk, now=clock.now())
    return {}
