"""A kind is added by adding its folder: no other file knows kinds by their names.

One is planted in a copy of the source, and goes the whole way there: written by a form, previewed,
shown by pages and the API, answered, held by the database, scored, told.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from studium.assessment.kinds import KINDS

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src" / "studium"
# A reader or writer of files knows what its format has, and which kinds say that.
FORMATS = {"quiz_toml.py", "gift.py", "gift_in.py", "gift_out.py", "questions_csv.py"}
# What an engine can write is a list of its own, and these make bank questions of it.
DRAFTED = {
    "assessment/drafting.py", "assessment/models/draft.py", "web/drafts.py", "notes/models_seen.py",
}  # fmt: skip
# An example in a shape of the API is not a case in a program.
_EXAMPLE = re.compile(r"examples=\[+\"\w+\"\]+")
# Words that are also something else.
_OTHERWISE = re.compile(r"inputmode=.numeric.|autocomplete=.\w+.")

KIND = '''
"""Is a number even? A response is "even" or "odd"."""

from decimal import Decimal

from studium.assessment.kinds.content import Draft, Problem, WrongShape, check_text
from studium.assessment.kinds.kind import Kind

WORDS = ("even", "odd")
BAD = "NEW.answer NOT IN ('even', 'odd')"


class Parity(Kind):
    name = "parity"
    title = "Even or odd"
    shape = "choice"
    bad_key = {"sqlite": BAD, "postgresql": BAD}
    bad_response = {
        "sqlite": "json_extract(NEW.response, '$') NOT IN ('even', 'odd')",
        "postgresql": "NEW.response NOT IN ('\\"even\\"', '\\"odd\\"')",
    }

    def problems(self, content):
        wrong = [] if content.answer in WORDS else [Problem("answer", "Say even or odd.")]
        return check_text(content) + wrong

    def read_response(self, content, raw):
        if raw is None or raw == "":
            return None
        if raw not in WORDS:
            raise WrongShape("response", "The answer must be even or odd.")
        return raw

    def score(self, content, response):
        return Decimal(response is not None and response == content.answer)

    def right_answer(self, content):
        return content.answer

    def mistake(self, content, drawn):
        return WORDS[content.answer == "even"]

    def from_form(self, form):
        return Draft("", form.get("parity", ""))

    def to_form(self, draft):
        return {"parity": draft.answer}


KIND = Parity()
'''
ANSWER = """
{% macro answer(question, name, response, disabled, right) %}
{% for word in ("even", "odd") %}
<label><input type="radio" name="{{ name }}" value="{{ word }}"
{%- if response == word %} checked{% endif %}{% if disabled %} disabled{% endif %}>
{{ word }}</label>
{% endfor %}
{% endmacro %}
"""
MARKED = """
{% macro marked(question, name, response, right, parts) %}
<p>planted: {{ response }} {{ right }}</p>
{% endmacro %}
"""
AUTHOR = '<input name="parity" value="{{ fields.parity or "" }}" aria-label="Planted">'

JOURNEY = """
import json
from datetime import UTC, datetime

import django

django.setup()

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client

# Tables straight from the models: the migrations have their own tests, and take longer.
settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
call_command("migrate", run_syncdb=True, verbosity=0)

from studium.assessment.actions import bank
from studium.assessment.models import AttemptAnswer, Exam, ExamAttempt, Question
from studium.formats.questions import numbered
from tests import factories


def refused(act):
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


