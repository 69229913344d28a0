"""The product's settings with SQLite's `synchronous=NORMAL`: what a trace of syncs must catch."""

from studium.project.settings import *  # noqa: F403  # all of them, but one
from studium.project.settings import DATABASES

_options = DATABASES["default"]["OPTIONS"]
assert isinstance(_options, dict)
_options["init_command"] = _options["init_command"].replace(
    "synchronous=FULL", "synchronous=NORMAL"
)
