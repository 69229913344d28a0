"""What to show of quizzes, exams and attempts, already limited to what the viewer may see."""

from studium.assessment.drawing import asked_in, paper_of_attempt
from studium.assessment.queries.attempts import (
    AttemptLine,
    AttemptView,
    ResultView,
    attempt_view,
    attempts_at,
    events_of,
    is_released,
    own_attempts,
    releases_at,
    result_view,
)
from studium.assessment.queries.bank import (
    BankLine,
    course_questions,
    question_for_staff,
    quiz_questions,
    right_answer,
)
from studium.assessment.queries.exams import (
    ExamFigures,
    ExamView,
    PaperLine,
    exam_figures,
    exam_view,
    exams_of_course,
    exams_open_to,
    is_begun,
    paper_of,
)
from studium.assessment.queries.finding import BankFilter, bank_courses
from studium.assessment.queries.gradebook import gradebook
from studium.assessment.queries.pools import (
    PoolConflict,
    PoolLine,
    fitting_of,
    fitting_rule,
    pool_conflicts,
    pools_of,
    variants,
)
from studium.assessment.queries.quizzes import (
    QuizView,
    RunView,
    own_runs,
    quiz_view,
    quizzes_of_lesson,
    quizzes_of_lessons,
    run_view,
)
from studium.assessment.queries.room import Room, Seat, exam_room, running_seats
from studium.assessment.queries.running import running_exam
from studium.assessment.queries.state import AttemptState, attempt_state
from studium.assessment.queries.timeline import Timeline, attempt_timeline

__all__ = [
    "AttemptLine",
    "AttemptState",
    "AttemptView",
    "BankFilter",
    "BankLine",
    "ExamFigures",
    "ExamView",
    "PaperLine",
    "PoolConflict",
    "PoolLine",
    "QuizView",
    "ResultView",
    "Room",
    "RunView",
    "Seat",
    "Timeline",
    "asked_in",
    "attempt_state",
    "attempt_timeline",
    "attempt_view",
    "attempts_at",
    "bank_courses",
    "course_questions",
    "events_of",
    "exam_figures",
    "exam_room",
    "exam_view",
    "exams_of_course",
    "exams_open_to",
    "fitting_of",
    "fitting_rule",
    "gradebook",
    "is_begun",
    "is_released",
    "own_attempts",
    "own_runs",
    "paper_of",
    "paper_of_attempt",
    "pool_conflicts",
    "pools_of",
    "question_for_staff",
    "quiz_questions",
    "quiz_view",
    "quizzes_of_lesson",
    "quizzes_of_lessons",
    "releases_at",
    "result_view",
    "right_answer",
    "run_view",
    "running_exam",
    "running_seats",
    "variants",
]
