"""`courses`: a learning path of lessons in one order."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Q
from django.db.models.functions import Now

from studium.lib.db import not_blank, one_of
from studium.lib.models import Row


class CourseStatus(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class SelfEnrolment(models.TextChoices):
    """How a signed-in person may enter by themselves."""

    CLOSED = "closed"
    CODE = "code"
    OPEN = "open"


class Course(Row):
    """A course. Published, it always has at least one lesson (a trigger holds this)."""

    Status: ClassVar[type[CourseStatus]] = CourseStatus

    title = models.CharField(max_length=200)
    description = models.TextField(default="")
    created_at = models.DateTimeField(db_default=Now())
    slug = models.CharField(max_length=80, unique=True)
    status = models.CharField(
        max_length=10, choices=CourseStatus, db_default=CourseStatus.DRAFT, default="draft"
    )
    owner = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, related_name="courses_owned"
    )
    language = models.CharField(max_length=12, db_default="en", default="en")
    updated_at = models.DateTimeField(db_default=Now())
    self_enrolment = models.CharField(
        max_length=8, choices=SelfEnrolment, db_default=SelfEnrolment.CLOSED, default="closed"
    )
    join_code = models.CharField(max_length=20, null=True, unique=True)
    show_checked_notes = models.BooleanField(db_default=False, default=False)

    class Meta:
        db_table = "courses"
        constraints = [
            not_blank("title", name="courses_title_not_blank"),
            not_blank("slug", name="courses_slug_not_blank"),
            one_of("status", CourseStatus, name="courses_status"),
            one_of("self_enrolment", SelfEnrolment, name="courses_self_enrolment"),
            CheckConstraint(
                condition=~Q(self_enrolment=SelfEnrolment.CODE) | Q(join_code__isnull=False),
                name="courses_code_given",
            ),
            CheckConstraint(condition=~Q(language=""), name="courses_language_set"),
        ]

    def __str__(self) -> str:
        return self.title
