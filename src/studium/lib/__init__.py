"""What has no product words: ids, clock, errors, database, jobs, Markdown."""
