"""What is found by words: in every kind of thing, by everybody just what they may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from studium.assessment.models import Question
from studium.content import entry_index, passages
from studium.content.models import Course, Enrollment, Lesson, OwnNote, SearchEntry
from studium.content.queries import search
from studium.content.rules import first_line, piece_of, plain, sought
from studium.identity.models import User
from studium.notes.models import AiNote
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORD = "zirconium"
# Who finds how many of WORD in each kind: lesson, AI note, own note, question, person.
SEEN = {
    "ada": (1, 1, 1, 0, 0),  # her course; the draft lesson and the draft note are not hers
    "chloe": (1, 0, 1, 0, 0),  # elsewhere, with an own note of her own
    "tessa": (2, 2, 0, 2, 1),  # assistant of the course
    "bruno": (2, 2, 0, 2, 1),  # its instructor
    "eva": (1, 0, 0, 0, 1),  # instructor elsewhere: her own lesson, her own student
    "dora": (3, 2, 0, 2, 2),  # admin
    "gone": (0, 0, 0, 0, 0),  # left the course
}


def _note(lesson: Lesson, status: str, by: User) -> AiNote:
    approved = {"approved_by": by, "approved_at": NOW} if status == "approved" else {}
    text = f"## Key points\n\n- The {WORD} is **hard**."
    return AiNote.objects.create(
        lesson=lesson, generated_content=text, status=status, engine="extractive", **approved
    )


def _own_note(user: User, lesson: Lesson, body: str = f"Ask about {WORD}") -> OwnNote:
    return OwnNote.objects.create(user=user, lesson=lesson, body=body, kind="note")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    with django_db_blocker.unblock(), transaction.atomic():
        named = {"bruno": "INSTRUCTOR", "eva": "INSTRUCTOR", "dora": "ADMIN"}
        people = {
            name: factories.person(f"{name.title()} Alm", role=named.get(name, "STUDENT"))
            for name in SEEN
        }
        course = factories.course(owner=people["bruno"], title="Metals", lessons=0, status="draft")
        out = factories.lesson(course=course, topic="Out", content=f"The {WORD} melts late.\n")
        draft = factories.lesson(
            course=course, topic="Draft", content=f"More of {WORD}.\n", status="draft"
        )
        factories.lesson(course=course, topic="Old", content=f"Once {WORD}.\n", status="archived")
        course.status = "published"
        course.save(update_fields=["status"])
        other = factories.course(owner=people["eva"], title="Glass", lessons=0, status="draft")
        there = factories.lesson(course=other, topic="There", content=f"{WORD} in glass.\n")
        other.status = "published"
        other.save(update_fields=["status"])
        factories.enrollment(user=people["ada"], course=course)
        factories.enrollment(user=people["tessa"], course=course, role="assistant")
        factories.enrollment(user=people["gone"], course=course, ended_at=NOW)
        factories.enrollment(user=people["chloe"], course=other)
        factories.enrollment(user=factories.person(f"Zoe {WORD.title()}"), course=course)
        factories.enrollment(user=factories.person(f"Max {WORD.title()}"), course=other)
        _note(out, "approved", people["bruno"])
        _note(draft, "draft", people["bruno"])
        for name in ("ada", "gone"):
            _own_note(people[name], out)
        _own_note(people["chloe"], there)
        quiz = factories.quiz(lesson=out)
        factories.question(quiz=quiz, text=f"Where does {WORD} melt?")
        of_exams = factories.quiz(lesson=out, status="draft")
        factories.question(quiz=of_exams, text="Which metal?", explanation=f"It is {WORD}.")
        passages.write_again()
        yield {"course": course, "out": out, "quiz": quiz, "other": other, **people}
        transaction.set_rollback(True)


def _counts(user: User, text: str = WORD, **more: Any) -> tuple[int, ...]:
    return tuple(search.counts(user, search.wanted(user, text, **more)).values())


@pytest.mark.parametrize("name", SEEN)
def test_everybody_finds_what_they_may_see_and_counts_tell_no_more(
    world: dict[str, Any], name: str
) -> None:
    what = search.wanted(world[name], WORD)
    assert _counts(world[name]) == SEEN[name]
    found = [len(search.found(world[name], what, kind, limit=9)) for kind in search.KINDS]
    assert tuple(found) == SEEN[name]
    assert _counts(world[name], "melt zirconium glass") == (0, 0, 0, 0, 0)


def test_checked_notes_are_found_by_students_where_the_course_shows_them(
    world: dict[str, Any],
) -> None:
    AiNote.objects.update(status="draft", approved_by=None, approved_at=None)
    assert _counts(world["ada"])[1] == 0
    Course.objects.filter(pk=world["course"].pk).update(show_checked_notes=True)
    assert _counts(world["ada"])[1] == 1  # not that of the draft lesson


def test_who_leaves_or_is_put_out_finds_nothing_more(world: dict[str, Any]) -> None:
    Enrollment.objects.filter(user=world["tessa"]).update(ended_at=NOW)
    assert _counts(world["tessa"]) == (0, 0, 0, 0, 0)
    world["course"].status = "draft"
    world["course"].save(update_fields=["status"])
    assert _counts(world["ada"]) == (0, 0, 0, 0, 0)


def test_a_search_keeps_to_one_course(world: dict[str, Any]) -> None:
    here, there = world["course"].pk, world["other"].pk
    assert _counts(world["dora"], course_id=here) == (2, 2, 0, 2, 1)
    assert _counts(world["dora"], course_id=there) == (1, 0, 0, 0, 1)
    assert _counts(world["bruno"], course_id=there) == (0, 0, 0, 0, 0)


def test_entries_follow_what_is_written_changed_and_taken_away(world: dict[str, Any]) -> None:
    ada, bruno = world["ada"], world["bruno"]
    note = _own_note(ada, world["out"], body="Basalt is grey")
    assert _counts(ada, "basalt")[2] == 1
    OwnNote.objects.filter(pk=note.pk).update(body="Granite is grey")
    assert (_counts(ada, "basalt")[2], _counts(ada, "granite")[2]) == (0, 1)
    note.delete()
    assert _counts(ada, "granite")[2] == 0
    asked = factories.question(quiz=world["quiz"], text="Is feldspar a rock?")
    assert _counts(bruno, "feldspar")[3] == 1
    Question.objects.filter(pk=asked.pk).update(retired_at=NOW)
    assert _counts(bruno, "feldspar")[3] == 0
    User.objects.filter(pk=ada.pk).update(name="Ada Åström")
    assert _counts(bruno, "åström")[4] == 1
    User.objects.filter(pk=ada.pk).update(erased_at=NOW)
    assert _counts(bruno, "åström")[4] == 0
    assert entry_index.faults() == []


def test_options_and_other_forms_of_a_word_are_found(world: dict[str, Any]) -> None:
    factories.question(
        quiz=world["quiz"], text="Pick one.",
        options=[{"id": "a", "text": "Smelting ores"}, {"id": "b", "text": "None"}],
    )  # fmt: skip
    assert _counts(world["bruno"], "smelted")[3] == 1
    assert _counts(world["bruno"], "smel ore")[3] == 1
    assert _counts(world["ada"], "melting")[0] == 1


def test_words_of_a_lesson_may_stand_in_different_passages(world: dict[str, Any]) -> None:
    factories.lesson(
        course=world["course"], topic="Two", content="Cobalt is blue.\n\nNickel is not.\n"
    )
    passages.write_again()
    hit = search.found(
        world["ada"], search.wanted(world["ada"], "nickel cobalt"), "lesson", limit=5
    )[0]
    assert hit.title == "Two"
    assert any(piece.found for piece in hit.pieces)
    assert hit.block_id
    assert _counts(world["ada"], "cobalt zirconium")[0] == 0


def test_statements_do_not_grow_with_what_is_found(world: dict[str, Any]) -> None:
    what = search.wanted(world["bruno"], WORD)
    for kind in search.KINDS:
        with CaptureQueriesContext(connection) as seen:
            search.found(world["bruno"], what, kind, limit=50)
        assert len(seen) == 1, kind
    with CaptureQueriesContext(connection) as seen:
        search.counts(world["bruno"], what)
    assert len(seen) == 1


def test_what_was_lost_is_noticed_and_written_again(world: dict[str, Any]) -> None:
    wanted = sorted(SearchEntry.objects.values_list("kind", "object_id", "title", "text"))
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER entry_question_insert"
            if connection.vendor == "sqlite"
            else "DROP TRIGGER entry_question ON questions"
        )
    assert any("entry_question" in fault for fault in entry_index.faults())
    entry_index.before_migrate(plan=[("a migration", False)])
    SearchEntry.objects.filter(kind="note").delete()
    entry_index.after_migrate()
    assert sorted(SearchEntry.objects.values_list("kind", "object_id", "title", "text")) == wanted
    assert entry_index.faults() == []


def test_words_are_taken_from_what_is_typed_and_marked_where_they_stand() -> None:
    assert sought("What does the Borrow-checker do?") == ("borrow", "checker")
    assert sought("the") == ("the",)
    assert sought("c") == ("c",)
    assert sought('"*zinc: (a^b') == ("zinc",)
    assert len(sought(" ".join(f"w{n}" for n in range(40)))) == 8
    text = "One two three. " * 20 + "Borrowing rules apply to a borrowed value."
    parts = piece_of(text, ("borrow", "rule"))
    assert [one.text for one in parts if one.found] == ["Borrowing", "rules", "borrowed"]
    assert parts[0].text == "… "
    assert piece_of("No word of it", ("zebra",))[0].text == "No word of it"
    assert plain("## Key\n\n- The `x` is **hard**") == "Key\n\nThe x is hard"
    assert first_line("\n```rust\nlet a;\n```\n") == "let a;"
