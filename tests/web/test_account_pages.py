"""The account and admin pages show what they are for, and each change goes through its action."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from studium.identity.models import ApiToken, AuditEntry, Invitation, Session, User
from tests import factories
from tests.mails import sent_mails

pytestmark = pytest.mark.django_db

VISITORS = ["account_login", "account_signup", "account_reset_password", "help"]
OWN = [
    "account",
    "account_email",
    "account_change_password",
    "account_sessions",
    "account_tokens",
    "mfa_index",
    "account_logout",
    "help",
]
RUNNING = [
    "admin_home",
    "admin_people",
    "admin_person_new",
    "admin_invite",
    "admin_people_file",
    "admin_log",
]


@pytest.mark.parametrize("name", VISITORS)
def test_a_visitor_gets_the_entrance_pages(client_of, ada, name):
    page = client_of(None).get(reverse(name))
    assert page.status_code == 200
    assert "<h1>" in page.text


@pytest.mark.parametrize("name", OWN)
def test_everybody_gets_their_own_account_pages(client_of, ada, name):
    page = client_of(ada).get(reverse(name))
    assert page.status_code == 200
    assert "<h1>" in page.text


@pytest.mark.parametrize("name", OWN[:-2])
def test_a_visitor_is_sent_to_sign_in_and_back(client_of, name):
    page = client_of(None).get(reverse(name))
    assert page.status_code == 302
    assert page.headers["Location"].startswith(reverse("account_login") + "?next=")


@pytest.mark.parametrize("name", RUNNING)
def test_an_admin_gets_the_pages_that_run_the_site_and_nobody_else_does(
    client_of, ada, bruno, dora, name
):
    assert client_of(dora).get(reverse(name)).status_code == 200
    for other in (ada, bruno):
        page = client_of(other).get(reverse(name))
        assert page.status_code == 403
        assert "Only an admin may do this" in page.text


def test_a_page_that_does_not_exist_looks_like_the_site_and_api_paths_answer_problems(client_of):
    page = client_of(None).get("/nowhere/")
    assert page.status_code == 404
    assert "This page is not here" in page.text
    answer = client_of(None).get("/api/nowhere")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


def test_the_profile_is_saved_and_a_wrong_zone_is_said_beside_its_field(client_of, ada):
    browser = client_of(ada)
    good = {"name": "Ada B.", "locale": "en", "timezone": "Europe/Berlin"}
    assert browser.post(reverse("account"), good).status_code == 302
    ada.refresh_from_db()
    assert (ada.name, ada.timezone) == ("Ada B.", "Europe/Berlin")
    page = browser.post(reverse("account"), {**good, "name": " ", "timezone": "Mars/Base"})
    assert page.status_code == 200
    assert "is not one of the available choices" in page.text


def test_a_new_address_counts_only_when_its_link_is_followed(client_of, ada):
    browser = client_of(ada)
    asked = {"email": "ada.new@example.org", "password": factories.PASSWORD}
    assert browser.post(reverse("account_email"), asked).status_code == 302
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    message = sent_mails()[-1]
    assert message.to == ["ada.new@example.org"]
    link = re.search(r"http://testserver(\S+)", message.body)[1]
    assert browser.get(link).status_code == 200
    assert browser.post(link).status_code == 302
    ada.refresh_from_db()
    assert (ada.email, ada.email_canonical) == ("ada.new@example.org", "ada.new@example.org")
    assert sent_mails()[-1].to == ["ada@example.org"]
    assert browser.post(link).status_code == 404  # once


def test_a_new_address_needs_the_password(client_of, ada):
    asked = {"email": "ada.new@example.org", "password": "something else"}
    page = client_of(ada).post(reverse("account_email"), asked)
    assert "This is not your password" in page.text
    assert sent_mails() == []


def test_an_address_that_is_taken_is_not_told_on_the_page(client_of, ada, bruno):
    asked = {"email": bruno.email.upper(), "password": factories.PASSWORD}
    page = client_of(ada).post(reverse("account_email"), asked)
    assert page.status_code == 302
    assert "confirm" not in sent_mails()[-1].body
    assert sent_mails()[-1].to == [bruno.email.upper()]


def test_sessions_are_listed_and_ended(client_of, ada):
    here, there = client_of(ada), client_of(ada)
    page = here.get(reverse("account_sessions"))
    assert page.text.count("this one") == 1
    other = Session.objects.filter(user=ada).order_by("id")[1]
    assert here.post(reverse("account_session_end", args=[other.pk])).status_code == 302
    assert there.get(reverse("account")).status_code == 302
    assert here.get(reverse("account")).status_code == 200


def test_all_other_sessions_end_at_once(client_of, ada):
    here, there = client_of(ada), client_of(ada)
    assert here.post(reverse("account_sessions_end")).status_code == 302
    assert there.get(reverse("account")).status_code == 302
    assert here.get(reverse("account")).status_code == 200


def test_another_persons_session_and_token_cannot_be_ended(client_of, ada, bruno):
    client_of(bruno)
    session = Session.objects.get(user=bruno)
    client_of(bruno).post(reverse("account_tokens"), {"name": "mine", "scope": "read", "days": "5"})
    token = ApiToken.objects.get(user=bruno)
    browser = client_of(ada)
    assert browser.post(reverse("account_session_end", args=[session.pk])).status_code == 404
    assert browser.post(reverse("account_token_revoke", args=[token.pk])).status_code == 404
    assert Session.objects.filter(pk=session.pk).exists()
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_token_is_shown_once_and_can_be_revoked(client_of, ada):
    browser = client_of(ada)
    page = browser.post(
        reverse("account_tokens"), {"name": "notebook", "scope": "read", "days": "30"}
    )
    shown = re.search(r"st_[\w-]{43}", page.text)[0]
    again = browser.get(reverse("account_tokens")).text
    assert shown not in again
    assert "notebook" in again
    token = ApiToken.objects.get()
    assert browser.post(reverse("account_token_revoke", args=[token.pk])).status_code == 302
    assert "notebook" not in browser.get(reverse("account_tokens")).text


def labels_of(text: str) -> list[str]:
    """What the fields of a page are called."""
    return re.findall(r"<label for=[^>]*>([^<]*)<", text)


def test_the_password_is_changed_and_other_sessions_end(client_of, ada):
    here, there = client_of(ada), client_of(ada)
    asked = labels_of(here.get(reverse("account_change_password")).text)
    assert asked == ["Current password", "New password", "New password, again"]
    new = "correct horse battery"
    changed = here.post(
        reverse("account_change_password"),
        {"oldpassword": factories.PASSWORD, "password1": new, "password2": new},
    )
    assert changed.status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(new)
    assert here.get(reverse("account")).status_code == 200
    assert there.get(reverse("account")).status_code == 302
    assert AuditEntry.objects.filter(action="person.password", actor=ada).exists()


def test_a_forgotten_password_is_reset_by_a_link_that_works_once(client_of, ada):
    browser = client_of(None)
    page = browser.post(reverse("account_reset_password"), {"email": "ADA@example.org"})
    assert page.status_code == 302
    assert browser.get(page.headers["Location"]).status_code == 200
    link = re.search(r"http://testserver(\S+)", sent_mails()[-1].body)[1]
    form = browser.get(link, follow=True)
    assert labels_of(form.text) == ["New password", "New password, again"]
    new = "correct horse battery"
    done = browser.post(
        form.redirect_chain[-1][0], {"password1": new, "password2": new}, follow=True
    )
    assert done.status_code == 200
    ada.refresh_from_db()
    assert ada.check_password(new)
    assert "used up" in client_of(None).get(link, follow=True).text


def test_an_admin_adds_a_person_who_can_sign_in(client_of, dora):
    values = {
        "name": "Finn Fox",
        "email": "finn@example.org",
        "role": "INSTRUCTOR",
        "password": "correct horse battery",
    }
    made = client_of(dora).post(reverse("admin_person_new"), values)
    finn = User.objects.by_email("finn@example.org")
    assert made.headers["Location"] == reverse("admin_person", args=[finn.pk])
    browser = client_of(None)
    signed = browser.post(
        reverse("account_login"), {"login": finn.email, "password": values["password"]}
    )
    assert signed.status_code == 302
    assert browser.get(reverse("account")).wsgi_request.user == finn
    again = client_of(dora).post(reverse("admin_person_new"), values)
    assert "There is an account with this address already" in again.text


def test_people_are_searched_and_paged(client_of, dora):
    for number in range(55):
        factories.person(f"Pupil {number:02} Last", email=f"p{number}@example.org")
    browser = client_of(dora)
    assert "p7@example.org" not in browser.get(reverse("admin_people") + "?q=P49%40").text
    assert "p49@example.org" in browser.get(reverse("admin_people") + "?q=P49%40").text
    assert "51–56" in browser.get(reverse("admin_people") + "?offset=50").text
    assert "Nobody fits" in browser.get(reverse("admin_people") + "?q=%00zzz").text


def test_a_list_of_people_is_checked_before_it_is_taken(client_of, dora, ada):
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser = client_of(dora)
    wrong = SimpleUploadedFile("people.csv", b"name;email;role\nAda;ADA@example.org;\n;x;\n")
    page = browser.post(reverse("admin_people_file"), {"file": wrong})
    assert "There is an account with this address" in page.text
    assert "Give a name" in page.text
    assert reverse("admin_people_add") not in page.text
    text = "name,email,role\r\nGus,gus@example.org,instructor\r\nÉva,éva@exämple.org,\r\n"
    good = SimpleUploadedFile("people.csv", text.encode())
    page = browser.post(reverse("admin_people_file"), {"file": good})
    assert "Add 2 people" in page.text
    before = User.objects.count()
    assert browser.post(reverse("admin_people_add"), {"list": text}).status_code == 302
    assert User.objects.count() == before + 2
    assert User.objects.by_email("gus@example.org").role == "INSTRUCTOR"
    assert browser.post(reverse("admin_people_add"), {"list": text}).status_code == 200
    assert User.objects.count() == before + 2


def test_an_invitation_makes_an_account_with_its_own_address_and_role_once(client_of, dora):
    sent = client_of(dora).post(
        reverse("admin_invite"), {"email": "gus@example.org", "role": "INSTRUCTOR"}
    )
    assert sent.status_code == 302
    link = re.search(r"http://testserver(\S+)", sent_mails()[-1].body)[1]
    visitor = client_of(None)
    assert "gus@example.org" in visitor.get(link).text
    values = {"name": "Gus", "password": "correct horse battery", "email": "x@example.org"}
    weak = visitor.post(link, {**values, "password": "short"})
    assert "at least 10 characters" in weak.text
    assert visitor.post(link, {**values, "role": "ADMIN"}).status_code == 302
    gus = User.objects.by_email("gus@example.org")
    assert gus.role == "INSTRUCTOR"
    assert visitor.get(reverse("account")).wsgi_request.user == gus
    assert client_of(None).get(link).status_code == 404
    assert Invitation.objects.get().accepted_by == gus


def test_an_invitation_to_a_course_enrols_whoever_accepts_it(client_of, bruno, course, now):
    from studium.content.actions import people as course_people
    from studium.content.rules import read_roster

    rows = read_roster(b"email\ngus@example.org\n")
    made = course_people.add_people(by=bruno, course_id=course.pk, rows=rows, now=now)
    from datetime import UTC, datetime

    Invitation.objects.update(expires_at=datetime(2999, 1, 1, tzinfo=UTC))
    link = reverse("account_invited", args=[made[0].link])
    joined = client_of(None).post(link, {"name": "Gus", "password": "correct horse battery"})
    assert joined.status_code == 302
    gus = User.objects.by_email("gus@example.org")
    assert course.enrollments.filter(user=gus, role="student", ended_at=None).exists()


def test_a_withdrawn_invitation_is_dead(client_of, dora):
    browser = client_of(dora)
    browser.post(reverse("admin_invite"), {"email": "gus@example.org", "role": "STUDENT"})
    link = re.search(r"http://testserver(\S+)", sent_mails()[-1].body)[1]
    invitation = Invitation.objects.get()
    gone = browser.post(reverse("admin_invitation_revoke", args=[invitation.pk]))
    assert gone.status_code == 302
    assert client_of(None).get(link).status_code == 404


def test_role_and_access_are_changed_by_the_admin_and_the_last_admin_stays(client_of, dora, ada):
    browser = client_of(dora)
    role = reverse("admin_person_role", args=[ada.pk])
    assert browser.post(role, {"role": "INSTRUCTOR"}).status_code == 302
    ada.refresh_from_db()
    assert ada.role == "INSTRUCTOR"
    own = browser.post(reverse("admin_person_role", args=[dora.pk]), {"role": "STUDENT"})
    assert own.status_code == 409
    assert "last active admin" in own.text
    off = reverse("admin_person_deactivate", args=[ada.pk])
    assert browser.post(off).status_code == 302
    ada.refresh_from_db()
    assert not ada.is_active
    assert browser.get(reverse("admin_person", args=[ada.pk])).status_code == 200
    assert browser.post(reverse("admin_person_activate", args=[ada.pk])).status_code == 302
    assert browser.post(reverse("admin_person_deactivate", args=[dora.pk])).status_code == 409


def test_the_log_is_filtered_and_exported_without_formulas(client_of, dora):
    browser = client_of(dora)
    AuditEntry.objects.create(action="test.thing", actor=dora, detail={"name": "=1+1"})
    AuditEntry.objects.create(action="other.thing", actor=dora, user_agent="=HYPERLINK(1)")
    page = browser.get(reverse("admin_log") + "?action=test.")
    assert "test.thing" in page.text
    assert "other.thing" not in page.text
    text = browser.get(reverse("admin_log_csv")).content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert ",=HYPERLINK(1)" not in text
    assert browser.get(reverse("admin_log") + "?since=2999-01-01").text.count("test.thing") == 0
    assert browser.get(reverse("admin_log") + "?since=nonsense").status_code == 200
