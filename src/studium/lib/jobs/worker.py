"""The worker process: takes messages one by one and runs their jobs, with the sweeper beside it.

One process and a few threads, instead of the five processes of the queue library's own cluster: it
rests in a third of the memory, and no lock is shared with a process that may be killed. More
workers, on this machine or others, are more of these processes.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from types import FrameType

from studium.lib.jobs import library
from studium.lib.jobs.context import stopping
from studium.lib.jobs.registry import all_periodic, autodiscover
from studium.lib.jobs.run import deliver, drop_broken_connection
from studium.lib.jobs.sweep import Rounds
from studium.lib.memory import own_megabytes

log = logging.getLogger(__name__)

# After a job that made a worker this much larger than it was when it began, it ends, and its parent
# starts a fresh one: memory is given back. What it began with is its parent's, however much that is
# (`studium run` has played the demo's term), and would be there again.
_MOST_GROWTH = 40  # MB; making notes takes some 25, and a little more with each long lesson

# Where processors are short, whoever waits for a page goes first: a worker that has to share gets
# about a tenth of what a web process gets.
_NICENESS = 10


def run_worker() -> None:
    """Work until SIGTERM or SIGINT: then the running job goes back into the queue at its next step.

    Call it in the main thread of a process of its own.
    """
    os.nice(_NICENESS)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    autodiscover()
    rounds = [Rounds(), *(Rounds(one) for one in all_periodic() if one.alone)]
    threads = [
        threading.Thread(target=one.run, name="studium-rounds", daemon=True) for one in rounds
    ]
    for thread in threads:
        thread.start()
    messages, begun = library.Messages(), own_megabytes()
    while not stopping.is_set():
        if _one_turn(messages) and own_megabytes() > begun + _MOST_GROWTH:
            stopping.set()
    for thread in threads:
        thread.join(timeout=5)


def work_off(*, most_seconds: float = 60.0) -> int:
    """Run waiting jobs in this process until none is left; returns how many messages were seen to.

    For commands that wait for their own jobs where no worker runs, and for tests.
    """
    autodiscover()
    messages = library.Messages()
    end = time.monotonic() + most_seconds
    count = 0
    while time.monotonic() < end and messages.waiting():
        count += _one_turn(messages)
    return count


def _stop(number: int, frame: FrameType | None) -> None:
    stopping.set()


def _one_turn(messages: library.Messages) -> int:
    """See to at most one message; a database that does not answer costs a second."""
    count = 0
    try:
        for receipt, job_id in messages.take():
            deliver(job_id)
            messages.acknowledge(receipt)
            count += 1
    except Exception:
        log.exception("A message could not be seen to; its job is swept up later.")
        drop_broken_connection()
        stopping.wait(1)
    return count
