"""The engine over any model: what it asks and how answers are read. Dialects live beside it."""
