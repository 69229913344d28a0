"""What happened, counted: improvement over time."""
