"""Talking to a model server: one address, limits on everything, and no trust in what comes back."""
