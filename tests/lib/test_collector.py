"""The collector of cycles rests while anybody is inside, and is then as it was."""

from __future__ import annotations

import gc

from studium.lib.collector import collector_at_rest


def test_the_last_one_out_starts_it_again() -> None:
    assert gc.isenabled()
    first, second = collector_at_rest(), collector_at_rest()
    first.__enter__()
    second.__enter__()
    assert not gc.isenabled()
    first.__exit__(None, None, None)  # of two threads, the first one in may be the first one out
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_one_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collector_at_rest():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
