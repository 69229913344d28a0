"""The tables of analytics: state per student, and the summary that pages and clients read."""

from studium.analytics.models.instructor import ConceptOpportunity, PracticeSuggestion
from studium.analytics.models.progress import Analytics, LessonTally, ResponseFold
from studium.analytics.models.reliability import ReliabilityReport
from studium.analytics.models.slip import ResponseSlip

__all__ = [
    "Analytics",
    "ConceptOpportunity",
    "LessonTally",
    "PracticeSuggestion",
    "ReliabilityReport",
    "ResponseFold",
    "ResponseSlip",
]
