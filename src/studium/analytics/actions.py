"""What changes analytics: take in what was answered, and rebuild it all from zero."""

from studium.analytics.catching_up import catch_up
from studium.analytics.erasing import erase_person
from studium.analytics.exporting import ask_for_export
from studium.analytics.practising import (
    Begun,
    begin_practice,
    finish_practice,
    look_at_progress,
    offer_practice,
)
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
    "Begun",
    "Report",
    "ask_for_export",
    "begin_practice",
    "catch_up",
    "configure_xapi",
    "erase_person",
    "finish_practice",
    "forget",
    "forget_slips",
    "forget_suggestions",
    "look_at_progress",
    "measure_predictions",
    "note_slip",
    "offer_practice",
    "rebuild",
    "request_xapi_sending",
    "stop_xapi",
    "suggest_practice",
    "take_back_slip",
    "take_back_suggestion",
]
