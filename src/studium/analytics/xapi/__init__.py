"""xAPI out: what was answered and finished, as statements for a learning record store.

Reading order: `statements` (pure: rows become statements), `reading` (which rows, in which
order), `store` (the way to a record store), `sending` (the cursor and the job), `configuring`.
Described for people in docs/xapi.md.
"""
