"""The exam page in a real Chromium while everything goes wrong; then the database is compared.

Each trial is a student at the page, through a network that can be told to fail. What was typed is
written down; afterwards every answer and every line of the journal is held against it: nothing
lost, nothing doubled, nothing mixed between people. The suite runs the trials shortened
(tests/journeys/test_player.py), `python -m benchmarks.player_soak` in full.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

from benchmarks.bad_network import BadNetwork
from benchmarks.kill import Rows, answers_of, journal_of

KINDS = ("single_choice", "multiple_choice", "true_false", "short_text", "numeric", "tracing")
SAVED = re.compile("All answers saved")
NOT_SAVED = re.compile("Not saved yet: [0-9]+ waiting")
# A transaction that reads begins when those that wrote before it are complete, flushed to the disk.
_ON_DISK = """async (wanted) => {
  const reply = (asked) => new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const device = await reply(indexedDB.open("studium-exam"));
  const rows = await reply(device.transaction("changes").objectStore("changes").getAll());
  device.close();
  const kept = new Map(rows.map((row) => [row.question, JSON.stringify(row.response)]));
  return Object.entries(wanted).every(
    ([question, response]) => kept.get(question) === JSON.stringify(JSON.parse(response)),
  );
}"""


@dataclass(frozen=True, slots=True)
class Student:
    """A person with a running attempt, and the cookie that signs them in."""

    id: str
    email: str
    cookie: str
    attempt: str


@dataclass
class Stage:
    """What a trial plays on: browser, network, people, and the ways to the database.

    `act(name, **values)` does on the server's side what a student cannot: `close` and `sign_out`.
    """

    browser: Browser
    network: BadNetwork
    students: list[Student]
    rows: Rows
    act: Callable[..., None]
    patience: float = 30_000  # ms
    contexts: list[BrowserContext] = field(default_factory=list)

    def context(self, student: Student | None, **options: Any) -> BrowserContext:
        """A browser of its own, with somebody signed in."""
        context = self.browser.new_context(**options)
        context.set_default_timeout(self.patience)
        self.contexts.append(context)
        if student is not None:
            self.sign_in(context, student)
        return context

    def sign_in(self, context: BrowserContext, student: Student) -> None:
        """As signing in does: another cookie from now on."""
        context.add_cookies(
            [{"name": "studium", "value": student.cookie, "url": self.network.address}]
        )

    def open(self, context: BrowserContext, student: Student) -> Desk:
        """The student's paper in a new tab."""
        return Desk(context.new_page(), self.network.address, student, self.patience)

    def close(self) -> None:
        """Close every browser of the trial."""
        for context in self.contexts:
            context.close()


class Desk:
    """A tab with the paper: it answers questions and remembers what was answered."""

    def __init__(self, page: Page, address: str, student: Student, patience: float) -> None:
        self.page, self.address, self.student = page, address, student
        self.patience = patience
        self.answered: dict[str, Any] = {}
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(f"script error: {error}"))
        page.goto(f"{address}/exam-attempts/{student.attempt}/")
        self.awake()

    def awake(self) -> None:
        """Wait until the page's script has taken over and can be typed into."""
        self.page.locator("[data-exam].is-awake fieldset:visible:enabled").wait_for()

    def answer(self, number: int, turn: int = 0) -> None:
        """Answer the question with this number (from 1), in one of several ways."""
        box = self._shown(number)
        name = str(box.get_attribute("data-question"))
        self.answered[name] = _give(box, number, turn)

    def _shown(self, number: int) -> Locator:
        """The question's box. What is said about saving may move the list between press and
        release, and the browser then sees no click: as a person would, press once more."""
        box = self.page.locator(f"#q-{number}")
        for last in (False, False, True):
            if not box.is_visible():
                self.page.locator(f"[data-to=q-{number}]").click()
            try:
                expect(box).to_be_visible(timeout=self.patience if last else 3_000)
                break
            except AssertionError:
                if last:
                    raise
        return box

    def expect_saved(self) -> None:
        """The page says that everything is saved."""
        expect(self.page.locator("[data-save-state]")).to_have_text(SAVED, timeout=self.patience)

    def expect_not_saved(self) -> None:
        """The page says that something is not."""
        state = self.page.locator("[data-save-state]")
        expect(state).to_have_text(NOT_SAVED, timeout=self.patience)

    def expect_kept(self) -> None:
        """Every answer is on the disk of this device.

        A crash may take what was typed a moment before it; what the disk has, it may not take.
        """
        wanted = {name: json.dumps(one) for name, one in self.answered.items()}
        self.page.wait_for_function(_ON_DISK, arg=wanted, timeout=self.patience)


