"""The site map: one list per journey, in the order a person meets them."""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import URLPattern, URLResolver, include, path, re_path

from studium.web import (
    accommodations,
    account,
    admin,
    ai_models,
    appeals,
    attempt_state,
    author,
    bank,
    class_insight,
    concepts,
    course_people,
    drafts,
    editor,
    erasing,
    exam,
    exchange,
    first_run,
    gradebook,
    groups,
    health,
    help,
    home,
    insight,
    items,
    jobs,
    language,
    learn,
    mail_choices,
    mail_log,
    marking,
    notes_review,
    notifications,
    offline,
    own_data,
    own_notes,
    papers,
    pools,
    preferences,
    printing,
    prompts,
    question_files,
    questions,
    quiz,
    reader,
    reading,
    receipts,
    register,
    regrades,
    reliability,
    room,
    search,
    sessions,
    sitting,
    study,
    styleguide,
    timeline,
    tutor,
    undo,
    xapi,
)
from studium.web import progress as progress_pages

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

# What a learner does: the home page, courses and how to enter them, lessons and their files.
learning: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("home/soon/", home.home_soon, name="home_soon"),
    path("courses/", learn.courses, name="courses"),
    path("courses/join/", learn.join, name="join"),
    path("courses/<slug:slug>/", learn.course, name="course"),
    path("courses/<slug:slug>/enrol/", learn.enrol, name="course_enrol"),
    path("courses/<slug:slug>/leave/", learn.leave, name="course_leave"),
    path("courses/<slug:slug>/files/<path:path>", reading.course_file, name="course_file"),
    path("courses/<slug:slug>/lessons/<uuid:lesson_id>/", reading.lesson, name="lesson"),
    path(
        "courses/<slug:slug>/lessons/<uuid:lesson_id>/done/",
        reading.lesson_done,
        name="lesson_done",
    ),
    path(
        "courses/<slug:slug>/lessons/<uuid:lesson_id>/place/",
        reading.lesson_place,
        name="lesson_place",
    ),
    path("lessons/<uuid:lesson_id>/own-notes/", own_notes.own_notes, name="own_notes"),
    path("own-notes/<uuid:note_id>/", own_notes.own_note, name="own_note"),
    path("own-notes/<uuid:note_id>/delete/", own_notes.own_note_delete, name="own_note_delete"),
    path("own-notes/restore/", own_notes.own_note_restore, name="own_note_restore"),
    path("courses/<slug:slug>/own-notes/", own_notes.course_own_notes, name="course_own_notes"),
    path(
        "courses/<slug:slug>/own-notes.md",
        own_notes.course_own_notes_md,
        name="course_own_notes_md",
    ),
    path("lessons/<uuid:lesson_id>/changes/", reader.lesson_changes, name="lesson_changes"),
    path("lessons/<uuid:lesson_id>/seen/", reader.lesson_seen, name="lesson_seen"),
    path("reading/look/", reader.reader_look, name="reader_look"),
]

# Finding things: a page, and the palette that opens over any page.
of_search: list[URLPattern | URLResolver] = [
    path("search/", search.search, name="search"),
    path("palette/", search.palette, name="palette"),
    path("palette/found/", search.palette_found, name="palette_found"),
]

# Reading without a connection.
without_connection: list[URLPattern | URLResolver] = [
    path("sw.js", offline.worker, name="worker"),
    path("offline/", offline.offline, name="offline"),
    path("offline/kept/", offline.kept, name="offline_kept"),
]

