"""People are made and changed by whom it behoves, the last admin stays, and the log tells all."""

from __future__ import annotations

import threading

import pytest
from django.db import close_old_connections, connection

from studium.identity import rights
from studium.identity.actions import invitations, people
from studium.identity.models import AuditEntry, Session, User
from studium.identity.origin import Origin, origin
from studium.lib.errors import Conflict, Invalid, NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db

NEW = {"name": "Gus Gray", "email": "gus@example.org", "password": "correct horse battery"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "a\x00b"),
        ("name", "\ud800"),
        ("name", "x" * 201),
        ("email", ""),
        ("email", "nobody"),
        ("email", "a b@example.org"),
        ("email", "a@b@c"),
        ("email", "\ud800@example.org"),
        ("email", "x" * 250 + "@example.org"),
        ("role", "OWNER"),
        ("password", "short"),
        ("password", "password1234"),
        ("password", "gus@example.org"),
    ],
)
def test_a_wrong_value_is_refused_beside_its_field(dora, now, field, value):
    with pytest.raises(Invalid) as refused:
        people.create_person(by=dora, now=now, **{**NEW, field: value})
    assert list(refused.value.fields) == [field]
    assert User.objects.by_email("gus@example.org") is None


@pytest.mark.parametrize("email", ["gus@example.org", " GUS@example.org ", "ｇｕｓ@example.org"])
def test_an_address_has_one_account_in_all_its_spellings(dora, now, email):
    people.create_person(by=dora, now=now, **NEW)
    with pytest.raises(Conflict):
        people.create_person(by=dora, now=now, **{**NEW, "email": email})


def test_an_address_outside_ascii_works(dora, now):
    made = people.create_person(by=dora, now=now, **{**NEW, "email": "Zoë@exämple.org"})
    assert User.objects.by_email("ZOË@EXÄMPLE.ORG") == made


@pytest.mark.parametrize("who", ["ada", "bruno"])
def test_only_an_admin_adds_people_and_changes_roles(request, ada, bruno, now, who):
    by = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        people.create_person(by=by, now=now, **NEW)
    with pytest.raises(NotAllowed):
        people.change_role(by=by, person_id=by.pk, role="ADMIN", now=now)
    with pytest.raises(NotAllowed):
        people.deactivate(by=by, person_id=ada.pk, now=now)
    with pytest.raises(NotAllowed):
        people.update_profile(
            by=by, person_id=factories.person().pk, name="X", locale="en", timezone="UTC", now=now
        )
    assert not rights.may_manage_site(by)


def test_a_former_admin_has_no_rights_left(dora, ada, now):
    second = factories.person("Second Admin", role="ADMIN")
    people.change_role(by=second, person_id=dora.pk, role="STUDENT", now=now)
    dora.refresh_from_db()
    with pytest.raises(NotAllowed):
        people.deactivate(by=dora, person_id=ada.pk, now=now)


def test_each_change_is_in_the_log_with_who_when_and_from_where(dora, ada, now):
    here = origin.set(Origin("192.0.2.7", "Firefox"))
    try:
        made = people.create_person(by=dora, now=now, **NEW)
        people.change_role(by=dora, person_id=made.pk, role="INSTRUCTOR", now=now)
        people.deactivate(by=dora, person_id=made.pk, now=now)
        people.activate(by=dora, person_id=made.pk, now=now)
        people.change_address(by=dora, person_id=made.pk, email="g@example.org", now=now)
        people.set_password(by=dora, person=made, password="correct horse staple", now=now)
        invitations.invite(by=dora, email="new@example.org", now=now)
    finally:
        origin.reset(here)
    rows = list(AuditEntry.objects.order_by("id"))
    assert [row.action for row in rows] == [
        "person.create",
        "person.role",
        "person.deactivate",
        "person.activate",
        "person.address",
        "person.password",
        "invitation.create",
    ]
    for row in rows:
        assert (row.actor, row.at, row.ip, row.user_agent) == (dora, now, "192.0.2.7", "Firefox")
    assert rows[1].detail == {"from": "STUDENT", "to": "INSTRUCTOR"}
    assert "correct horse" not in str([row.detail for row in rows])


def test_a_change_that_fails_leaves_no_line_in_the_log(dora, now):
    with pytest.raises(Conflict):
        people.change_role(by=dora, person_id=dora.pk, role="STUDENT", now=now)
    assert not AuditEntry.objects.exists()


def test_switching_off_ends_sessions_tokens_and_open_invitations(client_of, dora, bruno, now):
    browser = client_of(bruno)
    sent = invitations.invite(by=bruno, email="new@example.org", now=now)
    people.deactivate(by=dora, person_id=bruno.pk, now=now)
    assert not Session.objects.filter(user=bruno).exists()
    assert not browser.get("/help/").wsgi_request.user.is_authenticated
    sent.invitation.refresh_from_db()
    assert sent.invitation.revoked_at == now


def test_an_instructor_invites_students_and_no_one_higher(ada, bruno, now):
    invitations.invite(by=bruno, email="new@example.org", now=now)
    for by, role in ((bruno, "INSTRUCTOR"), (bruno, "ADMIN"), (ada, "STUDENT")):
        with pytest.raises(NotAllowed):
            invitations.invite(by=by, email="other@example.org", role=role, now=now)


def test_registration_is_what_the_setting_says(dora, now, settings):
    own = {"email": "self@example.org", "name": "Self", "password": "correct horse battery"}
    settings.REGISTRATION = "closed"
    with pytest.raises(NotAllowed):
        invitations.invite(by=dora, email="new@example.org", now=now)
    settings.REGISTRATION = "invitation"
    made = invitations.invite(by=dora, email="new@example.org", now=now)
    with pytest.raises(NotAllowed):
        invitations.register(now=now, **own)
    settings.REGISTRATION = "closed"
    with pytest.raises(NotAllowed):
        invitations.accept_invitation(
            token=made.token, name="New", password="correct horse battery", now=now
        )
    settings.REGISTRATION = "open"
    assert invitations.register(now=now, **own).role == "STUDENT"


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_step_down_at_the_same_moment_leave_one(now):
    pair = [factories.person(f"{name} Admin", role="ADMIN") for name in ("Ann", "Ben")]
    start = threading.Barrier(2)
    refused = []

    def step_down(admin: User) -> None:
        close_old_connections()
        start.wait()
        try:
            people.change_role(by=admin, person_id=admin.pk, role="STUDENT", now=now)
        except Conflict as conflict:
            refused.append(conflict.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=step_down, args=[admin]) for admin in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["last_admin"]
    assert User.objects.filter(role="ADMIN").count() == 1
