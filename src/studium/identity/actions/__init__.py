"""What changes people, sessions, tokens and invitations; and the record of it."""
