"""Measuring the engine on a log of answers: protocols, figures, baselines. Plain Python."""
