"""Rules of exams and their papers: published with questions, frozen once begun."""

from studium.lib.triggers import Trigger, frozen

EXAMS: list[Trigger] = [
    Trigger(
        "exams_published_has_question",
        "exams",
        ("INSERT", "UPDATE"),
        "NEW.status = 'published' "
        "AND NOT EXISTS (SELECT 1 FROM exam_questions p WHERE p.exam_id = NEW.id)",
        "exams: a published exam has at least one question",
    ),
    frozen("exams", ("id", "course_id"), "exams: an exam stays in its course"),
    Trigger(
        "exam_questions_last_of_published",
        "exam_questions",
        ("DELETE",),
        "EXISTS (SELECT 1 FROM exams e WHERE e.id = OLD.exam_id AND e.status = 'published') "
        "AND NOT EXISTS (SELECT 1 FROM exam_questions p "
        "WHERE p.exam_id = OLD.exam_id AND p.id <> OLD.id)",
        "exam_questions: this is the last question of a published exam",
        lock="FROM exams WHERE id = OLD.exam_id FOR UPDATE",
    ),
    frozen(
        "exam_questions",
        ("id", "exam_id", "question_id"),
        "exam_questions: a row stays with its exam and question",
    ),
    Trigger(
        "exam_questions_paper_frozen",
        "exam_questions",
        ("INSERT", "UPDATE", "DELETE"),
        "EXISTS (SELECT 1 FROM exam_attempts t WHERE t.exam_id = THIS.exam_id)",
        "exam_questions: the exam was begun, its paper is frozen",
        lock="FROM exams WHERE id = THIS.exam_id FOR UPDATE",
    ),
    Trigger(
        "exam_questions_same_owner",
        "exam_questions",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM exams e JOIN courses ec ON ec.id = e.course_id, questions q "
        "JOIN quizzes z ON z.id = q.quiz_id JOIN lessons l ON l.id = z.lesson_id "
        "JOIN courses qc ON qc.id = l.course_id WHERE e.id = NEW.exam_id "
        "AND q.id = NEW.question_id AND (ec.id = qc.id OR ec.owner_id = qc.owner_id) "
        "AND q.retired_at IS NULL AND q.status = 'approved')",
        "exam_questions: the question is a current one of a course of the same owner",
    ),
]
