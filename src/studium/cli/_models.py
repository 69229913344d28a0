"""`studium ai models`: the model servers of a site, from the command line of its machine."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from studium.lib.errors import Refused

if TYPE_CHECKING:
    from studium.lib.models import Job
    from studium.notes.models_seen import ModelView


def configure_models(models: ArgumentParser) -> None:
    """One action per button of the page of models."""
    actions = models.add_subparsers(dest="model_action", metavar="ACTION", required=True)
    actions.add_parser("list", help="the models there are, and which is in use")
    _configure_add(actions.add_parser("add", help="add a model; it is tested, then may be used"))
    for name, about in (
        ("test", "find out what a model can do"),
        ("use", "use a model for the whole site"),
        ("stop", "go back to the built-in engine"),
        ("remove", "take a model and its key away"),
    ):
        one = actions.add_parser(name, help=about)
        one.add_argument("name", metavar="NAME", help="the name it was given, or its id")
        if name == "test":
            _configure_wait(one)
    find = actions.add_parser("find", help="look for model servers on this machine")
    _configure_wait(find)
    budget = actions.add_parser("budget", help="show or set what may be used in a day")
    budget.add_argument("scope", nargs="?", choices=("user", "course", "site"))
    budget.add_argument("--tokens", metavar="N", help="most tokens a day, or none")
    budget.add_argument("--calls", metavar="N", help="most calls a day, or none")
    calls = actions.add_parser("calls", help="the last calls, with what they cost")
    calls.add_argument("--limit", type=int, default=20, metavar="N", help="how many [20]")


def _configure_add(add: ArgumentParser) -> None:
    add.add_argument("name", metavar="NAME", help="as people see it")
    add.add_argument("--dialect", choices=("openai", "anthropic"), default="openai")
    add.add_argument("--address", required=True, metavar="URL")
    add.add_argument("--model", required=True, metavar="NAME", help="as its server calls it")
    add.add_argument(
        "--key-stdin", action="store_true", help="read the key from standard input, one line"
    )
    add.add_argument("--price-in", default="0", metavar="X", help="of a million tokens read")
    add.add_argument("--price-out", default="0", metavar="X", help="of a million tokens written")
    _configure_wait(add)


def _configure_wait(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--wait", action="store_true", help="stay until it is done; works without a worker too"
    )


def run_models(options: Namespace) -> int:
    """Do one action and say what came of it."""
    acts: dict[str, Callable[[Namespace], int]] = {
        "list": _list, "add": _add, "test": _test, "use": _use, "stop": _stop,
        "remove": _remove, "find": _find, "budget": _budget, "calls": _calls,
    }  # fmt: skip
    return acts[options.model_action](options)


def _list(options: Namespace) -> int:
    from studium.notes import models_seen

    rows = models_seen.models_for(None)
    for one in rows:
        state = "in use" if one.is_chosen else "usable" if one.usable else "not usable"
        if one.tested_at is None:
            state = "not tested"
        print(f"{one.name}\t{one.dialect}\t{one.model}\t{one.address}\t{state}\t{one.id}")
    if not any(one.is_chosen for one in rows):
        print("The built-in engine works alone.")
    return 0


def _add(options: Namespace) -> int:
    from studium.lib import clock
    from studium.lib.jobs import live_job
    from studium.notes.actions import models_in_use
    from studium.notes.rules.spending import TEST_JOB

    made = models_in_use.add_model(
        by=None,
        name=options.name,
        dialect=options.dialect,
        address=options.address,
        model=options.model,
        key=sys.stdin.readline().strip() if options.key_stdin else "",
        price_in=_price(options.price_in),
        price_out=_price(options.price_out),
        now=clock.now(),
    )
    print(f"Added {made.name}. It is used after: studium ai models use {made.name!r}")
    job = live_job(TEST_JOB, made.pk)
    return _ended(job) if options.wait and job else 0


def _price(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Refused(f"{text!r} is not a price.") from None


def _test(options: Namespace) -> int:
    return _queued(options, "request_test", connection_id=_named(options.name).id)


def _find(options: Namespace) -> int:
    return _queued(options, "request_search")


def _queued(options: Namespace, action: str, **about: Any) -> int:
    from studium.lib import clock
    from studium.notes.actions import models_in_use

    job: Job = getattr(models_in_use, action)(by=None, now=clock.now(), **about)
    if not options.wait:
        print(f"Queued: {job.title}.")
        return 0
    return _ended(job)


def _ended(job: Job) -> int:
    """Work on the queue in this process too, until the job is over; say how it ended."""
    from studium.lib.jobs import live_job, work_off

    while live_job(job.kind, job.target) is not None:
        if not work_off(most_seconds=1800):
            time.sleep(0.5)  # another worker has it
    job.refresh_from_db()
    result = job.result or {}
    if job.status != "done":
        print(f"{job.title}: {job.status}. {job.reason}", file=sys.stderr)
        return 1
    print(f"{job.title}: {result.get('said', 'done')}")
    for one in result.get("found", ()):
        print(f"{one['name']}\t{one['address']}\t{', '.join(one['models'])}")
    return 0 if result.get("usable", True) else 1


def _use(options: Namespace) -> int:
    from studium.lib import clock
    from studium.notes.actions import models_in_use

    used = models_in_use.use_model(by=None, connection_id=_named(options.name).id, now=clock.now())
    print(f"{used.name} is in use from now on.")
    return 0


def _stop(options: Namespace) -> int:
    from studium.lib import clock
    from studium.notes.actions import models_in_use

    models_in_use.stop_model(by=None, connection_id=_named(options.name).id, now=clock.now())
    print("The built-in engine works alone from now on.")
    return 0


def _remove(options: Namespace) -> int:
    from studium.lib import clock
    from studium.notes.actions import models_in_use

    one = _named(options.name)
    models_in_use.remove_model(by=None, connection_id=one.id, now=clock.now())
    print(f"Removed {one.name} and its key.")
    return 0


def _budget(options: Namespace) -> int:
    from studium.lib import clock
    from studium.notes import models_seen
    from studium.notes.actions import models_in_use

    rows = {one.scope: one for one in models_seen.budgets_for(None)}
    if options.scope:
        held = rows[options.scope]
        models_in_use.set_budget(
            by=None,
            scope=options.scope,
            most_tokens=_amount(options.tokens, held.most_tokens),
            most_calls=_amount(options.calls, held.most_calls),
            now=clock.now(),
        )
        rows = {one.scope: one for one in models_seen.budgets_for(None)}
    for one in rows.values():
        print(f"{one.scope}\t{_said(one.most_tokens)} tokens\t{_said(one.most_calls)} calls a day")
    return 0


def _amount(text: str | None, held: int | None) -> int | None:
    """A limit as typed; what is not typed stays."""
    if text is None:
        return held
    if text == "none":
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Refused(f"{text!r} is neither a whole number nor the word none.")
    return int(text)


def _said(limit: int | None) -> str:
    return "no limit of" if limit is None else f"{limit:,}"


def _calls(options: Namespace) -> int:
    from studium.notes import models_seen

    rows, count = models_seen.calls_for(None, limit=max(1, options.limit), offset=0)
    for one in rows:
        print(
            f"{one['at']:%Y-%m-%d %H:%M:%S}\t{one['model']}\t{one['prompt_version']}\t"
            f"{one['outcome']}\t{one['tokens_in']}+{one['tokens_out']}\t{one['cost']}"
        )
    print(f"{count:,} calls in all.")
    return 0


def _named(name: str) -> ModelView:
    """The model of that name or id; `Refused` where there is none, or two."""
    from studium.notes import models_seen

    found = [one for one in models_seen.models_for(None) if name in (one.name, str(one.id))]
    if len(found) != 1:
        many = "several models are" if found else "no model is"
        raise Refused(f"Here {many} named {name!r}. See: studium ai models list")
    return found[0]
