"""What changes analytics: take in what was answered, and rebuild it all from zero."""

from studium.analytics.catching_up import catch_up
from studium.analytics.exporting import ask_for_export
from studium.analytics.purging import forget
from studium.analytics.rebuilding import Report, rebuild
from studium.analytics.reliability import measure_predictions
from studium.analytics.slips import forget_slips, note_slip, take_back_slip
from studium.analytics.suggesting import (
    forget_suggestions,
    suggest_practice,
    take_back_suggestion,
)
from studium.analytics.xapi.configuring import configure_xapi, request_xapi_sending, stop_xapi

__all__ = [
    "Report",
    "ask_for_export",
    "catch_up",
    "configure_xapi",
    "forget",
    "forget_slips",
    "forget_suggestions",
    "measure_predictions",
    "note_slip",
    "rebuild",
    "request_xapi_sending",
    "stop_xapi",
    "suggest_practice",
    "take_back_slip",
    "take_back_suggestion",
]