# Practice and exams, from the first question to the result.
practice: list[URLPattern | URLResolver] = [
    path("quizzes/<uuid:quiz_id>/", quiz.quiz, name="quiz"),
    path("quizzes/<uuid:quiz_id>/start/", quiz.quiz_start, name="quiz_start"),
    path("quiz-attempts/<uuid:attempt_id>/", quiz.quiz_attempt, name="quiz_attempt"),
    path("quiz-attempts/<uuid:attempt_id>/answer/", quiz.quiz_answer, name="quiz_answer"),
    path("quiz-attempts/<uuid:attempt_id>/finish/", quiz.quiz_finish, name="quiz_finish"),
    path("courses/<slug:slug>/practise/", sessions.practise, name="practise"),
    path("courses/<slug:slug>/practise/start/", sessions.practise_start, name="practise_start"),
    path("practice/<uuid:session_id>/", sessions.practice_session, name="practice_session"),
    path("practice/<uuid:session_id>/answer/", sessions.practice_answer, name="practice_answer"),
    path("practice/<uuid:session_id>/finish/", sessions.practice_finish, name="practice_finish"),
]
_sitting = "exam-attempts/<uuid:attempt_id>/"
exams: list[URLPattern | URLResolver] = [
    path("exams/<uuid:exam_id>/", exam.exam, name="exam"),
    path("exams/<uuid:exam_id>/start/", exam.exam_start, name="exam_start"),
    path("exams/<uuid:exam_id>/pulse", room.pulse, name="exam_pulse"),
    path("receipts/", receipts.receipts, name="receipts"),
    path(_sitting, sitting.exam_attempt, name="exam_attempt"),
    path(f"{_sitting}state/", attempt_state.exam_state, name="exam_state"),
    path(f"{_sitting}timeline/", timeline.attempt_timeline, name="attempt_timeline"),
    path(f"{_sitting}signals/", attempt_state.exam_signals, name="exam_signals"),
    path(f"{_sitting}save/", sitting.exam_save, name="exam_save"),
    path(f"{_sitting}signed-in/", sitting.exam_signed_in, name="exam_signed_in"),
    path(f"{_sitting}submit/", sitting.exam_submit, name="exam_submit"),
    path(f"{_sitting}receipt/", receipts.exam_receipt, name="exam_receipt"),
    path(f"{_sitting}result/", exam.exam_result, name="exam_result"),
]

# Am I getting better, and how does the course go for everybody.
_student = "insight/students/<uuid:student_id>/"
of_insight: list[URLPattern | URLResolver] = [
    path("insight/", insight.insight, name="insight"),
    path("insight/attempts/", insight.insight_attempts, name="insight_attempts"),
    path("insight/attempts.csv", insight.insight_attempts_csv, name="insight_attempts_csv"),
    path("insight/questions.csv", insight.insight_questions_csv, name="insight_questions_csv"),
    path("insight/students/", insight.insight_students, name="insight_students"),
    path("insight/students.csv", insight.insight_students_csv, name="insight_students_csv"),
    path(_student, progress_pages.insight_student, name="insight_student"),
    path(
        f"{_student}concepts/<uuid:concept_id>/",
        progress_pages.insight_student_concept,
        name="insight_student_concept",
    ),
    path("insight/help/", class_insight.insight_help, name="insight_help"),
    path("insight/help.csv", class_insight.insight_help_csv, name="insight_help_csv"),
    path(f"{_student}suggest/", class_insight.insight_suggest, name="insight_suggest"),
    path(
        "insight/suggestions/<uuid:suggestion_id>/undo/",
        class_insight.insight_suggestion_undo,
        name="insight_suggestion_undo",
    ),
    path("insight/class/", class_insight.insight_class, name="insight_class"),
    path("insight/class.csv", class_insight.insight_class_csv, name="insight_class_csv"),
    path("insight/curves/", class_insight.insight_curves, name="insight_curves"),
    path("insight/curves.csv", class_insight.insight_curves_csv, name="insight_curves_csv"),
    path("insight/readiness/", class_insight.insight_readiness, name="insight_readiness"),
    path(
        "insight/readiness.csv",
        class_insight.insight_readiness_csv,
        name="insight_readiness_csv",
    ),
]
_progress = "courses/<slug:slug>/progress"
progress: list[URLPattern | URLResolver] = [
    path("progress/", progress_pages.progress, name="progress"),
    path(f"{_progress}/", progress_pages.course_progress, name="course_progress"),
    path(f"{_progress}/seen/", class_insight.course_seen, name="course_seen"),
    path(
        f"{_progress}/concepts/<uuid:concept_id>/",
        progress_pages.concept_progress,
        name="concept_progress",
    ),
    path("responses/<uuid:response_id>/slip/", progress_pages.slip, name="slip"),
    path(f"{_progress}.csv", progress_pages.course_progress_csv, name="course_progress_csv"),
    path(f"{_progress}.json", progress_pages.course_progress_json, name="course_progress_json"),
    path("teach/courses/<slug:slug>/", include(of_insight)),
]

