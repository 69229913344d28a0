"""Invalid states of what is told to record stores, and what must be let through."""

from __future__ import annotations

_TOLD = "INSERT INTO xapi_told (id, exam_attempt_id, quiz_attempt_id, is_told, score) VALUES "


def _set(words: str) -> str:
    return f"UPDATE xapi_settings SET {words}"


STATES = [
    (1851, "settings of xAPI twice", (
        "INSERT INTO xapi_settings (id, namespace, pseudonym_secret) VALUES (2, '{new}', 's')",
        "INSERT INTO xapi_settings (id, namespace, pseudonym_secret) VALUES (1, '{new}', 's')",
        _set("id = 2"),
    )),
    (1852, "pseudonyms made without a secret", (_set("pseudonym_secret = ''"),)),
    (1853, "statements sent to nowhere", (_set("address = ''"),)),
    (1854, "a way of signing in that nobody knows, or a password that is not used", (
        _set("auth = 'digest'"),
        _set("credential_sealed = 'x'"),
    )),
    (1855, "a place before the first answer", (_set("cursor = -1"), _set("sent = -1"))),
    (1856, "a sitting told of twice, of none, or of two at once", (
        _TOLD + "('{new}', '{a1}', NULL, TRUE, 50)",
        _TOLD + "('{new}', NULL, NULL, FALSE, NULL)",
        "UPDATE xapi_told SET exam_attempt_id = '{a2}' WHERE id = '{xt1}'",
    )),
    (1857, "a score that was not told, is none, or is one of practice", (
        "UPDATE xapi_told SET is_told = FALSE WHERE id = '{xt2}'",
        "UPDATE xapi_told SET score = 101 WHERE id = '{xt2}'",
        "UPDATE xapi_told SET is_told = TRUE, score = 50 WHERE id = '{xt1}'",
    )),
]  # fmt: skip

CONTROLS = [
    ("sending switched off with its address kept", _set("is_on = FALSE")),
    ("a token with its way of signing in", _set("auth = 'bearer', credential_sealed = 'x'")),
    ("an end told later", "UPDATE xapi_told SET is_told = TRUE WHERE id = '{xt1}'"),
    ("another score told", "UPDATE xapi_told SET score = 80 WHERE id = '{xt2}'"),
]
