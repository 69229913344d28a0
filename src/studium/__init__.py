"""Studium: courses, grounded notes, safe exams, and analytics that show improvement."""
