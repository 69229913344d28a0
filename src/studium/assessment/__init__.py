"""Questions, quizzes, exams, attempts, marks."""
