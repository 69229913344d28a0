"""Which pages there are, who looks at them, and what else a route may give.

Every route stands in `tests/security/pages.py` with what each person gets from it; that each does
is tested there. From it comes the list of the pages to look at, so a new page is looked at as
soon as it exists. What is no page stands in `NO_PAGE` with what it is instead.
"""

from __future__ import annotations

from tests.security.matrix import ACTORS
from tests.security.pages import PAGES

# The first of these who may see a page looks at it.
FIRST = ("anonymous", "student", "instructor", "admin")

# Pages that look different to others as well.
ALSO = {
    "home": ("instructor", "admin"),
    "help": ("student",),
    "courses": ("instructor",),
    "course": ("instructor",),
    "lesson": ("instructor",),
    "quiz": ("instructor",),
    "exam": ("instructor",),
    "tutor": ("instructor",),
    "tutor_history": ("instructor",),
    "receipts": ("instructor",),
    "appeal": ("instructor",),
    "account": ("admin",),
}

# Addresses of rows that are refused there; the world of the browser has what they ask for.
ADDRESSES = {
    "account_join": "/account/signup/{join_token}/",
    "account_invited": "/account/invitations/{invitation_token}/",
    "account_email_confirm": "/account/email/confirm/{address_token}/",
    "import_check": "/teach/import/{import_token}/",
    "bank_import_check": "/teach/courses/{slug}/bank/import/{bank_token}",
}
WHO = {
    "account_email_confirm": "student",
    "import_check": "instructor",
    "bank_import_check": "instructor",
}
# Pages on the way to an app and a passkey; the last one adds the passkey.
BEFORE_KEYS = {
    "mfa_activate_totp": "/account/2fa/totp/activate/",
    "mfa_add_webauthn": "/account/2fa/webauthn/add/",
}
# Pages of one who has an app, a passkey and recovery codes; see test_every_page.
WITH_KEYS = {
    "mfa_index with keys": "/account/2fa/",
    "mfa_view_recovery_codes": "/account/2fa/recovery-codes/",
    "mfa_generate_recovery_codes": "/account/2fa/recovery-codes/generate/",
    "mfa_deactivate_totp": "/account/2fa/totp/deactivate/",
    "mfa_list_webauthn with keys": "/account/2fa/webauthn/",
    "mfa_edit_webauthn": "/account/2fa/webauthn/keys/{key}/edit/",
    "mfa_remove_webauthn": "/account/2fa/webauthn/keys/{key}/remove/",
    "mfa_reauthenticate": "/account/2fa/reauthenticate/",
    "mfa_reauthenticate_webauthn": "/account/2fa/webauthn/reauthenticate/",
}

# Refusals are pages too.
REFUSALS = {
    "no such page": ("anonymous", "/nowhere/"),
    "not theirs": ("student", "/admin/"),
    "gone stale": ("instructor", "/teach/import/nothing/"),
}
STATUS = {"no such page": 404, "not theirs": 403, "gone stale": 409}

# What people print.
PRINTED = {
    "student": (
        "/courses/{slug}/lessons/{lesson_id}/",
        "/exam-attempts/{done_attempt_id}/result/",
        "/courses/{slug}/grades/",
    ),
    "instructor": (
        "/notes/{note_id}/review/",
        "/teach/courses/{slug}/gradebook/",
        "/teach/courses/{slug}/exams/{exam_id}/print/",
        "/teach/courses/{slug}/exams/{exam_id}/print/?key=1",
    ),
}

FILE, MACHINE, AWAY, PART = "a file", "for programs", "a redirect", "a part of a page"
NO_PAGE = {
    **dict.fromkeys(
        (
            *("course_file", "accommodations_export", "admin_log_csv", "admin_reliability_csv"),
            *("bank_export", "course_export", "course_progress_csv", "course_progress_json"),
            *("exam_items_csv", "gradebook_csv", "gradebook_xlsx", "groups_csv", "tutor_export"),
            *("insight_attempts_csv", "insight_class_csv", "insight_curves_csv"),
            *("insight_help_csv", "insight_questions_csv", "insight_readiness_csv"),
            *("insight_students_csv", "exam_receipt", "account_data_file", "course_own_notes_md"),
        ),
        FILE,
    ),
    **dict.fromkeys(("healthz", "readyz", "exam_state", "exam_pulse"), MACHINE),
    **dict.fromkeys(("worker", "offline_kept"), MACHINE),
    **dict.fromkeys(("mfa_login_webauthn", "mfa_download_recovery_codes"), MACHINE),
    **dict.fromkeys(("drafts_by_id", "course_notes_by_id", "lesson_notes", "tutor_message"), AWAY),
    **dict.fromkeys(("link_targets", "notifications_menu", "palette", "palette_found"), PART),
    **dict.fromkeys(("account_set_password", "first_run", "own_note"), AWAY),
}


def visits() -> list[tuple[str, str, str]]:
    """Everything to look at: who, the name of the route, its address with names in braces."""
    found = [(who, name, address) for name, (who, address) in REFUSALS.items()]
    for name, (address, rows) in PAGES.items():
        given = next((row.expect for row in rows if row.method == "GET"), None)
        if given is None or name in NO_PAGE:
            continue
        address = ADDRESSES.get(name, address)
        if name in ADDRESSES:
            given = tuple(200 if who == WHO.get(name, "anonymous") else 0 for who in ACTORS)
        seen = [who for who in FIRST if given[ACTORS.index(who)] == 200]
        found += [(who, name, address) for who in (*seen[:1], *ALSO.get(name, ()))]
    return found
