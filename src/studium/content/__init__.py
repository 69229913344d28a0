"""Courses, lessons, revisions, files, enrolment, reading progress."""
