"""`enrollments`: who takes part in a course, and as what. The only rights inside a course."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import between, one_of
from studium.lib.models import Row


class CourseRole(models.TextChoices):
    STUDENT = "student"
    ASSISTANT = "assistant"
    INSTRUCTOR = "instructor"


class Enrollment(Row):
    """A person in a course. Ended rather than deleted, so that results keep their context."""

    Role: ClassVar[type[CourseRole]] = CourseRole

    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="enrollments")
    course = models.ForeignKey(
        "content.Course", on_delete=models.PROTECT, related_name="enrollments"
    )
    role = models.CharField(
        max_length=12, choices=CourseRole, db_default=CourseRole.STUDENT, default="student"
    )
    progress = models.IntegerField(db_default=0, default=0)
    source = models.CharField(max_length=20, db_default="", default="")
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "enrollments"
        indexes = [models.Index(fields=["course", "role"], name="enrollments_by_course")]
        constraints = [
            UniqueConstraint(fields=["user", "course"], name="enrollments_once"),
            one_of("role", CourseRole, name="enrollments_role"),
            between("progress", 0, 100, name="enrollments_progress"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.course_id}"


class CourseInvitation(Row):
    """The enrolment that an invitation brings when it is accepted."""

    invitation = models.OneToOneField(
        "identity.Invitation", on_delete=models.CASCADE, related_name="course_invitation"
    )
    course = models.ForeignKey("content.Course", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(
        max_length=12, choices=CourseRole, db_default=CourseRole.STUDENT, default="student"
    )

    class Meta:
        db_table = "course_invitations"
        constraints = [one_of("role", CourseRole, name="course_invitations_role")]

    def __str__(self) -> str:
        return f"{self.invitation_id} to {self.course_id}"
