"""The whole story through the API alone: a course is written, read, practised and examined."""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from studium.assessment.models import ExamAttempt
from studium.content import passages
from studium.identity.models import AuditEntry
from studium.lib.jobs import work_off
from tests import factories
from tests.rest.conftest import is_problem

pytestmark = pytest.mark.django_db

BOOK = Path(__file__).resolve().parents[1] / "data" / "rust_book_excerpts" / "ownership.md"
TEXT = (
    "# Ownership\n\nOwnership is a set of rules that govern how a program manages memory.\n\n"
    "Each value has an owner. There can only be one owner at a time.\n"
)


@pytest.fixture
def written(program, bruno):
    """A course made by API calls: a lesson, a quiz with a question, an exam; all published."""
    by = program(bruno)
    course = by.post("/courses", {"title": "Rust", "self_enrolment": "open"}).json()
    lesson = by.post(f"/courses/{course['id']}/lessons", {"topic": "Own", "content": TEXT}).json()
    by.patch(f"/lessons/{lesson['id']}", {"version": 1, "status": "published"})
    quiz = by.post(f"/lessons/{lesson['id']}/quizzes", {"title": "Check"}).json()
    asked = {
        "kind": "single_choice",
        "question_text": "How many owners?",
        "options": [{"text": "One", "right": True, "explanation": "canary"}, {"text": "Two"}],
        "explanation": "canary: one at a time",
    }
    question = by.post(f"/quizzes/{quiz['id']}/questions", asked).json()
    assert by.post(f"/quizzes/{quiz['id']}/publish").status_code == 200
    exam = by.post(f"/courses/{course['id']}/exams", {"title": "Final"}).json()
    paper = {"questions": [{"id": question["id"], "points": 2}]}
    assert by.put(f"/exams/{exam['id']}/questions", paper).status_code == 200
    assert by.post(f"/exams/{exam['id']}/publish").json()["status"] == "published"
    assert by.post(f"/courses/{course['id']}/publish").json()["status"] == "published"
    return {"course": course, "lesson": lesson, "quiz": quiz, "question": question, "exam": exam}


def test_from_sign_in_to_an_exam_result(written, program, ada):
    token = program(None).post("/tokens", {"email": ada.email, "password": factories.PASSWORD})
    assert token.status_code == 201
    me = program(None)
    me.headers = {"Authorization": f"Bearer {token.json()['token']}"}
    course, exam = written["course"], written["exam"]
    assert me.post(f"/courses/{course['id']}/enrollments").json()["outcome"] == "enrolled"
    lesson = me.get(f"/lessons/{written['lesson']['id']}").json()
    assert "one owner at a time.</p>" in lesson["html"]
    assert lesson["content"] is None
    done = me.put(f"/lessons/{lesson['id']}/progress", {"done": True}).json()
    assert done["done_at"]
    assert me.get(f"/courses/{course['id']}").json()["role"] == "student"

    run = me.post(f"/quizzes/{written['quiz']['id']}/attempts")
    assert (run.status_code, run["Location"]) == (201, f"/api/v1/quiz-attempts/{run.json()['id']}")
    question = run.json()["questions"][0]
    right = next(one["id"] for one in question["options"] if one["text"] == "One")
    answered = me.post(
        f"/quiz-attempts/{run.json()['id']}/answers",
        {"question_id": question["id"], "response": right},
    ).json()
    assert answered["questions"][0]["feedback"]["right"] == right
    assert me.post(f"/quiz-attempts/{run.json()['id']}/finish").json()["score"] == 100

    attempt = me.post(f"/exams/{exam['id']}/attempts")
    assert attempt.status_code == 201
    assert me.post(f"/exams/{exam['id']}/attempts").status_code == 200
    shape = set(attempt.json())
    assert {
        "id", "status", "score", "passed", "attempted_at", "deadline_at", "submitted_at",
        "server_time", "questions",
    } <= shape  # fmt: skip
    paper = attempt.json()["questions"]
    assert {"id", "kind", "question_text", "points", "options"} <= set(paper[0])
    assert not {"answer", "key", "right", "explanation_html"} & set(paper[0])
    assert set(paper[0]["options"][0]) == {"id", "text"}
    place = f"/exam-attempts/{attempt.json()['id']}"
    saved = me.put(f"{place}/answers/{paper[0]['id']}", {"response": right, "revision": 1})
    assert set(saved.json()) == {"revision", "saved_at", "receipt"}
    stale = me.put(f"{place}/answers/{paper[0]['id']}", {"response": None, "revision": 1})
    assert is_problem(stale, 409, "stale_revision")
    assert stale.json()["answer"]["revision"] == 1
    kept = me.get(place).json()["questions"][0]["answer"]
    assert kept == {"response": right, "revision": 1, "saved_at": saved.json()["saved_at"]}
    handed_in = me.post(f"{place}/submit").json()
    assert (handed_in["status"], handed_in["score"], handed_in["passed"]) == ("graded", 100, True)
    assert me.post(f"{place}/submit").json()["score"] == 100
    result = me.get(f"{place}/result").json()
    assert (result["attempt"]["points"], result["questions"][0]["right"]) == (2.0, right)
    late = me.put(f"{place}/answers/{paper[0]['id']}", {"response": None, "revision": 2})
    assert is_problem(late, 409, "already_submitted")


