"""Setting exams: terms that fit each other, the paper, publication."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from studium.assessment import queries, terms
from studium.assessment.actions import papers, sit
from studium.assessment.models import Exam
from studium.content.models import Course
from studium.identity.models import AuditEntry, User
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(bruno: User, course: Course, now: datetime) -> Exam:
    return papers.create_exam(by=bruno, course_id=course.pk, now=now, settings={"title": "Final"})


def update(by: User, exam: Exam, now: datetime, **settings: object) -> Exam:
    return papers.update_exam(by=by, exam_id=exam.pk, now=now, settings=settings)


@pytest.mark.parametrize(
    ("settings", "fields"),
    [
        ({"title": ""}, {"title"}),
        ({"duration_minutes": 0}, {"duration_minutes"}),
        ({"duration_minutes": 1441}, {"duration_minutes"}),
        ({"duration_minutes": "60"}, {"duration_minutes"}),
        ({"attempts_allowed": 0}, {"attempts_allowed"}),
        ({"pass_mark": -1}, {"pass_mark"}),
        ({"grace_seconds": 601}, {"grace_seconds"}),
        ({"release": "later"}, {"release"}),
        ({"opens_at": "tomorrow"}, {"opens_at"}),
        ({"opens_at": datetime(2026, 1, 1)}, {"opens_at"}),  # noqa: DTZ001 - naive on purpose
        ({"release": "after_close"}, {"release", "closes_at"}),
        ({"score": 100}, {"score"}),
    ],
)
def test_terms_that_do_not_fit_are_refused_at_each_field(
    bruno: User, exam: Exam, now: datetime, settings: dict, fields: set[str]
) -> None:
    before = papers.settings_of(exam)
    with pytest.raises(Invalid) as refused:
        update(bruno, exam, now, **settings)
    assert set(refused.value.fields) == fields
    exam.refresh_from_db()
    assert papers.settings_of(exam) == before


def test_closing_before_opening_names_both(bruno: User, exam: Exam, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        update(bruno, exam, now, opens_at=now, closes_at=now)
    assert "closing" in refused.value.fields["opens_at"]
    assert "opening" in refused.value.fields["closes_at"]


def test_the_closing_time_cannot_go_while_results_wait_for_it(
    bruno: User, exam: Exam, now: datetime
) -> None:
    update(bruno, exam, now, release="after_close", closes_at=now + timedelta(days=1))
    with pytest.raises(Invalid):
        update(bruno, exam, now, closes_at=None)


def test_a_window_shorter_than_the_exam_is_a_warning(now: datetime) -> None:
    settings = {**terms.EXAM_DEFAULTS, "title": "x", "opens_at": now}
    short = {**settings, "closes_at": now + timedelta(minutes=20)}
    assert terms.exam_problems(short) == {}
    assert "open for 20 minutes and lasts 60" in terms.exam_warnings(short)[0]
    assert terms.exam_warnings(settings) == []


def test_the_paper_holds_questions_in_order_with_points(
    bruno: User, course: Course, exam: Exam, now: datetime
) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), questions=3)
    a, b, c = (question.pk for question in quiz.questions.order_by("position"))
    for order in ([a, b], [b, a], [c, b, a], [c]):
        places = [papers.Place(one, points=number) for number, one in enumerate(order, start=1)]
        papers.set_paper(by=bruno, exam_id=exam.pk, places=places, now=now)
        lines = queries.paper_of(viewer=bruno, exam_id=exam.pk)
        assert [(line.question.pk, line.position, line.points) for line in lines] == [
            (one, number, number) for number, one in enumerate(order, start=1)
        ]


def test_a_published_paper_can_be_replaced_but_not_emptied(
    bruno: User, course: Course, exam: Exam, now: datetime
) -> None:
    quiz = factories.quiz(lesson=course.lessons.first(), questions=2)
    a, b = (question.pk for question in quiz.questions.order_by("position"))
    with pytest.raises(Conflict) as refused:
        papers.publish_exam(by=bruno, exam_id=exam.pk, now=now)
    assert refused.value.code == "paper_is_empty"
    papers.set_paper(by=bruno, exam_id=exam.pk, places=[papers.Place(a)], now=now)
    papers.publish_exam(by=bruno, exam_id=exam.pk, now=now)
    papers.set_paper(by=bruno, exam_id=exam.pk, places=[papers.Place(b)], now=now)
    with pytest.raises(Conflict):
        papers.set_paper(by=bruno, exam_id=exam.pk, places=[], now=now)


def test_a_paper_takes_only_current_questions_of_the_owners_courses(
    bruno: User, course: Course, other_course: Course, exam: Exam, now: datetime
) -> None:
    foreign = factories.quiz(lesson=other_course.lessons.first()).questions.first()
    own = factories.quiz(lesson=course.lessons.first()).questions.first()
    for places in ([papers.Place(foreign.pk)], [papers.Place(own.pk), papers.Place(own.pk)]):
        with pytest.raises(Invalid) as refused:
            papers.set_paper(by=bruno, exam_id=exam.pk, places=places, now=now)
        assert f"questions.{len(places) - 1}.id" in refused.value.fields
    with pytest.raises(Invalid):
        papers.set_paper(by=bruno, exam_id=exam.pk, places=[papers.Place(own.pk, 0)], now=now)


def test_terms_change_during_an_attempt_and_its_own_stay(
    ada: User, bruno: User, course: Course, now: datetime
) -> None:
    exam = factories.exam(course=course)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    update(bruno, exam, now, duration_minutes=5, pass_mark=90, grace_seconds=60)
    attempt.refresh_from_db()
    assert attempt.deadline_at == now + timedelta(minutes=30)
    assert (attempt.pass_mark, attempt.grace_seconds) == (60, 0)


def test_the_paper_of_a_begun_exam_is_frozen(
    ada: User, bruno: User, course: Course, now: datetime
) -> None:
    exam = factories.exam(course=course)
    sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    first = exam.paper.first().question_id
    with pytest.raises(Conflict) as refused:
        papers.set_paper(by=bruno, exam_id=exam.pk, places=[papers.Place(first)], now=now)
    assert refused.value.code == "paper_is_frozen"
    assert exam.paper.count() == 3


def test_archiving_lets_running_attempts_go_on(
    ada: User, bruno: User, course: Course, now: datetime
) -> None:
    exam = factories.exam(course=course)
    attempt = sit.start_attempt(by=ada, exam_id=exam.pk, now=now)
    papers.archive_exam(by=bruno, exam_id=exam.pk, now=now)
    assert sit.start_attempt(by=ada, exam_id=exam.pk, now=now).pk == attempt.pk
    assert sit.submit(by=ada, attempt_id=attempt.pk, now=now).status == "graded"


def test_publication_and_settings_are_logged(
    bruno: User, course: Course, exam: Exam, now: datetime
) -> None:
    update(bruno, exam, now, duration_minutes=45, opens_at=now)
    entry = AuditEntry.objects.get(action="exam.update")
    assert entry.detail["before"] == {"duration_minutes": 60, "opens_at": None}
    assert entry.detail["after"] == {"duration_minutes": 45, "opens_at": now.isoformat()}
    assert entry.course_id == course.pk


def test_students_and_strangers_set_no_exam(
    ada: User, eva: User, course: Course, exam: Exam, now: datetime
) -> None:
    acts = [
        lambda by: papers.create_exam(by=by, course_id=course.pk, now=now, settings={"title": "x"}),
        lambda by: update(by, exam, now, title="x"),
        lambda by: papers.set_paper(by=by, exam_id=exam.pk, places=[], now=now),
        lambda by: papers.publish_exam(by=by, exam_id=exam.pk, now=now),
        lambda by: papers.archive_exam(by=by, exam_id=exam.pk, now=now),
        lambda by: queries.paper_of(viewer=by, exam_id=exam.pk),
        lambda by: queries.exam_figures(viewer=by, exam_id=exam.pk),
        lambda by: queries.attempts_at(viewer=by, exam_id=exam.pk, now=now),
    ]
    for act in acts:
        for person in (ada, eva):
            with pytest.raises((NotFound, NotAllowed)):
                act(person)
    assert Exam.objects.get().title == "Final"


def test_figures_say_no_average_under_five_people(
    ada: User, bruno: User, course: Course, now: datetime
) -> None:
    exam = factories.exam(course=course, attempts_allowed=9)
    people = [ada, ada, *(factories.person(f"{letter} Person") for letter in "BCDE")]
    for number, person in enumerate(people, 1):
        if person is not ada:
            factories.enrollment(user=person, course=course)
        attempt = sit.start_attempt(by=person, exam_id=exam.pk, now=now)
        sit.submit(by=person, attempt_id=attempt.pk, now=now)
        figures = queries.exam_figures(viewer=bruno, exam_id=exam.pk)
        assert figures.attempts == number
        assert (figures.mean is None) == (number < 6)  # the fifth person is the sixth attempt
