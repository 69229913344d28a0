"""The tables of analytics: state per student, and the summary that pages and clients read."""

from studium.analytics.models.epochs import AnalyticsEpoch, EpochState, ForgottenPerson
from studium.analytics.models.forecast import ExamForecast
from studium.analytics.models.instructor import ConceptOpportunity, PracticeSuggestion
from studium.analytics.models.practice import PracticePoints
from studium.analytics.models.progress import Analytics, LessonTally, ResponseFold
from studium.analytics.models.reliability import ReliabilityReport
from studium.analytics.models.slip import ResponseSlip
from studium.analytics.models.state import (
    ConceptState,
    CourseState,
    EngineState,
    ItemState,
    LevelDay,
    LevelState,
    MasteryDay,
    MasteryState,
    PractisedItem,
)
from studium.analytics.models.xapi import XapiAuth, XapiSettings, XapiTold

__all__ = [
    "Analytics",
    "AnalyticsEpoch",
    "ConceptOpportunity",
    "ConceptState",
    "CourseState",
    "EngineState",
    "EpochState",
    "ExamForecast",
    "ForgottenPerson",
    "ItemState",
    "LessonTally",
    "LevelDay",
    "LevelState",
    "MasteryDay",
    "MasteryState",
    "PracticePoints",
    "PracticeSuggestion",
    "PractisedItem",
    "ReliabilityReport",
    "ResponseFold",
    "ResponseSlip",
    "XapiAuth",
    "XapiSettings",
    "XapiTold",
]