# Marks by people, questions about them, and the gradebook.
_marking = "exams/<uuid:exam_id>/marking/"
_book = "gradebook/"
of_marking: list[URLPattern | URLResolver] = [
    path(_marking, marking.exam_marking, name="exam_marking"),
    path(f"{_marking}settings/", marking.marking_settings, name="marking_settings"),
    path(
        "marking/<uuid:attempt_id>/<uuid:question_id>/",
        marking.marking_desk,
        name="marking_desk",
    ),
    path("appeals/", appeals.course_appeals, name="course_appeals"),
    path(_book, gradebook.gradebook, name="gradebook"),
    path("gradebook.csv", gradebook.gradebook_csv, name="gradebook_csv"),
    path("gradebook.xlsx", gradebook.gradebook_xlsx, name="gradebook_xlsx"),
    path(f"{_book}weights/", gradebook.gradebook_weights, name="gradebook_weights"),
    path(f"{_book}file/", gradebook.gradebook_file, name="gradebook_file"),
    path(
        f"{_book}<uuid:student_id>/<uuid:thing_id>/",
        gradebook.gradebook_cell,
        name="gradebook_cell",
    ),
]
grading: list[URLPattern | URLResolver] = [
    path("courses/<slug:slug>/grades/", gradebook.own_grades, name="own_grades"),
    path(
        "exam-attempts/<uuid:attempt_id>/appeals/<uuid:question_id>/",
        appeals.appeal_new,
        name="appeal_new",
    ),
    path("appeals/<uuid:appeal_id>/", appeals.appeal, name="appeal"),
    path("appeals/<uuid:appeal_id>/say/", appeals.appeal_say, name="appeal_say"),
    path("appeals/<uuid:appeal_id>/answer/", appeals.appeal_answer, name="appeal_answer"),
    path("teach/courses/<slug:slug>/", include(of_marking)),
]

