"""The tables of assessment: the bank, the papers, the attempts, and what was answered."""

from studium.assessment.models.accommodation import Accommodation
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
    QuestionStatus,
    Quiz,
    QuizStatus,
)
from studium.assessment.models.draft import DraftedQuestion, DraftKind, DraftRun, DraftStatus
from studium.assessment.models.exam import (
    Closing,
    Counts,
    Exam,
    ExamQuestion,
    ExamStatus,
    PartRelease,
    Release,
)
from studium.assessment.models.figures import ItemFigures
from studium.assessment.models.gradebook import (
    EntryKind,
    GradebookTerms,
    GradeEntry,
    GradeItem,
)
from studium.assessment.models.marking import (
    Appeal,
    AppealMessage,
    AppealStatus,
    ExamMarking,
    Mark,
    MarkRound,
    SecondMarker,
)
from studium.assessment.models.pool import ExamPool
from studium.assessment.models.practice import QuizAnswer, QuizAttempt, QuizAttemptStatus
from studium.assessment.models.regrade import (
    Correction,
    CorrectionKind,
    Regrade,
    RegradeMove,
)
from studium.assessment.models.response import (
    ExamStatistics,
    FoldQueue,
    ItemStatistics,
    Response,
)
from studium.assessment.models.room import AttemptPresence, ExamMessage, ExamPulse
from studium.assessment.models.session import (
    OfferKind,
    PracticeAnswer,
    PracticeOffer,
    PracticeSession,
    SessionStatus,
)
from studium.assessment.models.tag import QuestionConcept, QuestionTag, Tag

__all__ = [
    "Accommodation",
    "Appeal",
    "AppealMessage",
    "AppealStatus",
    "AttemptAnswer",
    "AttemptEvent",
    "AttemptPresence",
    "AttemptStatus",
    "ClosedBy",
    "Closing",
    "Correction",
    "CorrectionKind",
    "Counts",
    "DraftKind",
    "DraftRun",
    "DraftStatus",
    "DraftedQuestion",
    "EntryKind",
    "EventKind",
    "Exam",
    "ExamAttempt",
    "ExamMarking",
    "ExamMessage",
    "ExamPool",
    "ExamPulse",
    "ExamQuestion",
    "ExamStatistics",
    "ExamStatus",
    "Feedback",
    "FoldQueue",
    "GradeEntry",
    "GradeItem",
    "GradebookTerms",
    "ItemFigures",
    "ItemStatistics",
    "Mark",
    "MarkRound",
    "OfferKind",
    "Origin",
    "PartRelease",
    "PracticeAnswer",
    "PracticeOffer",
    "PracticeSession",
    "Question",
    "QuestionConcept",
    "QuestionStatus",
    "QuestionTag",
    "Quiz",
    "QuizAnswer",
    "QuizAttempt",
    "QuizAttemptStatus",
    "QuizStatus",
    "Regrade",
    "RegradeMove",
    "Release",
    "Response",
    "SecondMarker",
    "SessionStatus",
    "Tag",
]
