"""`make soak`: the long forms of the proofs of durability; minutes, not seconds.

    python -m benchmarks.soak                 # 50 kills and a trace on each database
    python -m benchmarks.soak --runs 200

Kill: nothing acknowledged is lost when every process of the server dies at once. Trace: every
acknowledgement is sent after a sync of its commit, and without the guarantee the trace says so.
"""

from __future__ import annotations

import argparse

from benchmarks import fsync_trace, kill


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=50, help="kills on each database")
    options = parser.parse_args()
    good = []
    for database in kill.DATABASES:
        good.append(kill.trials(database, runs=options.runs, clients=4))
        for loose in (False, True):
            good.append(fsync_trace.report(database, saves=fsync_trace.SAVES, loose=loose))
    print("all proofs hold" if all(good) else "A PROOF FAILED, see above")
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main())
