"""What a learner does: courses, lessons and their notes, finding, practice and exams."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from studium.web import (
    attempt_state,
    exam,
    home,
    jobs,
    learn,
    notes_review,
    offline,
    own_notes,
    quiz,
    reader,
    reading,
    receipts,
    room,
    search,
    sessions,
    sitting,
    study,
    timeline,
    tutor,
)

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
