"""Courses are made, described, published and archived by those who may."""

from __future__ import annotations

import pytest

from studium.content import rights
from studium.content.actions import courses
from studium.content.actions.courses import CourseTerms
from studium.content.models import Course, Enrollment, Lesson
from studium.identity.models import AuditEntry
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import factories

pytestmark = pytest.mark.django_db


def test_whoever_makes_a_course_owns_it_and_is_its_instructor(eva, now):
    made = courses.create_course(by=eva, terms=CourseTerms(title="Sets"), now=now)
    assert (made.owner_id, made.status, made.slug) == (eva.pk, "draft", "sets")
    assert rights.role_in(eva, made.pk) == "instructor"
    assert AuditEntry.objects.get(action="course.created").object_id == str(made.pk)


def test_a_student_makes_no_course(ada, now):
    with pytest.raises(NotAllowed):
        courses.create_course(by=ada, terms=CourseTerms(title="Mine"), now=now)
    assert not Course.objects.filter(title="Mine").exists()


@pytest.mark.parametrize("title", ["Join", "New", "Sets"])
def test_two_courses_never_share_an_address(eva, now, title):
    slugs = {
        courses.create_course(by=eva, terms=CourseTerms(title=title), now=now).slug
        for _ in range(3)
    }
    assert len(slugs) == 3
    assert not slugs & {"join", "new"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"title": "a\x00b"},
        {"title": "a\udc80b"},
        {"description": "x" * 20_001},
        {"self_enrolment": "anyhow"},
        {"language": ""},
    ],
)
def test_settings_that_do_not_fit_are_refused_by_field(bruno, course, now, wrong):
    terms = CourseTerms(**{"title": "Fine", **wrong})
    with pytest.raises(Invalid) as refused:
        courses.edit_course(by=bruno, course_id=course.pk, terms=terms, now=now)
    assert set(refused.value.fields) == set(wrong)
    course.refresh_from_db()
    assert course.title == "Ownership"


def test_a_new_title_keeps_the_address(bruno, course, now):
    slug = course.slug
    terms = CourseTerms(title="Borrowing", self_enrolment="code")
    edited = courses.edit_course(by=bruno, course_id=course.pk, terms=terms, now=now)
    assert (edited.title, edited.slug, len(edited.join_code)) == ("Borrowing", slug, 8)


def test_settings_saved_unchanged_leave_no_trace(bruno, course, now):
    terms = CourseTerms(title="Ownership")
    before = course.updated_at
    courses.edit_course(by=bruno, course_id=course.pk, terms=terms, now=now)
    course.refresh_from_db()
    assert course.updated_at == before
    assert not AuditEntry.objects.filter(action="course.changed").exists()


def test_a_course_without_a_published_lesson_is_not_published(bruno, now):
    empty = factories.course(owner=bruno, lessons=1, status="draft")
    Lesson.objects.filter(course=empty).update(status="draft")
    with pytest.raises(Conflict) as refused:
        courses.publish_course(by=bruno, course_id=empty.pk, now=now)
    assert refused.value.code == "no_lessons"


def test_archiving_and_publishing_again_is_recorded(bruno, course, now):
    courses.archive_course(by=bruno, course_id=course.pk, now=now)
    courses.publish_course(by=bruno, course_id=course.pk, now=now)
    details = AuditEntry.objects.filter(action="course.status_changed").values_list(
        "detail", flat=True
    )
    assert sorted(one["to"] for one in details) == ["archived", "published"]


def test_an_assistant_looks_and_does_not_change(bruno, course, now):
    helper = factories.person("Dev Das")
    factories.enrollment(user=helper, course=course, role="assistant")
    assert rights.is_course_staff(helper, course.pk)
    with pytest.raises(NotAllowed):
        courses.archive_course(by=helper, course_id=course.pk, now=now)


def test_an_outsider_does_not_learn_that_a_closed_course_exists(chloe, eva, course, now):
    for outsider in (chloe, eva):
        assert not rights.may_see_course(outsider, course)
        with pytest.raises(NotFound):
            courses.archive_course(by=outsider, course_id=course.pk, now=now)


def test_a_draft_is_there_for_its_staff_and_admins_only(ada, bruno, chloe, dora, course):
    course.status, course.self_enrolment = "draft", "open"
    course.save()
    seen = {
        user.name.split()[0]: rights.may_see_course(user, course)
        for user in (ada, bruno, chloe, dora)
    }
    assert seen == {"Ada": False, "Bruno": True, "Chloe": False, "Dora": True}


def test_an_archived_course_is_read_and_not_studied(ada, chloe, course):
    course.status, course.self_enrolment = "archived", "open"
    course.save()
    assert rights.may_read_course(ada, course)
    assert not rights.may_study(ada, course)
    assert not rights.may_see_course(chloe, course)


def test_rights_end_with_the_membership_and_with_the_account(ada, bruno, course):
    Enrollment.objects.filter(user=ada).update(ended_at=course.created_at)
    assert not rights.may_read_course(ada, course)
    bruno.is_active = False
    assert not rights.is_course_staff(bruno, course.pk)
