"""The pages of accommodations and of exam rules: forms, lists in two steps, files, the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from studium.assessment.actions import sit
from studium.assessment.models import Accommodation, Exam, ExamAttempt
from tests import factories

pytestmark = pytest.mark.django_db

PROFILE = {
    "factor": "1,25", "extra_minutes": "10", "break_minutes": "0", "extra_attempts": "0",
    "opens_at": "", "closes_at": "", "reason": "As agreed.", "exam_id": "",
}  # fmt: skip


def moment() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def exam(course) -> Exam:
    return factories.exam(course=course, attempts_allowed=2)


@pytest.fixture
def base(course) -> str:
    return f"/teach/courses/{course.slug}/accommodations/"


def test_what_is_given_on_the_page_reaches_a_running_paper(
    ada, bruno, exam, base, client_of
) -> None:
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=moment())
    student, staff = client_of(ada), client_of(bruno)
    place = f"/exam-attempts/{attempt.pk}/state/"
    before = datetime.fromisoformat(student.get(place).json()["deadline_at"])
    answer = staff.post(base, PROFILE | {"email": ada.email.upper()})
    assert answer.status_code == 302
    after = datetime.fromisoformat(student.get(place).json()["deadline_at"])
    assert after - before == timedelta(minutes=18)  # 30 · 1.25 + 10 = 47.5, rounded up
    page = staff.get(base).content.decode()
    assert "As agreed." in page
    assert "1.25" in page


def test_a_form_with_faults_comes_back_as_it_was_typed(ada, bruno, exam, base, client_of) -> None:
    staff = client_of(bruno)
    for wrong, words in (
        ({"email": "nobody@example.org"}, "No student has this address"),
        ({"email": ada.email, "factor": "much"}, "must be a number"),
        ({"email": ada.email, "extra_minutes": "9999"}, "whole number from 0"),
        ({"email": ada.email, "exam_id": "x"}, "Choose an exam"),
        ({"email": ada.email, "closes_at": "soon"}, "date and time"),
    ):
        answer = staff.post(base, PROFILE | wrong)
        page = answer.content.decode()
        assert (answer.status_code, words in page) == (422, True), wrong
        assert "As agreed." in page
    assert not Accommodation.objects.exists()


def test_a_profile_is_changed_and_ended(ada, bruno, course, exam, base, client_of) -> None:
    staff = client_of(bruno)
    staff.post(base, PROFILE | {"email": ada.email, "exam_id": str(exam.pk)})
    given = Accommodation.objects.get()
    page = staff.get(f"{base}{given.pk}/").content.decode()
    assert 'value="1.25"' in page
    assert staff.post(f"{base}{given.pk}/", PROFILE | {"factor": "2"}).status_code == 302
    now_given = Accommodation.objects.get(revoked_at=None)
    assert (now_given.factor, now_given.exam_id) == (Decimal(2), exam.pk)
    assert staff.get(f"{base}{given.pk}/").status_code == 404  # it has ended
    assert staff.post(f"{base}{now_given.pk}/end/").status_code == 302
    assert not Accommodation.objects.filter(revoked_at=None).exists()


def test_the_file_that_leaves_comes_in_again(ada, bruno, exam, base, client_of) -> None:
    staff = client_of(bruno)
    staff.post(
        base,
        PROFILE | {"email": ada.email, "reason": "=office", "closes_at": "2030-05-01T10:00"},
    )
    data = staff.get(f"{base}export/").content
    assert b"'=office" in data
    checked = staff.post(f"{base}check/", {"list": data.decode("utf-8-sig")}).content.decode()
    assert "as it is" in checked
    Accommodation.objects.all().update(revoked_at=moment(), revoked_by=bruno)
    assert staff.post(f"{base}add/", {"list": data.decode("utf-8-sig")}).status_code == 302
    again = Accommodation.objects.get(revoked_at=None)
    assert (again.factor, again.reason) == (Decimal("1.25"), "=office")


def test_a_list_with_a_problem_shows_its_line_and_stores_nothing(
    ada, bruno, exam, base, client_of
) -> None:
    staff = client_of(bruno)
    data = f"email,factor\n{ada.email},2\nnobody@example.org,2\n"
    page = staff.post(f"{base}check/", {"list": data}).content.decode()
    assert "No student of the course has this address." in page
    assert "Check again" in page
    assert staff.post(f"{base}add/", {"list": data}).status_code == 422
    assert staff.post(f"{base}check/", {"list": "nonsense"}).status_code == 422
    assert not Accommodation.objects.exists()


def test_the_table_shows_each_student_and_why(ada, bruno, course, exam, base, client_of) -> None:
    staff = client_of(bruno)
    staff.post(base, PROFILE | {"email": ada.email})
    page = staff.get(f"/teach/courses/{course.slug}/exams/{exam.pk}/terms/").content.decode()
    assert "30 minutes × 1.25 + 10 minutes more = 48 minutes, rounded up." in page
    assert "As agreed." in page
    lobby = client_of(ada).get(f"/exams/{exam.pk}/").content.decode()
    assert "48 minutes" in lobby
    assert "18 of them are yours alone" in lobby
    assert "As agreed." not in lobby


def test_the_builder_keeps_every_rule_and_shows_what_stands_against_it(
    bruno, course, exam, client_of
) -> None:
    staff = client_of(bruno)
    form = {
        "title": "Final", "description": "", "duration_minutes": "60", "pass_mark": "50",
        "attempts_allowed": "2", "grace_seconds": "0", "opens_at": "2030-05-01T10:00",
        "closes_at": "2030-05-01T10:30", "closing": "cut", "release": "after_close",
        "release_correctness": "with_score", "release_key": "on_date",
        "release_explanation": "never", "release_on": "2030-05-02T10:00", "counts": "mean",
        "retry_delay_minutes": "5", "due_at": "2030-05-01T10:10", "late_tiers": "60 10\n120: 50 %",
        "networks": "192.0.2.0/24, 2001:db8::/32", "password": "the blue door",
    }  # fmt: skip
    place = f"/teach/courses/{course.slug}/exams/{exam.pk}/"
    assert staff.post(place, form).status_code == 302
    kept = Exam.objects.get(pk=exam.pk)
    assert (kept.counts, kept.release_key, kept.networks) == (
        "mean", "on_date", ["192.0.2.0/24", "2001:db8::/32"],
    )  # fmt: skip
    assert kept.late_tiers[1] == {"minutes": 120, "penalty_percent": 50}
    page = staff.get(place).content.decode()
    assert "the blue door" not in page
    assert "120 50" in page
    assert "nobody gets the full time" in page
    assert staff.post(place, form | {"password": ""}).status_code == 302
    assert Exam.objects.get(pk=exam.pk).password_hash == kept.password_hash
    assert staff.post(place, form | {"password": "", "no_password": "on"}).status_code == 302
    assert Exam.objects.get(pk=exam.pk).password_hash == ""
    wrong = staff.post(place, form | {"release_on": "2030-05-01T10:00"})
    assert wrong.status_code == 422
    for words in ("Attempts may still run at this date", "after the date of release"):
        assert words in wrong.content.decode()


def test_the_api_gives_checks_and_ends(ada, bruno, course, exam, client_of) -> None:
    staff, json = client_of(bruno), {"content_type": "application/json"}
    place = f"/api/v1/exams/{exam.pk}/accommodations"
    made = staff.post(place, {"user_id": str(ada.pk), "factor": 1.5}, **json)
    assert made.status_code == 201
    assert made.headers["Location"].endswith(f"/accommodations/{made.json()['id']}")
    line = next(
        one
        for one in staff.get(f"/api/v1/exams/{exam.pk}/terms").json()["items"]
        if one["user_id"] == str(ada.pk)
    )
    assert line["terms"]["minutes"] == 45
    assert client_of(ada).get(f"/api/v1/exams/{exam.pk}").json()["terms"]["minutes"] == 45
    assert staff.get(place).json()["count"] == 1
    listed = {"csv": f"email,factor\n{ada.email},2\n", "check": False}
    done = staff.post(f"/api/v1/courses/{course.pk}/accommodations/list", listed, **json)
    assert [one["outcome"] for one in done.json()["items"]] == ["new"]
    assert staff.delete(f"/api/v1/accommodations/{made.json()['id']}").status_code == 204
    assert staff.get(f"/api/v1/exams/{exam.pk}/terms").json()["items"][0]["terms"]["minutes"] == 60
    found = staff.get(f"/api/v1/exams/{exam.pk}/conflicts").json()["items"]
    assert all(set(one) == {"code", "message", "blocks", "rules", "students"} for one in found)
    Exam.objects.filter(pk=exam.pk).update(networks=["192.0.2.0/24"])
    assert staff.get(f"/api/v1/exams/{exam.pk}").json()["networks"] == ["192.0.2.0/24"]
    student = client_of(ada)
    assert student.get(f"/api/v1/exams/{exam.pk}").json()["networks"] is None
    refused = student.post(f"/api/v1/exams/{exam.pk}/attempts", {}, **json)
    assert refused.json()["code"] == "network_not_allowed"
    assert not ExamAttempt.objects.exists()
