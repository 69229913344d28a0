"""The `studium` command: one command per module of this package, parse then act.

A command module has
    HELP                          one line for `studium --help`
    configure(parser)             adds its arguments to an `argparse` parser
    run(options) -> int           does it; the value is the exit code
    before_setup(options)         optional: runs before the settings are read
It imports Django and our packages inside its functions, so that `--help` is quick. A module whose
name begins with an underscore is no command; one underscore at the end is not part of the name, one
within it is a hyphen.
"""

from __future__ import annotations

import argparse
import gc
import os
import pkgutil
import sys
from importlib import import_module
from types import ModuleType

RESTORE_UNDER_WAY = "restore-under-way.json"
"""Where a restore notes what it is putting in place (`_backups.swap`), in the data folder."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; wrong input and refusals end with a sentence and exit code 1 or 2."""
    parser, modules = _parser()
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studium.project.settings")
    try:
        return _run(modules[options.command], options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def commands() -> dict[str, ModuleType]:
    """Every command by name, in the order of the alphabet."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__) if one.name[0] != "_")
    return {
        name.rstrip("_").replace("_", "-"): import_module(f"{__name__}.{name}") for name in names
    }


def _parser() -> tuple[argparse.ArgumentParser, dict[str, ModuleType]]:
    from importlib.metadata import version

    parser = argparse.ArgumentParser(
        prog="studium",
        description="Studium, a learning platform. Settings come from STUDIUM_… variables and "
        "DATABASE_URL.",
    )
    parser.add_argument("--version", action="version", version=f"studium {version('studium')}")
    choices = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    modules = commands()
    for name, module in modules.items():
        about = " ".join((module.HELP, getattr(module, "MORE", ""))).strip()
        module.configure(choices.add_parser(name, help=module.HELP, description=about))
    return parser, modules


def _run(module: ModuleType, options: argparse.Namespace) -> int:
    """Set Django up, act, and turn what people can mend into sentences."""
    getattr(module, "before_setup", _nothing)(options)
    from django.core.exceptions import ImproperlyConfigured
    from django.db import InterfaceError, OperationalError, ProgrammingError

    from studium.lib.errors import Refused

    try:
        _set_up()
        _mend_what_was_cut_off()
        code: int = module.run(options)
        return code
    except Refused as refusal:
        told = [f"  {k}: {v}" for k, v in refusal.fields.items() if v not in refusal.message]
        return _say(refusal.message, *told)
    except ImproperlyConfigured as error:
        return _say(f"The settings do not fit together: {error}")
    except (OperationalError, ProgrammingError, InterfaceError) as error:
        return _say(_about_database(str(error).strip().splitlines()[0]))
    except BrokenPipeError:
        raise
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        return _say(f"The system said: {error.strerror or error}{place}.")
    except Exception as error:
        return _unforeseen(error)


def _set_up() -> None:
    """Set Django up, once in a process.

    What is imported stays until the process ends: it is not looked through for garbage, neither
    while it comes nor at the end, which would take a quarter of a short command's time.
    """
    import django
    from django.apps import apps

    from studium.lib import memory

    if not apps.ready:
        with memory.filling_up():
            django.setup()
            gc.freeze()


def _mend_what_was_cut_off() -> None:
    """A restore that was ended between two of its renames must not be taken for a site."""
    from django.conf import settings

    if (settings.DATA_DIR / RESTORE_UNDER_WAY).exists():
        from studium.cli._backups import restoring

        restoring.mend()


def _unforeseen(error: Exception) -> int:
    """A mistake of ours: one line for people, and where it is for those who ask."""
    from django.conf import settings

    if settings.DEBUG:
        raise error
    return _say(
        f"Something went wrong that was not foreseen: {type(error).__name__}: {error}",
        "Run it again with STUDIUM_DEBUG=1 to see where, and report it.",
    )


def _about_database(said: str) -> str:
    if "no such table" in said or "does not exist" in said:
        return f"The database is not ready: {said}. Run `studium migrate` first."
    return f"The database did not do it: {said}. Check DATABASE_URL and that it runs."


def _say(*lines: str) -> int:
    print(*lines, sep="\n", file=sys.stderr)
    return 1


def _nothing(options: argparse.Namespace) -> None:
    """For commands that need nothing before the settings are read."""
