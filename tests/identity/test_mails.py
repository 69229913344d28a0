"""Mails, by a real SMTP server: what they say, that they are tried again, and never sent twice."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from studium.identity import delivering, gathering, mail_links, mailing, notice_rules
from studium.identity.actions import mail_choices, notifying
from studium.identity.jobs import mail_on, send_mails
from studium.identity.models import BirthYear, Mail, MailChoice, MailRefusal, Notification
from studium.lib import clock
from studium.lib.jobs.registry import all_periodic
from studium.lib.jobs.sweep import Rounds
from tests import factories
from tests.smtp_server import smtp_server

pytestmark = pytest.mark.django_db
SITE = "https://learn.example.org"


@pytest.fixture(scope="module")
def a_server():
    with smtp_server() as (port, said):
        yield port, said


@pytest.fixture
def server(a_server, settings):
    """A server that behaves, and a site that mails by it."""
    port, said = a_server
    said.__init__()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    settings.SITE_URL, settings.NEWS_BY_MAIL = SITE, True
    return said


@pytest.fixture
def ada(db):
    return factories.person("Ada Alm")


def told(user, *, kind="enrolled", now=None, **more):
    values = {"course": "Rust", "by": "Bruno", "exam": "Final"}
    notifying.notify([user.pk], kind, values, "/courses/rust/", now=now or clock.now(), **more)


def queued(user, **more):
    about = {"address": user.email, "user": user, "topic": "results", "subject": "S", "text": "T"}
    return mailing.queue(**about | {"now": clock.now()} | more)


class TestWhatAMailSays:
    def test_it_comes_in_text_and_html_with_a_link_that_stops_its_like(self, server, ada):
        told(ada)
        told(ada, kind="result_released")
        told(ada, about="another")
        mail_on()
        assert delivering.send_due() == 2
        by_subject = {mail["Subject"]: mail for _, mail in server.taken}
        one, two = by_subject["Your result of “Final” is there."], by_subject["2 things are new"]
        text = two.get_body(("plain",)).get_content().replace("\r\n", "\n")
        assert text.startswith("Hello Ada Alm,")
        assert text.count("You are in the course “Rust” now. Bruno put you in.") == 2
        assert f"\n{SITE}/courses/rust/\n" in text
        assert "because of your choice for “Courses”" in text
        html = one.get_body(("html",)).get_content()
        assert f'<a href="{SITE}/courses/rust/">' in html
        stop = re.fullmatch(r"\s*<(\S+)>", one["List-Unsubscribe"])[1]
        assert stop in one.get_body(("plain",)).get_content()
        assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert (one["To"], one["Auto-Submitted"]) == (ada.email, "auto-generated")
        program = Client(enforce_csrf_checks=True)  # RFC 8058: no cookie, no referrer, no page
        path = stop.removeprefix(SITE)
        assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert list(MailChoice.objects.values_list("topic", "pace")) == [("results", "off")]

    def test_a_name_cannot_write_headers_or_html(self, server, ada):
        text = "<script>x</script> http://a.example/?a=1&b=2"
        queued(ada, subject="Hi\nBcc: eve@example.org", text=text)
        assert delivering.send_due() == 1
        [(address, mail)] = server.taken
        assert address == ada.email
        assert (mail["Bcc"], mail["Subject"]) == (None, "Hi Bcc: eve@example.org")
        html = mail.get_body(("html",)).get_content()
        assert "&lt;script&gt;" in html
        assert '<a href="http://a.example/?a=1&amp;b=2">' in html

    def test_it_is_written_in_the_language_of_its_reader(self, server, ada, settings, monkeypatch):
        spoken = []
        monkeypatch.setattr(gathering.translation, "override", _heard(spoken))
        settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
        type(ada).objects.update(locale="de")
        told(ada)
        gathering.gather_due(now=clock.now())
        assert spoken == ["de"]

    def test_what_waits_is_sealed_and_what_was_sent_is_thrown_away(self, server, ada):
        mail = queued(ada, text="a secret link")
        assert "secret" not in mail.sealed
        delivering.send_due()
        mail.refresh_from_db()
        assert (mail.status, mail.sealed) == ("sent", "")


def _heard(spoken):
    from django.utils.translation import override

    def hear(language):
        spoken.append(language)
        return override("en")

    return hear


class TestWhenTheServerMisbehaves:
    def state(self):
        mail = Mail.objects.get()
        return mail.status, mail.attempts, mail.send_at > clock.now(), mail.reason

    def test_a_refusal_for_now_is_tried_again_and_given_up_in_the_end(self, server, ada):
        server.to_rcpt = "450 later"
        queued(ada)
        delivering.send_due()
        assert self.state() == ("waiting", 1, True, "The mail server said: 450 later")
        for wait in range(len(delivering.WAITS)):
            Mail.objects.update(send_at=clock.now())
            assert self.state()[:2] == ("waiting", wait + 1)
            delivering.send_due()
        assert self.state()[:2] == ("failed", len(delivering.WAITS) + 1)
        assert server.taken == []

    def test_it_arrives_once_the_server_takes_it(self, server, ada):
        server.to_message = "451 busy"
        queued(ada)
        assert delivering.send_due() == 0
        server.to_message = "250 taken"
        assert delivering.send_due() == 0  # its time has not come
        Mail.objects.update(send_at=clock.now())
        assert delivering.send_due() == 1
        assert len(server.taken) == 1

    @pytest.mark.parametrize("where", ["to_rcpt", "to_message"])
    def test_a_refusal_for_good_is_not_tried_again(self, server, ada, where):
        setattr(server, where, "550 nobody here")
        queued(ada)
        delivering.send_due()
        assert self.state()[::3] == ("failed", "The mail server said: 550 nobody here")

    @pytest.mark.parametrize("word", ["MAIL", "RCPT"])
    def test_a_line_that_breaks_before_the_message_costs_a_try(self, server, ada, word):
        server.hang_up = word
        queued(ada)
        delivering.send_due()
        assert self.state()[:3] == ("waiting", 1, True)

    @pytest.mark.parametrize("word", ["message", "answer"])
    def test_a_line_that_breaks_after_the_message_sends_nothing_twice(self, server, ada, word):
        server.hang_up = word
        queued(ada)
        queued(ada, key="another")
        delivering.send_due()
        server.hang_up = ""
        Mail.objects.filter(status="waiting").update(send_at=clock.now())
        delivering.send_due()
        assert set(Mail.objects.values_list("status", flat=True)) == {"uncertain"}
        assert len(server.taken) == (2 if word == "answer" else 0)

    def test_a_worker_that_died_over_a_mail_sends_it_no_second_time(self, server, ada):
        mail = queued(ada)
        delivering._taken(now=clock.now())  # and here its worker is killed
        assert delivering.send_due() == 0
        Mail.objects.update(begun_at=clock.now() - timedelta(minutes=11))
        mail_on()
        mail.refresh_from_db()
        assert (mail.status, mail.sealed, server.taken) == ("uncertain", "", [])

    def test_without_a_server_everything_waits_a_minute_and_nothing_counts(
        self, server, ada, settings
    ):
        settings.EMAIL_PORT = 1
        queued(ada)
        queued(ada, key="another")
        assert delivering.send_due() == 0
        assert set(Mail.objects.values_list("status", "attempts")) == {("waiting", 0)}
        assert all(one.send_at > clock.now() for one in Mail.objects.all())
        Mail.objects.update(send_at=clock.now(), created_at=clock.now() - timedelta(days=3))
        delivering.send_due()
        assert Mail.objects.filter(status="failed").count() == 1


class TestTheQueue:
    def test_one_connection_sends_all_and_a_key_is_queued_once(self, server, ada):
        with transaction.atomic():
            queued(ada, key="k")
            assert queued(ada, key="k") is None
            queued(ada)
        assert send_mails() == 2
        assert (len(server.taken), server.connections) == (2, 1)

    def test_no_mail_waits_for_long_jobs_and_nothing_for_a_slow_mail_server(self):
        [own] = [one for one in all_periodic() if one.function is send_mails]
        assert own.alone
        assert send_mails not in {one.function for one, _ in Rounds()._due}
        assert [one.function for one, _ in Rounds(own)._due] == [send_mails]

    def test_what_is_read_in_time_is_not_mailed(self, server, ada):
        told(ada)
        notifying.read_all(by=ada, now=clock.now())
        mail_on()
        assert not Mail.objects.exists()

    def test_a_notice_is_mailed_once_and_not_to_who_is_switched_off(self, server, ada):
        told(ada)
        mail_on()
        mail_on()
        assert Mail.objects.count() == 1
        told(ada, about="later")
        type(ada).objects.update(is_active=False)
        mail_on()
        assert Mail.objects.count() == 1
        assert not Notification.objects.filter(mail_at__isnull=False).exists()

    def test_a_site_without_a_mail_server_or_address_mails_no_news(self, server, ada, settings):
        settings.NEWS_BY_MAIL = False
        told(ada)
        mail_on()
        assert not Mail.objects.exists()


class TestChoices:
    def test_a_pace_decides_when_and_switching_off_takes_back_what_waits(self, server, ada):
        now = clock.now()
        mail_choices.choose_paces(by=ada, paces={"courses": "daily"}, now=now)
        told(ada, now=now)
        assert Notification.objects.get().mail_at > now
        mail_choices.choose_paces(by=ada, paces={"courses": "off"}, now=now)
        assert Notification.objects.get().mail_at is None

    def test_the_page_keeps_choices_and_refuses_odd_ones(self, client_of, ada):
        browser = client_of(ada)
        sent = dict.fromkeys(notice_rules.TOPICS, "off") | {"year_of_birth": "2001"}
        assert "once a week, on Monday morning" in browser.get("/account/mail/").content.decode()
        assert browser.post("/account/mail/", sent).status_code == 302
        assert (
            MailChoice.objects.filter(user=ada, pace="off").count() == 4
        )  # reviews: 2001 is known
        assert BirthYear.objects.get().year == 2001
        for odd in ({"reviews": "at_once"}, {"year_of_birth": "1700"}, {"work": "x"}):
            page = browser.post("/account/mail/", sent | odd).content.decode()
            assert "1 thing to change" in page, odd
        assert browser.post("/account/mail/", sent | {"year_of_birth": ""}).status_code == 302
        assert not BirthYear.objects.exists()

    def test_the_link_stops_and_starts_mails_signed_out_and_by_looking_changes_nothing(self, ada):
        token = mail_links.token(user_id=ada.pk, address=ada.email, topic="results")
        address, visitor = reverse("mail_stop", args=[token]), Client(enforce_csrf_checks=True)
        assert "Stop mails about “Results”?" in visitor.get(address).content.decode()
        assert not MailChoice.objects.exists()
        assert "no more mails about “Results”" in visitor.post(address).content.decode()
        visitor.post(address, {"all": "1"})
        assert MailChoice.objects.filter(pace="off").count() == len(notice_rules.TOPICS)
        assert "come again" in visitor.post(address, {"again": "1"}).content.decode()
        assert not MailChoice.objects.filter(topic="results").exists()
        assert visitor.post(address[:-3] + "x/").status_code == 404

    def test_somebody_without_an_account_can_refuse_and_want_mails_again(self, server):
        about = {"topic": "security", "subject": "You are invited", "text": "T"}
        eve = {"address": "eve@example.org", "site": SITE, "now": clock.now()}
        mailing.queue(**eve, **about)
        delivering.send_due()
        stop = server.taken[0][1]["List-Unsubscribe"].strip(" <>").removeprefix(SITE)
        Client().post(stop)
        assert "eve" not in MailRefusal.objects.get().address_hash
        assert mailing.queue(**eve | {"address": " EVE@example.org "}, **about) is None
        Client().post(stop, {"again": "1"})
        assert mailing.queue(**eve, **about) is not None


def test_an_admin_sees_what_became_of_mails_and_tries_one_to_themselves(server, client_of, ada):
    dora = factories.person("Dora Dahl", role="ADMIN")
    browser = client_of(dora)
    assert "Mails of the last thirty days" in browser.get("/admin/mail/").content.decode()
    server.to_rcpt = "550 nobody here"
    queued(ada, subject="Hers", text="a secret link")
    delivering.send_due()
    server.to_rcpt = "250 fine"
    assert browser.post("/admin/mail/trial/").status_code == 302
    delivering.send_due()
    assert [address for address, _ in server.taken] == [dora.email]
    page = browser.get("/admin/mail/?status=failed").content.decode()
    assert "550 nobody here" in page
    assert "secret" not in page
    assert dora.email not in page.split("<tbody>")[1]


def test_the_overview_says_what_keeps_mails_from_going_out(client_of, settings):
    browser = client_of(factories.person("Dora Dahl", role="ADMIN"))
    settings.NEWS_BY_MAIL = False
    assert "Mails do not go out" in browser.get("/admin/").content.decode()
    assert "Set STUDIUM_MAIL_HOST" in browser.get("/admin/mail/").content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "Set STUDIUM_URL" in browser.get("/admin/mail/").content.decode()
    settings.NEWS_BY_MAIL = True
    assert "Mails do not go out" not in browser.get("/admin/").content.decode()
