"""What instructors see of a class, and what its students see of it themselves."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from studium.analytics import actions, foretelling, own_data
from studium.analytics.models import (
    ExamForecast,
    LevelState,
    PracticeSuggestion,
    ReliabilityReport,
)
from studium.analytics.queries import class_outlook, instructor
from studium.analytics.queries.home import first_to_help
from studium.analytics.queries.instructor import Narrowed
from studium.assessment.models import GradeEntry, GradeItem
from studium.content.models import CourseGroup, Enrollment, GroupMember
from studium.identity.models import User
from studium.lib import clock
from studium.lib.errors import Invalid, NotAllowed, NotFound
from tests import factories
from tests.analytics.instructor import classes
from tests.analytics.instructor.classes import NOW, TODAY, Room

pytestmark = pytest.mark.django_db

WEAK, SILENT, FINE, FEW, NEW, MIDDLE = range(6)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[Room]:
    """Six students: one weak on a concept, one silent, one fine, one with four answers, one with
    none, one in between. Tests run in savepoints inside its transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = classes.room(
            factories.person("Bruno Berg", role="INSTRUCTOR"), students=6, concepts=3
        )
        course, people = made.course, made.students
        for day, p, n in ((20, 0.71, 10), (3, 0.45, 22)):
            classes.level_day(people[WEAK], course, TODAY - day * DAY, p, n)
        classes.level(people[WEAK], course, 0.4, n=24, last=TODAY - DAY, mean=-1.0)
        classes.mastery(people[WEAK], made.concepts[0], mean=-2.0)
        classes.mastery(people[WEAK], made.concepts[1], mean=-1.6)
        for back in (30, 28, 26, 24, 22):
            classes.level_day(people[SILENT], course, TODAY - back * DAY, 0.7, 40 - back)
        classes.level(people[SILENT], course, 0.7, n=30, last=TODAY - 12 * DAY)
        classes.level(people[FINE], course, 0.9, n=50, mean=1.5)
        classes.mastery(people[FINE], made.concepts[0], mean=1.5)
        classes.level(people[FEW], course, 0.2, n=4)
        classes.mastery(people[FEW], made.concepts[0], mean=0.0, n=2)
        classes.level(people[MIDDLE], course, 0.65, n=30)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def help_of(kept: Room, asked: Narrowed | None = None, **more: Any) -> instructor.HelpPage:
    return instructor.class_help(kept.course, asked or Narrowed(), now=NOW, **more)


def line_of(kept: Room, place: int) -> instructor.HelpLine:
    return next(one for one in help_of(kept).lines if one.id == kept.students[place].pk)


def names(page: Any) -> list[int]:
    return [int(one.name.rsplit(" ", 1)[1]) - 1 for one in page]


# --- who needs help --------------------------------------------------------------------------


def test_the_lowest_expected_comes_first_and_too_early_apart(kept: Room) -> None:
    page = help_of(kept)
    assert names(page.lines) == [WEAK, MIDDLE, SILENT, FINE, NEW, FEW]
    assert (page.count, page.early, page.poor) == (6, 2, 1)
    assert [one.is_early for one in page.lines] == [False] * 4 + [True] * 2


def test_a_weak_student_has_evidence_reasons_and_something_to_do(kept: Room) -> None:
    line = line_of(kept, WEAK)
    assert (line.answers, line.answered, line.concepts) == (24, 2, 3)
    assert line.last_day == TODAY - DAY
    assert [one.kind for one in line.reasons] == ["expected", "shaky", "falling"]
    shaky = line.reasons[1].shaky
    assert [one.concept_id for one in shaky] == [one.pk for one in kept.concepts[:2]]
    assert all(one.high < 0.6 for one in shaky)
    moved = line.reasons[2].change
    assert moved is not None
    assert (moved.before, moved.after, moved.answers) == (0.71, 0.4, 14)
    assert line.practise is not None
    assert line.practise.concept_id == kept.concepts[0].pk


