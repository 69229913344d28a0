"""AI notes per lesson, with their sources and provenance."""