# What an author does, below /teach/courses/<slug>/.
_lesson = "lessons/<uuid:lesson_id>/"
_quiz = "quizzes/<uuid:quiz_id>/"
_exam = "exams/<uuid:exam_id>/"
of_course: list[URLPattern | URLResolver] = [
    path("", author.teach_course, name="teach_course"),
    path("settings/", author.course_settings, name="course_settings"),
    path("status/", author.course_status, name="course_status"),
    path("code/", author.course_code, name="course_code"),
    path("order/", author.lesson_order, name="lesson_order"),
    path("publish/", author.lessons_publish, name="lessons_publish"),
    path("lessons/act/", author.lessons_act, name="lessons_act"),
    path("lessons/new/", editor.lesson_new, name="lesson_new"),
    path("lessons/new/keep/", editor.lesson_keep, name="lesson_new_keep"),
    path("lessons/new/discard/", editor.lesson_discard, name="lesson_new_discard"),
    path("lessons/preview/", editor.lesson_preview, name="lesson_preview"),
    path("lessons/targets/", editor.link_targets, name="link_targets"),
    path(_lesson, editor.lesson_edit, name="lesson_edit"),
    path(f"{_lesson}keep/", editor.lesson_keep, name="lesson_keep"),
    path(f"{_lesson}hold/", editor.lesson_hold, name="lesson_hold"),
    path(f"{_lesson}discard/", editor.lesson_discard, name="lesson_discard"),
    path(f"{_lesson}concepts/", concepts.lesson_concepts, name="lesson_concepts"),
    path(f"{_lesson}status/", editor.lesson_status, name="lesson_status"),
    path(f"{_lesson}versions/", author.lesson_versions, name="lesson_versions"),
    path(f"{_lesson}versions/<int:version>/", author.lesson_version, name="lesson_version"),
    path(f"{_lesson}versions/<int:version>/restore/", author.lesson_restore, name="lesson_restore"),
    path("quizzes/", questions.course_quizzes, name="course_quizzes"),
    path(_quiz, questions.quiz_questions, name="quiz_questions"),
    path(f"{_quiz}status/", questions.quiz_status, name="quiz_status"),
    path(f"{_quiz}order/", questions.question_move, name="question_move"),
    path(f"{_quiz}questions/new/", questions.question_new, name="question_new"),
    path("questions/<uuid:question_id>/", questions.question_edit, name="question_edit"),
    path("questions/<uuid:question_id>/retire/", questions.question_retire, name="question_retire"),
    path("questions/<uuid:question_id>/story/", bank.question_story, name="question_story"),
    path("questions/<uuid:question_id>/restore/", bank.question_restore, name="question_restore"),
    path("drafts/", drafts.course_drafts, name="course_drafts"),
    path("drafts/generate/", drafts.drafts_generate, name="drafts_generate"),
    path("drafts/<uuid:draft_id>/", drafts.draft_edit, name="draft_edit"),
    path("drafts/<uuid:draft_id>/act/", drafts.draft_act, name="draft_act"),
    path("drafts/runs/<uuid:run_id>/", drafts.draft_run, name="draft_run"),
    path("bank/", bank.course_bank, name="course_bank"),
    path("bank/change/", bank.bank_change, name="bank_change"),
    path("bank/export/", question_files.bank_export, name="bank_export"),
    path("bank/import/", question_files.bank_import, name="bank_import"),
    path("bank/import/<str:token>/", question_files.bank_import_check, name="bank_import_check"),
    path(
        "bank/import/<str:token>/discard/",
        question_files.bank_import_discard,
        name="bank_import_discard",
    ),
    path("exams/", papers.course_exams, name="course_exams"),
    path("exams/new/", papers.exam_new, name="exam_new"),
    path(f"{_exam}items/", items.exam_items, name="exam_items"),
    path(f"{_exam}items.csv", items.exam_items_csv, name="exam_items_csv"),
    path(f"{_exam}items/<uuid:question_id>/", items.exam_item, name="exam_item"),
    path(f"{_exam}items/<uuid:question_id>/regrade/", regrades.regrade_plan, name="regrade_plan"),
    path(f"{_exam}regrades/", regrades.exam_regrades, name="exam_regrades"),
    path("regrades/<uuid:regrade_id>/", regrades.regrade, name="regrade"),
    path("regrades/<uuid:regrade_id>/act/", regrades.regrade_act, name="regrade_act"),
    path(_exam, papers.exam_builder, name="exam_builder"),
    path(f"{_exam}paper/", papers.exam_paper, name="exam_paper"),
    path(f"{_exam}print/", printing.exam_print, name="exam_print"),
    path(f"{_exam}drafts/", drafts.exam_drafts, name="exam_drafts"),
    path(f"{_exam}pools/", pools.exam_pools, name="exam_pools"),
    path(f"{_exam}pools/refresh/", pools.exam_pools_refresh, name="exam_pools_refresh"),
    path(f"{_exam}pools/<uuid:pool_id>/", pools.exam_pool, name="exam_pool"),
    path(f"{_exam}pools/<uuid:pool_id>/remove/", pools.exam_pool_remove, name="exam_pool_remove"),
    path(f"{_exam}status/", papers.exam_status, name="exam_status"),
    path(f"{_exam}terms/", accommodations.exam_terms, name="exam_terms"),
    path(f"{_exam}room/", room.exam_room, name="exam_room"),
    path(f"{_exam}room/act/", room.exam_room_act, name="exam_room_act"),
    path("accommodations/", accommodations.course_accommodations, name="course_accommodations"),
    path("accommodations/check/", accommodations.list_check, name="accommodations_check"),
    path("accommodations/add/", accommodations.list_add, name="accommodations_add"),
    path("accommodations/export/", accommodations.export, name="accommodations_export"),
    path(
        "accommodations/<uuid:accommodation_id>/",
        accommodations.accommodation_edit,
        name="accommodation_edit",
    ),
    path(
        "accommodations/<uuid:accommodation_id>/end/",
        accommodations.accommodation_end,
        name="accommodation_end",
    ),
    path("people/", course_people.course_people, name="course_people"),
    path("people/check/", course_people.people_check, name="people_check"),
    path("people/add/", course_people.people_add, name="people_add"),
    path("people/<uuid:user_id>/role/", course_people.member_role, name="member_role"),
    path("people/<uuid:user_id>/end/", course_people.member_end, name="member_end"),
    path("concepts/", concepts.course_concepts, name="course_concepts"),
    path("concepts/<uuid:concept_id>/", concepts.concept, name="concept"),
    path("groups/", groups.course_groups, name="course_groups"),
    path("groups.csv", groups.groups_csv, name="groups_csv"),
    path("groups/check/", groups.groups_check, name="groups_check"),
    path("groups/fill/", groups.groups_fill, name="groups_fill"),
    path("groups/<uuid:group_id>/", groups.course_group, name="course_group"),
    path("files/", exchange.course_files, name="course_files"),
    path("files/<uuid:file_id>/remove/", exchange.file_remove, name="file_remove"),
    path("export/", exchange.course_export, name="course_export"),
    path("notes/", study.course_notes, name="course_notes"),
    path("notes/generate/", study.course_notes_generate, name="course_notes_generate"),
    path("notes/approve/", study.course_notes_approve, name="course_notes_approve"),
    path("tutor/", tutor.course_tutor, name="course_tutor"),
    path("notes/wishes/", study.course_notes_wishes, name="course_notes_wishes"),
    path("prompts/", prompts.course_prompts, name="course_prompts"),
    path("prompts/<slug:prompt>/", prompts.course_prompt, name="course_prompt"),
    path("jobs/", jobs.course_jobs, name="course_jobs"),
]
authoring: list[URLPattern | URLResolver] = [
    path("teach/", author.teach, name="teach"),
    path("teach/courses/new/", author.course_new, name="course_new"),
    path("undo/<uuid:step_id>/", undo.undo_step, name="undo_step"),
    path("teach/bank/", bank.owner_bank, name="owner_bank"),
    path("teach/bank/change/", bank.owner_bank_change, name="owner_bank_change"),
    path("teach/import/", exchange.import_upload, name="import_upload"),
    path("teach/import/<str:token>/", exchange.import_check, name="import_check"),
    path("teach/import/<str:token>/discard/", exchange.import_discard, name="import_discard"),
    path("teach/drafts/<uuid:course_id>/", drafts.drafts_by_id, name="drafts_by_id"),
    path("teach/courses/<slug:slug>/", include(of_course)),
]