def _give(box: Any, number: int, turn: int) -> Any:
    """Fill in a question of any of `KINDS`; the response that the server should have then."""
    shape, kind = box.get_attribute("data-shape"), KINDS[(number - 1) % len(KINDS)]
    assert shape, kind
    mark = f"answer {number}.{turn}"
    if kind == "single_choice":
        wanted = "ab"[(number + turn) % 2]
        box.locator(f"input[value={wanted}]").check()
        return wanted
    if kind == "multiple_choice":
        wanted_ids = [["a"], ["a", "c"], ["b", "c"]][(number + turn) % 3]
        for option in "abc":
            box.locator(f"input[value={option}]").set_checked(option in wanted_ids)
        return wanted_ids
    if kind == "true_false":
        truth = (number + turn) % 2 == 0
        box.locator(f"input[value={'true' if truth else 'false'}]").check()
        return truth
    if kind == "numeric":
        box.locator("input").fill(f"{number}.{turn}5")
        return f"{number}.{turn}5"
    if kind == "tracing":
        box.locator("input[value=true]").check()
        box.locator("textarea").fill(mark)
        return {"compiles": True, "output": mark}
    if turn == 0:  # as a person types, letter by letter
        box.locator("input").press_sequentially(mark, delay=3)
    else:
        box.locator("input").fill(mark)
    return mark


# --- the world ------------------------------------------------------------------------------


def paper(course: Any, questions: int) -> Any:
    """An exam of half an hour with questions of each of `KINDS` in turn."""
    from tests import factories

    lesson = course.lessons.earliest("order_index")
    quiz = factories.quiz(lesson=lesson, status="draft", questions=0)
    for number in range(questions):
        factories.question(quiz=quiz, kind=KINDS[number % len(KINDS)])
    asked = list(quiz.questions.order_by("position"))
    return factories.exam(course=course, questions=asked, attempts_allowed=100)


def student(user: Any, exam: Any, begun: Any) -> Student:
    """The person with an attempt that has begun at that moment, and signed in."""
    from benchmarks.ground import session
    from studium.assessment.actions import sit
    from studium.lib import clock

    attempt = sit.start_attempt(by=user, exam_id=exam.pk, now=begun)
    return Student(str(user.pk), user.email, session(user, clock.now()), str(attempt.pk))


# --- the database ----------------------------------------------------------------------------


def judge(rows: Rows, student: Student, answered: dict[str, Any]) -> list[str]:
    """What is wrong: a sentence for each answer that is not there once as it was given."""
    attempt = UUID(student.attempt)
    faults = []
    saves: dict[str, list[tuple[int, Any]]] = {}
    for _, kind, question, revision, response in journal_of(attempt, rows):
        if kind == "save":
            saves.setdefault(question, []).append((revision, response))
    for question, lines in saves.items():
        if [revision for revision, _ in lines] != list(range(1, len(lines) + 1)):
            faults.append(f"revisions of {question} are not 1, 2, 3 … once each")
    kept = answers_of(attempt, rows)
    if kept != {question: lines[-1] for question, lines in saves.items()}:
        faults.append("the answers are not the last ones of the journal")
    for question in answered.keys() | kept.keys():
        given, found = answered.get(question), kept.get(question, (0, None))[1]
        if given != found:
            faults.append(f"{question}: typed {given!r}, stored {found!r}")
    return faults


def journal_size(rows: Rows, student: Student) -> int:
    """How many saves the journal has."""
    return sum(line[1] == "save" for line in journal_of(UUID(student.attempt), rows))


# --- the trials ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """What a trial came to: figures to print, and a sentence for each thing that must not be."""

    figures: dict[str, Any]
    faults: list[str]


def bad_replies(stage: Stage, *, questions: int = 40, delay: float = 5.0) -> Finding:
    """Answer every question while 30 % of the replies are lost and the others are late."""
    student = stage.students[0]
    desk = stage.open(stage.context(student), student)
    stage.network.drop, stage.network.delay = 0.3, delay
    began = time.monotonic()
    for number in range(1, questions + 1):
        desk.answer(number)
    for number in range(1, questions + 1, 4):  # and some twice
        desk.answer(number, turn=1)
    typed = time.monotonic() - began
    desk.expect_saved()
    took = time.monotonic() - began
    stage.network.drop = stage.network.delay = 0.0
    figures = dict(stage.network.counts) | {
        "answers": len(desk.answered),
        "changes_in_journal": journal_size(stage.rows, student),
        "seconds_typing": round(typed, 1),
        "seconds_until_saved": round(took, 1),
    }
    return Finding(figures, desk.errors + judge(stage.rows, student, desk.answered))