def test_the_first_page_of_its_teacher_names_who_needs_help_and_no_other_page(kept: Room) -> None:
    found = first_to_help(kept.course.owner, now=NOW)
    assert [one.course for one in found] == [kept.course]
    assert names(found[0].lines) == [WEAK, SILENT]
    for other in (kept.students[WEAK], factories.person("Eva", role="INSTRUCTOR")):
        assert first_to_help(other, now=NOW) == []


def test_silence_counts_against_the_own_gaps(kept: Room) -> None:
    line = line_of(kept, SILENT)
    assert [one.kind for one in line.reasons] == ["silent"]
    rhythm = line.reasons[0].rhythm
    assert rhythm is not None
    assert (rhythm.silent, rhythm.usual) == (12, 2.0)


def test_who_is_fine_has_no_reason(kept: Room) -> None:
    assert line_of(kept, FINE).reasons == ()
    assert line_of(kept, MIDDLE).reasons == ()


def test_the_window_of_changes_can_be_asked_for(kept: Room) -> None:
    page = help_of(kept, Narrowed(since=TODAY - 2 * DAY))
    weak = next(one for one in page.lines if one.id == kept.students[WEAK].pk)
    assert "falling" not in [one.kind for one in weak.reasons]


def test_missing_work_is_a_reason_until_it_is_excused(kept: Room) -> None:
    quiz = factories.quiz(lesson=kept.course.lessons.get(order_index=1), questions=1)
    item = _weighed(kept, quiz)
    assert line_of(kept, FINE).reasons[0].titles == (quiz.title,)
    _excuse(kept, item, kept.students[FINE])
    assert line_of(kept, FINE).reasons == ()
    assert [one.kind for one in line_of(kept, MIDDLE).reasons] == ["missing"]


def test_with_an_exam_ahead_the_chance_to_pass_orders_the_class(kept: Room) -> None:
    questions = [
        factories.quiz(lesson=lesson, questions=1).questions.get()
        for lesson in kept.course.lessons.order_by("order_index")
    ]
    factories.exam(course=kept.course, questions=questions, closes_at=NOW + 5 * DAY)
    page = help_of(kept)
    assert page.exam is not None
    told = [one.outlook for one in page.lines if one.outlook is not None]
    assert [one.chance for one in told] == sorted(one.chance for one in told)
    assert told[0].words in ("very unlikely", "unlikely")
    assert page.lines[0].reasons[0].kind == "exam"
    # Half of the exam's concepts are untouched, or there are under ten answers.
    early = {one.id for one in page.lines if one.is_early}
    assert {kept.students[FEW].pk, kept.students[NEW].pk, kept.students[SILENT].pk} <= early


