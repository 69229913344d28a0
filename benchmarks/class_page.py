"""What the pages of a class cost: CPU and statements for 500 students by 50 concepts, on SQLite.

    python -m benchmarks.class_page
    python -m benchmarks.class_page --json

Each page is asked for through the whole stack of the site, in one process, and made anew each time;
the figure is the least CPU of several. `cold` is the first look of a process at a class with an
exam of 20 questions ahead, after the worker has made its forecasts; `nothing ready` the same before
it has.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from datetime import timedelta
from typing import Any
from unittest import mock

STUDENTS, CONCEPTS, QUESTIONS, ROUNDS = 500, 50, 20, 9
BUDGET_MS = 50.0
PAGES = ("class", "help", "readiness", "curves")
JUDGED = ("class", "class before an exam, cold")


def measure() -> dict[str, tuple[float, int]]:
    """CPU milliseconds and statements by page, without an exam ahead and with one."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext
    from tests.analytics.instructor import classes

    from studium.analytics import foretelling
    from studium.analytics.queries import class_outlook
    from studium.lib import clock

    with transaction.atomic():
        made = _class(classes)
    browser = _browser(made)
    found: dict[str, tuple[float, int]] = {}
    with mock.patch.object(clock, "now", return_value=classes.NOW):
        for kind in ("", " before an exam"):
            for name in PAGES:
                address = f"/teach/courses/{made.course.slug}/insight/{name}/"
                connection.queries_log.clear()
                with CaptureQueriesContext(connection) as seen:
                    assert browser.get(address).status_code == 200, name
                statements = len(seen)  # asked at once: the next request clears the log
                least = min(_cost(browser, address) for _ in range(ROUNDS))
                found[name + kind] = least, statements
            if not kind:
                _exam(made, classes)
        address = f"/teach/courses/{made.course.slug}/insight/class/"
        class_outlook._kept.clear()
        found["class before an exam, nothing ready"] = _cost(browser, address), 0
        began = time.process_time()
        foretelling.keep_forecasts(now=classes.NOW)
        found["the worker makes it ready"] = 1000 * (time.process_time() - began), 0
        class_outlook._kept.clear()
        least = min(_cost(browser, address) for _ in range(ROUNDS))
        found["class before an exam, cold"] = least, 0
    return found


def _cost(browser: Any, address: str) -> float:
    """Of the page made anew: the contents of pages are kept and would be sent again."""
    from studium.web import kept_pages

    kept_pages.forget_all()
    before = time.process_time()
    browser.get(address)
    return 1000 * (time.process_time() - before)


def _class(classes: Any) -> Any:
    from tests import factories

    owner = factories.person("Bruno Berg", role="INSTRUCTOR")
    made = classes.room(owner, students=STUDENTS, concepts=CONCEPTS)
    classes.fill(made)
    return made


def _browser(made: Any) -> Any:
    from django.test import Client

    browser = Client()
    browser.force_login(made.course.owner)
    return browser


def _exam(made: Any, classes: Any) -> None:
    from tests import factories

    lessons = made.course.lessons.order_by("order_index")[:QUESTIONS]
    questions = [factories.quiz(lesson=one, questions=1).questions.get() for one in lessons]
    closes = classes.NOW + timedelta(days=3)
    factories.exam(course=made.course, questions=questions, closes_at=closes)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["STUDIUM_DATA_DIR"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studium.project.settings")
        import django
        from django.conf import settings
        from django.core.management import call_command

        django.setup()
        settings.ALLOWED_HOSTS = ["*"]
        call_command("migrate", verbosity=0)
        found = measure()
    if "--json" in sys.argv[1:]:
        print(json.dumps({name: cost for name, (cost, _) in found.items()}))
        return 0
    print(f"{STUDENTS} students by {CONCEPTS} concepts, pages of 30; CPU on SQLite")
    for name, (cost, statements) in found.items():
        told = f"{statements:3} statements" if statements else ""
        print(f"{name:38} {cost:6.1f} ms  {told}")
    return 0 if all(found[name][0] <= BUDGET_MS for name in JUDGED) else 1


if __name__ == "__main__":
    sys.exit(main())