# AI notes, and long work on its way.
notes: list[URLPattern | URLResolver] = [
    path("lessons/<uuid:lesson_id>/notes/", study.lesson_notes, name="lesson_notes"),
    path("lessons/<uuid:lesson_id>/notes/generate/", study.notes_generate, name="notes_generate"),
    path("notes/<uuid:note_id>/edit/", study.note_edit, name="note_edit"),
    path("notes/<uuid:note_id>/approve/", study.note_approve, name="note_approve"),
    path("notes/<uuid:note_id>/unapprove/", study.note_unapprove, name="note_unapprove"),
    path("lessons/<uuid:lesson_id>/cards/", notes_review.lesson_cards, name="lesson_cards"),
    path("notes/<uuid:note_id>/review/", notes_review.note_review, name="note_review"),
    path("notes/<uuid:note_id>/sentence/", notes_review.note_sentence, name="note_sentence"),
    path("notes/<uuid:note_id>/section/", notes_review.note_section, name="note_section"),
    path("notes/<uuid:note_id>/choose/", notes_review.note_choose, name="note_choose"),
    path("notes/<uuid:note_id>/refresh/", notes_review.note_refresh, name="note_refresh"),
    path("notes/<uuid:note_id>/history/", notes_review.note_history, name="note_history"),
    path(
        "notes/<uuid:note_id>/history/<int:version>/",
        notes_review.note_version,
        name="note_version",
    ),
    path(
        "notes/<uuid:note_id>/history/<int:version>/restore/",
        notes_review.note_restore,
        name="note_restore",
    ),
    path("lessons/<uuid:lesson_id>/tutor/", tutor.tutor, name="tutor"),
    path("lessons/<uuid:lesson_id>/tutor/delete/", tutor.tutor_clear, name="tutor_clear"),
    path("tutor/", tutor.tutor_history, name="tutor_history"),
    path("tutor/export/", tutor.tutor_export, name="tutor_export"),
    path("tutor/delete/", tutor.tutor_forget, name="tutor_forget"),
    path("tutor/<uuid:message_id>/", tutor.tutor_message, name="tutor_message"),
    path("tutor/<uuid:message_id>/stop/", tutor.tutor_stop, name="tutor_stop"),
    path("notes/course/<uuid:course_id>/", study.course_notes_by_id, name="course_notes_by_id"),
    path("jobs/<uuid:job_id>/", jobs.job, name="job"),
    path("jobs/<uuid:job_id>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("jobs/<uuid:job_id>/retry/", jobs.job_retry, name="job_retry"),
]

# For machines that watch.
watch: list[URLPattern | URLResolver] = [
    path("healthz", health.alive, name="healthz"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("readyz", health.ready, name="readyz"),
]

# Addresses are tried in this order, so what is asked for most comes first.
urlpatterns: list[URLPattern | URLResolver] = [
    *learning,
    *entrance,
    *own,
    *of_search,
    *without_connection,
    *happened,
    *practice,
    *exams,
    *progress,
    *authoring,
    *grading,
    *notes,
    *running,
    *watch,
]
