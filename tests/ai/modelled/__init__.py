"""Engines over a model, against a real server that behaves as told."""