bruno = factories.person("Bruno Berg", role="INSTRUCTOR")
ada = factories.person("Ada Alm")
course = factories.course(owner=bruno, title="Ownership")
factories.enrollment(user=ada, course=course)
quiz = factories.quiz(lesson=course.lessons.first(), status="draft", questions=0)
author, student = Client(), Client()
author.force_login(bruno)
student.force_login(ada)
at = f"/teach/courses/{course.slug}/quizzes/{quiz.pk}/"
assert "Even or odd" in author.get(at).content.decode()
new = f"{at}questions/new/"
assert "Planted" in author.get(f"{new}?kind=parity").content.decode()
form = {"kind": "parity", "question_text": "Is 4 even?", "points": "1"}
page = author.post(new, {**form, "save": "1", "parity": "four"})
assert page.status_code == 422 and "Say even or odd." in page.content.decode()
zero = "00000000-0000-0000-0000-000000000000"
tried = {**form, "parity": "even", "try": "1", f"try-{zero}": "even"}
assert "100 % of the points" in author.post(new, tried).content.decode()
assert author.post(new, {**form, "save": "1", "parity": "even"}).status_code == 302
made = Question.objects.get()
rows = Question.objects.filter(pk=made.pk)
assert refused(lambda: rows.update(answer="four"))
assert refused(lambda: rows.update(kind="riddle"))
exam = factories.exam(course=course, questions=[made])
started = student.post(f"/exams/{exam.pk}/start/", {"ready": "on"}, follow=True)
page = started.content.decode()
assert 'data-kind="parity" data-shape="choice"' in page and f'name="q-{made.pk}"' in page
attempt = ExamAttempt.objects.get()
save = f"/api/v1/exam-attempts/{attempt.pk}/answers/{made.pk}"


def put(response, revision):
    body = json.dumps({"response": response, "revision": revision})
    return student.put(save, body, content_type="application/json")


wrong = put("four", 1)
assert wrong.status_code == 422 and "response" in wrong.json()["fields"], wrong.content
assert put("odd", 1).status_code == 200
answer = AttemptAnswer.objects.get()
assert refused(lambda: AttemptAnswer.objects.filter(pk=answer.pk).update(
    response="four", revision=2, saved_at=datetime.now(UTC)))
student.post(f"/exam-attempts/{attempt.pk}/save/", {f"q-{made.pk}": "even"})
student.post(f"/exam-attempts/{attempt.pk}/submit/")
attempt.refresh_from_db()
assert (attempt.status, attempt.score) == ("graded", 100), (attempt.status, attempt.score)
result = student.get(f"/exam-attempts/{attempt.pk}/result/").content.decode()
assert "planted: even even" in result
assert numbered(bank.content_of(made)).answer == "even"
print("the whole way")
"""


def test_no_other_file_names_a_kind() -> None:
    quoted = re.compile("[\"'](" + "|".join(KINDS) + ")[\"']")
    found = []
    for path in [*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"), *SOURCE.rglob("*.js")]:
        where = path.relative_to(SOURCE)
        if where.parts[:2] == ("assessment", "kinds") or "migrations" in where.parts:
            continue
        if where.parts[0] == "formats" and path.name in FORMATS:
            continue
        if where.parts[0] == "ai" or where.as_posix() in DRAFTED:
            continue
        for line in path.read_text("utf-8").splitlines():
            said = _OTHERWISE.sub("", _EXAMPLE.sub("", line))
            if (name := quoted.search(said)) and name[1] not in ("output", "numeric"):
                found.append(f"{where}: {line.strip()}")
    assert found == []


def test_a_kind_is_added_by_adding_a_folder(tmp_path: Path) -> None:
    # With its bytecode: a copy keeps the times by which Python knows that it still fits.
    shutil.copytree(SOURCE, tmp_path / "studium", ignore=shutil.ignore_patterns("rust_book"))
    folder = tmp_path / "studium" / "assessment" / "kinds" / "parity"
    folder.mkdir()
    files = {
        "__init__.py": KIND,
        "answer.html": ANSWER,
        "marked.html": MARKED,
        "author.html": AUTHOR,
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    shutil.copy(ROOT / "CHANGELOG.md", tmp_path)
    environment = os.environ | {
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}",
        "DATABASE_URL": f"sqlite:///{tmp_path}/planted.sqlite3",
        "STUDIUM_DATA_DIR": str(tmp_path / "data"),
        "STUDIUM_ALLOWED_HOSTS": "testserver,localhost",
        "DJANGO_SETTINGS_MODULE": "studium.project.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", JOURNEY],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.endswith("the whole way\n"), done.stdout[-500:] + done.stderr[-3000:]
