"""Conditions that several rules share: too late, and a response that its question cannot score."""

LATE = {
    "sqlite": (
        "NEW.{at} > {deadline} AND ({grace} = 0 "
        "OR (julianday(NEW.{at}) - julianday({deadline})) * 86400.0 > {grace} + 0.0005)"
    ),
    "postgresql": "NEW.{at} > {deadline} + make_interval(secs => {grace})",
}

# Whether the last line of an attempt's journal says that it was marked anew.
MARKED_ANEW = (
    "EXISTS (SELECT 1 FROM attempt_events v WHERE v.attempt_id = {0} "
    "AND v.kind IN ('regraded', 'marked') AND v.seq = (SELECT max(w.seq) "
    "FROM attempt_events w WHERE w.attempt_id = {0}))"
)
# The same, and where that line names a score, that it is the one to be stored.
MARKED_SO = {
    vendor: MARKED_ANEW.format("NEW.id")[:-1] + f" AND coalesce({score}, NEW.score) = NEW.score)"
    for vendor, score in {
        "sqlite": "json_extract(v.detail, '$.score')",
        "postgresql": "(v.detail ->> 'score')::numeric",
    }.items()
}

BAD_RESPONSE = {
    "sqlite": (
        "NEW.response IS NOT NULL AND json_type(NEW.response) <> 'null' "
        "AND EXISTS (SELECT 1 FROM questions q WHERE q.id = NEW.question_id AND CASE q.kind "
        "WHEN 'single_choice' THEN json_type(NEW.response) <> 'text' OR NOT EXISTS ("
        "SELECT 1 FROM json_each(q.options) o "
        "WHERE json_extract(o.value, '$.id') = json_extract(NEW.response, '$')) "
        "WHEN 'multiple_choice' THEN json_type(NEW.response) <> 'array' OR EXISTS ("
        "SELECT 1 FROM json_each(NEW.response) r WHERE r.type <> 'text' OR NOT EXISTS ("
        "SELECT 1 FROM json_each(q.options) o WHERE json_extract(o.value, '$.id') = r.value)) "
        "OR (SELECT count(*) <> count(DISTINCT r.value) FROM json_each(NEW.response) r) "
        "WHEN 'true_false' THEN json_type(NEW.response) NOT IN ('true', 'false') "
        "WHEN 'short_text' THEN json_type(NEW.response) <> 'text' "
        "WHEN 'numeric' THEN json_type(NEW.response) NOT IN ('text', 'integer', 'real') "
        "WHEN 'tracing' THEN json_type(NEW.response) <> 'object' ELSE 1 END)"
    ),
    "postgresql": (
        "NEW.response IS NOT NULL AND jsonb_typeof(NEW.response) <> 'null' "
        "AND EXISTS (SELECT 1 FROM questions q WHERE q.id = NEW.question_id AND CASE q.kind "
        "WHEN 'single_choice' THEN jsonb_typeof(NEW.response) <> 'string' OR NOT EXISTS ("
        "SELECT 1 FROM jsonb_array_elements(q.options) o WHERE o -> 'id' = NEW.response) "
        "WHEN 'multiple_choice' THEN CASE WHEN jsonb_typeof(NEW.response) <> 'array' THEN true "
        "ELSE EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.response) r WHERE NOT EXISTS ("
        "SELECT 1 FROM jsonb_array_elements(q.options) o WHERE o -> 'id' = r)) "
        "OR (SELECT count(*) <> count(DISTINCT r) FROM jsonb_array_elements(NEW.response) r) END "
        "WHEN 'true_false' THEN jsonb_typeof(NEW.response) <> 'boolean' "
        "WHEN 'short_text' THEN jsonb_typeof(NEW.response) <> 'string' "
        "WHEN 'numeric' THEN jsonb_typeof(NEW.response) NOT IN ('string', 'number') "
        "WHEN 'tracing' THEN jsonb_typeof(NEW.response) <> 'object' ELSE true END)"
    ),
}
