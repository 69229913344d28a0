"""What instructors see of a class: who needs help, the map, learning curves, readiness."""

from studium.analytics.queries.class_curves import CurveLine, CurvesPage, learning_curves
from studium.analytics.queries.class_help import (
    HelpLine,
    HelpPage,
    Suggested,
    class_help,
    own_help,
    suggested_to,
)
from studium.analytics.queries.class_map import MapPage, MapRow, class_map
from studium.analytics.queries.class_people import Class, Group, Narrowed, Person
from studium.analytics.queries.class_readiness import (
    ReadinessLine,
    ReadinessPage,
    class_readiness,
)

__all__ = [
    "Class",
    "CurveLine",
    "CurvesPage",
    "Group",
    "HelpLine",
    "HelpPage",
    "MapPage",
    "MapRow",
    "Narrowed",
    "Person",
    "ReadinessLine",
    "ReadinessPage",
    "Suggested",
    "class_help",
    "class_map",
    "class_readiness",
    "learning_curves",
    "own_help",
    "suggested_to",
]
