"""API tokens: shown once, hashed, scoped, expiring, revocable, read by one statement."""

from __future__ import annotations

from datetime import timedelta

import pytest

from studium.identity.actions import tokens
from studium.identity.models import ApiToken, AuditEntry, User
from studium.lib.errors import Invalid, NotAllowed, NotFound, NotSignedIn
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_token_stands_for_its_owner_by_one_query(ada, now, django_assert_num_queries):
    made = tokens.create_token(by=ada, name="notebook", scope="read", now=now)
    tokens.bearer(made.token, now=now)
    with django_assert_num_queries(1):
        found = tokens.bearer(made.token, now=now)
        assert (found.user, found.scope, found.may_write) == (ada, "read", False)
        assert found.user.teaches is False


def test_only_the_hash_is_kept(ada, now):
    made = tokens.create_token(by=ada, name="notebook", now=now)
    row = ApiToken.objects.get()
    assert made.token.startswith("st_")
    assert len(made.token) == 46
    assert made.token not in str(vars(row))
    assert made.token not in str(AuditEntry.objects.filter(action="token.create").values())


def test_when_it_was_used_is_written_every_five_minutes(ada, now):
    made = tokens.create_token(by=ada, name="notebook", now=now)
    for minutes, seen in ((1, 1), (3, 1), (7, 7)):
        tokens.bearer(made.token, now=now + timedelta(minutes=minutes))
        assert ApiToken.objects.get().last_used_at == now + timedelta(minutes=seen)


def test_expired_revoked_unknown_and_ownerless_tokens_are_refused_alike(ada, now):
    off, gone = factories.person("Off Oak"), factories.person("Gone Gray")
    later = now + timedelta(days=1, seconds=1)
    good = tokens.create_token(by=ada, name="good", now=now)
    expired = tokens.create_token(by=ada, name="old", days=1, now=now)
    revoked = tokens.create_token(by=ada, name="revoked", now=now)
    of_off = tokens.create_token(by=off, name="off", now=now)
    of_gone = tokens.create_token(by=gone, name="gone", now=now)
    tokens.revoke_token(by=ada, token_id=revoked.row.pk, now=now)
    User.objects.filter(pk=off.pk).update(is_active=False)
    User.objects.filter(pk=gone.pk).update(erased_at=now)
    made = [each.token for each in (expired, revoked, of_off, of_gone)]
    messages = {refusal(token, later) for token in [*made, "st_nothing", "", "\ud800", "a\0b"]}
    assert len(messages) == 1
    assert tokens.bearer(good.token, now=later).user == ada


def refusal(token, now):
    with pytest.raises(NotSignedIn) as refused:
        tokens.bearer(token, now=now)
    return refused.value.message


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"name": "x" * 101}, {"scope": "admin"}, {"days": 0}, {"days": 366}],
)
def test_a_token_with_a_wrong_name_scope_or_time_is_refused(ada, now, wrong):
    with pytest.raises(Invalid) as refused:
        tokens.create_token(by=ada, **({"name": "x", "now": now} | wrong))
    assert list(refused.value.fields) == list(wrong)
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_by_its_owner_or_an_admin_only(ada, bruno, dora, now):
    made = tokens.create_token(by=ada, name="notebook", now=now)
    with pytest.raises(NotFound):
        tokens.revoke_token(by=bruno, token_id=made.row.pk, now=now)
    tokens.revoke_token(by=dora, token_id=made.row.pk, now=now)
    entry = AuditEntry.objects.get(action="token.revoke")
    assert (entry.actor, entry.object_id, entry.at) == (dora, str(made.row.pk), now)


def test_an_address_and_a_password_give_a_token_and_a_second_factor_forbids_that(ada, now):
    made = tokens.exchange_password(email="ADA@example.org", password=factories.PASSWORD, now=now)
    assert tokens.bearer(made.token, now=now).user == ada
    with pytest.raises(NotSignedIn):
        tokens.exchange_password(email=ada.email, password="wrong", now=now)
    factories.second_factor(ada)
    with pytest.raises(NotAllowed, match="second factor"):
        tokens.exchange_password(email=ada.email, password=factories.PASSWORD, now=now)


def test_staff_without_a_second_factor_have_no_api_where_the_site_requires_one(
    ada, bruno, now, settings
):
    made = tokens.create_token(by=bruno, name="notebook", now=now)
    pupil = tokens.create_token(by=ada, name="notebook", now=now)
    settings.STAFF_SECOND_FACTOR = True
    with pytest.raises(NotAllowed):
        tokens.bearer(made.token, now=now)
    with pytest.raises(NotAllowed):
        tokens.create_token(by=bruno, name="another", now=now)
    assert tokens.bearer(pupil.token, now=now).user == ada
    factories.second_factor(bruno)
    assert tokens.bearer(made.token, now=now).user == bruno
