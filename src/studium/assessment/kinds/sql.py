"""Conditions in SQL, for both databases, from which kinds say what no row may hold.

`NEW` is the row to be stored. In a condition on a response its question is `q`.
"""

from __future__ import annotations

from collections.abc import Mapping

Condition = Mapping[str, str]
"""Vendor -> the condition that something is wrong."""

NOTHING: Condition = {"sqlite": "0", "postgresql": "false"}


def either(*conditions: Condition) -> Condition:
    """One of them holds; later ones are looked at only where the earlier ones do not."""
    return {vendor: _chain([one[vendor] for one in conditions], vendor) for vendor in NOTHING}


def _chain(terms: list[str], vendor: str) -> str:
    # CASE, because OR promises no order, and a cast of what is no JSON is an error.
    yes = "1" if vendor == "sqlite" else "true"
    return (
        "CASE "
        + " ".join(f"WHEN {term} THEN {yes}" for term in terms[:-1])
        + (f" ELSE ({terms[-1]}) END")
    )


def response_is_not(kind: str) -> Condition:
    """The response is not a `string`, `boolean`, `array` or `object`."""
    sqlite = {
        "boolean": "json_type(NEW.response) NOT IN ('true', 'false')",
        "string": "json_type(NEW.response) <> 'text'",
    }
    return {
        "sqlite": sqlite.get(kind, f"json_type(NEW.response) <> '{kind}'"),
        "postgresql": f"jsonb_typeof(NEW.response) <> '{kind}'",
    }


RESPONSE_IS_NO_OPTION: Condition = {
    "sqlite": "NOT EXISTS (SELECT 1 FROM json_each(q.options) o "
    "WHERE json_extract(o.value, '$.id') = json_extract(NEW.response, '$'))",
    # Of a text, to contain is to be equal.
    "postgresql": "NOT coalesce("
    "q.options @> jsonb_build_array(jsonb_build_object('id', NEW.response)), false)",
}

RESPONSE_ARE_NO_OPTIONS: Condition = {
    "sqlite": "EXISTS (SELECT 1 FROM json_each(NEW.response) r WHERE r.type <> 'text' "
    "OR NOT EXISTS (SELECT 1 FROM json_each(q.options) o "
    "WHERE json_extract(o.value, '$.id') = r.value)) "
    "OR (SELECT count(*) <> count(DISTINCT r.value) FROM json_each(NEW.response) r)",
    "postgresql": "EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.response) r WHERE NOT EXISTS ("
    "SELECT 1 FROM jsonb_array_elements(q.options) o WHERE o -> 'id' = r)) "
    "OR (SELECT count(*) <> count(DISTINCT r) FROM jsonb_array_elements(NEW.response) r)",
}

RESPONSE_LEAVES_OPTIONS: Condition = {
    "sqlite": "json_array_length(NEW.response) <> json_array_length(q.options)",
    "postgresql": "jsonb_array_length(NEW.response) <> jsonb_array_length(q.options)",
}

RESPONSE_VALUES_ARE_NO_OPTIONS: Condition = {
    "sqlite": "EXISTS (SELECT 1 FROM json_each(NEW.response) r WHERE r.type <> 'text' "
    "OR NOT EXISTS (SELECT 1 FROM json_each(q.options) o "
    "WHERE json_extract(o.value, '$.id') = r.value))",
    "postgresql": "EXISTS (SELECT 1 FROM jsonb_each(NEW.response) r WHERE NOT EXISTS ("
    "SELECT 1 FROM jsonb_array_elements(q.options) o WHERE o -> 'id' = r.value))",
}

RESPONSE_VALUES_ARE_NO_TEXTS: Condition = {
    "sqlite": "EXISTS (SELECT 1 FROM json_each(NEW.response) r WHERE r.type <> 'text')",
    "postgresql": "EXISTS (SELECT 1 FROM jsonb_each(NEW.response) r "
    "WHERE jsonb_typeof(r.value) <> 'string')",
}


def response_has_no(name: str) -> Condition:
    """A name in the response is not the id of an entry in the list `spec.<name>`."""
    return {
        "sqlite": "EXISTS (SELECT 1 FROM json_each(NEW.response) r WHERE NOT EXISTS ("
        f"SELECT 1 FROM json_each(q.spec, '$.{name}') p "
        "WHERE json_extract(p.value, '$.id') = r.key))",
        "postgresql": "EXISTS (SELECT 1 FROM jsonb_object_keys(NEW.response) r WHERE NOT EXISTS ("
        f"SELECT 1 FROM jsonb_array_elements(q.spec -> '{name}') p WHERE p ->> 'id' = r))",
    }


