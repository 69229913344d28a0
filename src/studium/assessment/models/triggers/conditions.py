"""Conditions that several rules share: too late, and a response that its question cannot score."""

from studium.assessment.kinds import KINDS
from studium.lib.triggers import Condition, Looked

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

OF_NOBODY = (
    "EXISTS (SELECT 1 FROM exam_attempts t JOIN users u ON u.id = t.user_id "
    "WHERE t.id = NEW.attempt_id AND u.erased_at IS NOT NULL)"
)
"""The attempt of the row is that of a person who was erased."""

ERASED = "CAST(NEW.response AS TEXT) = '\"[erased]\"'"
"""In place of the response stands what stands for an erased person's text (`chain.ERASED`)."""

BAD_RESPONSE: Condition = {
    "sqlite": "NEW.response IS NOT NULL AND json_type(NEW.response) <> 'null' "
    "AND EXISTS (SELECT 1 FROM questions q WHERE q.id = NEW.question_id AND CASE q.kind "
    + " ".join(f"WHEN '{name}' THEN ({one.bad_response['sqlite']})" for name, one in KINDS.items())
    + " ELSE 1 END)",
    "postgresql": Looked(
        "q",
        "kind, options, spec",
        "FROM questions WHERE id = NEW.question_id AND NEW.response <> 'null'",
        {name: one.bad_response["postgresql"] for name, one in KINDS.items()},
        by="q.kind",
    ),
}
