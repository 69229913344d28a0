"""Rules of machine-made questions: a person's decision stays, and exams ask only what was reviewed.

A later version of a reviewed question is a person's edit of it, so its bank key is what counts.
"""

from studium.lib.triggers import Trigger, changed, frozen

_REVIEWED = (
    "EXISTS (SELECT 1 FROM question_drafts d JOIN questions o ON o.id = d.question_id "
    "WHERE d.status = 'approved' AND (o.id = q.id OR o.bank_key = q.bank_key))"
)

_ON_PAPER = (
    "OLD.status = 'approved' AND EXISTS (SELECT 1 FROM exam_questions p "
    "JOIN questions q ON q.id = p.question_id JOIN questions o ON o.id = OLD.question_id "
    "WHERE q.id = o.id OR q.bank_key = o.bank_key)"
)

DRAFTS: list[Trigger] = [
    Trigger(
        "exam_questions_reviewed",
        "exam_questions",
        ("INSERT",),
        "EXISTS (SELECT 1 FROM questions q WHERE q.id = NEW.question_id AND q.origin = 'ai' "
        f"AND NOT {_REVIEWED})",
        "exam_questions: a machine-made question needs a person's review before an exam asks it",
    ),
    Trigger(
        "questions_stay_machine_made",
        "questions",
        ("UPDATE",),
        changed("origin") + " AND OLD.origin = 'ai'",
        "questions: a machine-made question stays marked as one",
    ),
    frozen(
        "question_drafts",
        ("id", "lesson_id", "run_id"),
        "question_drafts: a draft stays with its lesson and run",
    ),
    Trigger(
        "question_drafts_on_paper",
        "question_drafts",
        ("UPDATE",),
        changed("status", "question_id") + f" AND {_ON_PAPER}",
        "question_drafts: the question stands on an exam's paper, so its review stays",
    ),
    Trigger(
        "question_drafts_on_paper",
        "question_drafts",
        ("DELETE",),
        _ON_PAPER,
        "question_drafts: the question stands on an exam's paper, so its review stays",
    ),
    Trigger(
        "question_drafts_same_lesson",
        "question_drafts",
        ("INSERT", "UPDATE"),
        "NEW.question_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM questions q "
        "JOIN quizzes z ON z.id = q.quiz_id WHERE q.id = NEW.question_id "
        "AND z.lesson_id = NEW.lesson_id AND q.origin = 'ai')",
        "question_drafts: the question is a machine-made one of the same lesson",
    ),
    Trigger(
        "question_drafts_same_course",
        "question_drafts",
        ("INSERT", "UPDATE"),
        "NEW.exam_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM exams e "
        "JOIN lessons l ON l.course_id = e.course_id "
        "WHERE e.id = NEW.exam_id AND l.id = NEW.lesson_id)",
        "question_drafts: the exam is one of the lesson's course",
    ),
    frozen(
        "draft_runs",
        ("id", "lesson_id", "source_hash", "wish", "engine", "engine_version", "report"),
        "draft_runs: the report of a run stays as it was made",
    ),
]
