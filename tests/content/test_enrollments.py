"""Ways into a course and out of it; roles; class lists in two steps."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from studium.content import rights, rules
from studium.content.actions import enrollments, people
from studium.content.models import CourseInvitation, Enrollment
from studium.identity.actions import invitations
from studium.identity.models import AuditEntry, Invitation, Notification
from studium.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def coded(course):
    course.self_enrolment, course.join_code = "code", "AB2CD3EF"
    course.save()
    return course


def test_the_code_brings_a_person_in_once(chloe, coded, now):
    for _ in range(2):
        joined = enrollments.join_by_code(by=chloe, code="ab2c-d3ef", now=now)
    assert joined == coded
    assert rights.role_in(chloe, coded.pk) == "student"
    assert Enrollment.objects.filter(user=chloe, course=coded).count() == 1


@pytest.mark.parametrize("code", ["", "WRONG234", "AB2C D3E", "ab2cd3ef\x00", "ÄB2CD3EF", "\ud800"])
def test_a_wrong_code_gets_one_answer(chloe, coded, now, code):
    with pytest.raises(Invalid) as refused:
        enrollments.join_by_code(by=chloe, code=code, now=now)
    assert refused.value.code == "wrong_code"


@pytest.mark.parametrize(
    "state", [{"status": "archived"}, {"status": "draft"}, {"self_enrolment": "closed"}]
)
def test_a_code_works_only_while_the_course_takes_people_in(chloe, coded, now, state):
    for name, value in state.items():
        setattr(coded, name, value)
    coded.save()
    with pytest.raises(Invalid):
        enrollments.join_by_code(by=chloe, code="AB2CD3EF", now=now)
    assert rights.role_in(chloe, coded.pk) is None


def test_a_code_does_not_take_a_role_away(bruno, coded, now):
    enrollments.join_by_code(by=bruno, code="AB2CD3EF", now=now)
    assert rights.role_in(bruno, coded.pk) == "instructor"


def test_an_open_course_takes_everybody_and_a_coded_one_asks_for_its_code(chloe, coded, now):
    with pytest.raises(NotAllowed):
        enrollments.enrol_self(by=chloe, course_id=coded.pk, now=now)
    coded.self_enrolment = "open"
    coded.save()
    enrollments.enrol_self(by=chloe, course_id=coded.pk, now=now)
    assert rights.role_in(chloe, coded.pk) == "student"


def test_a_closed_course_answers_as_if_it_were_not_there(chloe, course, now):
    with pytest.raises(NotFound):
        enrollments.enrol_self(by=chloe, course_id=course.pk, now=now)


def test_the_last_instructor_keeps_the_role(bruno, dora, course, now):
    for act in (
        lambda: enrollments.end_enrollment(by=dora, course_id=course.pk, user_id=bruno.pk, now=now),
        lambda: enrollments.change_role(
            by=bruno, course_id=course.pk, user_id=bruno.pk, role="student", now=now
        ),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "last_instructor"
    assert rights.role_in(bruno, course.pk) == "instructor"


def test_an_instructor_who_is_switched_off_does_not_count(bruno, dora, eva, course, now):
    factories.enrollment(user=eva, course=course, role="instructor")
    eva.is_active = False
    eva.save()
    with pytest.raises(Conflict):
        enrollments.end_enrollment(by=dora, course_id=course.pk, user_id=bruno.pk, now=now)


def test_roles_are_changed_by_instructors_and_recorded(ada, bruno, course, now):
    with pytest.raises(NotAllowed):
        enrollments.change_role(
            by=ada, course_id=course.pk, user_id=ada.pk, role="instructor", now=now
        )
    enrollments.change_role(
        by=bruno, course_id=course.pk, user_id=ada.pk, role="assistant", now=now
    )
    assert rights.role_in(ada, course.pk) == "assistant"
    entry = AuditEntry.objects.get(action="enrollment.role_changed")
    assert (entry.actor_id, entry.detail["from"], entry.detail["to"]) == (
        bruno.pk,
        "student",
        "assistant",
    )


def test_a_role_that_is_none_is_refused(ada, bruno, course, now):
    with pytest.raises(Invalid):
        enrollments.change_role(
            by=bruno, course_id=course.pk, user_id=ada.pk, role="ADMIN", now=now
        )


def test_a_membership_ends_and_comes_back_with_its_progress(ada, bruno, course, now):
    Enrollment.objects.filter(user=ada, course=course).update(progress=50)
    enrollments.end_enrollment(by=bruno, course_id=course.pk, user_id=ada.pk, now=now)
    assert rights.role_in(ada, course.pk) is None
    lines = people.add_people(
        by=bruno, course_id=course.pk, rows=[rules.RosterRow(1, ada.email)], now=now
    )
    assert [line.outcome for line in lines] == ["enrol"]
    row = Enrollment.objects.get(user=ada, course=course)
    assert (row.progress, row.ended_at) == (50, None)


def test_a_class_list_is_checked_without_storing_anything(ada, bruno, chloe, course):
    data = f"{ada.email}\n{chloe.email}\nnew@example.org,New,assistant\nnonsense\n".encode()
    lines = people.check_people(by=bruno, course_id=course.pk, data=data)
    assert [line.outcome for line in lines] == ["member", "enrol", "invite", "problem"]
    assert rights.role_in(chloe, course.pk) is None
    assert not Invitation.objects.exists()


def test_a_list_with_a_problem_adds_nobody(bruno, chloe, course, now):
    rows = rules.read_roster(f"{chloe.email}\nnonsense\n".encode())
    with pytest.raises(Invalid, match="Line 2"):
        people.add_people(by=bruno, course_id=course.pk, rows=rows, now=now)
    assert rights.role_in(chloe, course.pk) is None


def test_a_long_list_takes_as_many_statements_as_a_short_one(bruno, course, now):
    def added(count, name):
        known = [
            factories.person(f"{name} {n}", email=f"{name}{n}@old.example") for n in range(count)
        ]
        factories.enrollment(user=known[0], course=course, role="assistant", ended_at=now)
        listed = [*(one.email for one in known), *(f"{name}{n}@new.example" for n in range(count))]
        rows = rules.read_roster("\n".join(listed).encode())
        with CaptureQueriesContext(connection) as done:
            lines = people.add_people(by=bruno, course_id=course.pk, rows=rows, now=now)
        assert [one.outcome for one in lines] == ["enrol"] * count + ["invite"] * count
        assert len({one.link for one in lines[count:]} - {""}) == count
        members = Enrollment.objects.filter(user__in=known, ended_at=None, role="student")
        assert members.count() == count
        for one in known:
            assert Notification.objects.get(user=one).kind == "enrolled"
            row = members.get(user=one)
            assert AuditEntry.objects.get(object_id=str(row.pk)).action == "enrollment.added"
        return len(done)

    assert added(2, "Ann") == added(20, "Ben")
    assert CourseInvitation.objects.filter(course=course).count() == 22
    assert AuditEntry.objects.filter(action="invitation.create").count() == 22


def test_an_unknown_person_is_invited_and_lands_in_the_course(bruno, course, now):
    rows = rules.read_roster(b"new@example.org,New,assistant\n")
    (line,) = people.add_people(by=bruno, course_id=course.pk, rows=rows, now=now)
    assert line.link
    assert CourseInvitation.objects.get().course_id == course.pk
    user, invitation = invitations.accept_invitation(
        token=line.link, name="New Nord", password="a-long-password-7", now=now
    )
    joined = people.take_up_invitation(user=user, invitation_id=invitation.pk, now=now)
    assert joined == course
    assert rights.role_in(user, course.pk) == "assistant"
    assert user.role == "STUDENT"


def test_an_invitation_enrols_only_whoever_accepted_it(bruno, chloe, course, now):
    rows = [rules.RosterRow(1, "new@example.org")]
    people.add_people(by=bruno, course_id=course.pk, rows=rows, now=now)
    invitation = Invitation.objects.get()
    assert people.take_up_invitation(user=chloe, invitation_id=invitation.pk, now=now) is None
    assert rights.role_in(chloe, course.pk) is None


def test_only_instructors_use_class_lists(ada, chloe, course, now):
    for user, error in ((ada, NotAllowed), (chloe, NotFound)):
        with pytest.raises(error):
            people.check_people(by=user, course_id=course.pk, data=b"x@example.org")
        rows = [rules.RosterRow(1, "x@example.org")]
        with pytest.raises(error):
            people.add_people(by=user, course_id=course.pk, rows=rows, now=now)
