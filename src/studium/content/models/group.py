"""`course_groups` and `course_group_members`: students of a course who belong together."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint
from django.db.models.functions import Now

from studium.lib.db import not_blank
from studium.lib.models import Row


class CourseGroup(Row):
    """A group of a course's students, such as a lab; it narrows lists and gives no rights."""

    course = models.ForeignKey("content.Course", on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "course_groups"
        constraints = [
            not_blank("name", name="course_groups_name_not_blank"),
            UniqueConstraint(fields=["course", "name"], name="course_groups_once"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(Row):
    """A student of the course in a group; a student may be in several."""

    group = models.ForeignKey(
        "content.CourseGroup", on_delete=models.PROTECT, related_name="members"
    )
    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "course_group_members"
        constraints = [UniqueConstraint(fields=["group", "user"], name="course_group_members_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.group_id}"
