"""`studium user`: people, from the command line."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser, Namespace

HELP = "add people: user add EMAIL --name NAME --role ROLE"
ROLES = ("student", "instructor", "admin")


def configure(parser: ArgumentParser) -> None:
    """One action so far."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser(
        "add",
        help="add one person",
        description="Add one person. The password is asked for on the terminal; it is never an "
        "argument, because other people of the machine can read those.",
    )
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", required=True, help="as shown to others")
    add.add_argument(
        "--role",
        default="student",
        choices=ROLES,
        type=str.lower,
        help="student, instructor (may create courses) or admin (default: %(default)s)",
    )
    given = add.add_mutually_exclusive_group()
    given.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )
    given.add_argument(
        "--no-password", action="store_true", help="set none; the person resets it by mail"
    )


def run(options: Namespace) -> int:
    """Add the person and say so."""
    from studium.identity.actions import people
    from studium.lib import clock

    person = people.create_person(
        by=None,
        name=options.name,
        email=options.email,
        role=options.role.upper(),
        password=_password(options),
        now=clock.now(),
    )
    print(f"Added {person.name} ({person.email}) as {options.role}.")
    return 0


def _password(options: Namespace) -> str | None:
    from studium.lib.errors import Invalid

    if options.no_password:
        return None
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Invalid("There is no terminal to ask on. Use --password-stdin or --no-password.")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise Invalid("The two passwords differ; nobody was added.")
    return password
