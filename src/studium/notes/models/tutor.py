"""What people ask the tutor, and where it is switched off."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Index
from django.db.models.functions import Now

from studium.lib.db import not_blank, one_of
from studium.lib.models import Row


class TutorMode(models.TextChoices):
    HINT = "hint"
    EXPLAIN = "explain"
    CHECK = "check"


class TutorState(models.TextChoices):
    ANSWERED = "answered"
    RELATED = "related"
    ABSENT = "absent"


class Wording(models.TextChoices):
    """Whether a model words the answer besides the quotations: a job of its own."""

    NONE = "none"
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class TutorSwitch(Row):
    """0..1 per course; without a row the tutor is on. The staff switches it."""

    course = models.OneToOneField("content.Course", on_delete=models.PROTECT, related_name="+")
    is_on = models.BooleanField(db_default=True, default=True)
    changed_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "tutor_switches"

    def __str__(self) -> str:
        return f"tutor of {self.course_id}: {'on' if self.is_on else 'off'}"


class TutorMessage(Row):
    """A question of one person in one lesson, and what was answered.

    Written once, with the quotations; while `wording` is `pending` a job asks a model and adds its
    checked sentences, once. Its owner may delete it. `reply` holds `{quotes, written, covered,
    unknown, compared}`; each quote names lesson, block and offsets and is word for word in the
    lesson as it was. Nobody may ask while an exam of theirs runs: a trigger holds that, too.
    """

    State: ClassVar[type[TutorState]] = TutorState

    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    lesson = models.ForeignKey("content.Lesson", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    mode = models.CharField(max_length=8, choices=TutorMode)
    question = models.CharField(max_length=2000)
    own_answer = models.CharField(max_length=4000, db_default="", default="")
    state = models.CharField(max_length=8, choices=TutorState)
    reply: models.JSONField[Any, Any] = models.JSONField(default=dict, db_default={})
    engine = models.CharField(max_length=120, db_default="extractive", default="extractive")
    wording = models.CharField(max_length=8, choices=Wording, db_default="none", default="none")

    class Meta:
        db_table = "tutor_messages"
        indexes = [
            Index(fields=["user", "lesson", "asked_at"], name="tutor_messages_history"),
            Index(fields=["user", "asked_at"], name="tutor_messages_rate"),
        ]
        constraints = [
            one_of("mode", TutorMode, name="tutor_messages_mode"),
            one_of("state", TutorState, name="tutor_messages_state"),
            not_blank("question", name="tutor_messages_asks"),
            one_of("wording", Wording, name="tutor_messages_wording"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} asks in {self.lesson_id}"
