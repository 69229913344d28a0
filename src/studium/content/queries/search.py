"""Search over all that a person may see: lessons, AI notes, own notes, questions, people.

Every statement carries the reader's rights, the counts as well as the lists, so that neither a
number nor an order tells of what may not be seen. Words are letters and digits only when they come
here; nothing that is typed is read as a query.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from studium.content import rights
from studium.content.passage_index import CONFIGURATIONS
from studium.content.rules import Piece, first_line, piece_of, plain, sought
from studium.lib.db import on_postgresql, read_rows, uuid_param, uuid_value

if TYPE_CHECKING:
    from studium.identity.models import User

Kind = Literal["lesson", "note", "own_note", "question", "person"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# How much a word counts where it stands in a passage. The title is every passage's, so it says
# nothing of which is the best; what is shown of a passage is its text.
_TITLE, _HEADING, _TEXT = 0.0, 1.0, 3.0
_WEIGHTS = f"{{{_TEXT / 10}, {_TEXT / 10}, {_HEADING / 10}, {_TITLE / 10}}}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: every word, from its beginning or by its stem; perhaps in one course.

    `courses` are those whose passages are looked at, so that a search in a few courses costs the
    same however many others there are. None is every course; rights are asked besides.
    """

    words: tuple[str, ...]
    course_id: uuid.UUID | None = None
    tag: str = "en"
    courses: tuple[uuid.UUID, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. Of a person `course_slug` is a course in which the reader teaches them.

    `role` is the reader's own role in the course, or for a person theirs; empty without one.
    """

    kind: Kind
    id: uuid.UUID
    title: str
    pieces: tuple[Piece, ...]
    course_id: uuid.UUID | None
    course_slug: str
    course_title: str
    lesson_id: uuid.UUID | None
    block_id: str = ""
    heading: str = ""
    role: str = ""
    is_draft: bool = False


def wanted(user: User, text: str, *, course_id: uuid.UUID | None = None, tag: str = "en") -> Wanted:
    """What a typed text looks for; without words, or in no course, nothing is found.

    One statement, or none for those who may read everything.
    """
    words = sought(text, tag=tag)
    if not words or rights.is_admin(user):
        return Wanted(words, course_id, tag, None if course_id is None else (course_id,))
    mine = tuple(rights.roles_of(user))
    if course_id is not None:
        mine = tuple(one for one in mine if one == course_id)
    return Wanted(words if mine else (), course_id, tag, mine)


def counts(user: User, what: Wanted, *, kinds: tuple[Kind, ...] = KINDS) -> dict[Kind, int]:
    """How many things of each kind the person finds. One statement."""
    if not what.words:
        return dict.fromkeys(kinds, 0)
    parts, parameters = [], list[Any]()
    for kind in kinds:
        source, values = _source(user, what, kind)
        parts.append(f"(SELECT COUNT(*) {source})")
        parameters += values
    row = read_rows("SELECT " + ", ".join(parts), parameters)[0]
    return {kind: int(number) for kind, number in zip(kinds, row, strict=True)}


def found(user: User, what: Wanted, kind: Kind, *, limit: int, offset: int = 0) -> list[Hit]:
    """Things of one kind, the best first. One statement."""
    if not what.words:
        return []
    if kind == "lesson":
        return _lessons(user, what, limit, offset)
    source, parameters = _source(user, what, kind)
    if kind == "person":
        columns = f"e.object_id, e.title, e.text, NULL, {_COURSE_OF_PERSON}, NULL, false, ''"
        order, before = "e.title, e.id", [uuid_param(user.pk)]
    else:
        columns = (
            "e.object_id, e.title, e.text, c.id, c.slug, c.title, l.id, e.is_draft,"
            " COALESCE(m.role, ''), l.topic"
        )
        order, before = _ORDERS[kind], list[Any]()
    rows = read_rows(
        f"SELECT {columns} {source} ORDER BY {order} LIMIT %s OFFSET %s",
        [*before, *parameters, limit, offset],
    )
    return [_hit(kind, row, what) for row in rows]


# Own notes: what was written last. The others in the order in which a course is read.
_READING_ORDER = "c.title, c.id, l.order_index, e.id"
_ORDERS = {"note": _READING_ORDER, "own_note": "e.id DESC", "question": _READING_ORDER}
_MINE = " LEFT JOIN enrollments m ON m.course_id = c.id AND m.user_id = %s AND m.ended_at IS NULL"
_STAFF = "m.role IN ('assistant', 'instructor')"
_READER = (
    "(m.role IS NOT NULL AND l.status = 'published' AND c.status IN ('published', 'archived'){})"
)
_NAMED = "CASE WHEN LOWER(l.topic) LIKE %s THEN 1 ELSE 0 END"
_MOST_COURSES = 8  # more are dearer to name than to leave to the rights
_TAUGHT_TOGETHER = (
    " FROM enrollments t JOIN enrollments s ON s.course_id = t.course_id"
    " JOIN courses c ON c.id = t.course_id WHERE t.user_id = %s AND t.ended_at IS NULL"
    " AND t.role IN ('assistant', 'instructor') AND s.user_id = e.object_id"
    " AND s.ended_at IS NULL"
)
# Two columns in one: no text has a line end in a slug or a role.
_COURSE_OF_PERSON = f"(SELECT MIN(c.slug || ' ' || s.role) {_TAUGHT_TOGETHER}), NULL"


def _source(user: User, what: Wanted, kind: Kind) -> tuple[str, list[Any]]:
    """FROM and WHERE of what the person may find of a kind, with the parameters."""
    if kind == "person":
        return _people(user, what)
    me, admin = uuid_param(user.pk), rights.is_admin(user)
    staff = "1 = 1" if admin else _STAFF
    may = {
        "lesson": f"({staff} OR {_READER.format('')})",
        "own_note": f"({staff} OR {_READER.format('')}) AND e.owner_id = %s",
        "note": f"({staff} OR {_READER.format(' AND (NOT e.is_draft OR c.show_checked_notes)')})",
        "question": staff,
    }[kind]
    if kind == "lesson":
        words, matches = _lesson_words(what)
        tables = f"FROM lessons l JOIN courses c ON c.id = l.course_id{_MINE}"
        parameters: list[Any] = [me]
        condition = words
    else:
        condition, matches = _entry_words(what)
        tables = (
            f"FROM search_entries e JOIN lessons l ON l.id = e.lesson_id"
            f" JOIN courses c ON c.id = l.course_id{_MINE}"
        )
        parameters = [me]
        condition = f"e.kind = '{kind}' AND {condition}"
    parameters += matches
    if kind == "own_note":
        parameters.append(me)
    where = f"{condition} AND l.status <> 'archived' AND {may}"
    if what.course_id is not None:
        where += " AND c.id = %s"
        parameters.append(uuid_param(what.course_id))
    return f"{tables} WHERE {where}", parameters


def _people(user: User, what: Wanted) -> tuple[str, list[Any]]:
    """Everybody for an admin, for others the people of the courses they teach."""
    condition, parameters = _entry_words(what)
    source = f"FROM search_entries e WHERE e.kind = 'person' AND {condition}"
    if what.course_id is not None:
        source += (
            " AND EXISTS (SELECT 1 FROM enrollments i WHERE i.user_id = e.object_id"
            " AND i.course_id = %s AND i.ended_at IS NULL)"
        )
        parameters.append(uuid_param(what.course_id))
    if not rights.is_admin(user):
        source += f" AND EXISTS (SELECT 1{_TAUGHT_TOGETHER}"
        parameters.append(uuid_param(user.pk))
        if what.course_id is not None:
            source += " AND t.course_id = %s"
            parameters.append(uuid_param(what.course_id))
        source += ")"
    return source, parameters


def _entry_words(what: Wanted) -> tuple[str, list[Any]]:
    """The condition that an entry holds every word."""
    if on_postgresql():
        return _tsquery("e.search", what.words)
    asked = " AND ".join(f'"{one}"*' for one in what.words)
    return "e.id IN (SELECT rowid FROM entry_index WHERE entry_index MATCH %s)", [asked]


def _lesson_words(what: Wanted) -> tuple[str, list[Any]]:
    """The condition that a lesson holds every word, in one passage or in several."""
    terms, parameters = [], list[Any]()
    for word in what.words:
        if on_postgresql():
            match, values = _tsquery("p.search", (word,))
            limited, courses = _in_courses(what)
            inside = f"SELECT p.lesson_id FROM passages p WHERE {match}{limited}"
            values = [*values, *courses]
        else:
            inside = (
                "SELECT p.lesson_id FROM passage_index CROSS JOIN passages p"
                " ON p.id = passage_index.rowid WHERE passage_index MATCH %s"
            )
            values = [_match(what, f'"{word}"*')]
        terms.append(f"(LOWER(l.topic) LIKE %s OR l.id IN ({inside}))")
        parameters += [f"%{word}%", *values]
    return " AND ".join(terms), parameters


def _tsquery(column: str, words: tuple[str, ...]) -> tuple[str, list[Any]]:
    """PostgreSQL: every word, as it begins or as any of the languages takes its stem."""
    terms, parameters = [], list[Any]()
    for word in words:
        stems = [f"plainto_tsquery('{name}', %s)" for name in CONFIGURATIONS.values()]
        asked = " || ".join(["to_tsquery('simple', %s)", *stems])
        terms.append(f"{column} @@ ({asked})")
        parameters += [f"{word}:*", *[word] * len(stems)]
    return " AND ".join(terms), parameters


def _match(what: Wanted, words: str) -> str:
    """An expression of SQLite's index for these words in the passages of some courses."""
    expression = f"{{title heading text}} : ({words})"
    if what.courses is None or len(what.courses) > _MOST_COURSES:
        return expression
    courses = " OR ".join(f'"{one.hex}"' for one in what.courses)
    return f"course_id : ({courses}) AND {expression}"


def _lessons(user: User, what: Wanted, limit: int, offset: int) -> list[Hit]:
    """Lessons, those with a word in the title first, each with its best passage."""
    source, parameters = _source(user, what, "lesson")
    best, values = _best_passages(what)
    titles = [f"%{one}%" for one in what.words]
    named = " + ".join([_NAMED] * len(titles))
    # CROSS JOIN fixes the order for SQLite: from what was found to the lessons, by their keys.
    join = "JOIN" if on_postgresql() else "CROSS JOIN"
    tables, where = source.removeprefix("FROM lessons l ").split(" WHERE ", 1)
    rows = read_rows(
        f"WITH best AS ({best}) SELECT l.id, l.topic, COALESCE(p.text, ''), c.id, c.slug, c.title,"
        " l.id, l.status <> 'published', COALESCE(m.role, ''), COALESCE(p.block_id, ''),"
        f" COALESCE(p.heading, '') FROM best {join} lessons l ON l.id = best.lesson_id {tables}"
        f" LEFT JOIN passages p ON p.id = best.id WHERE {where}"
        f" ORDER BY {named} DESC, best.score DESC, c.title, c.id, l.order_index LIMIT %s OFFSET %s",
        [*values, *parameters, *titles, limit, offset],
    )
    return [_hit("lesson", row, what) for row in rows]


def _best_passages(what: Wanted) -> tuple[str, list[Any]]:
    """A SELECT of `lesson_id, id, score`: of each lesson the passage that fits best.

    The id is null and the score 0 where a word stands in the title of the lesson alone.
    """
    titles = [f"%{one}%" for one in what.words]
    named = " OR ".join(["LOWER(t.topic) LIKE %s"] * len(titles))
    alone = f"SELECT t.id, NULL, 0 FROM lessons t WHERE {named}"
    if on_postgresql():
        each = [_tsquery("p.search", (word,)) for word in what.words]
        ranks = [f"ts_rank('{_WEIGHTS}', {one.replace(' @@ ', ', ', 1)}, 1)" for one, _ in each]
        values = [value for _, given in each for value in given]
        matches = " OR ".join(f"({one})" for one, _ in each)
        score = " + ".join(ranks)
        inside, courses = _in_courses(what)
        hits = (
            f"SELECT p.lesson_id, p.id, {score} AS score FROM passages p"
            f" WHERE ({matches}){inside} UNION ALL {alone}"
        )
        return (
            f"SELECT DISTINCT ON (h.lesson_id) h.lesson_id, h.id, h.score FROM ({hits}) h"
            " ORDER BY h.lesson_id, h.score DESC, h.id",
            [*values, *values, *courses, *titles],
        )
    weights = f"0.0, {_TITLE}, {_HEADING}, {_TEXT}"
    hits = (
        "SELECT p.lesson_id, p.id, f.score FROM (SELECT rowid AS id,"
        f" -bm25(passage_index, {weights}) AS score FROM passage_index"
        f" WHERE passage_index MATCH %s) f CROSS JOIN passages p ON p.id = f.id UNION ALL {alone}"
    )
    asked = _match(what, " OR ".join(f'"{one}"*' for one in what.words))
    # SQLite takes the other columns of a group from the row that holds the maximum.
    grouped = f"SELECT h.lesson_id, h.id, MAX(h.score) AS score FROM ({hits}) h GROUP BY 1"
    return grouped, [asked, *titles]


def _in_courses(what: Wanted) -> tuple[str, list[Any]]:
    if what.courses is None:
        return "", []
    marks = ", ".join(["%s"] * len(what.courses))
    return f" AND p.course_id IN ({marks})", [uuid_param(one) for one in what.courses]


def _hit(kind: Kind, row: Any, what: Wanted) -> Hit:
    course_id = None if row[3] is None else uuid_value(row[3])
    if kind == "person":
        slug, _, role = (row[4] or "").partition(" ")
        # A person has no course title; the name stands whole, the address beside it.
        return Hit(
            kind, uuid_value(row[0]), row[1], piece_of(row[2], what.words), course_id, slug, "",
            None, role=role,
        )  # fmt: skip
    title, text, heading, block = row[1], row[2], "", ""
    if kind == "lesson":
        block, heading = row[9], row[10]
    elif kind == "question":
        title, text = first_line(title), f"{title} {text}"
    else:
        title, text = row[9], f"{text} “{title}”" if kind == "own_note" and title else text
    return Hit(
        kind=kind,
        id=uuid_value(row[0]),
        title=title,
        pieces=piece_of(text if kind == "lesson" else plain(text), what.words, tag=what.tag),
        course_id=course_id,
        course_slug=row[4],
        course_title=row[5],
        lesson_id=uuid_value(row[6]),
        block_id=block,
        heading=heading,
        role=row[8],
        is_draft=bool(row[7]),
    )
