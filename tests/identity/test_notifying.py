"""Telling people what happened: who is told, once, in which words, and what the bell shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from studium.identity import inbox, notice_rules, notice_words
from studium.identity.actions import notifying
from studium.identity.models import Notification
from studium.identity.work_news import tell_of_job
from studium.lib import hooks
from studium.lib.errors import NotFound
from studium.lib.jobs import enqueue, work_off
from studium.lib.models import Job
from tests import factories

VALUES = {
    "course": "Rust", "by": "Bruno", "role": "assistant", "exam": "Final", "concept": "Moves",
    "title": "Notes", "reason": "No space.", "n": 2,
}  # fmt: skip


def tell(*people, kind="enrolled", now, **more):
    notifying.notify([one.pk for one in people], kind, VALUES, "/courses/rust/", now=now, **more)


@pytest.mark.django_db
class TestTelling:
    def test_the_same_is_told_once_to_each_person_and_nothing_to_inactive_ones(self, now):
        ada, bruno, gone = map(factories.person, ("Ada", "Bruno", "Gone"))
        gone.is_active = False
        gone.save()
        tell(ada, gone, about="c1", now=now)
        tell(ada, bruno, about="c1", now=now)
        tell(ada, about="c2", now=now)
        told = sorted(Notification.objects.values_list("user", "about"))
        assert told == sorted([(ada.pk, "c1"), (ada.pk, "c2"), (bruno.pk, "c1")])

    def test_what_is_rolled_back_is_told_to_nobody(self, now):
        ada = factories.person()
        with transaction.atomic():
            tell(ada, now=now)
            transaction.set_rollback(True)
        assert not Notification.objects.exists()

    def test_something_is_announced_once(self, now):
        assert notifying.announce_once("results", "e1", now=now)
        assert not notifying.announce_once("results", "e1", now=now)
        assert notifying.announce_once("results", "e2", now=now)

    def test_only_its_reader_takes_a_notification_as_read(self, now):
        ada, bruno = factories.person("Ada"), factories.person("Bruno")
        tell(ada, now=now)
        row = Notification.objects.get()
        with pytest.raises(NotFound):
            notifying.read_notification(by=bruno, notification_id=row.pk, now=now)
        assert notifying.read_notification(by=ada, notification_id=row.pk, now=now).read_at == now
        later = now + timedelta(hours=1)
        assert notifying.read_notification(by=ada, notification_id=row.pk, now=later).read_at == now

    def test_what_came_after_the_page_was_shown_stays_new(self, now):
        ada = factories.person()
        tell(ada, about="a", now=now)
        tell(ada, about="b", now=now + timedelta(minutes=1))
        assert notifying.read_all(by=ada, now=now, until=now) == 1
        assert [row.about for row in inbox.notifications(ada, unread=True)] == ["b"]


@pytest.mark.django_db
class TestThePages:
    def test_the_bell_counts_and_the_list_leads_on(self, client_of, now):
        ada, bruno = factories.person("Ada Alm"), factories.person("Bruno Berg")
        tell(ada, now=now)
        browser = client_of(ada)
        assert "Notifications: 1 is new" in browser.get("/courses/").content.decode()
        shown = browser.get("/notifications/").content.decode()
        assert "You are in the course “Rust” now. Bruno put you in." in shown
        assert "in the course “Rust”" in browser.get("/notifications/menu/").content.decode()
        address = reverse("notification_open", args=[Notification.objects.get().pk])
        assert client_of(bruno).post(address).status_code == 404
        assert browser.post(address).headers["Location"] == "/courses/rust/"
        shown = browser.get("/notifications/?show=unread").content.decode()
        assert "You have read everything." in shown
        assert "is new" not in shown

    def test_an_empty_list_says_what_will_be_there(self, client_of):
        page = client_of(factories.person()).get("/notifications/").content.decode()
        assert "What happens for you will be here." in page

    def test_everything_is_taken_as_read_up_to_what_was_shown(self, client_of, now):
        ada = factories.person()
        tell(ada, about="a", now=now)
        browser = client_of(ada)
        for odd in ("", "never", "2026-13-40T00:00:00Z"):
            assert browser.post("/notifications/read/", {"until": "1999-01-01T00:00:00Z"})
            assert inbox.unread_count(ada) == 1, odd
        browser.post("/notifications/read/", {"until": "2026-13-40T00:00:00Z"})
        assert inbox.unread_count(ada) == 0

    def test_the_lesson_is_sent_anew_when_something_happened_and_by_as_many_statements(
        self, client_of, ada, course, django_assert_num_queries, now
    ):
        address = reverse("lesson", args=[course.slug, course.lessons.first().pk])
        browser = client_of(ada)
        browser.get(address)
        stamp = browser.get(address).headers["ETag"]
        assert browser.get(address, HTTP_IF_NONE_MATCH=stamp).status_code == 304
        tell(ada, now=now)
        with django_assert_num_queries(5):  # person, lesson, neighbours, quizzes, notes
            answer = browser.get(address, HTTP_IF_NONE_MATCH=stamp)
        assert answer.status_code == 200
        assert "1 is new" in answer.content.decode()


def test_every_kind_has_words_in_every_number_and_none_is_left_over():
    assert set(notice_words._WORDS) == set(notice_rules.KINDS)
    assert set(notice_words._TOPICS) == set(notice_rules.TOPICS)
    with translation.override("en"):
        for kind in notice_rules.KINDS:
            for n in (1, 2):
                said = notice_words.sentence(kind, VALUES | {"n": n})
                assert "%" not in said
                assert said != notice_words.sentence("of a later version", {})


@pytest.mark.parametrize(
    ("pace", "at", "wanted"),
    [
        ("at_once", "2026-03-02 09:00", "2026-03-02 09:00"),
        ("daily", "2026-03-02 04:59", "2026-03-02 05:00"),  # 06:59 in Helsinki, then 07:00
        ("daily", "2026-03-02 05:00", "2026-03-03 05:00"),
        ("weekly", "2026-03-02 04:59", "2026-03-02 05:00"),  # a Monday
        ("weekly", "2026-03-02 05:00", "2026-03-09 05:00"),
        ("weekly", "2026-03-27 05:00", "2026-03-30 04:00"),  # summer time begins on Sunday
        ("off", "2026-03-02 09:00", None),
    ],
)
def test_a_mail_goes_out_in_the_morning_of_the_day_or_the_week(pace, at, wanted):
    helsinki = ZoneInfo("Europe/Helsinki")
    moment = notice_rules.mail_moment(pace, now=_utc(at), zone=helsinki)
    assert moment == (_utc(wanted) if wanted else None)


def _utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("year", "age", "said"),
    [(None, 16, False), (None, 0, True), (2010, 16, False), (2009, 16, True), (2009, 17, False)],
)
def test_somebody_is_of_age_when_no_birthday_of_the_year_could_be_missing(year, age, said):
    assert notice_rules.is_of_age(year, age=age, today=_utc("2026-03-02 09:00")) is said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"status": "done"}, "job_done"),
        ({"status": "done", "created_at": 5}, None),  # it took five seconds: they waited for it
        ({"status": "failed", "reason": "No space.", "created_at": 1}, "job_failed"),
        ({"status": "cancelled"}, None),
        ({"status": "failed", "kind": "notes.tutor"}, None),
    ],
)
def test_who_asked_for_long_work_hears_how_it_ended(more, kind, now):
    ada = factories.person("Ada")
    started = now - timedelta(seconds=more.pop("created_at", 60))
    job = Job.objects.create(
        **{"kind": "notes.generate", "target": "t", "title": "AI notes", "created_by": ada,
           "created_at": started, "finished_at": now} | more
    )  # fmt: skip
    Job.objects.create(kind="x", target="part", parent=job, created_by=ada, status="failed",
                       finished_at=now)  # fmt: skip
    for one in Job.objects.all():
        tell_of_job(job_id=one.pk)
        tell_of_job(job_id=one.pk)
    assert [row.kind for row in Notification.objects.all()] == ([kind] if kind else [])
    if kind:
        assert Notification.objects.get().url == f"/jobs/{job.pk}/"


@pytest.mark.django_db(transaction=True)
def test_a_job_that_ends_tells_of_itself(monkeypatch):
    heard = []
    monkeypatch.setattr(hooks.jobs_ended, "_listeners", [lambda **about: heard.append(about)])
    job = enqueue("models.find", target="site", arguments={})
    work_off()
    assert heard == [{"job_id": job.pk}]
