"""Rules of regrades: planned, applied once, undone once, and then history."""

from studium.lib.triggers import Trigger, append_only, changed, frozen

REGRADES: list[Trigger] = [
    frozen(
        "regrades",
        ("id", "exam_id", "reason", "created_by_id", "created_at"),
        "regrades: exam, reason and author never change",
    ),
    Trigger(
        "regrades_begins_planned",
        "regrades",
        ("INSERT",),
        "NEW.applied_at IS NOT NULL OR NEW.undone_at IS NOT NULL",
        "regrades: it is planned before it is applied",
    ),
    Trigger(
        "regrades_stays",
        "regrades",
        ("UPDATE",),
        "(OLD.applied_at IS NOT NULL AND "
        + changed("applied_at", "applied_by_id", "attempts")
        + ") OR (OLD.undone_at IS NOT NULL AND "
        + changed("undone_at", "undone_by_id")
        + ")",
        "regrades: it is applied once and undone once",
    ),
    Trigger(
        "regrades_no_delete",
        "regrades",
        ("DELETE",),
        "OLD.applied_at IS NOT NULL",
        "regrades: what was applied is kept",
    ),
    Trigger(
        "corrections_of_exam",
        "corrections",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM regrades r JOIN exam_questions p ON p.exam_id = r.exam_id "
        "WHERE r.id = NEW.regrade_id AND p.question_id = NEW.question_id)",
        "corrections: the question is on the paper of the exam",
    ),
    Trigger(
        "corrections_no_update", "corrections", ("UPDATE",), "1 = 1", "corrections: never changes"
    ),
    Trigger(
        "corrections_of_plan",
        "corrections",
        ("INSERT", "DELETE"),
        "EXISTS (SELECT 1 FROM regrades r "
        "WHERE r.id = THIS.regrade_id AND r.applied_at IS NOT NULL)",
        "corrections: the regrade was applied",
    ),
    *append_only("regrade_moves"),
    Trigger(
        "regrade_moves_of_exam",
        "regrade_moves",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM regrades r JOIN exam_attempts t ON t.exam_id = r.exam_id "
        "WHERE r.id = NEW.regrade_id AND t.id = NEW.attempt_id AND t.status = 'graded')",
        "regrade_moves: the attempt is a graded one of the exam",
    ),
    Trigger(
        "item_figures_of_exam",
        "item_figures",
        ("INSERT",),
        "NOT EXISTS (SELECT 1 FROM exam_questions p "
        "WHERE p.exam_id = NEW.exam_id AND p.question_id = NEW.question_id)",
        "item_figures: the question is on the paper of the exam",
    ),
    frozen(
        "item_figures",
        ("id", "exam_id", "question_id"),
        "item_figures: sums stay with their exam and question",
    ),
]
