"""A05, A06: each part of a result leaves at its own moment, on no page and in no field before."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studium.analytics.actions import catch_up
from studium.assessment.actions import accommodate, sit
from studium.assessment.models import Exam
from tests import factories

pytestmark = pytest.mark.django_db

KEY, WHY = "canary-key-9d1", "canary-why-4c7"


def moment() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def exam(course) -> Exam:
    """37 points for a choice, 63 for a word; whoever gets the first alone has 37 %."""
    quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
    why = {"explanation": WHY, "explanation_html": f"<p>{WHY}</p>"}
    asked = [
        factories.question(quiz=quiz, points=37, **why),
        factories.question(
            quiz=quiz, kind="short_text", answer=KEY, spec={"accepted": [KEY]}, points=63, **why
        ),
    ]
    return factories.exam(course=course, questions=asked, attempts_allowed=2)


def sat(exam: Exam, person: Any, first: str, at: datetime) -> Any:
    """An attempt, begun and handed in, with an answer to the first question."""
    attempt = sit.start_attempt(by=person, exam_id=exam.pk, now=at)
    choice, word = exam.paper.order_by("position").values_list("question_id", flat=True)
    for question, response in ((choice, first), (word, "something")):
        sit.save_answer(
            by_id=person.pk, attempt_id=attempt.pk, question_id=question, response=response,
            revision=1, now=at,
        )  # fmt: skip
    sit.submit(by=person, attempt_id=attempt.pk, now=at)
    catch_up(now=moment())
    return attempt


def pages(exam: Exam, attempt: Any, person: Any) -> list[str]:
    slug = exam.course.slug
    return [
        "/",
        f"/courses/{slug}/",
        f"/exams/{exam.pk}/",
        f"/exam-attempts/{attempt.pk}/",
        f"/exam-attempts/{attempt.pk}/result/",
        f"/progress/{slug}/",
        f"/api/v1/exams/{exam.pk}",
        f"/api/v1/exams/{exam.pk}/attempts",
        f"/api/v1/exam-attempts/{attempt.pk}",
        f"/api/v1/exam-attempts/{attempt.pk}/result",
        f"/api/v1/exam-attempts/{attempt.pk}/events",
        "/api/v1/me/export",
        "/api/v1/me/analytics",
        f"/api/v1/courses/{exam.course_id}/analytics/{person.pk}",
    ]


def told(client: Any, exam: Exam, attempt: Any, person: Any) -> set[str]:
    """The parts that any address gives away."""
    found = set()
    for place in pages(exam, attempt, person):
        answer = client.get(place, follow=True)
        assert answer.status_code in (200, 404), place
        said = answer.content.decode() + str(answer.headers)
        if KEY in said:
            found.add("key")
        if WHY in said:
            found.add("explanation")
        if re.search(r"37 ?%|37 of 100|\"score\": 37|\"result\": 37|37\.0", said):
            found.add("score")
        if re.search(r"37 of 37|0 of 63|37 / 37|\"points\": 0\.0|\"share\": [01]", said):
            found.add("correctness")
    return found


@pytest.mark.parametrize(
    ("rules", "parts"),
    [
        ({"release": "never"}, set()),
        ({"release_correctness": "never"}, {"score"}),
        ({"release_key": "never", "release_explanation": "never"}, {"score", "correctness"}),
        ({"release_key": "never"}, {"score", "correctness", "explanation"}),
        ({"release_explanation": "never"}, {"score", "correctness", "key"}),
        ({}, {"score", "correctness", "key", "explanation"}),
    ],
    ids=lambda one: "+".join(sorted(one)) if isinstance(one, set) else "",
)
def test_a06_each_part_leaves_by_its_own_rule(exam, ada, client_of, rules, parts) -> None:
    Exam.objects.filter(pk=exam.pk).update(**rules)
    attempt = sat(exam, ada, "a", moment())
    assert told(client_of(ada), exam, attempt, ada) == parts


def test_a06_nothing_leaves_while_somebody_has_more_time(
    exam, ada, bruno, course, client_of
) -> None:
    now = moment()
    Exam.objects.filter(pk=exam.pk).update(
        release="after_close", closes_at=now + timedelta(milliseconds=1)
    )
    slow = factories.person("Slow")
    factories.enrollment(user=slow, course=course)
    given = accommodate.give(
        by=bruno, course_id=course.pk, exam_id=exam.pk, user_id=slow.pk,
        profile={"extra_minutes": 30}, now=now,
    )  # fmt: skip
    attempt = sat(Exam.objects.get(pk=exam.pk), ada, "a", now)
    client = client_of(ada)
    assert told(client, exam, attempt, ada) == set()
    accommodate.revoke(by=bruno, accommodation_id=given.pk, now=now)
    assert "key" in told(client, exam, attempt, ada)


def test_a06_right_and_wrong_look_the_same_before_release(exam, course, client_of) -> None:
    """No length, order, tag or number of anything tells how an answer was marked."""
    Exam.objects.filter(pk=exam.pk).update(release="never")
    now, seen = moment().replace(microsecond=123456), []
    people = [factories.person(one, email=f"{one.lower()}@example.org") for one in ("Anna", "Bert")]
    for person in people:
        factories.enrollment(user=person, course=course)
    for person, first in zip(people, "ab", strict=True):
        attempt = sat(exam, person, first, now)
        client = client_of(person)
        answers = [client.get(place, follow=True) for place in pages(exam, attempt, person)]
        seen.append(
            [
                (one.status_code, sorted(one.headers), one.headers.get("ETag"), _length(one))
                for one in answers
            ]
        )
    assert seen[0] == seen[1]


def _length(answer: Any) -> int:
    """The length without what the moment of asking changes."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(\+00:00|Z)", "", answer.content.decode())
    return len(text)


def test_a06_the_staff_see_everything_at_once(exam, ada, bruno, client_of) -> None:
    Exam.objects.filter(pk=exam.pk).update(release="never")
    attempt = sat(exam, ada, "a", moment())
    page = client_of(bruno).get(f"/exam-attempts/{attempt.pk}/result/").content.decode()
    assert KEY in page
    assert WHY in page
    assert "37 %" in page
