"""Courses into the database and out again: one transaction, only known fields, equal afterwards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection

from studium.assessment.actions import bank
from studium.assessment.models import Question, Quiz
from studium.content.actions import files, intake
from studium.content.models import (
    Course,
    Enrollment,
    Lesson,
    LessonConcept,
    LessonRevision,
    StoredFile,
)
from studium.formats import dump, load, markdown, waiting
from studium.formats.archive import read_folder
from studium.lib import inserts
from studium.lib.errors import Conflict, Invalid, NotAllowed, TooMany

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parents[1] / "data" / "mdbook_sample"
QUIZ = (
    b'[[questions]]\ntype = "MultipleChoice"\nprompt.prompt = "Which?"\n'
    b'prompt.distractors = ["no"]\nanswer.answer = "yes"\n'
)
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


def folder(**more: bytes) -> dict[str, bytes]:
    return {
        "course.toml": b'title = "Small"\nlanguage = "en"\n',
        "one.md": b"# One\n\nSee [two](two.md#b) and ![a dot](img/dot.png).\n\n{{#quiz q1}}\n",
        "two.md": b"# Two\n\n## B\n\nText.\n",
        "quizzes/q1.toml": QUIZ,
        "img/dot.png": PNG,
        **more,
    }


def counts() -> list[int]:
    models = (Course, Lesson, LessonRevision, StoredFile, Quiz, Question, Enrollment)
    return [model.objects.count() for model in models]


@pytest.fixture
def loaded(bruno, now):
    return load.load(by=bruno, report=load.check(folder()), now=now)


def test_an_imported_course_is_a_draft_of_whoever_imported_it(loaded, bruno):
    assert (loaded.status, loaded.owner_id, loaded.title) == ("draft", bruno.pk, "Small")
    assert Enrollment.objects.get(course=loaded).role == "instructor"
    lessons = Lesson.objects.filter(course=loaded).order_by("order_index")
    assert [lesson.slug for lesson in lessons] == ["one", "two"]
    assert all(lesson.content_html and lesson.blocks for lesson in lessons)
    assert LessonRevision.objects.filter(lesson__course=loaded, version=1).count() == 2


WORK = (
    (intake, "render_lesson"),
    (intake, "passages_in"),
    (intake, "prepared"),
    (files.blobs, "store"),
    (bank, "write"),
    (inserts, "inserts"),
)


def test_everything_is_worked_out_before_the_transaction_begins(bruno, now, monkeypatch):
    deep: dict[str, set[int]] = {}

    def noted(name, function):
        def call(*given, **more):
            deep.setdefault(name, set()).add(len(connection.savepoint_ids))
            return function(*given, **more)

        return call

    for place, name in WORK:
        monkeypatch.setattr(place, name, noted(name, getattr(place, name)))
    load.load(by=bruno, report=load.check(folder()), now=now)
    assert deep == {name: {len(connection.savepoint_ids)} for _, name in WORK}


def statements_in_transaction(bruno, now, lessons: int) -> list[str]:
    """The statements between the beginning and the end of the import of so many lessons, each with
    a quiz and a concept."""
    outside, found = len(connection.savepoint_ids), []
    chapters = {}
    for number in range(lessons):
        front = f'---\ntitle: "L{number}"\nconcepts: ["C{number}"]\n---\n\n'
        chapters[f"l{number}.md"] = f"{front}## H\n\nText.\n\n{{{{#quiz q{number}}}}}\n".encode()
        chapters[f"quizzes/q{number}.toml"] = QUIZ
    report = load.check({"course.toml": b'title = "Many"\n', "img/dot.png": PNG, **chapters})

    def note(execute, sql, *rest):
        if len(connection.savepoint_ids) > outside and not sql.startswith(("SAVE", "RELEASE")):
            found.append(re.split(" VALUES| IN ", sql)[0])
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        course = load.load(by=bruno, report=report, now=now)
    assert Quiz.objects.filter(lesson__course=course, status="published").count() == lessons
    assert LessonConcept.objects.filter(lesson__course=course).count() == lessons
    return found


def test_the_transaction_has_as_many_statements_for_two_lessons_as_for_forty(bruno, now):
    few = statements_in_transaction(bruno, now, 2)
    assert few == statements_in_transaction(bruno, now, 40)
    assert len(few) <= 20


def test_links_lead_to_the_course_when_its_slug_was_taken_meanwhile(bruno, now, monkeypatch):
    def overtaken(**given):
        ready = make_ready(**given)
        load_once(by=bruno, report=load.check(folder()), now=now)
        return ready

    make_ready, load_once = intake.make_ready, load.load
    with monkeypatch.context() as patch:
        calls = iter([overtaken, make_ready, make_ready])
        patch.setattr(load.intake, "make_ready", lambda **given: next(calls)(**given))
        course = load_once(by=bruno, report=load.check(folder()), now=now)
    assert course.slug == "small-2"
    one = Lesson.objects.filter(course=course).order_by("order_index")[0]
    assert "/courses/small-2/lessons/" in one.content_html
    assert "/courses/small/" not in one.content_html


def test_links_images_and_quizzes_stand_at_their_places(loaded):
    one, two = Lesson.objects.filter(course=loaded).order_by("order_index")
    assert f'href="/courses/{loaded.slug}/lessons/{two.pk}/#u-b"' in one.content_html
    assert f'src="/courses/{loaded.slug}/files/img/dot.png"' in one.content_html
    assert 'data-quiz="q1"' in one.content_html
    quiz = Quiz.objects.get(lesson=one)
    assert (quiz.slug, quiz.status) == ("q1", "published")
    question = Question.objects.get(quiz=quiz)
    assert question.origin == "import"
    assert [o["text"] for o in question.options if o["id"] == question.answer] == ["yes"]


def test_export_and_import_give_an_equal_course(loaded, bruno, now):
    draft = dump.draft_of(by=bruno, course=loaded)
    again = load.check(markdown.write(draft))
    assert again.draft == draft
    second = load.load(by=bruno, report=again, now=now)
    twin = dump.draft_of(by=bruno, course=second)
    assert (twin.lessons, twin.files, twin.title) == (draft.lessons, draft.files, draft.title)
    assert second.slug != loaded.slug


def test_a_book_with_parts_and_quizzes_survives_the_way_out_and_in(bruno, now):
    report = load.check(read_folder(SAMPLE))
    assert report.format == "mdbook"
    course = load.load(by=bruno, report=report, now=now)
    draft = dump.draft_of(by=bruno, course=course)
    assert draft.lessons == report.draft.lessons
    assert load.check(markdown.write(draft)).draft == draft


def test_only_those_who_may_change_a_course_export_it(loaded, ada, dora):
    with pytest.raises(Exception, match="nothing here"):
        dump.draft_of(by=ada, course=loaded)
    assert dump.draft_of(by=dora, course=loaded).title == "Small"


def test_a_student_imports_nothing(ada, now):
    before = counts()
    with pytest.raises(NotAllowed):
        load.load(by=ada, report=load.check(folder()), now=now)
    assert counts() == before


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"quizzes/q1.toml": b"[[questions]\n"}, "TOML"),
        ({"one.md": b"\xff\xfe broken"}, "UTF-8"),
        ({"one.md": b"x" * 2_000_001}, "2,000,000"),
        (
            {
                "one.md": b"---\norder: 1\n---\n\n# One\n",
                "two.md": b"---\norder: 1\n---\n\n# Two\n",
            },
            "one place",
        ),
        ({"course.toml": b'title = "T"\ndescription = "' + b"x" * 20_001 + b'"\n'}, "description"),
        ({"f/" + "n" * 130 + ".md": b"# N\n"}, "longer than 120"),
    ],
)
def test_a_broken_course_is_reported_and_nothing_of_it_is_stored(bruno, now, files, words):
    report = load.check(folder(**files))
    assert not report.is_importable
    wrong = [one for one in report.problems if one.severity == "error"]
    assert any(words in one.message for one in wrong)
    before = counts()
    with pytest.raises(Invalid):
        load.load(by=bruno, report=report, now=now)
    assert counts() == before


def test_an_import_that_breaks_off_leaves_nothing(bruno, now, monkeypatch):
    before = counts()
    report = load.check(folder())

    def broken(ready: object) -> None:
        assert Lesson.objects.count() == before[1] + 2  # the lessons stand there already
        raise Invalid("stopped")

    monkeypatch.setattr(load.quiz_intake, "take_in", broken)
    with pytest.raises(Invalid):
        load.load(by=bruno, report=report, now=now)
    assert counts() == before


def test_a24_only_known_fields_come_in(bruno, eva, now):
    attack = (
        f'title = "Small"\nid = "{eva.pk}"\nowner = "{eva.email}"\nowner_id = "{eva.pk}"\n'
        'status = "published"\nrole = "ADMIN"\njoin_code = "AAAAAAAA"\n'
        '[[enrollments]]\nemail = "chloe@example.org"\nrole = "instructor"\n'
    ).encode()
    lesson = (
        f'---\ntitle: "One"\nid: "{eva.pk}"\nstatus: "archived"\ncourse_id: "{eva.pk}"\n'
        'file: "../../etc/passwd"\n---\n\nText.\n'
    ).encode()
    pickled = b"cposix\nsystem\n(S'true'\ntR."
    files = folder(**{"course.toml": attack, "two.md": lesson, "data.pickle": pickled})
    course = load.load(by=bruno, report=load.check(files), now=now)
    assert (course.owner_id, course.status, course.join_code) == (bruno.pk, "draft", None)
    assert course.pk != eva.pk
    assert [row.user_id for row in Enrollment.objects.filter(course=course)] == [bruno.pk]
    bruno.refresh_from_db()
    assert bruno.role == "INSTRUCTOR"
    two = Lesson.objects.get(course=course, slug="two")
    assert (two.status, two.topic) == ("published", "One")
    assert two.pk != eva.pk
    stored = StoredFile.objects.get(course=course, path="data.pickle")
    assert stored.media_type in ("application/octet-stream", "text/plain")


def test_control_characters_are_replaced_and_reported(bruno, now):
    report = load.check(folder(**{"two.md": b"# Two\n\nA\x0cB\x1b[0m\x00C\n"}))
    assert any("Control characters" in one.message for one in report.problems)
    course = load.load(by=bruno, report=report, now=now)
    assert "A\ufffdB\ufffd[0m\ufffdC" in Lesson.objects.get(course=course, slug="two").content


def test_a_file_over_ten_megabytes_is_left_out_and_named(bruno, now):
    report = load.check(folder(**{"big.bin": b"x" * (10 * 1024 * 1024 + 1), "none.bin": b""}))
    assert report.is_importable
    assert {file.path for file in report.left_out} == {"big.bin", "none.bin"}
    course = load.load(by=bruno, report=report, now=now)
    assert set(StoredFile.objects.filter(course=course).values_list("path", flat=True)) == {
        "img/dot.png"
    }


def test_an_unknown_format_is_named():
    with pytest.raises(Invalid, match="markdown"):
        load.check(folder(), format="pdf")


# --- between check and import ----------------------------------------------------------------


def test_an_upload_comes_back_to_its_owner_alone(tmp_path, bruno, eva, now):
    token = waiting.keep(tmp_path, owner=bruno.pk, data=b"bytes", now=now)
    assert waiting.kept(tmp_path, owner=bruno.pk, token=token, now=now) == b"bytes"
    for owner, tried in ((eva.pk, token), (bruno.pk, "x" * 32), (bruno.pk, "../../../etc/passwd")):
        with pytest.raises(Conflict):
            waiting.kept(tmp_path, owner=owner, token=tried, now=now)


def test_an_upload_is_kept_for_a_day(tmp_path, bruno, now):
    token = waiting.keep(tmp_path, owner=bruno.pk, data=b"bytes", now=now)
    late = now + waiting.KEPT_FOR * 1.01
    with pytest.raises(Conflict):
        waiting.kept(tmp_path, owner=bruno.pk, token=token, now=late)
    waiting.keep(tmp_path, owner=bruno.pk, data=b"other", now=late)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_person_keeps_ten_uploads_at_most(tmp_path, bruno, now):
    tokens = [
        waiting.keep(tmp_path, owner=bruno.pk, data=b"x", now=now)
        for _ in range(waiting.MAX_PER_PERSON)
    ]
    with pytest.raises(TooMany):
        waiting.keep(tmp_path, owner=bruno.pk, data=b"x", now=now)
    waiting.discard(tmp_path, owner=bruno.pk, token=tokens[0])
    waiting.keep(tmp_path, owner=bruno.pk, data=b"x", now=now)
