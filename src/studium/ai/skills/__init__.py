"""What the AI engine can do, one module a skill: typed input, checked output."""
