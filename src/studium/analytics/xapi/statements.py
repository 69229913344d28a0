"""Rows become xAPI 1.0.3 statements. Pure: no database, no clock, no network.

After the Experience API Specification, version 1.0.3 (ADL 2017), part two: the data of a
statement. A statement is a function of stored rows alone and its id of theirs, so that whoever
tells the same thing twice tells one statement.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID, uuid5

from studium.assessment.kinds import KINDS

VERSION = "1.0.3"
VERBS = "http://adlnet.gov/expapi/verbs/"
ACTIVITIES = "http://adlnet.gov/expapi/activities/"
LONGEST_TEXT = 500
"""Of a question's text so many characters are told, of a response four times as many."""

SourceKind = Literal["exam", "quiz", "practice"]
Statement = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Site:
    """Whose statements these are: the address without a slash at its end, the namespace of ids,
    the secret of pseudonyms."""

    home: str
    namespace: UUID
    secret: str


@dataclass(frozen=True, slots=True)
class Course:
    """A course, with the language its texts are in (RFC 5646)."""

    id: UUID
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class Source:
    """What was sat: an exam, a quiz, or practice across the course; `attempt_id` is one sitting."""

    kind: SourceKind
    id: UUID
    title: str
    attempt_id: UUID


@dataclass(frozen=True, slots=True)
class Answer:
    """An answered question. `replaces` is the response whose share this one puts right."""

    response_id: UUID
    user_id: UUID
    course: Course
    source: Source
    question_id: UUID
    kind: str
    text: str
    share: float
    seconds: int | None
    at: datetime
    concepts: Sequence[tuple[UUID, str]] = ()
    replaces: UUID | None = None
    response: Any = None


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of a sitting; `score` (0 to 100) and `passed` for exams."""

    user_id: UUID
    course: Course
    source: Source
    began_at: datetime
    at: datetime
    score: int | None = None
    passed: bool | None = None


def pseudonym(site: Site, user_id: UUID) -> str:
    """The name of a person here and nowhere else: HMAC-SHA256 of the id, 128 bits in hex."""
    return hmac.new(site.secret.encode(), user_id.bytes, sha256).hexdigest()[:32]


def answered(site: Site, answer: Answer) -> list[Statement]:
    """The answer; before it, where it corrects another one, that this one no longer holds."""
    told: list[Statement] = []
    if answer.replaces is not None:
        told.append(voided(site, _answer_id(site, answer.replaces), answer.at))
    result: dict[str, Any] = {
        "success": answer.share >= 1,
        "score": {"scaled": round(answer.share, 4)},
    }
    if answer.seconds is not None:
        result["duration"] = f"PT{answer.seconds}S"
    said = response_text(answer.kind, answer.response)
    if said is not None:
        result["response"] = said
    context = _context(site, answer.course, answer.source)
    context["contextActivities"]["parent"] = [_source(site, answer.course, answer.source)]
    if answer.concepts:
        context["contextActivities"]["category"] = [
            _activity(site, "concepts", one, name, answer.course.language, "objective")
            for one, name in answer.concepts
        ]
    told.append(
        {
            "id": _answer_id(site, answer.response_id),
            "actor": _actor(site, pseudonym(site, answer.user_id)),
            "verb": _verb("answered"),
            "object": _question(site, answer),
            "result": result,
            "context": context,
            "timestamp": _moment(answer.at),
        }
    )
    return told


def finished(site: Site, finish: Finish) -> list[Statement]:
    """That a sitting was completed, and for an exam that it was passed or failed."""
    span = max(0, round((finish.at - finish.began_at).total_seconds()))
    completed = _end(site, finish, "completed", str(finish.source.attempt_id))
    completed["result"] = {"completion": True, "duration": f"PT{span}S"}
    if finish.passed is None or finish.score is None:
        return [completed]
    verdict = _end(
        site, finish, "passed" if finish.passed else "failed", _verdict_name(finish.score, finish)
    )
    verdict["result"] = {
        "success": finish.passed,
        "score": {"scaled": finish.score / 100, "raw": finish.score, "min": 0, "max": 100},
    }
    return [completed, verdict]


def verdict_voided(site: Site, finish: Finish, score: int, *, passed: bool) -> Statement:
    """That the verdict with another score, told before, no longer holds."""
    verb = "passed" if passed else "failed"
    id = _id(site, verb, _verdict_name(score, finish))
    return voided(site, id, finish.at)


def voided(site: Site, statement_id: str, at: datetime) -> Statement:
    """That a statement no longer holds (part two, 2.3.2); the site itself says so."""
    return {
        "id": _id(site, "voided", statement_id),
        "actor": _actor(site, "studium"),
        "verb": _verb("voided"),
        "object": {"objectType": "StatementRef", "id": statement_id},
        "timestamp": _moment(at),
    }


def response_text(kind: str, response: Any) -> str | None:
    """A response in the format of its interaction type (2.4.4.1); None where there is none."""
    if response is None:
        return None
    if isinstance(response, bool):
        said = "true" if response else "false"
    elif isinstance(response, list):
        said = "[,]".join(str(one) for one in response)
    elif isinstance(response, dict) and KINDS[kind].interaction.startswith("match"):
        said = "[,]".join(f"{one}[.]{other}" for one, other in sorted(response.items()))
    elif isinstance(response, dict):
        said = "[,]".join(str(response[key]) for key in sorted(response))
    else:
        said = str(response)
    return said[: 4 * LONGEST_TEXT]


def _verdict_name(score: int, finish: Finish) -> str:
    return f"{finish.source.attempt_id}:{score}"


def _answer_id(site: Site, response_id: UUID) -> str:
    return _id(site, "answered", str(response_id))


def _id(site: Site, verb: str, name: str) -> str:
    return str(uuid5(site.namespace, f"{verb}:{name}"))


def _actor(site: Site, name: str) -> dict[str, Any]:
    return {"objectType": "Agent", "account": {"homePage": site.home, "name": name}}


def _verb(word: str) -> dict[str, Any]:
    return {"id": VERBS + word, "display": {"en": word}}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _end(site: Site, finish: Finish, word: str, name: str) -> Statement:
    return {
        "id": _id(site, word, name),
        "actor": _actor(site, pseudonym(site, finish.user_id)),
        "verb": _verb(word),
        "object": _source(site, finish.course, finish.source),
        "context": _context(site, finish.course, finish.source),
        "timestamp": _moment(finish.at),
    }


def _context(site: Site, course: Course, source: Source) -> dict[str, Any]:
    shown = _activity(site, "courses", course.id, course.title, course.language, "course")
    return {
        "registration": str(source.attempt_id),
        "platform": "Studium",
        "contextActivities": {"grouping": [shown]},
    }


def _source(site: Site, course: Course, source: Source) -> dict[str, Any]:
    folder = {"exam": "exams", "quiz": "quizzes", "practice": "practice"}[source.kind]
    return _activity(site, folder, source.id, source.title, course.language, "assessment")


def _question(site: Site, answer: Answer) -> dict[str, Any]:
    text = " ".join(answer.text.split())[:LONGEST_TEXT]
    return {
        "objectType": "Activity",
        "id": f"{site.home}/xapi/questions/{answer.question_id}",
        "definition": {
            "type": ACTIVITIES + "cmi.interaction",
            "interactionType": KINDS[answer.kind].interaction,
            "description": {answer.course.language: text},
        },
    }


def _activity(
    site: Site, folder: str, id: UUID, name: str, language: str, kind: str
) -> dict[str, Any]:
    return {
        "objectType": "Activity",
        "id": f"{site.home}/xapi/{folder}/{id}",
        "definition": {"type": ACTIVITIES + kind, "name": {language: name}},
    }
