"""Invalid states of notifications and mails, and what must be let through."""

from __future__ import annotations


def _insert(table: str, row: dict[str, str], changed: dict[str, str]) -> str:
    row = row | changed
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _told(**changed: str) -> str:
    row = {
        "id": "'{new}'", "user_id": "'{ada}'", "kind": "'job_done'", "params": "'{{}}'",
        "url": "'/jobs/'", "about": "'j1'", "created_at": "'2026-03-01 08:00:00'",
    }  # fmt: skip
    return _insert("notifications", row, changed)


def _mail(**changed: str) -> str:
    row = {
        "id": "'{new}'", "user_id": "'{ada}'", "address": "'ada@example.org'",
        "topic": "'results'", "subject": "'News'", "sealed": "'x'", "key": "'k1'",
        "send_at": "'2026-03-01 08:00:00'",
    }  # fmt: skip
    return _insert("mails", row, changed)


def _choice(**changed: str) -> str:
    row = {"id": "'{new}'", "user_id": "'{ada}'", "topic": "'courses'", "pace": "'daily'"}
    return _insert("mail_choices", row, changed)


_OTHER = {"id": "'{new2}'"}
STATES = [
    (2601, "a notification to nobody, of no kind, or that leads to another site", (
        _told(user_id="'{new2}'"),
        _told(user_id="NULL"),
        _told(kind="' '"),
        _told(url="'https://evil.example'"),
        _told(url="'//evil.example'"),
        "UPDATE notifications SET url = 'javascript:x'",
    )),
    (2602, "the same told twice to one person", (_told(about="'r1'", kind="'enrolled'"),)),
    (2603, "a notification that is read and waits for a mail", (
        _told(read_at="'2026-03-02 08:00:00'", mail_at="'2026-03-03 08:00:00'"),
        "UPDATE notifications SET read_at = '2026-03-02 08:00:00', "
        "mail_at = '2026-03-03 08:00:00'",
    )),
    (2604, "an announcement twice, or of nothing", (
        "INSERT INTO announcements (id, kind, about) VALUES ('{new}', 'results', 'e1')",
        "INSERT INTO announcements (id, kind, about) VALUES ('{new}', ' ', 'e2')",
        "INSERT INTO announcements (id, kind, about) VALUES ('{new}', 'results', '')",
    )),
    (2605, "a choice twice, of no topic, no pace, or reviews at once", (
        _choice(topic="'results'"),
        _choice(topic="'weather'"),
        _choice(pace="'hourly'"),
        _choice(topic="'reviews'", pace="'at_once'"),
        _choice(user_id="'{new2}'"),
    )),
    (2606, "two years of birth, or one that nobody was born in", (
        "INSERT INTO birth_years (id, user_id, year) VALUES ('{new}', '{ada}', 2001)",
        "INSERT INTO birth_years (id, user_id, year) VALUES ('{new}', '{max}', 1899)",
        "INSERT INTO birth_years (id, user_id, year) VALUES ('{new}', '{max}', 2101)",
    )),
    (2607, "a mail to no address, about nothing, or the same twice", (
        _mail(address="'nobody'"),
        _mail(address="'a b@example.org'"),
        _mail(topic="''"),
        _mail(subject="' '"),
        _mail(key="'k0'"),
        _mail(user_id="'{new2}'"),
        _mail(attempts="-1"),
        _mail(attempts="101"),
    )),
    (2608, "a mail that has ended and keeps its words, or has no moment", (
        _mail(status="'sent'", ended_at="'2026-03-01 09:00:00'"),
        _mail(status="'sent'", sealed="''"),
        _mail(status="'failed'", sealed="''"),
        _mail(ended_at="'2026-03-01 09:00:00'"),
        _mail(status="'lost'", sealed="''", ended_at="'2026-03-01 09:00:00'"),
        "UPDATE mails SET status = 'uncertain', ended_at = '2026-03-01 09:00:00'",
    )),
    (2609, "a mail that is being sent since no moment", (
        _mail(status="'sending'"),
        "UPDATE mails SET status = 'sending'",
    )),
    (2610, "an address that refuses twice, or none", (
        "INSERT INTO mail_refusals (id, address_hash) VALUES ('{new}', 'h1')",
        "INSERT INTO mail_refusals (id, address_hash) VALUES ('{new}', ' ')",
    )),
]  # fmt: skip

CONTROLS = [
    ("a notification", _told()),
    ("the same to another person", _told(user_id="'{max}'", about="'r1'", kind="'enrolled'")),
    ("a notification about nothing nameable", _told(about="''")),
    ("one that leads nowhere", _told(url="''")),
    (
        "one that is read",
        "UPDATE notifications SET read_at = '2026-03-02 08:00:00', mail_at = NULL",
    ),
    ("an announcement", "INSERT INTO announcements (id, kind, about) VALUES ('{new}', 'r', 'e1')"),
    ("a choice", _choice()),
    ("reviews once a day", _choice(topic="'reviews'")),
    ("a year", "INSERT INTO birth_years (id, user_id, year) VALUES ('{new}', '{max}', 1900)"),
    ("a mail", _mail()),
    ("a mail to somebody without an account", _mail(user_id="NULL", address="'x@example.org'")),
    (
        "a mail that is sent",
        "UPDATE mails SET status = 'sent', sealed = '', ended_at = '2026-03-01 09:00:00'",
    ),
    (
        "a mail that is being sent",
        "UPDATE mails SET status = 'sending', begun_at = '2026-03-01 09:00:00'",
    ),
    (
        "an address that refuses",
        "INSERT INTO mail_refusals (id, address_hash) VALUES ('{new}', 'h2')",
    ),
]
