"""Nothing looks for garbage while a program fills up, and looking goes on afterwards."""

from __future__ import annotations

import gc

import pytest

from studium.lib import memory


def test_garbage_is_looked_for_again_also_after_an_error() -> None:
    with memory.filling_up():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError), memory.filling_up():
        raise KeyError
    assert gc.isenabled()


def test_it_stays_off_where_it_was_off() -> None:
    gc.disable()
    try:
        with memory.filling_up():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
