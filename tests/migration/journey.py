"""All steps in order, under users who come back every few minutes, once a week, and in two tabs."""

import heapq
import random

from services import (
    ACCESS, DAY, FAR, HOUR, MINUTE, REFRESH, SHORT_SECRET, Again, Process, Python, PythonByKey, Refused,
    Rust,
)  # fmt: skip

BEGIN = 1_700_000_000
ROLLOUT = 40 * MINUTE
PYTHON_STEPS = {0: [], 1: [1], 2: [1, 2], 3: [1, 2, 3], 4: [1, 2, 3], 5: [1, 2, 3, 5], 6: [1, 2, 3, 5]}


class Browser:
    def __init__(self, user_id: int, habit: str):
        self.user_id, self.habit = user_id, habit
        self.user_type, self.session_id = "customer", f"session{user_id}"
        self.access = self.refresh = None
        self.access_until = self.refresh_until = 0

    def take(self, now: int, access: str, refresh: str | None):
        # A second for each clock that is ahead.
        self.access, self.access_until = access, now + ACCESS - Rust.ahead
        if refresh is not None:
            self.refresh, self.refresh_until = refresh, now + REFRESH - Rust.ahead

    def next_visit(self, now: int, rng: random.Random) -> int:
        if self.habit == "weekly":
            return self.refresh_until - rng.randrange(1, 10)
        return now + rng.randrange(1, 6 * HOUR)


class Journey:
    """A fleet that changes, and users whom it must never lose."""

    def __init__(self, process: Process, sessions: bool, rng: random.Random):
        self.process, self.sessions, self.rng = process, sessions, rng
        process.restart()
        self.now, self.fleet, self.visits, self.count = BEGIN, [], [], 0
        self.until, self.stopped = FAR, None
        self.checks = self.refreshes = self.agains = 0
        self.browsers = []
        self.step, self.rollout = 0, False

    def one(self, can: str):
        return self.rng.choice([service for service in self.fleet if getattr(service, can)])

    def new_users(self):
        for habit in ("often", "often", "weekly", "tabs"):
            self.count += 1
            browser = Browser(self.count, habit)
            at = self.one("issues")
            access, refresh = at.login(self.now, browser.user_id, "customer", browser.session_id)
            browser.take(self.now, access, refresh)
            self.accepted_everywhere(browser)
            self.browsers.append(browser)
            self.plan(browser)

    def plan(self, browser: Browser, at: int | None = None):
        self.count += 1
        at = browser.next_visit(self.now, self.rng) if at is None else at
        heapq.heappush(self.visits, (at, self.count, browser))

    def accepted_everywhere(self, browser: Browser):
        for service in self.fleet:
            if service.verifies:
                got = service.verify(self.now, browser.access)
                assert got == {"user_id": browser.user_id, "user_type": "customer"}, (service.name, got)
                self.checks += 1

    def visit(self, browser: Browser):
        """A request; and a refresh if the access token has expired, in each tab that is open."""
        if self.now < browser.access_until:
            self.accepted_everywhere(browser)
            self.plan(browser, browser.access_until if self.rollout else None)
            return
        answers = []
        for _ in range(2 if browser.habit == "tabs" else 1):
            at = self.one("refreshes")
            try:
                answers.append(at.refresh(self.now, browser.refresh, "customer"))
            except Again:
                self.agains += 1
        if not answers:
            self.plan(browser, self.now + MINUTE)
            return
        # The answers overtake one another.
        self.rng.shuffle(answers)
        for access, refresh in answers:
            browser.take(self.now, access, refresh)
            self.refreshes += 1
            self.accepted_everywhere(browser)
        self.plan(browser, browser.access_until if self.rollout else None)

    def pass_time(self, seconds: int):
        end = self.now + seconds
        while self.visits and self.visits[0][0] <= end:
            at, _, browser = heapq.heappop(self.visits)
            self.now = max(self.now, at)
            try:
                self.visit(browser)
            except Refused as error:
                names = [service.name for service in self.fleet]
                raise AssertionError(
                    f"step {self.step}: user {browser.user_id}, {browser.habit}, is out: {error}. {names}"
                ) from None
        self.now = end

    def services(self, step: int) -> list:
        """The instances that are there when the step has been taken."""
        fleet = []
        if step <= 9:
            fleet.append(Python(*PYTHON_STEPS.get(step, [1, 2, 3, 5, 7])))
        else:
            fleet.append(PythonByKey(step))
        if step >= 4:
            fleet.append(Rust(self.process, step, self.sessions, self.until))
        return fleet

    def take_step(self, step: int):
        """First some instances, and then all."""
        self.step = step
        if step == 8:
            self.until = self.stopped + REFRESH
        after = self.services(step)
        self.fleet = [*self.fleet, *after]
        self.new_users()
        self.rush()
        self.pass_time(ROLLOUT)
        self.rollout = False
        self.new_users()
        self.fleet = after
        if step == 7:
            self.stopped = self.now
        self.new_users()
        self.intruders()

    def rush(self):
        """Everybody is there during a rollout, and refreshes as soon as it is needed."""
        self.rollout = True
        self.visits = [visit for visit in self.visits if visit[2].habit == "weekly"]
        heapq.heapify(self.visits)
        for browser in self.browsers:
            if browser.habit != "weekly":
                self.plan(browser, self.now + self.rng.randrange(15 * MINUTE))

    def wait(self, step: int) -> int:
        """How long the page says to wait after a step, at the least."""
        days = self.rng.randrange(1, 3) * DAY
        # After step 7 so long that those who come back once a week come during steps 8 and 9.
        after_7 = REFRESH - ROLLOUT if self.sessions else ACCESS
        return {2: REFRESH, 7: after_7, 8: 0, 9: ACCESS, 12: REFRESH}.get(step, days)

    def run(self, check):
        self.check, Rust.ahead = check, 1
        self.fleet = self.services(0)
        self.new_users()
        self.pass_time(3 * DAY)
        for step in range(1, 14):
            if step in (8, 9) and not self.sessions:
                if step == 8:
                    self.until = self.stopped + REFRESH
                continue
            self.take_step(step)
            self.pass_time(self.wait(step))
        self.pass_time(3 * REFRESH)

    def intruders(self):
        self.check(self)
