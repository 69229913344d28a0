"""The plan of the term, carried out through the same actions as pages use, with past times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from studium.assessment import queries as assessment
from studium.assessment.actions import practise, sit
from studium.cli.demo.replies import item_of
from studium.cli.demo.term import Event, Material, Practice, Reading, Sitting
from studium.content import queries as content
from studium.content.actions import progress

if TYPE_CHECKING:
    from studium.identity.models import User

_A_QUESTION = timedelta(seconds=75)


@dataclass(frozen=True, slots=True)
class Stage:
    """Who plays (Ada first), since when, and which exams are meant."""

    begins: datetime
    people: list[User]
    exams: dict[str, UUID]

    def play(self, events: list[Event]) -> None:
        """Do what the plan says, in its order; the caller's transaction holds it together."""
        for event in events:
            self._do(event, self.people[event.student], self.begins + event.at)

    def _do(self, event: Event, person: User, now: datetime) -> None:
        if isinstance(event, Reading):
            self._read(event, person, now)
        elif isinstance(event, Practice):
            self._practise(event, person, now)
        elif isinstance(event, Sitting):
            self._sit(event, person, now)
        else:
            raise TypeError(f"Nobody knows how to do {event!r}.")

    def _read(self, event: Reading, person: User, now: datetime) -> None:
        progress.mark_done(by=person, lesson_id=event.lesson_id, now=now)

    def _practise(self, event: Practice, person: User, now: datetime) -> None:
        run = practise.start_quiz(by=person, quiz_id=event.quiz_id, now=now)
        for question_id, response, seconds in event.answers:
            now += timedelta(seconds=seconds)
            practise.answer_question(
                by=person,
                attempt_id=run.pk,
                question_id=question_id,
                response=response,
                now=now,
                seconds=seconds,
            )
        practise.finish_quiz(by=person, attempt_id=run.pk, now=now)

    def _sit(self, event: Sitting, person: User, now: datetime) -> None:
        attempt = sit.start_attempt(by=person, exam_id=self.exams[event.exam], now=now)
        revisions: dict[UUID, int] = {}
        for question_id, response in event.answers:
            now += _A_QUESTION
            revisions[question_id] = revisions.get(question_id, 0) + 1
            sit.save_answer(
                by_id=person.pk,
                attempt_id=attempt.pk,
                question_id=question_id,
                response=response,
                revision=revisions[question_id],
                now=now,
            )
        if event.hands_in:
            sit.submit(by=person, attempt_id=attempt.pk, now=now + _A_QUESTION)
        else:
            after = attempt.deadline_at + timedelta(minutes=1)
            sit.close_overdue(now=after, user_id=person.pk)


def material_of(bruno: User, course_id: UUID, exams: dict[str, UUID]) -> Material:
    """What the course holds, as its instructor sees it."""
    course = next(one for one in content.taught_courses(bruno) if one.pk == course_id)
    lines, _count = assessment.course_questions(viewer=bruno, course_id=course_id, limit=100_000)
    items = {line.question.pk: item_of(line) for line in lines}
    papers = {
        name: [
            items[line.question.pk]
            for line in assessment.paper_of(viewer=bruno, exam_id=exam_id)
            if line.question.pk in items
        ]
        for name, exam_id in exams.items()
    }
    lessons = [lesson.id for lesson in content.outline(bruno, course)]
    return Material(lessons, list(items.values()), papers)
