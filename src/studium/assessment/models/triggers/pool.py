"""Rules of pools and tags: a begun exam keeps its pools, and a draw is fair to its rule."""

from studium.lib.triggers import Trigger, frozen

# Ids in `drawn` are 32 hex digits on both engines; PostgreSQL's own form has hyphens.
BAD_DRAW = {
    "sqlite": (
        "CASE WHEN NEW.drawn IS NULL OR json_type(NEW.drawn) = 'null' "
        "THEN EXISTS (SELECT 1 FROM exam_pools k WHERE k.exam_id = NEW.exam_id) "
        "WHEN json_type(NEW.drawn) <> 'array' OR NEW.draw_seed IS NULL THEN 1 ELSE "
        "(SELECT count(*) <> count(DISTINCT d.value) FROM json_each(NEW.drawn) d) "
        "OR EXISTS (SELECT 1 FROM json_each(NEW.drawn) d WHERE NOT EXISTS ("
        "SELECT 1 FROM exam_questions p WHERE p.exam_id = NEW.exam_id "
        "AND p.question_id = d.value AND p.pool_id IS NOT NULL)) "
        "OR EXISTS (SELECT 1 FROM exam_pools k WHERE k.exam_id = NEW.exam_id AND k.pick <> ("
        "SELECT count(*) FROM json_each(NEW.drawn) d JOIN exam_questions p "
        "ON p.exam_id = NEW.exam_id AND p.question_id = d.value "
        "WHERE p.pool_id = k.id AND p.points = k.points)) END"
    ),
    "postgresql": (
        "CASE WHEN NEW.drawn IS NULL OR jsonb_typeof(NEW.drawn) = 'null' "
        "THEN EXISTS (SELECT 1 FROM exam_pools k WHERE k.exam_id = NEW.exam_id) "
        "WHEN jsonb_typeof(NEW.drawn) <> 'array' OR NEW.draw_seed IS NULL THEN true ELSE "
        "(SELECT count(*) <> count(DISTINCT d) FROM jsonb_array_elements(NEW.drawn) d) "
        "OR EXISTS (SELECT 1 FROM jsonb_array_elements_text(NEW.drawn) d WHERE NOT EXISTS ("
        "SELECT 1 FROM exam_questions p WHERE p.exam_id = NEW.exam_id "
        "AND p.question_id = CASE WHEN d ~ '^[0-9a-f]{32}$' THEN d::uuid END "
        "AND p.pool_id IS NOT NULL)) "
        "OR EXISTS (SELECT 1 FROM exam_pools k WHERE k.exam_id = NEW.exam_id AND k.pick <> ("
        "SELECT count(*) FROM jsonb_array_elements_text(NEW.drawn) d JOIN exam_questions p "
        "ON p.exam_id = NEW.exam_id "
        "AND p.question_id = CASE WHEN d ~ '^[0-9a-f]{32}$' THEN d::uuid END "
        "WHERE p.pool_id = k.id AND p.points = k.points)) END"
    ),
}

# Most responses name no concept, or few; a concept is never deleted, so this holds for good.
BAD_CONCEPTS = {
    "sqlite": (
        "CASE WHEN json_type(NEW.concepts) <> 'array' THEN 1 ELSE "
        "(SELECT count(*) <> count(DISTINCT d.value) FROM json_each(NEW.concepts) d) "
        "OR EXISTS (SELECT 1 FROM json_each(NEW.concepts) d "
        "WHERE NOT EXISTS (SELECT 1 FROM concepts k WHERE k.id = d.value)) END"
    ),
    "postgresql": (
        "CASE WHEN jsonb_typeof(NEW.concepts) <> 'array' THEN true ELSE "
        "(SELECT count(*) <> count(DISTINCT d) FROM jsonb_array_elements(NEW.concepts) d) "
        "OR EXISTS (SELECT 1 FROM jsonb_array_elements_text(NEW.concepts) d "
        "WHERE NOT EXISTS (SELECT 1 FROM concepts k "
        "WHERE k.id = CASE WHEN d ~ '^[0-9a-f]{32}$' THEN d::uuid END)) END"
    ),
}

# For a row `p` of `exam_questions` and an attempt `t`: whether the attempt is asked this question.
# The ids in `drawn` are known to be whole ones, so a plain search finds nothing else.
IS_ASKED = {
    "sqlite": "(p.pool_id IS NULL OR instr(t.drawn, p.question_id) > 0)",
    "postgresql": (
        "(p.pool_id IS NULL OR t.drawn @> to_jsonb(replace(p.question_id::text, '-', '')))"
    ),
}

POOLS: list[Trigger] = [
    Trigger(
        "exam_pools_frozen",
        "exam_pools",
        # Deleting needs no rule: the candidates stay, and they name their pool.
        ("INSERT", "UPDATE"),
        "EXISTS (SELECT 1 FROM exam_attempts t WHERE t.exam_id = THIS.exam_id)",
        "exam_pools: the exam was begun, its pools are frozen",
        lock="FROM exams WHERE id = THIS.exam_id FOR UPDATE",
    ),
    frozen("exam_pools", ("id", "exam_id"), "exam_pools: a pool stays with its exam",
           name="exam_pools_stay"),
    Trigger(
        "exam_questions_of_pool",
        "exam_questions",
        ("INSERT", "UPDATE"),
        "NEW.pool_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM exam_pools k "
        "WHERE k.id = NEW.pool_id AND k.exam_id = NEW.exam_id)",
        "exam_questions: the pool belongs to the same exam",
    ),
    Trigger(
        "exam_attempts_draw",
        "exam_attempts",
        ("INSERT",),
        BAD_DRAW,
        "exam_attempts: it draws from each pool as many candidates as the pool says, none twice",
    ),
    frozen("tags", ("id", "owner_id"), "tags: a tag stays with its owner"),
    Trigger(
        "question_tags_same_owner",
        "question_tags",
        ("INSERT", "UPDATE"),
        "NOT EXISTS (SELECT 1 FROM tags g, questions q JOIN quizzes z ON z.id = q.quiz_id "
        "JOIN lessons l ON l.id = z.lesson_id JOIN courses c ON c.id = l.course_id "
        "WHERE g.id = NEW.tag_id AND q.id = NEW.question_id AND c.owner_id = g.owner_id)",
        "question_tags: the tag belongs to the owner of the course of the question",
    ),
    Trigger(
        "question_concepts_same_owner",
        "question_concepts",
        ("INSERT", "UPDATE"),
        "NOT EXISTS (SELECT 1 FROM concepts k JOIN courses kc ON kc.id = k.course_id, questions q "
        "JOIN quizzes z ON z.id = q.quiz_id JOIN lessons l ON l.id = z.lesson_id "
        "JOIN courses c ON c.id = l.course_id "
        "WHERE k.id = NEW.concept_id AND q.id = NEW.question_id AND c.owner_id = kc.owner_id)",
        "question_concepts: the concept is one of a course of the same owner",
    ),
    Trigger(
        "responses_concepts",
        "responses",
        ("INSERT",),
        BAD_CONCEPTS,
        "responses: it names concepts that there are, each once",
        given="NEW.concepts <> '[]'",
    ),
]  # fmt: skip
