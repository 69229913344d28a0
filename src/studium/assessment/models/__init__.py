"""The tables of assessment: the bank, the papers, the attempts, and what was answered."""

from studium.assessment.models.attempt import (
    AttemptAnswer,
    AttemptEvent,
    AttemptStatus,
    ClosedBy,
    EventKind,
    ExamAttempt,
)
from studium.assessment.models.bank import (
    Feedback,
    Origin,
    Question,
    QuestionKind,
    QuestionStatus,
    Quiz,
    QuizStatus,
)
from studium.assessment.models.exam import Exam, ExamQuestion, ExamStatus, Release
from studium.assessment.models.practice import QuizAnswer, QuizAttempt, QuizAttemptStatus
from studium.assessment.models.response import (
    ExamStatistics,
    FoldQueue,
    ItemStatistics,
    Response,
)

__all__ = [
    "AttemptAnswer",
    "AttemptEvent",
    "AttemptStatus",
    "ClosedBy",
    "EventKind",
    "Exam",
    "ExamAttempt",
    "ExamQuestion",
    "ExamStatistics",
    "ExamStatus",
    "Feedback",
    "FoldQueue",
    "ItemStatistics",
    "Origin",
    "Question",
    "QuestionKind",
    "QuestionStatus",
    "Quiz",
    "QuizAnswer",
    "QuizAttempt",
    "QuizAttemptStatus",
    "QuizStatus",
    "Release",
    "Response",
]
