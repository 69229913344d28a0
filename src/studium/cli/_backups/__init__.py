"""The whole site in one file, and back: `saving` writes a file of `archives`, `restoring` proves it
and has `places` put it where the site was, by renames that all happen or none (`swap`)."""
