"""What holds for everybody, written and read again."""

from __future__ import annotations

import json

from studium.analytics import stored
from studium.analytics.engine import Shared


def test_what_did_not_move_is_written_as_it_was_and_what_did_as_it_is() -> None:
    _, [(_, *written)] = stored.shared_write(1, Shared())
    read = stored.shared_of(written)
    _, [(_, *again)] = stored.shared_write(1, read)
    assert again == written
    assert read.means[0] == 0.0
    read.means[0] = -0.0  # equal, and another number
    read.variances[-1] += 1e-16
    _, [(_, means, variances, *_)] = stored.shared_write(1, read)
    assert means.startswith("[-0.0,")
    assert json.loads(variances) == read.variances
