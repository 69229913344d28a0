"""Main pages in a real browser: axe, policy, layout; light on a desk, dark on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import Watched
from tests.security import world as building

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
PHONE = {"viewport": {"width": 375, "height": 800}, "color_scheme": "dark"}

ANYBODY = ["/account/login/", "/account/password/reset/", "/help/", "/nowhere/"]
STUDENT = [
    "/", "/courses/", "/courses/join/", "/courses/{slug}/",
    "/courses/{slug}/lessons/{lesson_id}/", "/quizzes/{quiz_id}/", "/quiz-attempts/{run_id}/",
    "/exams/{exam_id}/", "/exam-attempts/{attempt_id}/",
    "/exam-attempts/{done_attempt_id}/result/", "/receipts/", "/progress/",
    "/courses/{slug}/progress/",
    "/account/", "/account/sessions/", "/account/tokens/", "/account/2fa/",
]  # fmt: skip
INSTRUCTOR = [
    "/teach/", "/teach/courses/{slug}/", "/teach/courses/{slug}/settings/",
    "/teach/courses/{slug}/lessons/{lesson_id}/", "/teach/courses/{slug}/quizzes/{quiz_id}/",
    "/teach/courses/{slug}/questions/{question_id}/", "/teach/courses/{slug}/exams/{exam_id}/",
    "/teach/courses/{slug}/concepts/", "/teach/courses/{slug}/concepts/{concept_id}/",
    "/teach/courses/{slug}/groups/", "/teach/courses/{slug}/groups/{group_id}/",
    "/teach/courses/{slug}/people/", "/teach/courses/{slug}/notes/", "/notes/{note_id}/edit/",
    "/teach/courses/{slug}/insight/", "/teach/courses/{slug}/insight/attempts/",
    "/teach/courses/{slug}/insight/students/", "/teach/courses/{slug}/exams/{exam_id}/room/",
    "/exam-attempts/{attempt_id}/timeline/", "/teach/courses/{slug}/drafts/",
    "/teach/courses/{slug}/drafts/runs/{draft_run_id}/",
    "/teach/courses/{slug}/exams/{draft_exam_id}/drafts/",
]  # fmt: skip
ADMIN = ["/admin/", "/admin/people/", "/admin/people/{ada_id}/", "/admin/jobs/", "/admin/log/"]


@pytest.mark.parametrize("options", [DESK, PHONE], ids=["desk, light", "phone, dark"])
@pytest.mark.parametrize(
    ("who", "addresses"),
    [("", ANYBODY), ("ada", STUDENT), ("bruno", INSTRUCTOR), ("dora", ADMIN)],
    ids=["anybody", "student", "instructor", "admin"],
)
def test_the_pages_of(
    who: str,
    addresses: list[str],
    options: dict[str, Any],
    visit: Callable[..., Watched],
    request: pytest.FixtureRequest,
) -> None:
    names = ("ada", "bruno", "chloe", "dora", "eva", "course", "other_course")
    people = {name: request.getfixturevalue(name) for name in names}
    world = building.build(**people)
    watched = visit(people.get(who), **options)
    wrong = []
    for address in addresses:
        watched.open(address.format(**world))
        try:
            watched.check()
        except AssertionError as fault:
            wrong.append(f"{address}: {fault}")
    assert not wrong, "\n\n".join(wrong)
