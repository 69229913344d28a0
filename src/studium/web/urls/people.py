"""Coming in, one's own account, what happened for oneself, and running the site."""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import URLPattern, URLResolver, include, path, re_path

from studium.web import (
    account,
    admin,
    ai_models,
    erasing,
    first_run,
    help,
    jobs,
    language,
    mail_choices,
    mail_log,
    notifications,
    own_data,
    preferences,
    register,
    reliability,
    xapi,
)

# Coming in: sign-in, password and second factor are allauth's pages in our templates; registering
# is ours. allauth's own sign-up and address pages are left out, so its routes are listed here.
entrance: list[URLPattern | URLResolver] = [
    path("welcome/", first_run.administrator, name="first_run"),
    path("welcome/begin/", first_run.beginning, name="beginning"),
    path("welcome/begin/sample/", first_run.load_sample, name="sample_load"),
    path("account/login/", first_run.sign_in, name="account_login"),
    path("account/logout/", allauth.logout, name="account_logout"),
    path("language/", language.choose_language, name="language"),
    path("account/inactive/", allauth.account_inactive, name="account_inactive"),
    path("account/signup/", register.signup, name="account_signup"),
    path("account/signup/sent/", register.signup_sent, name="account_signup_sent"),
    path("account/signup/<str:token>/", register.join, name="account_join"),
    path("account/invitations/<str:token>/", register.invited, name="account_invited"),
    path("account/password/reset/", allauth.password_reset, name="account_reset_password"),
    path(
        "account/password/reset/done/",
        allauth.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

# One's own account.
own: list[URLPattern | URLResolver] = [
    path("account/", account.profile, name="account"),
    path("account/email/", account.address, name="account_email"),
    path(
        "account/email/confirm/<str:token>/", account.address_confirm, name="account_email_confirm"
    ),
    path("account/password/change/", allauth.password_change, name="account_change_password"),
    path("account/password/set/", allauth.password_set, name="account_set_password"),
    path("account/reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/sessions/", account.sign_ins, name="account_sessions"),
    path("account/sessions/end-others/", account.end_other_sessions, name="account_sessions_end"),
    path(
        "account/sessions/<uuid:session_id>/end/", account.end_session, name="account_session_end"
    ),
    path("account/mail/", mail_choices.account_mail, name="account_mail"),
    path("mail/stop/<str:token>/", mail_choices.mail_stop, name="mail_stop"),
    path("account/erase/", erasing.account_erase, name="account_erase"),
    path("account/data/", own_data.own_data, name="account_data"),
    path("account/data/file/", own_data.own_data_file, name="account_data_file"),
    path("account/preferences/", preferences.preferences, name="account_preferences"),
    path("account/tokens/", account.api_tokens, name="account_tokens"),
    path(
        "account/tokens/<uuid:token_id>/revoke/", account.revoke_token, name="account_token_revoke"
    ),
    path("help/", help.help_page, name="help"),
    path("help/<slug:topic>/", help.guide_page, name="guide"),
]

# What happened for oneself.
happened: list[URLPattern | URLResolver] = [
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/menu/", notifications.notifications_menu, name="notifications_menu"),
    path("notifications/read/", notifications.notifications_read, name="notifications_read"),
    path(
        "notifications/<uuid:notification_id>/open/",
        notifications.notification_open,
        name="notification_open",
    ),
]

# Running the site.
_model = "admin/models/<uuid:connection_id>/"
running: list[URLPattern | URLResolver] = [
    path("admin/", admin.overview, name="admin_home"),
    path("admin/people/", admin.people_list, name="admin_people"),
    path("admin/people/new/", admin.person_new, name="admin_person_new"),
    path("admin/people/invite/", admin.invite, name="admin_invite"),
    path("admin/people/file/", admin.people_file, name="admin_people_file"),
    path("admin/people/file/add/", admin.people_add, name="admin_people_add"),
    path(
        "admin/people/invitations/<uuid:invitation_id>/revoke/",
        admin.revoke_invitation,
        name="admin_invitation_revoke",
    ),
    path("admin/people/<uuid:person_id>/", admin.person, name="admin_person"),
    path("admin/people/<uuid:person_id>/role/", admin.person_role, name="admin_person_role"),
    path("admin/people/<uuid:person_id>/erase/", erasing.person_erase, name="admin_person_erase"),
    path(
        "admin/people/<uuid:person_id>/deactivate/",
        admin.person_deactivate,
        name="admin_person_deactivate",
    ),
    path(
        "admin/people/<uuid:person_id>/activate/",
        admin.person_activate,
        name="admin_person_activate",
    ),
    path("admin/models/", ai_models.models, name="admin_models"),
    path("admin/models/new/", ai_models.model_new, name="admin_model_new"),
    path("admin/models/find/", ai_models.models_find, name="admin_models_find"),
    path("admin/models/budget/", ai_models.model_budget, name="admin_model_budget"),
    path("admin/models/calls/", ai_models.model_calls, name="admin_model_calls"),
    path(f"{_model}test/", ai_models.model_test, name="admin_model_test"),
    path(f"{_model}use/", ai_models.model_use, name="admin_model_use"),
    path(f"{_model}stop/", ai_models.model_stop, name="admin_model_stop"),
    path(f"{_model}remove/", ai_models.model_remove, name="admin_model_remove"),
    path("admin/reliability/", reliability.reliability, name="admin_reliability"),
    path("admin/reliability.csv", reliability.reliability_csv, name="admin_reliability_csv"),
    path("admin/xapi/", xapi.xapi, name="admin_xapi"),
    path("admin/xapi/send/", xapi.xapi_send, name="admin_xapi_send"),
    path("admin/xapi/stop/", xapi.xapi_stop, name="admin_xapi_stop"),
    path("admin/mail/", mail_log.admin_mail, name="admin_mail"),
    path("admin/mail/trial/", mail_log.admin_mail_trial, name="admin_mail_trial"),
    path("admin/jobs/", jobs.admin_jobs, name="admin_jobs"),
    path("admin/jobs/<uuid:job_id>/retry/", jobs.admin_job_retry, name="admin_job_retry"),
    path("admin/log/", admin.log, name="admin_log"),
    path("admin/log.csv", admin.log_csv, name="admin_log_csv"),
]
