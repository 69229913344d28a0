"""Settings from the environment, read once. A wrong value stops start-up with a sentence."""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit


class WrongSetting(SystemExit):
    """Start-up stops: says which variable, what it holds, and what it should hold."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        super().__init__(f"The setting {name} is {value!r}; it should be {expected}.")


def env_text(name: str, default: str = "") -> str:
    """A variable as text, without blanks at its ends."""
    return os.environ.get(name, default).strip()


def env_bool(name: str, default: bool = False) -> bool:
    """A variable as yes or no."""
    value = env_text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise WrongSetting(name, value, "one of 1, 0, true, false, yes, no")


def env_int(name: str, default: int, *, low: int, high: int) -> int:
    """A variable as a whole number within limits."""
    value = env_text(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise WrongSetting(name, value, f"a whole number from {low} to {high}")
    return number


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """A variable that is one of a few words."""
    value = env_text(name, default) or default
    if value not in choices:
        raise WrongSetting(name, value, "one of " + ", ".join(choices))
    return value


def env_list(name: str) -> list[str]:
    """A variable as a list, separated by commas."""
    return [part.strip() for part in env_text(name).split(",") if part.strip()]


def database(url: str, data_dir: str) -> dict[str, object]:
    """Django's description of the database that `DATABASE_URL` names; SQLite when it is empty."""
    parts = urlsplit(url)
    if not url or parts.scheme == "sqlite":
        path = unquote(parts.path) if url else os.path.join(data_dir, "studium.sqlite3")
        return _sqlite(path.removeprefix("/") if path.startswith("/./") else path)
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(parts.path, url)
    raise WrongSetting("DATABASE_URL", parts.scheme + "://…", "sqlite:///… or postgresql://…")


def _sqlite(path: str) -> dict[str, object]:
    # IMMEDIATE: a transaction that reads first and writes later cannot be refused half-way.
    # FULL: an acknowledged answer is on the disk before the acknowledgement is sent.
    return {
        "ENGINE": "studium.lib.sqlite",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA mmap_size=268435456; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY; "
                "PRAGMA recursive_triggers=ON"
            ),
        },
        "TEST": {"NAME": path + ".test"},
    }


def _postgresql(path: str, url: str) -> dict[str, object]:
    name = unquote(path.lstrip("/"))
    if not name:
        raise WrongSetting("DATABASE_URL", "postgresql://…", "an address that ends in a database")
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or query.get("host", "")),
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": None,
        # Behind PgBouncer in transaction mode prepared statements must be off.
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 2}
        if not env_bool("STUDIUM_PGBOUNCER")
        else {},
    }
