"""The short form of `python -m benchmarks.kill`: the real server is killed while it saves."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from benchmarks import kill, processes

from tests import migrated

ATTEMPT = UUID("0199aaaa-0000-7000-8000-000000000001")
QUESTION = str(UUID("0199aaaa-0000-7000-8000-000000000002"))


@pytest.mark.slow
def test_what_was_acknowledged_is_there_once_after_the_server_was_killed(
    address: str, tmp_path: Path
) -> None:
    database = "postgresql" if address else "sqlite"

    (outcome,) = kill.trial(database, 1, 3, tmp_path, address)  # 200 kills are in `make soak`

    assert outcome.faults == []
    assert outcome.acknowledged >= kill.FEWEST
    # The watcher of the family, the watcher of the web workers, and two of these.
    assert outcome.killed == 4


def _judged(journal: list[tuple[object, ...]], shown: int) -> list[str]:
    """The faults that are found when revision 2 was acknowledged and this is what there is."""

    def rows(text: str) -> list[tuple[object, ...]]:
        if "attempt_events" in text:
            return journal
        return [(QUESTION, shown, '"b"')]

    client = kill.Client(0, "ada@example.org", attempt=str(ATTEMPT))
    client.acknowledged = {(QUESTION, 1): "a", (QUESTION, 2): "b"}
    return kill.compare(client, None, {QUESTION: (shown, "b")}, rows)[0]


_START = (1, "start", None, None, None)
_FIRST = (2, "save", QUESTION, 1, '"a"')
_SECOND = (3, "save", QUESTION, 2, '"b"')


def test_a_whole_journal_has_no_fault() -> None:
    assert _judged([_START, _FIRST, _SECOND], 2) == []


@pytest.mark.parametrize(
    ("journal", "shown"),
    [
        pytest.param([_START, _FIRST], 1, id="lost"),
        pytest.param([_START, _FIRST, _SECOND, (4, *_SECOND[1:])], 2, id="doubled"),
        pytest.param([_START, _FIRST, (4, *_SECOND[1:])], 2, id="gap"),
        pytest.param([_START, _FIRST, (3, "save", QUESTION, 2, '"c"')], 2, id="other response"),
        pytest.param([_START, _FIRST, _SECOND], 1, id="answer behind its journal"),
    ],
)
def test_a_loss_a_doubling_and_a_gap_are_seen(
    journal: list[tuple[object, ...]], shown: int
) -> None:
    assert _judged(journal, shown)


def test_every_process_of_a_started_server_is_killed(tmp_path: Path) -> None:
    migrated.copy_sqlite(tmp_path / migrated.DATABASE)
    server = processes.studium(tmp_path)
    pids = server.pids()

    assert server.kill() == len(pids) == 4
    assert server.pids() == []
