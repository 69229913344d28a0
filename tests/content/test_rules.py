"""Names, places, differences and class lists: decisions without a database."""

from __future__ import annotations

import uuid

import pytest

from studium.content import rules
from studium.lib.errors import Invalid

A, B, C, D, E = (uuid.UUID(int=number) for number in range(1, 6))


def ids(places):
    return [place.id for place in places]


def test_a_slug_keeps_letters_and_digits_only():
    assert rules.slug_of("Übung 1: What's new?") == "ubung-1-what-s-new"


def test_a_title_without_ascii_letters_still_gets_a_slug():
    assert rules.slug_of("日本語") == "course"


def test_a_taken_slug_gets_the_next_number_within_the_limit():
    assert rules.free_slug("rust", {"rust", "rust-2"}) == "rust-3"
    assert rules.free_slug("a" * 80, {"a" * 80}) == "a" * 78 + "-2"


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "a\x1bb", ""])
def test_a_title_that_cannot_be_stored_is_refused_with_its_field(text):
    with pytest.raises(Invalid) as refused:
        rules.clean_line(text, field="title", limit=10, name="The title")
    assert "title" in refused.value.fields


def test_a_title_of_blanks_is_empty():
    with pytest.raises(Invalid):
        rules.clean_line(" \u200b\u00a0 ", field="title", limit=10, name="The title")


def test_a_code_is_the_same_however_it_is_typed():
    assert rules.canonical_code(" ab2c-d3ef ") == rules.canonical_code("AB2CD3EF") == "AB2CD3EF"
    assert rules.shown_code("AB2CD3EF") == "AB2C-D3EF"


@pytest.mark.parametrize(
    "path", ["../x.png", "/etc/passwd", "a//b", "a/./b", ".htaccess", "a/.b", ""]
)
def test_a_file_name_stays_inside_the_course(path):
    with pytest.raises(Invalid):
        rules.clean_path(path)


def test_a_file_name_with_folders_is_kept():
    assert rules.clean_path("img\\ch04\\a.png") == "img/ch04/a.png"


def test_percent_is_rounded_down_so_that_100_means_all():
    assert [rules.percent_done(*pair) for pair in ((0, 0), (2, 3), (299, 300), (3, 3))] == [
        0,
        66,
        99,
        100,
    ]


# --- order -----------------------------------------------------------------------------------

BOOK = [rules.Place(A), rules.Place(B), rules.Place(C, parent=B), rules.Place(D)]


def test_a_chapter_moves_with_the_lessons_inside_it():
    assert ids(rules.moved(BOOK, B, -1)) == [B, C, A, D]
    assert ids(rules.moved(BOOK, A, 1)) == [B, C, A, D]
    assert ids(rules.moved(BOOK, B, 1)) == [A, D, B, C]


def test_a_lesson_moves_among_the_lessons_of_its_chapter_only():
    book = [rules.Place(A), rules.Place(B, parent=A), rules.Place(C, parent=A), rules.Place(D)]
    assert ids(rules.moved(book, C, -1)) == [A, C, B, D]
    assert ids(rules.moved(book, C, 1)) == [A, B, C, D]


@pytest.mark.parametrize(("lesson", "step"), [(A, -1), (D, 1)])
def test_at_either_end_nothing_moves(lesson, step):
    assert rules.moved(BOOK, lesson, step) == BOOK


def test_at_the_border_of_a_part_a_lesson_changes_its_part_first():
    book = [rules.Place(A, "One"), rules.Place(B, "Two"), rules.Place(C, "Two", B)]
    moved = rules.moved(book, B, -1)
    assert ids(moved) == [A, B, C]
    assert [place.part for place in moved] == ["One", "One", "One"]


def test_a_lesson_dropped_into_another_chapter_belongs_to_it():
    dropped = rules.settled(
        [rules.Place(A, "One"), rules.Place(C, "Two", B), rules.Place(B, "Two")]
    )
    assert dropped[1] == rules.Place(C, "One", A)


def test_a_part_does_not_fall_into_two_pieces():
    dropped = rules.settled([rules.Place(A, "One"), rules.Place(B, "Two"), rules.Place(C, "One")])
    assert [place.part for place in dropped] == ["One", "Two", "Two"]


def test_a_lesson_without_a_chapter_before_it_stands_alone():
    assert rules.settled([rules.Place(C, parent=B)]) == [rules.Place(C)]


# --- differences -----------------------------------------------------------------------------


def test_equal_texts_have_no_differences():
    assert rules.differences("a\nb", "a\nb") == []


def test_a_changed_line_is_shown_with_its_numbers_and_surroundings():
    old = "\n".join(f"line {n}" for n in range(1, 21))
    rows = rules.differences(old, old.replace("line 10", "line ten"))
    assert rules.DiffRow("removed", 10, None, "line 10") in rows
    assert rules.DiffRow("added", None, 10, "line ten") in rows
    assert [row.kind for row in rows].count("same") == 6


def test_very_long_texts_are_compared_quickly():
    old = "\n".join(f"{n}" for n in range(15_000))
    rows = rules.differences(old, old + "\nnew")
    assert rows == [rules.DiffRow("added", None, 15_001, "new")]


# --- class lists -----------------------------------------------------------------------------


def test_a_class_list_is_read_with_and_without_a_head():
    plain = rules.read_roster(b"ada@example.org\nbo@example.org,Bo Ek,assistant\n")
    assert [(row.email, row.name, row.role) for row in plain] == [
        ("ada@example.org", "", "student"),
        ("bo@example.org", "Bo Ek", "assistant"),
    ]
    headed = rules.read_roster("\ufeffName;E-mail\nAda;ada@example.org\n".encode())
    assert [(row.line, row.email, row.name) for row in headed] == [(2, "ada@example.org", "Ada")]


@pytest.mark.parametrize(
    "line",
    [
        "not an address",
        "a@b",
        "=HYPERLINK(1)@example.org",
        'ada@example.org,"=1+1"',
        "ada@example.org,Ada,owner",
        "ada@example.org,Ada,ADMIN",
    ],
)
def test_a_bad_line_is_a_row_with_its_problem(line):
    rows = rules.read_roster(f"first@example.org\n{line}\n".encode())
    assert rows[0].problem == ""
    assert rows[1].line == 2
    assert rows[1].problem


def test_a_person_named_twice_is_reported_on_the_second_line():
    rows = rules.read_roster(b"ada@example.org\nADA@example.org\n")
    assert (rows[0].problem, rows[1].problem) == ("", "Also on line 1.")


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"\xff\xfe\x00", b"a@example.org\x00", b"x" * 2_000_001]
)
def test_what_is_no_class_list_is_refused(data):
    with pytest.raises(Invalid):
        rules.read_roster(data)


# --- addresses -------------------------------------------------------------------------------


def test_references_lead_into_the_course_and_never_out_of_it():
    assert rules.in_course("../../img/a.png") == "img/a.png"
    assert rules.lesson_name("./ch04-01-what.md") == "ch04-01-what"
    assert rules.lesson_name("img/a.png") is None


def test_stored_addresses_are_those_of_the_site_map():
    from django.urls import reverse

    lesson = {"slug": "rust", "lesson_id": A}
    assert rules.lesson_address("rust", A) == reverse("lesson", kwargs=lesson)
    path = {"slug": "rust", "path": "img/a b.png"}
    assert rules.file_address("rust", "img/a b.png") == reverse("course_file", kwargs=path)
