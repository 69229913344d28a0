"""The `studium` command: one command per file."""
