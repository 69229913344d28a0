"""What is known of a course as a whole, kept in a file: it takes seconds to make for a long book.

The wrong answers of a lesson's questions come from its course. Every lesson is a job of its own and
workers end after large ones, so each would make this anew.
"""

from __future__ import annotations

import logging
import os
import pickle
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from studium.assessment.making import as_text
from studium.content.models import Course, Lesson, LessonStatus
from studium.notes.connections import built_in

if TYPE_CHECKING:
    from studium.ai.engines.extractive.course import CourseModel

log = logging.getLogger(__name__)


def known_course(course_id: UUID) -> CourseModel:
    """The terms and the word space of a course as its lessons are now."""
    hashes = list(_texts(course_id).values_list("content_hash", flat=True))
    stamp = sha256("\0".join([built_in().version, *hashes]).encode()).hexdigest()[:20]
    folder = Path(settings.DATA_DIR) / "cache"
    path = folder / f"course-{course_id.hex}-{stamp}.pickle"
    held = _read(path)
    if held is not None:
        return held
    made = _made(course_id)
    _write(path, made)
    for older in folder.glob(f"course-{course_id.hex}-*.pickle"):
        if older != path:
            older.unlink(missing_ok=True)
    return made


def _made(course_id: UUID) -> CourseModel:
    from studium.ai.engines.extractive.course import read_course

    language = Course.objects.values_list("language", flat=True).get(pk=course_id)
    rows = _texts(course_id).values_list("topic", "content", "blocks")
    return read_course(
        [as_text(topic, content, blocks, language) for topic, content, blocks in rows]
    )


def _read(path: Path) -> CourseModel | None:
    """What this server wrote there, or None. The folder holds the database too: who can write a
    file into it owns the site already."""
    try:
        held: CourseModel = pickle.loads(path.read_bytes())  # noqa: S301 - our own file, see above
    except FileNotFoundError:
        return None
    except (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError, TypeError):
        log.warning("What is known of a course cannot be read and is made anew: %s", path.name)
        return None
    return held


def _write(path: Path, made: CourseModel) -> None:
    """Whole or not at all; two workers may do it at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(pickle.dumps(made))
    part.replace(path)


def _texts(course_id: UUID) -> Any:
    rows = Lesson.objects.filter(course_id=course_id).exclude(status=LessonStatus.ARCHIVED)
    return rows.order_by("order_index")
