"""What changes analytics: take in what was answered, and rebuild it all from zero."""

from studium.analytics.catching_up import catch_up
from studium.analytics.rebuilding import Report, rebuild

__all__ = ["Report", "catch_up", "rebuild"]
