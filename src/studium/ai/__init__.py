"""The AI engine: lesson text in, checked study notes out. Plain Python, no Django, no tables."""

from __future__ import annotations

import os

# Read once, when numpy is loaded. On matrices as small as a course's, several threads take four
# times the CPU of one and no less time; and with one the result hangs on no machine's cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
