"""Before their release no key, explanation or score leaves through any address of the API.

The right option, the explanations and the accepted forms carry a canary; a student walks every
operation of the document while an exam runs, and after it while its release is still to come.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from studium.analytics.actions import catch_up
from studium.assessment.models import ExamAttempt
from tests import factories
from tests.rest import calls
from tests.rest.conftest import BASE

pytestmark = pytest.mark.django_db

CANARY = "canary-7f3"


@pytest.fixture
def exam(course):
    """An exam of which everything secret holds the canary; results come a day after tomorrow."""
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
    secret = {"explanation": CANARY, "explanation_html": f"<p>{CANARY}</p>"}
    options = [
        {"id": "a1", "text": "One", "explanation": CANARY, "explanation_html": CANARY},
        {"id": "b2", "text": "Two"},
    ]
    asked = [
        factories.question(quiz=quiz, options=options, answer="a1", **secret),
        factories.question(
            quiz=quiz, kind="short_text", answer=CANARY, spec={"accepted": [CANARY]}, **secret
        ),
    ]
    return factories.exam(
        course=course, questions=asked, release="after_close", attempts_allowed=2,
        closes_at=datetime.now(UTC) + timedelta(days=2),
    )  # fmt: skip


def _walk(program, ids):
    """Every GET of the document, and every harmless other method, as a student."""
    seen = {}
    for name, (method, path, operation) in calls.OPERATIONS.items():
        wanted = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
        if method != "GET" or not set(wanted) <= set(ids):
            continue
        address = path.removeprefix(BASE).format(**ids)
        query = f"?q={CANARY}" if name == "search" else ""
        for verb in ("GET", "OPTIONS", "HEAD"):
            response = program(verb, address + query)
            body = response.getvalue()
            seen[name, verb] = str(response.headers).encode() + body.replace(
                f"q={CANARY}".encode(), b""
            )
    return seen


def _ids(exam, attempt, ada):
    question = exam.paper.order_by("position").first().question
    return {
        "course_id": exam.course_id, "exam_id": exam.pk, "attempt_id": attempt["id"],
        "question_id": question.pk, "quiz_id": question.quiz_id, "user_id": ada.pk,
        "lesson_id": question.quiz.lesson_id,
    }  # fmt: skip


def test_no_key_leaves_while_an_exam_runs_or_before_its_release(program, ada, exam):
    me = program(ada)
    attempt = me.post(f"/exams/{exam.pk}/attempts").json()
    right = {"response": "a1", "revision": 1}
    saved = me.put(f"/exam-attempts/{attempt['id']}/answers/{attempt['questions'][0]['id']}", right)
    assert saved.status_code == 200
    for moment in ("running", "handed in"):
        if moment == "handed in":
            me.post(f"/exam-attempts/{attempt['id']}/submit")
            catch_up(now=datetime.now(UTC))
        for place, said in _walk(me, _ids(exam, attempt, ada)).items():
            assert CANARY.encode() not in said, (moment, place)


def test_no_score_leaves_before_its_release_and_it_does_afterwards(program, ada, bruno, exam):
    me = program(ada)
    attempt = me.post(f"/exams/{exam.pk}/attempts").json()
    place = f"/exam-attempts/{attempt['id']}"
    me.put(f"{place}/answers/{attempt['questions'][0]['id']}", {"response": "a1", "revision": 1})
    answer = me.post(f"{place}/submit").json()
    assert (answer["status"], answer["score"], answer["passed"]) == ("graded", None, None)
    assert ExamAttempt.objects.get(pk=attempt["id"]).score == 50
    catch_up(now=datetime.now(UTC))
    result = me.get(f"{place}/result").json()
    assert result["keys_shown"] is False
    assert result["lessons"] == []
    for one in result["questions"]:
        told = (one["points"], one["right"], one["explanation_html"], one["option_explanations"])
        assert told == (None, None, None, {})
    assert [e["kind"] for e in me.get(f"{place}/events").json()["items"]][-1] != "graded"
    own = me.get(f"/courses/{exam.course_id}/analytics/{ada.pk}").json()
    assert own["exams"][0]["score"] is None
    assert own["answers"] == 0
    assert me.get("/me/analytics").json()["items"][0]["scores"] == []
    assert me.get("/me/export").json()["exam_attempts"][0]["score"] is None
    assert me.get(f"/exams/{exam.pk}/attempts").json()["items"][0]["score"] is None
    staff = program(bruno).get(f"/exams/{exam.pk}/attempts").json()["items"][0]
    assert staff["score"] == 50

    type(exam).objects.filter(pk=exam.pk).update(closes_at=datetime.now(UTC))
    assert me.get(place).json()["score"] == 50
    shown = me.get(f"{place}/result").json()
    assert shown["keys_shown"] is True
    assert shown["questions"][0]["explanation_html"] == f"<p>{CANARY}</p>"


def test_a_paper_is_not_seen_before_the_start(program, ada, exam):
    me = program(ada)
    assert me.get(f"/exams/{exam.pk}/questions").status_code == 403
    question = exam.paper.first().question_id
    assert me.get(f"/questions/{question}").status_code == 404
    assert b"questions" not in me.get(f"/exams/{exam.pk}").content


def test_others_cannot_look_at_or_touch_an_attempt(program, ada, chloe, eva, exam):
    attempt = program(ada).post(f"/exams/{exam.pk}/attempts").json()
    place = f"/exam-attempts/{attempt['id']}"
    nothing = program(chloe).get("/exam-attempts/0197a5c2-7e1f-7c3a-9d52-3f6b8e0a1c44")
    for stranger in (chloe, eva):
        them = program(stranger)
        question = attempt["questions"][0]["id"]
        change = {"response": "a1", "revision": 1}
        tries = [
            them.get(place), them.get(f"{place}/result"), them.get(f"{place}/events"),
            them.post(f"{place}/submit"), them.put(f"{place}/answers/{question}", change),
        ]  # fmt: skip
        assert {one.status_code for one in tries} == {404}
        assert tries[0].content == nothing.content
    assert ExamAttempt.objects.get(pk=attempt["id"]).status == "in_progress"


@pytest.mark.parametrize(
    "forged",
    [{"score": 100, "passed": True}, {"status": "graded"}, {"user": "someone"}, {"user_id": "x"}],
)
def test_a_forged_field_is_refused_and_changes_nothing(program, ada, exam, forged):
    me = program(ada)
    refused = me.post(f"/exams/{exam.pk}/attempts", forged)
    assert (refused.status_code, ExamAttempt.objects.count()) == (422, 0)
    attempt = me.post(f"/exams/{exam.pk}/attempts").json()
    place = f"/exam-attempts/{attempt['id']}"
    assert me.patch(place, forged).status_code == 405
    assert me.post(f"{place}/submit", forged).status_code == 422
    question = attempt["questions"][0]["id"]
    change = {"response": "a1", "revision": 1, **forged}
    assert me.put(f"{place}/answers/{question}", change).status_code == 422
    row = ExamAttempt.objects.get(pk=attempt["id"])
    assert (row.status, row.score, row.user_id) == ("in_progress", None, ada.pk)
