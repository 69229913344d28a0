"""A plugin of pytest: what was collected once is run by several processes, file by file.

    python -m pytest -p tools.side_by_side --processes=2

Each process is a copy (a fork) of the one that has collected, so imports and collection are paid
for once. A process that is done with a file takes the next one nobody has taken. What the tests
said goes to the first process, which reports it as if it had run them: one summary, one XML file.

A process that dies fails the test it was running, and another goes on with the rest of the file. A
test of which nothing was heard at the end is a failure too.
"""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any, NoReturn, cast

import pytest
from _pytest import junitxml

Numbers = Sequence[int]
"""Places in the list of what was collected: tests of one file, in their order."""
NO_TEST = -1
_END: tuple[str, Any] = ("end", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--processes", type=int, default=1, help="how many run tests side by side")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Share the tests out; None leaves them to pytest's own loop."""
    option = session.config.option
    broken = session.testsfailed and not option.continue_on_collection_errors
    if option.processes < 2 or option.collectonly or broken or not session.items:
        return None
    Run(session).all(option.processes)
    return True


@dataclass
class Process:
    """One that runs tests, as the first process knows it."""

    number: int
    pid: int
    line: Connection
    left: list[int]  # of the file it has taken


class Run:
    """The tests of a session, shared out."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session
        self.config = session.config
        files = groupby(range(len(session.items)), key=lambda place: session.items[place].path)
        self.files: list[list[int]] = [list(places) for _, places in files]
        self.open: list[Process] = []
        # Made here, so that the processes' folders stand together in the folder of this run.
        self.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  # no public way

    def all(self, processes: int) -> None:
        """Run everything, or until pytest was told to stop (`-x`)."""
        try:
            for number in range(min(processes, len(self.files))):
                self.begin(number)
            while self.open and not self.stopped():
                for line in wait([process.line for process in self.open]):
                    self.hear(next(one for one in self.open if one.line is line))
        finally:
            for process in self.open:
                process.line.close()
                os.waitpid(process.pid, 0)
        if self.session.shouldfail:
            raise self.session.Failed(self.session.shouldfail)
        if self.session.shouldstop:
            raise self.session.Interrupted(self.session.shouldstop)
        for place in [place for file in self.files for place in file]:
            self.fail(place, "No process was left to run this test.")

    def begin(self, number: int, left: Numbers = ()) -> None:
        """Start a process; what is left of a file is its first work."""
        sys.stdout.flush()
        sys.stderr.flush()
        here, there = Pipe()
        if (pid := os.fork()) == 0:
            here.close()
            for process in self.open:  # else they would not notice that the first process is gone
                process.line.close()
            Copy(self.session, number, there).work()
        there.close()
        self.open.append(Process(number, pid, here, []))
        if left:
            self.files.insert(0, list(left))

    def hear(self, process: Process) -> None:
        """Take one message of a process: a request for work, reports, a warning, or its end."""
        kind, content = _END
        with suppress(EOFError, ConnectionResetError):
            kind, content = process.line.recv()
        hook = self.config.hook
        if kind == "work":
            process.left = self.files.pop(0) if self.files else []
            process.line.send(list(process.left))
        elif kind == "tests":
            place, reports = content
            if place in process.left:
                process.left.remove(place)
            for data in reports:
                report = hook.pytest_report_from_serializable(config=self.config, data=data)
                hook.pytest_runtest_logreport(report=report)
        elif kind == "warning":
            hook.pytest_warning_recorded.call_historic(kwargs=content)
        else:
            self.ended(process)

    def stopped(self) -> bool:
        return bool(self.session.shouldfail or self.session.shouldstop)

    def ended(self, process: Process) -> None:
        """See off a process; where it should have gone on, another one does."""
        self.open.remove(process)
        process.line.close()
        code = os.waitstatus_to_exitcode(os.waitpid(process.pid, 0)[1])
        if not (code or process.left):
            return
        if not process.left:
            raise RuntimeError(f"A process that runs tests ended with {code}.")
        self.fail(process.left[0], f"The process ended with {code} while it ran this test.")
        if self.files or process.left[1:]:
            self.begin(process.number, process.left[1:])

    def fail(self, place: int, why: str) -> None:
        """Report a failure of a test of which nothing else is known."""
        item = self.session.items[place]
        report = pytest.TestReport(item.nodeid, item.location, {}, "failed", why, "call")
        self.config.hook.pytest_runtest_logreport(report=report)


class Copy:
    """The same session in a process of its own."""

    def __init__(self, session: pytest.Session, number: int, line: Connection) -> None:
        self.session = session
        self.config = session.config
        self.number = number
        self.line = line
        self.reports: list[pytest.TestReport] = []
        self.parted = False

    def work(self) -> NoReturn:
        """Run tests until there are none left, and end the process."""
        code = 1
        try:
            self.part_from_the_first()
            self.run_files()
            code = 0
        except (BrokenPipeError, EOFError, KeyboardInterrupt):
            pass  # nobody is left to tell
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def part_from_the_first(self) -> None:
        """Give up what only one process may have, and take a name, which databases get as well."""
        name = f"gw{self.number}"  # as `pytest-xdist` names them, so that plugins know it
        config = cast("Any", self.config)
        config.workerinput = {"workerid": name}
        factory = config._tmp_path_factory
        factory._basetemp = factory.mktemp(f"{name}-")
        factory._next_number = {}
        manager = self.config.pluginmanager
        for plugin in ("terminalreporter", "lfplugin", "nfplugin", "stepwiseplugin"):
            if manager.has_plugin(plugin):
                manager.unregister(name=plugin)
        if xml := self.config.stash.get(junitxml.xml_key, None):
            manager.unregister(xml)
        # Files that catch output have a place at which they are written; copies would share it.
        if capture := manager.get_plugin("capturemanager"):
            capture.stop_global_capturing()
            capture.start_global_capturing()
            capture.suspend_global_capture()
        manager.register(self, "side_by_side")  # which hands it all warnings there were so far
        self.parted = True

    def run_files(self) -> None:
        item = None
        try:
            while places := self.taken():
                for place, then in zip(places, [*places[1:], None], strict=True):
                    item = self.session.items[place]
                    following = self.session if then is None else self.session.items[then]
                    # After a file everything is taken down but what the session shares.
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                    self.tell(place)
                    if self.session.shouldfail or self.session.shouldstop:
                        return
        finally:
            if item is not None:
                self.take_down(item)

    def taken(self) -> list[int]:
        self.line.send(("work", None))
        return cast("list[int]", self.line.recv())

    def take_down(self, item: pytest.Item) -> None:
        """Take down what the session shared; a failure is one of the last test."""
        state = self.session._setupstate
        call = pytest.CallInfo.from_call(lambda: state.teardown_exact(None), when="teardown")
        if call.excinfo:
            self.reports = [pytest.TestReport.from_item_and_call(item, call)]
            self.tell(NO_TEST)

    def tell(self, place: int) -> None:
        hook = self.config.hook
        data = [
            hook.pytest_report_to_serializable(config=self.config, report=report)
            for report in self.reports
        ]
        self.reports = []
        self.line.send(("tests", (place, data)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.reports.append(report)

    def pytest_warning_recorded(
        self, warning_message: warnings.WarningMessage, when: str, nodeid: str, location: Any
    ) -> None:
        if not self.parted:
            return
        said = warning_message
        plain = warnings.WarningMessage(
            str(said.message), said.category, said.filename, said.lineno, None, said.line
        )
        told = {"warning_message": plain, "when": when, "nodeid": nodeid, "location": location}
        self.line.send(("warning", told))
