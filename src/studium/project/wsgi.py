"""The WSGI entry for any server; `studium serve` runs it under granian."""

import os
from collections.abc import Callable
from typing import Any

import django


def _application() -> Callable[..., Any]:
    """The site's application, imported once the settings are there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studium.project.settings")
    django.setup(set_prefix=False)
    from studium.lib.lending import Lending
    from studium.web.application import Application

    return Lending(Application())


application = _application()
