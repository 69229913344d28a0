"""Decisions of content that need no database: names, places, differences, class lists."""

from studium.content.rules.addresses import (
    as_target,
    file_address,
    in_course,
    lesson_address,
    lesson_name,
)
from studium.content.rules.concepts import (
    concept_name,
    concept_names,
    joined_concepts,
    split_concepts,
)
from studium.content.rules.diff import DiffRow, differences
from studium.content.rules.finding import Piece, first_line, piece_of, plain, sought
from studium.content.rules.groups import GroupRow, group_name, read_groups, written
from studium.content.rules.order import Place, gathered, moved, settled
from studium.content.rules.pages import block_pages, with_page_marks
from studium.content.rules.roster import MAX_PEOPLE, RosterRow, read_roster
from studium.content.rules.text import (
    CODE_LETTERS,
    canonical_code,
    clean_line,
    clean_path,
    clean_text,
    free_path,
    free_slug,
    lines_of,
    percent_done,
    picture_path,
    reading_minutes,
    shown_code,
    slug_of,
    without_controls,
)

__all__ = [
    "CODE_LETTERS",
    "MAX_PEOPLE",
    "DiffRow",
    "GroupRow",
    "Piece",
    "Place",
    "RosterRow",
    "as_target",
    "block_pages",
    "canonical_code",
    "clean_line",
    "clean_path",
    "clean_text",
    "concept_name",
    "concept_names",
    "differences",
    "file_address",
    "first_line",
    "free_path",
    "free_slug",
    "gathered",
    "group_name",
    "in_course",
    "joined_concepts",
    "lesson_address",
    "lesson_name",
    "lines_of",
    "moved",
    "percent_done",
    "picture_path",
    "piece_of",
    "plain",
    "read_groups",
    "read_roster",
    "reading_minutes",
    "settled",
    "shown_code",
    "slug_of",
    "sought",
    "split_concepts",
    "with_page_marks",
    "without_controls",
    "written",
]