def test_staff_see_how_it_went(written, program, bruno, ada):
    me, by = program(ada), program(bruno)
    course, exam = written["course"]["id"], written["exam"]["id"]
    me.post(f"/courses/{course}/enrollments")
    attempt = me.post(f"/exams/{exam}/attempts").json()["id"]
    me.post(f"/exam-attempts/{attempt}/submit")
    book = by.get(f"/courses/{course}/gradebook").json()
    assert book["count"] == 1
    assert book["items"][0]["attempts"][0]["score"] == 0
    assert by.get(f"/exams/{exam}/attempts").json()["items"][0]["user_name"] == ada.name
    figures = by.get(f"/exams/{exam}/statistics").json()
    assert (figures["hand_ins"], figures["mean"]) == (1, None)
    people = by.get(f"/courses/{course}/analytics").json()
    assert people["items"][0]["latest_score"] == 0
    one = by.get(f"/courses/{course}/analytics/{ada.pk}").json()
    assert one["exams"][0]["score"] == 0
    assert me.get(f"/courses/{course}/analytics/{ada.pk}").json()["exams"][0]["score"] == 0
    assert is_problem(me.get(f"/courses/{course}/gradebook"), 403, "not_allowed")
    assert is_problem(me.get(f"/exams/{exam}/statistics"), 403, "not_allowed")
    kinds = [one["kind"] for one in by.get(f"/exam-attempts/{attempt}/events").json()["items"]]
    assert kinds[0] == "start"
    assert kinds[-1] == "graded"


def test_notes_are_made_by_a_job_and_shown_when_approved(written, program, bruno, ada):
    by, me = program(bruno), program(ada)
    me.post(f"/courses/{written['course']['id']}/enrollments")
    lesson, text = written["lesson"]["id"], BOOK.read_text("utf-8")
    by.patch(f"/lessons/{lesson}", {"version": 1, "content": text})
    started = by.post(f"/lessons/{lesson}/notes/generate")
    job = started.json()["job"]
    assert (started.status_code, started["Location"]) == (202, f"/api/v1/jobs/{job['id']}")
    work_off(most_seconds=60)
    assert by.get(f"/jobs/{job['id']}").json()["status"] == "done"
    assert is_problem(me.get(f"/jobs/{job['id']}"), 404, "not_found")
    note = by.get(f"/lessons/{lesson}/notes").json()
    assert (note["status"], note["lesson_id"], note["engine"]) == ("draft", lesson, "extractive")
    first = note["sentences"][0]
    assert set(first["sources"][0]) == {"block_id", "start", "end", "quote"}
    assert first["sources"][0]["quote"] in text
    assert first["supported"] is True
    assert is_problem(me.get(f"/lessons/{lesson}/notes"), 404, "not_found")
    assert by.post(f"/notes/{note['id']}/approve").json()["status"] == "approved"
    assert me.get(f"/lessons/{lesson}/notes").json()["generated_content"]
    assert is_problem(me.post(f"/notes/{note['id']}/approve"), 403, "not_allowed")
    words = {"sentences": [{"text": "My own words.", "place": 0}], "stamp": note["stamp"]}
    changed = by.patch(f"/notes/{note['id']}", words).json()
    assert changed["sentences"][0]["text"] == "My own words."
    assert (changed["sentences"][0]["edited"], changed["sentences"][0]["supported"]) == (
        True,
        False,
    )
    assert is_problem(by.patch(f"/notes/{note['id']}", words), 409, "note_changed")


def test_a_lesson_keeps_its_versions(written, program, bruno):
    by, lesson = program(bruno), written["lesson"]["id"]
    saved = by.patch(f"/lessons/{lesson}", {"version": 1, "content": "# Own\n\nNew text.\n"})
    assert saved.json()["version"] == 2
    behind = by.patch(f"/lessons/{lesson}", {"version": 1, "content": "Mine\n"})
    assert is_problem(behind, 409, "newer_version")
    assert behind.json()["content"] == "# Own\n\nNew text.\n"
    kept = by.get(f"/lessons/{lesson}/revisions").json()
    assert [one["version"] for one in kept["items"]] == [2, 1]
    assert by.get(f"/lessons/{lesson}/revisions/1").json()["content"] == TEXT
    back = by.post(f"/lessons/{lesson}/revisions/1/restore", {"version": 2}).json()
    assert (back["version"], back["content"]) == (3, TEXT)


