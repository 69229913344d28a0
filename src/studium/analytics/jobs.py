"""What analytics does by itself or later: take responses in, and write what people ask for."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from studium.analytics import archive, building, epochs, exporting, foretelling, reminding
from studium.analytics.building import EPOCH_JOB, bring_up
from studium.analytics.catching_up import catch_up
from studium.analytics.reliability import measure_when_due
from studium.analytics.xapi import configuring, sending
from studium.identity.models import User
from studium.lib import clock
from studium.lib.jobs import Cancelled, JobContext, enqueue, job, periodic
from studium.lib.words import phrase


@periodic(seconds=5)
def take_in_responses() -> int:
    """Take in every response that may be told by now; gives how many."""
    return catch_up(now=clock.now())


@job(EPOCH_JOB, title="The figures computed again from every answer", timeout_seconds=14400)
def build_epoch(context: JobContext) -> dict[str, str]:
    """Build a next epoch, or finish one that was swapped in; cancelled, it is put off for a day."""
    try:
        return {"said": bring_up(now=clock.now(), tell=context.progress)}
    except Cancelled:
        building.abandon(until=clock.now() + timedelta(days=1))
        raise


@periodic(seconds=20)
def build_epoch_when_wanted() -> bool:
    """Queue the building of a next epoch when one is wanted; says whether it did."""
    if not epochs.is_wanted(now=clock.now()):
        return False
    enqueue(EPOCH_JOB, target="site", arguments={})
    return True


@periodic(seconds=600)
def measure_reliability() -> bool:
    """Measure how far off the newest predictions were, once an hour; says whether it did."""
    return measure_when_due(now=clock.now()) is not None


@job(
    exporting.EXPORT_JOB,
    title=phrase("Everything that is kept about a person"),
    timeout_seconds=1800,
)
def export_person(context: JobContext, user_id: str) -> dict[str, str]:
    """Write the archive of one person; done again it replaces the file by a newer one."""
    person, now = User.objects.get(pk=UUID(user_id)), clock.now()
    exporting.require_no_exam(person, now)
    archive.keep(person.pk, archive.written(person, now, context.progress), now=now)
    return {"said": "Your data is ready to be downloaded."}


@job(reminding.REMIND_JOB, title="Summaries of due reviews", timeout_seconds=3600)
def remind_of_reviews(context: JobContext) -> dict[str, str]:
    """Tell everybody whose morning it is what is due for review; begun again it tells the rest."""
    count = reminding.remind(now=clock.now(), tell=context.progress)
    return {"said": f"{count:,} people were looked at."}


@periodic(seconds=900)
def remind_when_it_is_morning() -> bool:
    """Queue the summaries where it is somebody's morning; says whether it did."""
    if not reminding.waiting_people(now=clock.now()):
        return False
    enqueue(reminding.REMIND_JOB, target="site", arguments={})
    return True


@periodic(seconds=60)
def foretell_classes() -> int:
    """Make the forecasts that pages about classes show; gives how many."""
    return foretelling.keep_forecasts(now=clock.now())


@periodic(seconds=3600)
def prune_exports() -> int:
    """Delete archives that nobody fetched for a week; gives how many."""
    return archive.prune(now=clock.now())


@job(sending.SEND_JOB, title="Statements to the record store", timeout_seconds=3600)
def send_statements(context: JobContext) -> dict[str, str]:
    """Send what there is to the record store; begun again it goes on after what was taken."""
    count = sending.send_all(now=clock.now(), progress=context.progress)
    return {"said": f"{count:,} statements were sent."}


@periodic(seconds=60)
def send_statements_on() -> bool:
    """Queue a sending when there is something to send; says whether it did."""
    if not sending.is_due(clock.now()):
        return False
    configuring.request_xapi_sending(by=None, now=clock.now())
    return True
