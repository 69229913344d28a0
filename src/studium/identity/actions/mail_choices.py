"""Which mails somebody wants: by themselves on their account page, or behind the link in a mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from studium.identity import notice_rules, rights
from studium.identity.actions.audit import record
from studium.identity.models import BirthYear, MailChoice, MailRefusal, Notification, User
from studium.lib.errors import Invalid, NotFound
from studium.lib.words import phrase, sentences


@transaction.atomic
def choose_paces(*, by: User, paces: Mapping[str, str], now: datetime) -> None:
    """Choose how soon mails about topics follow; topics that are left out stay as they are.

    What waits for a mail of a topic that is switched off is not mailed any more. Raises `Invalid`
    for what is no topic or no pace of it.
    """
    rights.require_person(by)
    wrong: dict[str, str] = {
        topic: phrase("Choose one of: %(words)s.", words=", ".join(_paces_of(topic)))
        for topic, pace in paces.items()
        if pace not in _paces_of(topic)
    }
    if wrong:
        raise Invalid(sentences(*wrong.values()), fields=wrong)
    _store(by, paces, now=now)


@transaction.atomic
def tell_year_of_birth(*, by: User, year: int | None, now: datetime) -> None:
    """Tell the year one was born in, or take it back with None. Raises `Invalid`."""
    rights.require_person(by)
    if problem := notice_rules.wrong_with_year(year, today=now):
        raise Invalid(problem, fields={"year_of_birth": problem})
    if year is None:
        BirthYear.objects.filter(user=by).delete()
    else:
        BirthYear.objects.update_or_create(user=by, defaults={"year": year})


@transaction.atomic
def stop_mails(*, user_id: UUID, topic: str, now: datetime) -> User:
    """Switch mails of a topic off, or all with `""`, for whoever holds the link of a mail to them.

    Doing it twice changes nothing. Raises `NotFound` for people who are gone and odd topics.
    """
    person = User.objects.filter(pk=user_id, erased_at=None).first()
    if person is None or (topic and topic not in notice_rules.TOPICS):
        raise NotFound
    topics = [topic] if topic else notice_rules.TOPICS
    _store(person, dict.fromkeys(topics, notice_rules.OFF), now=now)
    record(
        by=person,
        action="mail.stop",
        object_type="user",
        object_id=person.pk,
        detail={"topics": list(topics)},
        now=now,
    )
    return person


@transaction.atomic
def start_mails(*, user_id: UUID, topic: str, now: datetime) -> User:
    """Take `stop_mails` back: what is usual holds again, or what is once a week for reviews."""
    person = User.objects.filter(pk=user_id, erased_at=None).first()
    if person is None or (topic and topic not in notice_rules.TOPICS):
        raise NotFound
    off = MailChoice.objects.filter(user=person, pace=notice_rules.OFF)
    (off.filter(topic=topic) if topic else off).delete()
    if topic == notice_rules.REVIEWS:
        _store(person, {topic: notice_rules.WEEKLY}, now=now)
    return person


@transaction.atomic
def refuse_address(*, address_hash: str, wanted: bool, now: datetime) -> None:
    """Note that an address without an account wants no mail from here, or wants it again."""
    if wanted:
        MailRefusal.objects.filter(address_hash=address_hash).delete()
    else:
        MailRefusal.objects.get_or_create(address_hash=address_hash, defaults={"at": now})


def _paces_of(topic: str) -> tuple[str, ...]:
    return notice_rules.PACES_OF.get(topic, ())


def _store(person: User, paces: Mapping[str, str], *, now: datetime) -> None:
    for topic, pace in paces.items():
        MailChoice.objects.update_or_create(
            user=person, topic=topic, defaults={"pace": pace, "chosen_at": now}
        )
    off = {topic for topic, pace in paces.items() if pace == notice_rules.OFF}
    kinds = [name for name, kind in notice_rules.KINDS.items() if kind.topic in off]
    waiting = Notification.objects.filter(user=person, kind__in=kinds, mail_at__isnull=False)
    waiting.update(mail_at=None)
