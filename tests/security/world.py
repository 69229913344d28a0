"""A world in which every kind of object exists twice: in Bruno's course and in Eva's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from studium.analytics.models import PracticeSuggestion, ResponseFold, XapiSettings
from studium.assessment import journal
from studium.assessment.models import (
    Accommodation,
    Appeal,
    AttemptAnswer,
    Correction,
    Exam,
    ExamAttempt,
    ExamPool,
    FoldQueue,
    PracticeSession,
    QuizAttempt,
    Regrade,
    Response,
)
from studium.content import concepts
from studium.content.models import (
    Concept,
    Course,
    CourseGroup,
    GroupMember,
    Lesson,
    LessonProgress,
    LessonRevision,
    OwnNote,
    StoredFile,
)
from studium.identity import mail_links
from studium.identity.models import ApiToken, Invitation, Notification, Session, User
from studium.lib import blobs
from studium.lib.models import Job
from studium.notes.models import AiNote, ModelConnection, NoteVersion, TutorMessage
from tests import factories
from tests.analytics.answers import practise


def build(*, bruno: User, ada: User, dora: User, eva: User, chloe: User,
          course: Course, other_course: Course) -> dict[str, Any]:  # fmt: skip
    """Ids and slugs by name; those of Eva's course begin with `other_`."""
    now = datetime.now(UTC)
    world: dict[str, Any] = {
        "ada_id": ada.pk, "bruno_id": bruno.pk, "dora_id": dora.pk,
        "chloe_id": chloe.pk, "eva_id": eva.pk,
    }  # fmt: skip
    world |= _of_course(course, student=ada, staff=bruno, now=now)
    other = _of_course(other_course, student=chloe, staff=eva, now=now)
    world |= {f"other_{name}": value for name, value in other.items()}
    world |= _of_people(ada=ada, dora=dora, now=now)
    return world


def _of_course(course: Course, *, student: User, staff: User, now: datetime) -> dict[str, Any]:
    lesson, second = course.lessons.order_by("order_index")
    draft = factories.lesson(course=course, topic="Not yet", status="draft")
    quiz = factories.quiz(lesson=lesson)
    idle = factories.quiz(lesson=second, title="Not begun")
    exam = factories.exam(course=course, attempts_allowed=5)
    idle_exam = factories.exam(course=course, title="Draft exam", status="draft")
    running = factories.exam_attempt(exam=exam, user=student, at=now - timedelta(minutes=5))
    asked = exam.paper.order_by("position").first()
    _saved(running, asked, now)
    done = _graded(course, student, now)
    note = AiNote.objects.create(
        lesson=lesson, generated_content="In short.", status="approved", approved_by=staff,
        approved_at=now, engine="extractive", source_hash=lesson.content_hash,
    )  # fmt: skip
    NoteVersion.objects.create(
        lesson=lesson, version=1, cause="made", engine="extractive",
        sentences=[{"text": "In short.", "kind": "summary", "sources": []}],
    )  # fmt: skip
    LessonRevision.objects.create(
        lesson=lesson, version=1, topic=lesson.topic, content=lesson.content,
        content_hash=lesson.content_hash, author=staff,
    )  # fmt: skip
    LessonProgress.objects.create(user=student, lesson=lesson)
    own_note = OwnNote.objects.create(user=student, lesson=lesson, body="Mine.", kind="note")
    stored = StoredFile.objects.create(
        course=course, path="notes.txt", content_hash=blobs.store(settings.FILES_DIR, b"abc"),
        media_type="text/plain", size=3,
    )  # fmt: skip
    job = Job.objects.create(
        kind="test.kind", target=str(lesson.pk), title="A job", course_id=course.pk,
        created_by=staff,
    )  # fmt: skip
    run = QuizAttempt.objects.create(
        quiz=quiz, user=student, started_at=now,
        paper=[str(q.pk) for q in quiz.questions.order_by("position")],
    )  # fmt: skip
    practice = PracticeSession.objects.create(
        user=student, course=course, created_at=now,
        planned=[
            {"question": q.pk.hex, "reason": "level", "p": 0.7}
            for q in quiz.questions.order_by("position")
        ],
    )  # fmt: skip
    given = Accommodation.objects.create(
        user=student, course=course, extra_attempts=0, extra_minutes=10, created_by=staff,
        created_at=now, reason="As agreed.",
    )  # fmt: skip
    essay = _handed_in(course, student, now)
    asked_about = done.exam.paper.order_by("position")[0].question_id
    appeal = Appeal.objects.create(
        attempt=done, question_id=asked_about, text="Why?", created_at=now
    )
    pool = ExamPool.objects.create(
        exam=factories.exam(course=course, title="Random exam", status="draft"), title="Any", pick=1
    )
    plan = Regrade.objects.create(exam=exam, reason="Why.", created_by=staff, created_at=now)
    Correction.objects.create(regrade=plan, question_id=asked.question_id, kind="full_marks")
    waiting = factories.question_draft(lesson=lesson)
    asked_tutor = TutorMessage.objects.create(
        user=staff, lesson=lesson, asked_at=now, mode="explain", question="Why?", state="absent"
    )
    group = CourseGroup.objects.create(course=course, name="Lab A")
    GroupMember.objects.create(group=group, user=student)
    spare = Concept.objects.create(course=course, name="Spare")
    counted = _counted(second, student, now)
    suggested = PracticeSuggestion.objects.create(
        user=student, course=course, concept_id=concepts.of_lesson(second.pk),
        suggested_by=staff, made_at=now,
    )  # fmt: skip
    return {
        "practice_session_id": practice.pk,
        "suggestion_id": suggested.pk, "group_id": group.pk, "spare_concept_id": spare.pk,
        "response_id": counted.pk, "concept_id": concepts.of_lesson(second.pk),
        "tutor_message_id": asked_tutor.pk,
        "question_draft_id": waiting.pk, "draft_run_id": waiting.run_id,
        "regrade_id": plan.pk,
        "marked_exam_id": essay.attempt.exam_id, "waiting_attempt_id": essay.attempt_id,
        "essay_id": essay.question_id, "appeal_id": appeal.pk,
        "appealed_id": done.exam.paper.order_by("position")[1].question_id,
        "accommodation_id": given.pk, "pool_exam_id": pool.exam_id, "pool_id": pool.pk,
        "course_id": course.pk, "slug": course.slug, "lesson_id": lesson.pk,
        "second_lesson_id": second.pk, "draft_lesson_id": draft.pk, "quiz_id": quiz.pk,
        "idle_quiz_id": idle.pk, "question_id": quiz.questions.order_by("position")[0].pk,
        "idle_question_id": idle.questions.order_by("position")[0].pk,
        "exam_id": exam.pk, "draft_exam_id": idle_exam.pk, "attempt_id": running.pk,
        "asked_id": asked.question_id, "done_attempt_id": done.pk, "note_id": note.pk,
        "own_note_id": own_note.pk,
        "file_id": stored.pk, "job_id": job.pk, "run_id": run.pk,
    }  # fmt: skip


