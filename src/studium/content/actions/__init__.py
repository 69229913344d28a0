"""Changes of courses, lessons, people in courses, files and reading progress."""