def test_an_answered_question_gets_a_next_version(written, program, bruno, ada):
    by, me = program(bruno), program(ada)
    me.post(f"/courses/{written['course']['id']}/enrollments")
    me.post(f"/exams/{written['exam']['id']}/attempts")
    old = written["question"]["id"]
    new = by.patch(f"/questions/{old}", {"question_text": "How many owners at a time?"}).json()
    assert (new["version"], new["replaces"]) == (2, old)
    gone = by.patch(f"/questions/{old}", {"points": 2})
    assert is_problem(gone, 409, "question_retired")
    assert gone.json()["replaced_by"] == new["id"]
    assert is_problem(me.get(f"/questions/{new['id']}"), 404, "not_found")
    bank = by.get(f"/courses/{written['course']['id']}/questions?kind=single_choice").json()
    assert [one["id"] for one in bank["items"]] == [new["id"]]


def test_lessons_are_put_in_order(written, program, bruno):
    by, course = program(bruno), written["course"]["id"]
    second = by.post(f"/courses/{course}/lessons", {"topic": "Second"}).json()["id"]
    order = [second, written["lesson"]["id"]]
    placed = by.put(f"/courses/{course}/lessons/order", {"lesson_ids": order}).json()
    assert [one["id"] for one in placed["items"]] == order
    short = by.put(f"/courses/{course}/lessons/order", {"lesson_ids": order[:1]})
    assert is_problem(short, 409, "lessons_changed")