def _counted(lesson: Lesson, student: User, now: datetime) -> Response:
    """An answer in practice that the student's figures rest on."""
    run = practise(student, factories.quiz(lesson=lesson, title="Behind"), [1], at=now)
    answer = Response.objects.get(quiz_attempt=run)
    ResponseFold.objects.create(response=answer, seq=ResponseFold.objects.count() + 1)
    FoldQueue.objects.filter(response=answer).delete()
    return answer


def _handed_in(course: Course, student: User, now: datetime) -> AttemptAnswer:
    """An essay that waits for its mark."""
    quiz = factories.quiz(
        lesson=course.lessons.earliest("order_index"), questions=0, status="draft"
    )
    essay = factories.question(quiz=quiz, kind="essay", points=4)
    exam = factories.exam(course=course, questions=[essay], title="Essay exam")
    attempt = factories.exam_attempt(exam=exam, user=student, at=now - timedelta(minutes=20))
    journal.append(attempt.pk, "start", now=now, actor_id=student.pk)
    answer = AttemptAnswer.objects.create(
        attempt=attempt, question=essay, response="Because.", revision=1, points_possible=4,
        saved_at=now - timedelta(minutes=15),
    )  # fmt: skip
    attempt.status, attempt.closed_by = "submitted", "user"
    attempt.submitted_at = now - timedelta(minutes=10)
    attempt.save()
    return answer


def _saved(attempt: ExamAttempt, asked: Any, now: datetime) -> None:
    journal.append(attempt.pk, "start", now=now, actor_id=attempt.user_id)
    journal.append(
        attempt.pk, "save", now=now, question_id=asked.question_id, response="a", revision=1,
        actor_id=attempt.user_id,
    )  # fmt: skip
    AttemptAnswer.objects.create(
        attempt=attempt, question=asked.question, response="a", revision=1, saved_at=now,
        points_possible=asked.points,
    )  # fmt: skip


def _graded(course: Course, student: User, now: datetime) -> ExamAttempt:
    exam: Exam = factories.exam(course=course, title="Past exam")
    attempt = factories.exam_attempt(exam=exam, user=student, at=now - timedelta(days=2))
    attempt.status = "submitted"
    attempt.closed_by = "user"
    attempt.submitted_at = attempt.attempted_at + timedelta(minutes=10)
    attempt.save()
    attempt.status = "graded"
    attempt.score, attempt.points, attempt.max_points = 50, 1, 2
    attempt.graded_at = attempt.submitted_at
    attempt.save()
    return attempt


def _of_people(*, ada: User, dora: User, now: datetime) -> dict[str, Any]:
    later = now + timedelta(days=7)
    token = ApiToken.objects.create(user=ada, name="mine", token_hash="a" * 64, expires_at=later)
    session = Session.objects.create(user=ada, token_hash="b" * 64, expires_at=later)
    invitation = Invitation.objects.create(
        email="new@example.org", email_canonical="new@example.org", token_hash="c" * 64,
        invited_by=dora, expires_at=later,
    )  # fmt: skip
    told = Notification.objects.create(
        user=ada, kind="job_done", params={"title": "T", "reason": ""}, url="/courses/"
    )
    XapiSettings.objects.create(address="https://93.184.216.34/xapi", is_on=True)
    model = ModelConnection.objects.create(
        name="Ours", dialect="openai", address="https://93.184.216.34/v1", model="m",
        key_sealed="x", tested_at=now, modes=["prompted"], context_tokens=3000,
    )  # fmt: skip
    return {
        "notification_id": told.pk,
        "mail_token": mail_links.token(user_id=ada.pk, address=ada.email, topic="results"),
        "token_id": token.pk, "session_id": session.pk, "invitation_id": invitation.pk,
        "connection_id": model.pk, "scope": "course", "prompt": "notes",
    }  # fmt: skip
