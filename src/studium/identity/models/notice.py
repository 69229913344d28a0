"""`notifications` and what decides about their mails: choices of pace, years of birth.

A notification holds values, not words: it is said in its reader's language when it is shown.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Now

from studium.identity import notice_rules
from studium.lib.db import between, not_blank, one_of
from studium.lib.models import Row


class Topic(models.TextChoices):
    """What a person chooses a pace of mails for."""

    COURSES = notice_rules.COURSES
    RESULTS = notice_rules.RESULTS
    MESSAGES = notice_rules.MESSAGES
    WORK = notice_rules.WORK
    REVIEWS = notice_rules.REVIEWS


class Pace(models.TextChoices):
    """How soon a mail follows."""

    OFF = notice_rules.OFF
    AT_ONCE = notice_rules.AT_ONCE
    DAILY = notice_rules.DAILY
    WEEKLY = notice_rules.WEEKLY


class Notification(Row):
    """One line behind a person's bell.

    `about` names what it tells of; the same is told once to one person. `mail_at` is when a mail
    takes it along, null where none does or did; what is read is not mailed any more.
    """

    user = models.ForeignKey("identity.User", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    params: models.JSONField[Any, Any] = models.JSONField(default=dict, db_default={})
    url = models.CharField(max_length=300, db_default="")
    about = models.CharField(max_length=120, db_default="")
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notifications"
        indexes = [
            models.Index(fields=["user", "created_at"], name="notifications_by_user"),
            models.Index(
                fields=["user"], condition=Q(read_at__isnull=True), name="notifications_unread"
            ),
            models.Index(
                fields=["mail_at"],
                condition=Q(mail_at__isnull=False),
                name="notifications_to_mail",
            ),
        ]
        constraints = [
            not_blank("kind", name="notifications_kind_not_blank"),
            UniqueConstraint(
                fields=["user", "kind", "about"],
                condition=~Q(about=""),
                name="notifications_once",
            ),
            CheckConstraint(
                condition=Q(url="") | (Q(url__startswith="/") & ~Q(url__startswith="//")),
                name="notifications_url_of_this_site",
            ),
            CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(mail_at__isnull=True),
                name="notifications_read_is_not_mailed",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Announcement(Row):
    """Something that everybody concerned was told of at one time, so that it is told once."""

    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=120)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "announcements"
        constraints = [
            not_blank("kind", name="announcements_kind_not_blank"),
            not_blank("about", name="announcements_about_not_blank"),
            UniqueConstraint(fields=["kind", "about"], name="announcements_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"


class MailChoice(Row):
    """The pace a person chose for a topic; without a row the usual one holds."""

    user = models.ForeignKey("identity.User", on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=12, choices=Topic)
    pace = models.CharField(max_length=12, choices=Pace)
    chosen_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "mail_choices"
        constraints = [
            one_of("topic", Topic, name="mail_choices_topic"),
            one_of("pace", Pace, name="mail_choices_pace"),
            UniqueConstraint(fields=["user", "topic"], name="mail_choices_once"),
            CheckConstraint(
                condition=~Q(topic=Topic.REVIEWS, pace=Pace.AT_ONCE),
                name="mail_choices_reviews_are_gathered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.pace}"


class BirthYear(Row):
    """The year somebody was born in, if they told it: it decides the usual pace of reviews."""

    user = models.OneToOneField("identity.User", on_delete=models.CASCADE, related_name="+")
    year = models.IntegerField()

    class Meta:
        db_table = "birth_years"
        constraints = [
            between(
                "year",
                notice_rules.EARLIEST_YEAR,
                notice_rules.LATEST_YEAR,
                name="birth_years_year",
            )
        ]

    def __str__(self) -> str:
        return str(self.year)