def test_a_course_goes_out_and_comes_in_again(written, program, bruno):
    by = program(bruno)
    exported = by.get(f"/courses/{written['course']['id']}/export")
    assert exported["Content-Type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(exported.content)).testzip() is None

    def send(**more):
        return by.upload("/imports", file=SimpleUploadedFile("c.zip", exported.content), **more)

    report = send(dry_run="true")
    assert (report.status_code, report.json()["questions"]) == (200, 1)
    made = send(key="import-1")
    assert made.status_code == 201
    assert made["Location"].endswith(made.json()["course"]["id"])
    assert send(key="import-1").json() == made.json()
    again = by.get(f"/courses/{made.json()['course']['id']}/export")
    names = zipfile.ZipFile(io.BytesIO(exported.content)).namelist()
    assert zipfile.ZipFile(io.BytesIO(again.content)).namelist() == names
    broken = by.upload("/imports", file=SimpleUploadedFile("c.zip", b"PK no zip"))
    assert broken.status_code == 400
    assert broken.json()["code"] == "archive_refused"


def test_a_file_is_added_read_and_removed(written, program, bruno, ada, chloe):
    by, me, course = program(bruno), program(ada), written["course"]["id"]
    me.post(f"/courses/{course}/enrollments")
    evil = b"<svg onload=alert(1)>"
    made = by.upload(f"/courses/{course}/files", file=SimpleUploadedFile("a.svg", evil))
    assert (made.status_code, made.json()["path"]) == (201, "a.svg")
    address = made["Location"].removeprefix("/api/v1")
    got = me.get(address)
    assert got.getvalue() == evil
    assert got["Content-Type"] == "application/octet-stream"
    assert got["Content-Disposition"].startswith("attachment")
    assert is_problem(program(chloe).get(address), 404, "not_found")
    assert is_problem(me.delete(address), 403, "not_allowed")
    assert by.delete(address).status_code == 204
    assert is_problem(me.get(address), 404, "not_found")


def test_people_enter_get_roles_and_leave(written, program, bruno, ada, chloe):
    by, me, course = program(bruno), program(ada), written["course"]["id"]
    added = by.post(f"/courses/{course}/enrollments", {"email": ada.email, "role": "student"})
    assert (added.status_code, added.json()["outcome"]) == (201, "enrolled")
    invited = by.post(f"/courses/{course}/enrollments", {"email": "new@example.org"}).json()
    assert (invited["outcome"], bool(invited["invitation"])) == ("invited", True)
    role = by.patch(f"/courses/{course}/enrollments/{ada.pk}", {"role": "assistant"})
    assert role.json()["role"] == "assistant"
    assert is_problem(
        me.patch(f"/courses/{course}/enrollments/{ada.pk}", {"role": "instructor"}),
        403,
        "not_allowed",
    )
    last = by.delete(f"/courses/{course}/enrollments/{bruno.pk}")
    assert is_problem(last, 409, "last_instructor")
    assert by.delete(f"/courses/{course}/enrollments/{ada.pk}").status_code == 204
    assert by.get(f"/courses/{course}/enrollments").json()["count"] == 1
    two = by.post(f"/courses/{course}/enrollments", {"email": "a@b.org\nc@d.org"})
    assert is_problem(two, 422, "invalid")


def test_search_finds_what_one_may_read(written, program, ada, bruno):
    passages.write_again()  # the lessons of the cast are bare rows
    me, by = program(ada), program(bruno)
    assert me.get("/search?q=govern rules").json()["count"] == 2  # both lessons of her own course
    me.post(f"/courses/{written['course']['id']}/enrollments")
    assert me.get("/search?q=govern rules").json()["count"] == 3
    hit = me.get("/search?q=Own&limit=1").json()["items"][0]
    assert (hit["title"], hit["course"]) == ("Own", "Rust")
    by.patch(f"/lessons/{written['lesson']['id']}", {"version": 1, "content": "secret draft"})
    by.post(f"/courses/{written['course']['id']}/unpublish")
    assert me.get("/search?q=secret").json()["count"] == 0
    assert by.get("/search?q=secret").json()["count"] == 1
    assert me.get("/search?q=Rust&kind=course").json()["count"] == 0
    assert is_problem(me.get("/search?q=%20"), 422, "invalid")


def test_admins_add_people_and_change_roles(program, dora, ada, bruno):
    admin = program(dora)
    made = admin.post("/users", {"name": "Dev Diaz", "email": "dev@example.org"})
    assert (made.status_code, made.json()["role"]) == (201, "STUDENT")
    taken = admin.post("/users", {"name": "Dev", "email": "DEV@example.org"})
    assert is_problem(taken, 409, "email_taken")
    someone = f"/users/{made.json()['id']}"
    changed = admin.patch(someone, {"role": "INSTRUCTOR", "is_active": False}).json()
    assert (changed["role"], changed["is_active"]) == ("INSTRUCTOR", False)
    assert is_problem(admin.patch(f"/users/{dora.pk}", {"role": "STUDENT"}), 409, "last_admin")
    assert is_problem(program(ada).get("/users"), 403, "not_allowed")
    assert is_problem(program(ada).get(f"/users/{bruno.pk}"), 404, "not_found")
    assert AuditEntry.objects.filter(action="person.role").count() == 1


def test_one_exports_everything_about_oneself(written, program, ada):
    me = program(ada)
    me.post(f"/courses/{written['course']['id']}/enrollments")
    me.post(f"/exams/{written['exam']['id']}/attempts")
    export = me.get("/me/export")
    assert "attachment" in export["Content-Disposition"]
    said = export.json()
    assert said["person"]["email"] == ada.email
    assert len(said["enrollments"]) == 2
    assert said["exam_attempts"][0]["status"] == "in_progress"
    assert b"canary" not in export.content


def test_a_token_is_listed_and_revoked(program, ada):
    me = program(ada)
    listed = me.get("/tokens").json()
    assert listed["count"] == 1
    assert "token" not in listed["items"][0]
    assert me.delete(f"/tokens/{listed['items'][0]['id']}").status_code == 204
    assert is_problem(me.get("/me"), 401, "wrong_token")


def test_wrong_passwords_wait_by_the_api_too(program, ada):
    wrong = {"email": ada.email, "password": "not it"}
    told = [program(None).post("/tokens", wrong) for _ in range(12)]
    assert is_problem(told[0], 401, "wrong_password")
    assert is_problem(told[-1], 429, "too_many")
    assert int(told[-1]["Retry-After"]) > 0
    right = {"email": ada.email, "password": factories.PASSWORD}
    assert is_problem(program(None).post("/tokens", right), 429, "too_many")


def test_an_attempt_whose_time_is_over_is_closed_by_the_next_read(written, program, ada):
    me = program(ada)
    me.post(f"/courses/{written['course']['id']}/enrollments")
    exam = factories.exam(
        course=ada.enrollments.latest("id").course, duration_minutes=10, title="Short"
    )
    begun = factories.exam_attempt(
        exam=exam, user=ada, at=datetime.now(UTC) - timedelta(minutes=11)
    )
    seen = me.get(f"/exam-attempts/{begun.pk}").json()
    assert (seen["status"], seen["closed_by"]) == ("graded", "deadline")
    assert seen["submitted_at"] == seen["deadline_at"]
    assert ExamAttempt.objects.get(pk=begun.pk).status == "graded"


@pytest.mark.django_db(transaction=True)
def test_it_works_over_a_real_connection(live_server, ada):
    def call(path: str, body: dict | None = None, token: str = "") -> dict:
        request = urllib.request.Request(
            f"{live_server.url}/api/v1{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {token}"} if token else {}),
        )
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read())

    made = call("/tokens", {"email": ada.email, "password": factories.PASSWORD})
    assert call("/me", token=made["token"])["name"] == ada.name
