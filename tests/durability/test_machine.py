"""Any order of events gives what the contract says. `make soak` runs 500 examples of 50 steps.

`EXAM_MACHINE=500x50 pytest tests/durability/test_machine.py` does the same by hand.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.durability.machine import Sitting


@pytest.mark.slow
@pytest.mark.django_db
def test_any_order_of_starts_saves_crashes_and_hand_ins_is_kept_as_the_contract_says() -> None:
    examples, steps = (int(part) for part in os.environ.get("EXAM_MACHINE", "12x25").split("x"))
    run_state_machine_as_test(
        Sitting,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink] if examples < 100 else [Phase.generate],
            report_multiple_bugs=False,
            derandomize=examples < 100,  # the short form is the same for everybody
            suppress_health_check=list(HealthCheck),
        ),
    )