def test_forecasts_are_ready_before_a_page_asks(
    kept: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = [
        factories.quiz(lesson=lesson, questions=1).questions.get()
        for lesson in kept.course.lessons.order_by("order_index")
    ]
    exam = factories.exam(course=kept.course, questions=questions, closes_at=NOW + 5 * DAY)
    before = help_of(kept).lines
    assert foretelling.keep_forecasts(now=NOW) == 4  # ten answers or more
    assert foretelling.keep_forecasts(now=NOW) == 0
    monkeypatch.setattr(class_outlook, "readiness", None)
    class_outlook._kept.clear()
    assert help_of(kept).lines == before
    # Who has answered since, and everybody after a change of the paper, is foretold anew.
    LevelState.objects.filter(user=kept.students[FINE]).update(n=51)
    assert foretelling.keep_forecasts(now=NOW) == 1
    type(exam).objects.filter(pk=exam.pk).update(pass_mark=41)
    assert foretelling.keep_forecasts(now=NOW) == 4
    assert foretelling.keep_forecasts(now=NOW + DAY / 2) == 4
    actions.forget(kept.students[WEAK].pk, now=NOW)
    assert not ExamForecast.objects.filter(user=kept.students[WEAK]).exists()
    assert ExamForecast.objects.count() == 3
    foretelling.keep_forecasts(now=NOW + 6 * DAY)
    assert not ExamForecast.objects.exists()


def test_a_search_and_a_group_narrow_the_list(kept: Room) -> None:
    group = _group(kept, [WEAK, FINE])
    assert names(help_of(kept, Narrowed(group_id=group.pk)).lines) == [WEAK, FINE]
    assert names(help_of(kept, Narrowed(search="loops 003")).lines) == [FINE]
    assert help_of(kept, Narrowed(group_id=uuid4())).lines == ()


def test_who_has_left_is_not_in_the_class(kept: Room) -> None:
    Enrollment.objects.filter(user=kept.students[WEAK]).update(ended_at=NOW)
    assert WEAK not in names(help_of(kept).lines)


# --- the student sees the same ---------------------------------------------------------------


def test_a_student_sees_the_same_evidence_and_reasons(
    kept: Room, client_of: Any, now: None
) -> None:
    weak = kept.students[WEAK]
    line, _percentages = instructor.own_help(viewer=weak, course=kept.course, now=NOW)
    assert line == line_of(kept, WEAK)
    page = client_of(weak).get(f"/courses/{kept.course.slug}/progress/seen/").content.decode()
    assert "Shaky on Concept 01 and Concept 02." in page
    assert "The level fell from 71 to 40 % since 6 Oct, over 14 answers." in page
    with pytest.raises(NotAllowed):
        instructor.own_help(viewer=kept.course.owner, course=kept.course, now=NOW)


def test_a_suggestion_is_seen_as_from_the_instructor_until_it_is_followed(
    kept: Room, client_of: Any, now: None
) -> None:
    weak, concept = kept.students[WEAK], kept.concepts[0]
    staff: Client = client_of(kept.course.owner)
    address = f"/teach/courses/{kept.course.slug}/insight/students/{weak.pk}/suggest/"
    sent = {"concept": str(concept.pk), "words": "Before\n  Friday."}
    assert staff.post(address, sent).status_code == 302
    seen = client_of(weak).get(f"/courses/{kept.course.slug}/progress/seen/").content.decode()
    assert "Bruno Berg suggested this" in seen
    assert "“Before Friday.”" in seen
    ways = client_of(weak).get(f"/courses/{kept.course.slug}/practise/").content.decode()
    assert "Bruno Berg suggested this" in ways
    assert f'name="concept" value="{concept.pk}"' in ways
    # The next one to suggest is another concept.
    again = line_of(kept, WEAK).practise
    assert again is not None
    assert again.concept_id == kept.concepts[1].pk
    PracticeSuggestion.objects.update(made_at=NOW - 3 * DAY)
    assert instructor.suggested_to(weak, kept.course, now=NOW) == []
    assert [one.followed for one in line_of(kept, WEAK).suggested] == [True]


def test_suggesting_again_is_one_suggestion_made_anew(kept: Room) -> None:
    for days, words in ((2, "first"), (0, "second")):
        _suggest(kept, words=words, now=NOW - days * DAY)
    made = PracticeSuggestion.objects.get()
    assert (made.words, made.made_at) == ("second", NOW)


def test_only_staff_suggest_and_only_to_students_of_the_course(kept: Room) -> None:
    weak, owner = kept.students[WEAK], kept.course.owner
    with pytest.raises(NotAllowed):
        _suggest(kept, by=weak)
    with pytest.raises(NotFound):
        _suggest(kept, user_id=owner.pk)
    with pytest.raises(NotFound):
        _suggest(kept, concept_id=uuid4())
    with pytest.raises(Invalid):
        _suggest(kept, words="a" * 301)
    Enrollment.objects.filter(user=weak).update(ended_at=NOW)
    with pytest.raises(Invalid):
        _suggest(kept)
    assert not PracticeSuggestion.objects.exists()


def test_a_suggestion_is_taken_back_by_staff_alone(kept: Room) -> None:
    made = _suggest(kept)
    with pytest.raises(NotFound):
        actions.take_back_suggestion(by=kept.students[WEAK], suggestion_id=made.pk, now=NOW)
    actions.take_back_suggestion(by=kept.course.owner, suggestion_id=made.pk, now=NOW)
    assert not PracticeSuggestion.objects.exists()


def test_nothing_suggested_is_left_of_who_is_forgotten(kept: Room) -> None:
    _suggest(kept)
    actions.forget(kept.students[WEAK].pk, now=NOW)
    assert not PracticeSuggestion.objects.exists()


def test_what_was_suggested_is_in_the_export_of_a_person(kept: Room) -> None:
    _suggest(kept, words="Before Friday.")
    (told,) = own_data.suggestions(kept.students[WEAK], NOW, own_data.nobody_hears)
    assert (told["concept"], told["by"], told["words"]) == (
        "Concept 01", "Bruno Berg", "Before Friday.",
    )  # fmt: skip


# --- the class by concept --------------------------------------------------------------------


def test_the_map_has_a_cell_for_each_concept_in_order(kept: Room) -> None:
    page = instructor.class_map(kept.course, Narrowed(), now=NOW)
    assert page.columns == ("Concept 01", "Concept 02", "Concept 03")
    weak = page.rows[0]
    assert weak.id == kept.students[WEAK].pk
    assert [one.words for one in weak.cells] == ["shaky", "shaky", "too early to say"]
    assert (weak.shaky, weak.solid, weak.early) == (("Concept 01", "Concept 02"), 0, 1)


def test_thin_evidence_is_pale_with_its_number_and_old_evidence_is_left_out(
    kept: Room, client_of: Any, now: None
) -> None:
    address = f"/teach/courses/{kept.course.slug}/insight/class/"
    staff = client_of(kept.course.owner)
    page = staff.get(address).content.decode()
    assert "<td class=few>(2) <i>too early to say</i>" in page
    assert '<th scope="row"><a href=' in page
    later = staff.get(f"{address}?since={(TODAY + DAY).isoformat()}").content.decode()
    assert "<td class=few>" not in later


# --- learning curves and readiness -----------------------------------------------------------


def test_curves_are_read_from_their_sums_those_worth_a_look_first(kept: Room) -> None:
    for place in range(1, 6):
        classes.opportunity(kept.concepts[0], place, 200, 0.6 / place)
        classes.opportunity(kept.concepts[1], place, 200, 0.5)
    classes.opportunity(kept.concepts[2], 1, 4, 0.5)
    lines = instructor.learning_curves(kept.course, Narrowed()).lines
    assert [(one.name, one.curve.kind) for one in lines] == [
        ("Concept 02", "flat"), ("Concept 01", "good"), ("Concept 03", "too_few"),
    ]  # fmt: skip
    assert lines[2].curve.people is None


def test_figures_of_under_five_are_not_shown(kept: Room) -> None:
    # Four of six can be foretold.
    page = instructor.class_readiness(kept.course, Narrowed(), now=NOW)
    assert (page.known, page.early, page.hidden) == (4, 2, True)
    assert (page.histogram, page.words, page.mean) == (None, None, None)


def test_a_group_is_not_shown_where_the_rest_of_the_class_is_too_small(kept: Room) -> None:
    more = _answering(kept, 6)
    whole = instructor.class_readiness(kept.course, Narrowed(), now=NOW)
    assert whole.histogram is not None
    assert sum(whole.histogram) == whole.known == 10
    nine = _group(kept, [WEAK, SILENT, FINE, MIDDLE], more[:5])
    page = instructor.class_readiness(kept.course, Narrowed(group_id=nine.pk), now=NOW)
    assert (page.known, page.hidden, page.mean) == (9, True, None)
    five = _group(kept, [], more[:5], name="Five")
    page = instructor.class_readiness(kept.course, Narrowed(group_id=five.pk), now=NOW)
    # Five of the nine: the four others could be told by subtraction.
    assert (page.known, page.hidden) == (5, True)


def test_a_search_narrows_the_list_and_no_figure(kept: Room) -> None:
    _answering(kept, 6)
    page = instructor.class_readiness(kept.course, Narrowed(search="loops 001"), now=NOW)
    assert len(page.lines) == 1
    assert page.histogram is not None
    assert sum(page.histogram) == 10


# --- the same everywhere ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["help", "class", "curves", "readiness"])
def test_each_view_is_a_page_a_table_and_an_operation(
    kept: Room, client_of: Any, now: None, name: str
) -> None:
    for place in range(1, 4):
        classes.opportunity(kept.concepts[0], place, 20, 0.5)
    staff = client_of(kept.course.owner)
    page = staff.get(f"/teach/courses/{kept.course.slug}/insight/{name}/")
    assert page.status_code == 200
    table = staff.get(f"/teach/courses/{kept.course.slug}/insight/{name}.csv")
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    shown = staff.get(f"/api/v1/courses/{kept.course.pk}/insight/{name}")
    assert shown.status_code == 200
    found = shown.json()
    if name == "help":
        assert [one["name"] for one in found["items"]] == [row[0] for row in rows[1:]]
        assert found["items"][0]["reasons"][1]["words"] in rows[1][-1]
    if name == "class":
        assert found["items"][0]["cells"][0]["words"] == "shaky"
        assert found["items"][0]["cells"][2]["p"] is None


def test_words_take_the_place_of_percentages_where_predictions_are_off(
    kept: Room, client_of: Any, now: None
) -> None:
    _bad_predictions()
    staff = client_of(kept.course.owner)
    page = staff.get(f"/teach/courses/{kept.course.slug}/insight/help/").content.decode()
    lists = page.split('<ul class="st-list">', 1)[1].split('<details class="st-more">', 1)[0]
    assert "Gets few of the course" in lists
    assert "%" not in lists
    found = staff.get(f"/api/v1/courses/{kept.course.pk}/insight/class").json()["items"]
    assert {cell["p"] for row in found for cell in row["cells"]} == {None}


def test_the_number_of_statements_does_not_grow(client_of: Any, now: None) -> None:
    with transaction.atomic():
        bruno = factories.person("Berta Berg", role="INSTRUCTOR")
        small = classes.room(bruno, students=3, concepts=2, title="Small")
        large = classes.room(bruno, students=12, concepts=5, title="Large")
        for made in (small, large):
            classes.fill(made, days=4)
            _group(made, [0, 1])
        for name in ("help", "class", "curves", "readiness"):
            counts = [_statements(client_of(bruno), made, name) for made in (small, large)]
            assert counts[0] == counts[1], name
            assert counts[0] <= 24, name
        transaction.set_rollback(True)


# --- parts -----------------------------------------------------------------------------------


def _statements(browser: Client, made: Room, name: str) -> int:
    address = f"/teach/courses/{made.course.slug}/insight/{name}/"
    browser.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


def _suggest(kept: Room, **changed: Any) -> PracticeSuggestion:
    told: dict[str, Any] = {
        "by": kept.course.owner, "course_id": kept.course.pk, "user_id": kept.students[WEAK].pk,
        "concept_id": kept.concepts[0].pk, "now": NOW,
    }  # fmt: skip
    return actions.suggest_practice(**(told | changed))


def _group(kept: Room, places: list[int], more: Any = (), name: str = "Lab") -> CourseGroup:
    made = CourseGroup.objects.create(course=kept.course, name=name)
    for one in [*(kept.students[place] for place in places), *more]:
        GroupMember.objects.create(group=made, user=one)
    return made


def _answering(kept: Room, count: int) -> list[User]:
    """More students of whom something can be foretold."""
    people = [factories.person(f"More{number} Body") for number in range(count)]
    for one in people:
        factories.enrollment(user=one, course=kept.course)
        classes.level(one, kept.course, 0.5)
    return people


def _weighed(kept: Room, quiz: Any) -> Any:
    return GradeItem.objects.create(course=kept.course, quiz=quiz, weight=10, due_at=NOW - DAY)


def _excuse(kept: Room, item: Any, user: User) -> None:
    GradeEntry.objects.create(
        item=item, user=user, kind="excused", reason="Ill.", written_by=kept.course.owner,
        created_at=NOW,
    )  # fmt: skip


def _bad_predictions() -> None:
    ReliabilityReport.objects.create(
        last_seq=10_000, n=10_000, ece=0.2, by_chance=0.01, log_loss=0.9, bins=[]
    )
