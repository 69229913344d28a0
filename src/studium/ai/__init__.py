"""The AI engine: lesson text in, checked study notes out. Plain Python, no Django, no tables."""