def offline(stage: Stage, *, seconds: float, fake: bool = False) -> Finding:
    """Work without a connection for a while, reload nothing, and get it all through afterwards.

    `fake` turns the page's clock on instead of waiting; the server's clock goes on as it is.
    """
    student = stage.students[0]
    context = stage.context(student)
    if fake:
        context.clock.install()
    desk = stage.open(context, student)
    desk.answer(1)
    desk.expect_saved()
    stage.network.up = False
    for number in range(1, 8):
        desk.answer(number, turn=1)
    _pass(desk, 11, fake=fake)
    desk.expect_not_saved()
    faults = [] if desk.page.locator("[data-offline]").is_visible() else ["no alarm after 10 s"]
    _pass(desk, seconds - 11, fake=fake)
    desk.answer(8, turn=2)
    desk.expect_not_saved()
    stage.network.up = True
    began = time.monotonic()
    if fake:
        desk.page.clock.run_for(20_000)
    desk.expect_saved()
    took = time.monotonic() - began
    expect(desk.page.locator("[data-offline]")).to_be_hidden()
    faults += desk.errors + judge(stage.rows, student, desk.answered)
    figures = {
        "seconds_offline": seconds,
        "answers": len(desk.answered),
        "saved_after": round(took, 1),
    }
    return Finding(figures, faults)


def _pass(desk: Desk, seconds: float, *, fake: bool) -> None:
    if fake:
        desk.page.clock.run_for(int(seconds * 1000))
    else:
        desk.page.wait_for_timeout(seconds * 1000)


def crash(stage: Stage) -> Finding:
    """The tab dies with answers that were never sent; a new one opens, and nobody touches it."""
    student = stage.students[0]
    context = stage.context(student)
    desk = stage.open(context, student)
    stage.network.saves = False
    for number in (1, 4, 5, 6):
        desk.answer(number)
    desk.expect_not_saved()
    desk.expect_kept()
    _crash(desk.page)
    again = stage.open(context, student)
    faults = [] if again.page.locator("#q-4 input").input_value() else ["the text is not shown"]
    again.expect_not_saved()
    stage.network.saves = True
    began = time.monotonic()
    again.expect_saved()
    took = time.monotonic() - began
    faults += again.errors + judge(stage.rows, student, desk.answered)
    figures = {"answers": len(desk.answered), "saved_after": round(took, 1)}
    return Finding(figures, faults)


def _crash(page: Page) -> None:
    """End the tab's process as a crash does: no event, no last words."""
    with suppress(Error):  # the one who would answer is dead
        page.goto("chrome://crash", timeout=3_000)
    page.close(run_before_unload=False)


def second_tab(stage: Stage) -> Finding:
    """A newer tab takes over; the older one is read-only until it says Continue here."""
    student = stage.students[0]
    context = stage.context(student)
    older = stage.open(context, student)
    stage.network.saves = False
    older.answer(4)  # waits in the older tab when the newer one opens
    newer = stage.open(context, student)
    expect(older.page.locator("[data-older]")).to_be_visible()
    faults = [] if older.page.locator("#q-4 input").is_disabled() else ["the older tab still types"]
    stage.network.saves = True
    newer.expect_saved()
    newer.answer(1)
    newer.answer(4, turn=1)
    newer.expect_saved()
    older.page.get_by_role("button", name="Continue here").click()
    expect(newer.page.locator("[data-older]")).to_be_visible()
    older.awake()
    older.answer(1, turn=1)
    older.expect_saved()
    answered = newer.answered | older.answered | {_name(older, 4): "answer 4.1"}
    faults += older.errors + newer.errors + judge(stage.rows, student, answered)
    return Finding({"saves": journal_size(stage.rows, student)}, faults)


def second_device(stage: Stage) -> Finding:
    """Two devices change one answer; the newer change counts and the other text is shown."""
    student = stage.students[0]
    here, there = (stage.open(stage.context(student), student) for _ in range(2))
    there.answer(4)
    there.expect_saved()
    here.answer(4, turn=1)
    here.expect_saved()
    message = here.page.locator("#q-4 [data-message]")
    expect(message).to_be_visible()
    shown = message.locator("input").input_value()
    faults = [] if shown == "answer 4.0" else [f"the other text is shown as {shown!r}"]
    faults += judge(stage.rows, student, here.answered)
    message.get_by_role("button", name="Use this one instead").click()
    here.expect_saved()
    expect(message.locator("input")).to_have_value("answer 4.1")
    stage_wait(lambda: not judge(stage.rows, student, there.answered))
    faults += here.errors + there.errors + judge(stage.rows, student, there.answered)
    return Finding({"saves": journal_size(stage.rows, student)}, faults)


