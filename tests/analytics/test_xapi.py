"""xAPI out: what is told, to whom, and that telling it again changes nothing."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from studium.ai.wire.guard import Limits
from studium.analytics import actions
from studium.analytics.models import ResponseFold, XapiSettings, XapiTold
from studium.analytics.queries import xapi as queries
from studium.analytics.xapi import reading, sending, statements, store
from studium.analytics.xapi.statements import Site
from studium.analytics.xapi.store import Store, StoreFailed
from studium.assessment.actions import regrade as regrades
from studium.assessment.actions import sit as sitting
from studium.cli import main
from studium.content.models import Concept, Course, LessonConcept
from studium.identity.models import AuditEntry, User
from studium.lib.errors import Conflict, Invalid
from studium.lib.jobs import work_off
from tests import factories
from tests.analytics.answers import practise, sit
from tests.analytics.record_store import RecordStore, check, running

pytestmark = pytest.mark.django_db

LATER = timedelta(days=400)
SECRET = "sesame-open-0001"


@pytest.fixture(autouse=True)
def _known_address(settings: Any) -> None:
    settings.SITE_URL = "https://learn.example.org"
    settings.XAPI_PRIVATE_ADDRESSES = True


@pytest.fixture
def lrs() -> Iterator[RecordStore]:
    with running() as made:
        yield made


@pytest.fixture
def answered(ada: User, course: Course, now: datetime) -> Course:
    """Ada has practised once and passed an exam; all of it is released and taken in."""
    lesson = course.lessons.earliest("order_index")
    concept = Concept.objects.create(course=course, name="Moves")
    LessonConcept.objects.create(lesson=lesson, concept=concept)
    practise(ada, factories.quiz(lesson=lesson, questions=3), [1, 0.5, 0], at=now)
    sit(ada, factories.exam(course=course), [1, 1, 1], at=now + timedelta(hours=1))
    actions.catch_up(now=now + LATER)
    return course


def told() -> list[dict[str, Any]]:
    return list(queries.every_statement())


def of(verb: str) -> list[dict[str, Any]]:
    return [one for one in told() if one["verb"]["id"] == statements.VERBS + verb]


def configure(dora: User, lrs: RecordStore, now: datetime, **more: Any) -> XapiSettings:
    return actions.configure_xapi(by=dora, address=lrs.address, now=now, **more)


def send(now: datetime, tries: int = 3) -> int:
    """Send everything, without the waits between tries."""
    held = XapiSettings.objects.get()
    way = sending.store_of(held)
    quick = Store(way.address, way.proof, Limits(total=20, tries=tries), chance=lambda: 0.0)
    return sending.send_all(now=now, progress=lambda *_: None, store=quick)


def test_an_answer_is_told_as_the_specification_has_it(answered: Course) -> None:
    for one in told():
        check(one)
    first = of("answered")[1]
    response = ResponseFold.objects.select_related("response").get(seq=2).response
    assert first["object"]["definition"]["interactionType"] == "choice"
    assert first["object"]["definition"]["type"].endswith("/activities/cmi.interaction")
    assert first["result"] == {"success": False, "score": {"scaled": 0.5}}
    assert first["context"]["registration"] == str(response.quiz_attempt_id)
    around = first["context"]["contextActivities"]
    assert around["parent"][0]["id"].endswith(f"/xapi/quizzes/{response.quiz_attempt.quiz_id}")
    assert around["category"][0]["definition"]["name"] == {"en": "Moves"}
    assert around["grouping"][0]["definition"]["name"] == {"en": "Ownership"}
    assert first["timestamp"] == "2026-03-02T09:02:00.000Z"
    assert "correctResponsesPattern" not in json.dumps(told())


def test_ends_are_told_once_with_passed_or_failed(
    ada: User, answered: Course, now: datetime
) -> None:
    sit(ada, factories.exam(course=answered), [0, 0, 1], at=now + timedelta(hours=9))
    actions.catch_up(now=now + LATER)
    verbs = [one["verb"]["display"]["en"] for one in told()]
    assert [verbs.count(one) for one in ("answered", "completed", "passed", "failed")] == [
        9, 3, 1, 1,
    ]  # fmt: skip
    assert of("passed")[0]["result"]["score"] == {"scaled": 1.0, "raw": 100, "min": 0, "max": 100}
    assert of("failed")[0]["result"]["success"] is False
    runs = [one["result"] for one in of("completed") if "/quizzes/" in one["object"]["id"]]
    assert runs == [{"completion": True, "duration": "PT240S"}]


def test_nobody_is_named(ada: User, answered: Course) -> None:
    text = json.dumps(told())
    for word in (ada.name, ada.email, str(ada.pk), ada.pk.hex, "Alm"):
        assert word not in text
    names = {one["actor"]["account"]["name"] for one in told()}
    assert len(names) == 1
    assert {one["actor"]["account"]["homePage"] for one in told()} == {"https://learn.example.org"}


def test_pseudonyms_and_ids_are_those_of_one_site() -> None:
    person, namespace = uuid4(), uuid4()
    one, other = (Site("https://a.org", namespace, secret) for secret in ("1", "2"))
    assert statements.pseudonym(one, person) == statements.pseudonym(one, person)
    assert statements.pseudonym(one, person) != statements.pseudonym(other, person)
    assert statements.pseudonym(one, person) != statements.pseudonym(one, uuid4())


def test_what_is_not_released_is_not_told(ada: User, course: Course, now: datetime) -> None:
    sit(ada, factories.exam(course=course, release="never"), [1, 1, 1], at=now)
    actions.catch_up(now=now + LATER)
    assert told() == []


def test_responses_are_told_only_where_the_site_says_so(
    ada: User, answered: Course, now: datetime
) -> None:
    assert all("response" not in one.get("result", {}) for one in told())
    XapiSettings.objects.update(with_responses=True)
    assert [one["result"].get("response") for one in of("answered")][3:] == ["a", "a", "a"]


@pytest.mark.parametrize(
    ("kind", "response", "said"),
    [
        ("true_false", True, "true"),
        ("multiple_choice", ["a", "c"], "a[,]c"),
        ("ordering", ["b", "a"], "b[,]a"),
        ("matching", {"2": "x", "1": "y"}, "1[.]y[,]2[.]x"),
        ("cloze", {"1": "move", "2": "copy"}, "move[,]copy"),
        ("numeric", "5 km", "5 km"),
        ("short_text", None, None),
    ],
)
def test_a_response_has_the_form_of_its_interaction(kind: str, response: Any, said: str) -> None:
    assert statements.response_text(kind, response) == said


def test_everything_is_sent_and_sending_again_sends_nothing(
    dora: User, answered: Course, lrs: RecordStore, now: datetime
) -> None:
    lrs.wanted_proof = store.proof_of("basic", "studium", SECRET)
    configure(dora, lrs, now, auth="basic", user_name="studium", credential=SECRET)
    assert send(now) == len(lrs.statements) == len(told())
    assert list(lrs.statements.values()) == told()
    assert send(now) == 0
    assert XapiSettings.objects.get().cursor == 6
    assert not queries.xapi_state(dora).is_behind


@pytest.mark.django_db(transaction=True)
def test_a_sending_that_was_killed_tells_the_same_statements_again(
    dora: User, answered: Course, lrs: RecordStore, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(dora, lrs, now)
    monkeypatch.setattr(reading, "BATCH", 2)
    with monkeypatch.context() as patched:
        # Stored there, not known here.
        patched.setattr(sending, "_advance", lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
        assert _ended_by(lambda: send(now)) == signal.SIGKILL
    before = dict(lrs.statements)
    assert before
    assert XapiSettings.objects.get().cursor == 0
    send(now)
    assert before.items() <= lrs.statements.items()
    assert len(lrs.statements) == len(told())


def _ended_by(call: Callable[[], object]) -> int:
    """The signal that ends a process of its own that makes the call; 0 when none does."""
    connections.close_all()
    child = os.fork()
    if child == 0:  # pragma: no cover - the process that dies
        try:
            call()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def test_an_answer_that_got_lost_on_its_way_back_is_no_harm(
    dora: User, answered: Course, lrs: RecordStore, now: datetime
) -> None:
    configure(dora, lrs, now)
    lrs.after_storing.append(500)
    send(now)
    assert len(lrs.statements) == len(told())


def test_a_busy_store_is_asked_again_after_the_time_it_names(
    dora: User, answered: Course, lrs: RecordStore, now: datetime
) -> None:
    configure(dora, lrs, now)
    lrs.answers += [(429, {"retry-after": "0"}), (503, {"retry-after": "0"})]
    send(now)
    assert len(lrs.statements) == len(told())
    lrs.answers += [(503, {"retry-after": "7200"})]
    XapiSettings.objects.update(cursor=0)
    with pytest.raises(StoreFailed, match="cannot take them now"):
        send(now)
    held = XapiSettings.objects.get()
    assert held.not_before == now + timedelta(hours=2)
    assert held.cursor == 0
    assert not sending.is_due(now + timedelta(minutes=119))
    assert sending.is_due(now + timedelta(minutes=121))


def test_a_batch_with_a_known_statement_is_sent_in_halves(
    dora: User, answered: Course, lrs: RecordStore, now: datetime
) -> None:
    configure(dora, lrs, now)
    other = {**told()[2], "timestamp": "2020-01-01T00:00:00Z"}
    lrs.statements[other["id"]] = other
    send(now)
    assert set(lrs.statements) == {one["id"] for one in told()}
    assert lrs.statements[other["id"]] == other
    assert lrs.batches[0] > lrs.batches[1]


@pytest.mark.parametrize("status", [400, 401, 404, 302])
def test_a_refusal_ends_the_sending_and_keeps_the_place(
    dora: User, answered: Course, lrs: RecordStore, now: datetime, status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    configure(dora, lrs, now, auth="bearer", credential=SECRET)
    lrs.answers.append((status, {"location": "https://elsewhere.example.org/"}))
    with caplog.at_level(logging.DEBUG), pytest.raises(StoreFailed) as refused:
        send(now)
    assert len(lrs.requests) == 1
    assert str(status) in refused.value.message
    assert XapiSettings.objects.get().problem == refused.value.message
    assert XapiSettings.objects.get().cursor == 0
    everything = (
        caplog.text + refused.value.message + repr(sending.store_of(XapiSettings.objects.get()))
    )
    assert SECRET not in everything + str(AuditEntry.objects.values_list("detail"))
    assert SECRET not in XapiSettings.objects.get().credential_sealed


def test_a_regrade_voids_the_answer_and_the_verdict_before(
    ada: User, bruno: User, dora: User, course: Course, lrs: RecordStore, now: datetime
) -> None:
    exam = factories.exam(course=course)
    asked = list(exam.paper.order_by("position").values_list("question_id", flat=True))
    attempt = sitting.start_attempt(by=ada, exam_id=exam.pk, now=now)
    for question, response in zip(asked, ("b", *"a" * len(asked)), strict=False):
        sitting.save_answer(
            by_id=ada.pk, attempt_id=attempt.pk, question_id=question, response=response,
            revision=1, now=now + timedelta(seconds=20),
        )  # fmt: skip
    sitting.submit(by=ada, attempt_id=attempt.pk, now=now + timedelta(minutes=5))
    actions.catch_up(now=now + LATER)
    configure(dora, lrs, now)
    send(now)
    assert not lrs.voided()
    fix = regrades.Fix(asked[0], "accept", answer="b")
    row = regrades.plan_regrade(
        by=bruno, exam_id=exam.pk, reason="Both fit.", fixes=[fix], now=now + timedelta(days=1)
    )
    regrades.apply_regrade(by=bruno, regrade_id=row.pk, now=now + timedelta(days=1))
    actions.catch_up(now=now + LATER)
    send(now)
    held = [one for one in lrs.statements.values() if one["id"] not in lrs.voided()]
    scaled = [one["result"]["score"]["scaled"] for one in held if "score" in one.get("result", {})]
    assert scaled == [1.0] * (len(asked) + 1)
    assert len(lrs.voided()) == 2


def test_a_run_that_ends_later_is_told_later(
    ada: User, dora: User, course: Course, lrs: RecordStore, now: datetime
) -> None:
    quiz = factories.quiz(lesson=course.lessons.earliest("order_index"), questions=3)
    run = practise(ada, quiz, [1, 0], at=now, finish=False)
    actions.catch_up(now=now + LATER)
    configure(dora, lrs, now)
    assert send(now) == 2
    assert XapiTold.objects.get().is_told is False
    run.status, run.finished_at = "finished", now + timedelta(hours=1)
    run.points, run.max_points, run.score = 1, 3, 33
    run.save()
    assert sending.is_due(now)
    assert send(now) == 1
    assert XapiTold.objects.get().is_told is True
    assert not sending.is_due(now)


def test_an_erased_person_is_not_told_of(ada: User, answered: Course, now: datetime) -> None:
    User.objects.filter(pk=ada.pk).update(erased_at=now)
    assert told() == []


def test_another_store_gets_everything_and_the_old_password_stays_here(
    dora: User, answered: Course, lrs: RecordStore, now: datetime
) -> None:
    configure(dora, lrs, now, auth="bearer", credential=SECRET)
    send(now)
    configure(dora, lrs, now, auth="bearer")  # the same place: the token is kept
    with running() as other:
        with pytest.raises(Invalid, match="give it"):
            configure(dora, other, now, auth="bearer")
        configure(dora, other, now)
        assert send(now) == len(other.statements) == len(told())
        assert "authorization" not in other.requests[0]
    with running() as third:
        configure(dora, third, now, from_now=True)
        assert send(now) == 0


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://93.184.216.34/xapi", "https"),
        ("http://10.0.0.5/xapi", "https"),
        ("https://169.254.169.254/xapi", "may not be asked"),
        ("https://user:pass@93.184.216.34/", "password"),
        ("ftp://93.184.216.34/", "begins with"),
    ],
)
def test_statements_go_to_fitting_addresses_only(
    dora: User, now: datetime, address: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        actions.configure_xapi(by=dora, address=address, now=now)


def test_private_machines_need_the_operator(
    dora: User, lrs: RecordStore, now: datetime, settings: Any
) -> None:
    settings.XAPI_PRIVATE_ADDRESSES = False
    with pytest.raises(Invalid, match="STUDIUM_XAPI_PRIVATE_ADDRESSES"):
        configure(dora, lrs, now)


def test_a_site_that_does_not_know_its_address_tells_nothing(
    dora: User, lrs: RecordStore, now: datetime, settings: Any
) -> None:
    settings.SITE_URL = ""
    with pytest.raises(Conflict, match="STUDIUM_URL"):
        configure(dora, lrs, now)


def test_what_was_typed_is_shown_again_where_the_site_does_not_know_its_address(
    dora: User, client_of: Callable[..., Client], settings: Any
) -> None:
    settings.SITE_URL = ""
    typed = {"address": "https://93.184.216.34/xapi", "auth": "basic", "user_name": "us",
             "credential": SECRET}  # fmt: skip
    page = client_of(dora).post("/admin/xapi/", typed)
    text = page.content.decode()
    assert page.status_code == 409
    assert f'value="{typed["address"]}"' in text
    assert 'value="us"' in text
    assert SECRET not in text
    said = re.search(r'id="id_address-error">(.*?)</p>', text, re.DOTALL)
    assert said is not None
    assert "STUDIUM_URL" in said[1]
    assert not XapiSettings.objects.filter(is_on=True).exists()


def test_pages_of_statements_follow_one_another(dora: User, answered: Course) -> None:
    first = queries.statements_page(dora, after=0, limit=4)
    second = queries.statements_page(dora, after=first.next or 0, limit=4)
    assert second.next is None
    both = {one["id"]: one for one in first.statements + second.statements}
    assert both == {one["id"]: one for one in told()}
    assert len(first.statements) + len(second.statements) == len(both)


def test_a_job_sends_and_stopping_forgets_the_password(
    dora: User, answered: Course, lrs: RecordStore, now: datetime
) -> None:
    configure(dora, lrs, now, auth="bearer", credential=SECRET)
    job = actions.request_xapi_sending(by=dora, now=now)
    assert actions.request_xapi_sending(by=dora, now=now) == job
    work_off()
    assert len(lrs.statements) == len(told())
    actions.stop_xapi(by=dora, now=now)
    held = XapiSettings.objects.get()
    assert (held.is_on, held.credential_sealed) == (False, "")
    with pytest.raises(Conflict):
        actions.request_xapi_sending(by=dora, now=now)


def test_the_command_line_writes_a_file(
    answered: Course, now: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "told.json"
    assert main(["xapi", "export", "--out", str(out)]) == 0
    assert json.loads(out.read_text()) == told()
    assert "9 statements" in capsys.readouterr().out
    assert main(["xapi", "export", "--out", "-", "--since", "2026-03-02T09:30"]) == 0
    later = json.loads(capsys.readouterr().out)
    assert len(later) == 5
    assert main(["xapi", "export", "--out", "-", "--since", "2099-01-01"]) == 0
    assert json.loads(capsys.readouterr().out) == []