FEW_OPTIONS: Condition = {
    "sqlite": "coalesce(json_type(NEW.options), 'null') <> 'array' "
    "OR json_array_length(NEW.options) < 2",
    "postgresql": "CASE WHEN coalesce(jsonb_typeof(NEW.options), 'null') <> 'array' THEN true "
    "ELSE jsonb_array_length(NEW.options) < 2 END",
}

KEY_IS_BLANK: Condition = {
    "sqlite": "trim(NEW.answer) = ''",
    "postgresql": "btrim(NEW.answer) = ''",
}

KEY_IS_NO_OPTION: Condition = {
    "sqlite": "NOT EXISTS (SELECT 1 FROM json_each(NEW.options) o "
    "WHERE json_extract(o.value, '$.id') = NEW.answer)",
    "postgresql": "NOT EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.options) o "
    "WHERE o ->> 'id' = NEW.answer)",
}


def key_is_not(kind: str) -> Condition:
    """The key is not a JSON `array` or `object` with at least one entry."""
    bracket = {"array": "[", "object": "{"}[kind]
    empty = {
        "array": "jsonb_array_length(NEW.answer::jsonb) = 0",
        "object": "NEW.answer::jsonb = '{}'::jsonb",
    }[kind]
    return {
        "sqlite": f"CASE WHEN json_valid(NEW.answer) THEN json_type(NEW.answer) <> '{kind}' "
        "OR NOT EXISTS (SELECT 1 FROM json_each(NEW.answer)) ELSE 1 END",
        "postgresql": f"CASE WHEN left(ltrim(NEW.answer), 1) <> '{bracket}' THEN true "
        f"ELSE {empty} END",
    }


KEYS_ARE_NO_OPTIONS: Condition = {
    "sqlite": "EXISTS (SELECT 1 FROM json_each(NEW.answer) k WHERE NOT EXISTS "
    "(SELECT 1 FROM json_each(NEW.options) o WHERE json_extract(o.value, '$.id') = k.value)) "
    "OR (SELECT count(*) <> count(DISTINCT k.value) FROM json_each(NEW.answer) k)",
    "postgresql": "EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.answer::jsonb) k "
    "WHERE NOT EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.options) o WHERE o -> 'id' = k)) "
    "OR (SELECT count(*) <> count(DISTINCT k) FROM jsonb_array_elements(NEW.answer::jsonb) k)",
}

KEY_LEAVES_OPTIONS: Condition = {
    "sqlite": "json_array_length(NEW.answer) <> json_array_length(NEW.options)",
    "postgresql": "jsonb_array_length(NEW.answer::jsonb) <> jsonb_array_length(NEW.options)",
}

KEY_VALUES_ARE_NO_OPTIONS: Condition = {
    "sqlite": "EXISTS (SELECT 1 FROM json_each(NEW.answer) k WHERE NOT EXISTS "
    "(SELECT 1 FROM json_each(NEW.options) o WHERE json_extract(o.value, '$.id') = k.value))",
    "postgresql": "EXISTS (SELECT 1 FROM jsonb_each(NEW.answer::jsonb) k WHERE NOT EXISTS "
    "(SELECT 1 FROM jsonb_array_elements(NEW.options) o WHERE o -> 'id' = k.value))",
}


def key_does_not_name(name: str) -> Condition:
    """The names in the key are not exactly the ids of the list `spec.<name>`."""
    return {
        "sqlite": f"coalesce(json_type(NEW.spec, '$.{name}'), '') <> 'array' "
        f"OR json_array_length(NEW.spec, '$.{name}') <> "
        "(SELECT count(*) FROM json_each(NEW.answer)) "
        f"OR EXISTS (SELECT 1 FROM json_each(NEW.spec, '$.{name}') p WHERE NOT EXISTS "
        "(SELECT 1 FROM json_each(NEW.answer) k WHERE k.key = json_extract(p.value, '$.id')))",
        "postgresql": f"CASE WHEN coalesce(jsonb_typeof(NEW.spec -> '{name}'), '') <> 'array' "
        f"THEN true WHEN jsonb_array_length(NEW.spec -> '{name}') <> "
        "(SELECT count(*) FROM jsonb_object_keys(NEW.answer::jsonb)) THEN true "
        f"ELSE EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.spec -> '{name}') p "
        "WHERE NOT coalesce(NEW.answer::jsonb ? (p ->> 'id'), false)) END",
    }