def second_student(stage: Stage) -> Finding:
    """Two people, one browser: neither sees or sends what the other has left unsent."""
    first, second = stage.students[:2]
    context = stage.context(first)
    left = stage.open(context, first)
    stage.network.shut_for = first.attempt
    left.answer(4)
    left.answer(1)
    left.expect_not_saved()
    left.expect_kept()
    left.page.close(run_before_unload=False)
    stage.sign_in(context, second)
    desk = stage.open(context, second)
    text = desk.page.locator("#q-4 input").input_value()
    faults = ["the second student sees the first one's text"] if text else []
    desk.answer(4, turn=2)
    desk.expect_saved()
    faults += judge(stage.rows, first, {}) + judge(stage.rows, second, desk.answered)
    desk.page.close(run_before_unload=False)
    stage.network.shut_for = ""
    stage.sign_in(context, first)
    back = stage.open(context, first)
    back.expect_saved()
    faults += judge(stage.rows, first, left.answered) + judge(stage.rows, second, desk.answered)
    return Finding({"people": 2}, faults + desk.errors + back.errors)


def expired_session(stage: Stage) -> Finding:
    """The session ends; somebody else signs in, then its owner; what waits goes on by itself."""
    student, other = stage.students[:2]
    context = stage.context(student)
    desk = stage.open(context, student)
    context.clear_cookies(name="studium")
    desk.answer(4)
    dialog = desk.page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    faults = judge(stage.rows, student, {})
    stage.sign_in(context, other)
    expect(dialog.get_by_text("Somebody else is signed in")).to_be_visible()
    faults += judge(stage.rows, other, {})
    stage.sign_in(context, student)
    helper = context.new_page()  # where signing in again leads
    helper.goto(f"{stage.network.address}/exam-attempts/{student.attempt}/signed-in/")
    expect(helper.get_by_role("heading", name="You are signed in again")).to_be_visible()
    expect(dialog).to_be_hidden()
    desk.expect_saved()
    faults += desk.errors + judge(stage.rows, student, desk.answered)
    return Finding({}, faults + judge(stage.rows, other, {}))


def restart(stage: Stage, *, go_down: Callable[[], None], come_back: Callable[[], None]) -> Finding:
    """The server goes away in the middle and comes back; the same page goes on."""
    student = stage.students[0]
    desk = stage.open(stage.context(student), student)
    for number in (1, 2, 3):
        desk.answer(number)
    go_down()
    for number in (3, 4, 5):
        desk.answer(number, turn=1)
    desk.expect_not_saved()
    began = time.monotonic()
    come_back()
    desk.expect_saved()
    took = time.monotonic() - began
    faults = desk.errors + judge(stage.rows, student, desk.answered)
    return Finding({"saved_after": round(took, 1)}, faults)


def closed_by_staff(stage: Stage) -> Finding:
    """The staff hand in for the student: the page says so within seconds and shows the result."""
    student = stage.students[0]
    desk = stage.open(stage.context(student), student)
    desk.answer(1)
    desk.expect_saved()
    desk.page.wait_for_timeout(600)  # the page has to know the pulse to see it change
    stage.act("close", attempt=student.attempt)
    began = time.monotonic()
    desk.page.wait_for_url(re.compile("/result/$"))
    took = time.monotonic() - began
    faults = desk.errors + judge(stage.rows, student, desk.answered)
    return Finding({"shown_after": round(took, 1)}, faults)


def time_up(stage: Stage, *, late: bool) -> Finding:
    """Time runs out with answers that wait. Within the grace they count; `late`, they are shown."""
    student = stage.students[0]
    desk = stage.open(stage.context(student), student)
    desk.answer(1)
    desk.expect_saved()
    stage.network.up = False
    desk.answer(4)
    kept = desk.page.locator("[data-closing-text]")
    expect(kept).to_contain_text("are kept on this device", timeout=stage.patience)
    expect(desk.page.locator("#q-4 input")).to_be_disabled()
    stage.network.up = True
    desk.page.wait_for_url(re.compile("/result/$"))
    answered = dict(desk.answered)
    if late:
        answered.popitem()  # the one of the spell without a connection
        expect(desk.page.get_by_text("answer 4.0")).to_be_visible()
    return Finding({"late": late}, desk.errors + judge(stage.rows, student, answered))


def _name(desk: Desk, number: int) -> str:
    return str(desk.page.locator(f"#q-{number}").get_attribute("data-question"))


def stage_wait(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something holds, at most so long."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)


def line(name: str, finding: Finding, seconds: float) -> str:
    """What is printed for a trial."""
    verdict = "nothing lost, doubled or mixed" if not finding.faults else "; ".join(finding.faults)
    return f"{name}: {json.dumps(finding.figures)} in {seconds:.0f} s: {verdict}"
