"""What only a trigger can hold in assessment.

Three ideas: an answered question never changes, an attempt's terms never change, and an answer is
only ever stored inside a running attempt, for a question on its paper, in a shape that the
question can score.
"""

from studium.assessment.models.triggers.accommodation import ACCOMMODATIONS
from studium.assessment.models.triggers.answer import ANSWERS
from studium.assessment.models.triggers.attempt import ATTEMPTS
from studium.assessment.models.triggers.bank import QUESTIONS
from studium.assessment.models.triggers.draft import DRAFTS
from studium.assessment.models.triggers.exam import EXAMS
from studium.assessment.models.triggers.marking import MARKING
from studium.assessment.models.triggers.pool import POOLS
from studium.assessment.models.triggers.practice import PRACTICE
from studium.assessment.models.triggers.regrade import REGRADES
from studium.assessment.models.triggers.room import ROOM
from studium.assessment.models.triggers.session import SESSIONS
from studium.lib.triggers import Trigger

TRIGGERS: list[Trigger] = [
    *QUESTIONS,
    *EXAMS,
    *ATTEMPTS,
    *ANSWERS,
    *PRACTICE,
    *SESSIONS,
    *MARKING,
    *POOLS,
    *ROOM,
    *REGRADES,
    *ACCOMMODATIONS,
    *DRAFTS,
]
