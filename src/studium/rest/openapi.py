"""The OpenAPI document: what ninja reads from the types, with errors and an example everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studium.rest.describe import CODES

if TYPE_CHECKING:
    from ninja import NinjaAPI

TAGS = {
    "tokens": "Getting in: tokens for programs.",
    "me": "The person who asks.",
    "users": "People, for admins.",
    "courses": "Courses, who takes part, and what is inside.",
    "concepts": "What a course teaches, by name, and what each concept rests on.",
    "own notes": "What one marks and writes in lessons; nobody else sees it.",
    "groups": "Students of a course who belong together, such as a lab.",
    "lessons": "Lessons, their versions, and how far a reader is.",
    "notes": "AI notes with the passages they come from.",
    "tutor": "Asking about a lesson, and what one has asked.",
    "quizzes": "Quizzes, their questions, and practice.",
    "practice": "Practice across a course: what is suggested, and chosen questions one by one.",
    "exams": "Exams, their papers, and how they went.",
    "exam attempts": "Sitting an exam.",
    "exam room": "The room of a running exam: who works, minutes, messages, handing in.",
    "marking": "Marks by people, and students' questions about marks.",
    "regrades": "Putting right what was wrong with an exam, and how its questions did.",
    "gradebook": "What each learner has in each item, and the totals.",
    "analytics": "What the answers show.",
    "reliability": "What the site's own predictions are worth, for admins.",
    "insight": "A class for its staff: who needs help, by concept, over time, how ready it is.",
    "accommodations": "What single students get beside everybody's terms, and each student's own.",
    "imports": "Courses in and out.",
    "models": "Model servers, for admins: what they can do, whether one is used, what it costs.",
    "mails": "What became of the site's mails, for admins.",
    "notifications": "What happened for the person who asks.",
    "xapi": "Statements about learning for record stores, for admins.",
    "jobs": "Work that takes longer than a request.",
    "search": "Finding lessons and courses.",
}
_JSON = "application/json"
_PROBLEM = "application/problem+json"
_BY_FORMAT = {
    "uuid": "0197a5c2-7e1f-7c3a-9d52-3f6b8e0a1c44",
    "date-time": "2026-03-02T09:00:00+00:00",
    "binary": "(the bytes of the file)",
}
_BY_TYPE: dict[str, Any] = {"string": "text", "integer": 1, "number": 0.5, "boolean": True}


def document(api: NinjaAPI) -> dict[str, Any]:
    """The document of this API, made once and equal each time."""
    made: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    schemas = made["components"]["schemas"]
    schemas["Problem"] = _PROBLEM_SCHEMA
    made["components"]["responses"] = {}
    used: set[str] = set()
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method=method, path=path, made=made["components"])
            used.update(operation["tags"])
    made["tags"] = [{"name": name, "description": TAGS[name]} for name in TAGS if name in used]
    for part in ("schemas", "responses"):
        made["components"][part] = dict(sorted(made["components"][part].items()))
    return made


def codes_of(operation: dict[str, Any]) -> list[str]:
    """Every error code that an operation of the document may answer with."""
    return list(operation["x-error-codes"])


def example_of(schema: dict[str, Any], schemas: dict[str, Any], depth: int = 0) -> Any:
    """An example that fits a schema, made from the examples of its fields."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, depth)
    if "example" in schema:
        return schema["example"]
    for word in ("examples", "enum"):
        if schema.get(word):
            return schema[word][0]
    if "const" in schema:
        return schema["const"]
    for word in ("allOf", "anyOf", "oneOf"):
        if schema.get(word):
            shown = [one for one in schema[word] if one.get("type") != "null"]
            return example_of(shown[0], schemas, depth) if shown else None
    if schema.get("type") == "array":
        return [example_of(schema.get("items", {}), schemas, depth + 1)] if depth < 6 else []
    if schema.get("type") == "object" or "properties" in schema:
        return {
            name: example_of(one, schemas, depth + 1)
            for name, one in schema.get("properties", {}).items()
        }
    if schema.get("default") is not None:
        return schema["default"]
    plain = schema.get("type", "")
    return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE.get(plain))


def _complete(operation: dict[str, Any], *, method: str, path: str, made: dict[str, Any]) -> None:
    schemas, responses = made["schemas"], operation["responses"]
    operation.pop("x-location", None)
    if media := operation.pop("x-media", ""):
        binary = {"type": "string", "format": "binary"}
        responses[200]["content"] = {media: {"schema": binary}}
    contents = [operation.get("requestBody", {}), *responses.values()]
    for content in [one for each in contents for one in each.get("content", {}).values()]:
        content["example"] = example_of(content["schema"], schemas)
    for parameter in operation["parameters"]:
        parameter.setdefault("example", example_of(parameter["schema"], schemas))
        parameter.pop("examples", None)
    if method == "post" and "security" in operation:
        operation["parameters"] = [*operation["parameters"], _KEY]
    codes = operation["x-error-codes"] = _codes(operation, method=method, path=path)
    for status in sorted({CODES[code][0] for code in codes}):
        responses[status] = _error(status, [c for c in codes if CODES[c][0] == status], made)


def _codes(operation: dict[str, Any], *, method: str, path: str) -> list[str]:
    found = {"invalid", "busy", *operation.get("x-error-codes", [])}
    if "security" in operation:
        found |= {"not_signed_in", "wrong_token", "second_factor_missing"}
        if method != "get":
            found |= {"read_only_token", "csrf_failed"}
        if method == "post":
            found |= {"idempotency_key_reused", "request_running"}
    if method in {"post", "put", "patch"}:
        found |= {"too_large", "wrong_media_type", "not_json"}
    if "{" in path:
        found.add("not_found")
    return [code for code in CODES if code in found]


def _error(status: int, codes: list[str], made: dict[str, Any]) -> dict[str, Any]:
    """A reference to the answer with these codes, which many operations share."""
    name = "-".join([str(status), *codes])
    example = {
        "type": "about:blank",
        "title": _TITLES[status],
        "status": status,
        "code": codes[0],
        "detail": CODES[codes[0]][1],
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    made["responses"][name] = {
        "description": " ".join(f"`{code}`: {CODES[code][1]}" for code in codes),
        "content": {_PROBLEM: {"schema": schema, "example": example}},
    }
    return {"$ref": f"#/components/responses/{name}"}


_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    503: "Service Unavailable",
}
_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "required": False,
    "description": "Makes the request safe to repeat for 24 hours: equal repeats with this key "
    "get the first answer again, marked by `Idempotent-Replayed: true`, and do nothing.",
    "example": "5f2c9a1e-start-final-exam",
}
_PROBLEM_SCHEMA = {
    "title": "Problem",
    "description": "An error after RFC 9457. `code` is stable; `detail` is for people.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["about:blank"]},
        "title": {"type": "string", "examples": ["Unprocessable Entity"]},
        "status": {"type": "integer", "examples": [422]},
        "code": {"type": "string", "examples": ["invalid"]},
        "detail": {"type": "string", "examples": ["Some fields are wrong; `fields` names them."]},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "examples": [{"title": "Field required"}],
        },
        "reference": {"type": "string", "examples": ["1A2B3C4D"]},
    },
}
