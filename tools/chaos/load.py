"""Many people at once: they vote on and off, comment, and move ideas along; what they do is drawn from a seed."""

import html
import http.client
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from tools.chaos.history import UNANSWERED, Act, Attempt, History

CLIENTS = 8
TIMEOUT = 30.0
GIVE_UP = 60.0
PAUSE = 0.5
AT_ONCE = 4
# An unanswered request may have moved its idea: no status comes again while one wish is insisted on.
STATUSES = int(GIVE_UP / PAUSE) + 2


@dataclass(frozen=True)
class Size:
    """How much is asked for."""

    votes: int
    comments: int
    moves: int


@dataclass(frozen=True)
class Step:
    """One thing that somebody wants; `at_once` is how many times the same request is sent at the same time."""

    act: Act
    person: dict[str, Any]
    idea: int
    wanted: str
    at_once: int = 1


class Load:
    """Runs in threads of its own from `start` to `join`; all that was asked is in `history`."""

    def __init__(self, port: int, people: dict[str, Any], size: Size, seed: int) -> None:
        self.port, self.people, self.size = port, people, size
        self.history = History()
        self.given_up: list[Step] = []
        self.done = 0
        self.over = threading.Event()
        self.random = random.Random(seed)
        self.moves: Counter[int] = Counter()
        self.moving, self.one_move = threading.Lock(), threading.Lock()
        self.plans: list[list[Callable[[], Step]]] = [self._plan(number) for number in range(CLIENTS)]
        self.total = sum(map(len, self.plans))
        self.threads = [threading.Thread(target=self._work_off, args=(plan,)) for plan in self.plans]
        self.pulse = threading.Thread(target=self._beat)

    def start(self) -> None:
        for thread in [*self.threads, self.pulse]:
            thread.start()

    def join(self) -> None:
        """Return when all that was planned is done; the pulse goes on until `stop`."""
        for thread in self.threads:
            thread.join()

    def stop(self) -> None:
        self.over.set()
        self.join()
        self.pulse.join()

    @property
    def progress(self) -> float:
        """From 0 to 1: how much of what was planned is done."""
        return self.done / self.total

    def move(self, idea: int) -> str:
        """Have staff move an idea along once more, now; gives the words that this change carries."""
        step = self._next_move(idea)
        self._take(step)
        return step.wanted

    def _plan(self, client: int) -> list[Callable[[], Step]]:
        draw = random.Random(self.random.random())
        voters = self.people["voters"][client::CLIENTS]
        plan: list[Callable[[], Step]] = []
        plan += [self._vote(draw, voters) for _ in range(_share(self.size.votes, client, CLIENTS))]
        plan += [
            self._comment(draw, voters, f"{client}.{n}") for n in range(_share(self.size.comments, client, CLIENTS))
        ]
        mine = self.people["moved"][client::CLIENTS]
        moves = _share(self.size.moves, client, len(self.people["moved"])) if mine else 0
        plan += [partial(self._next_move, mine[number % len(mine)]) for number in range(moves)]
        draw.shuffle(plan)
        return plan

    def _vote(self, draw: random.Random, voters: list[dict[str, Any]]) -> Callable[[], Step]:
        """Half of the votes are for one idea; one in ten is sent several times at once, as by an impatient finger."""
        person = draw.choice(voters)
        idea = self.people["voted"][0] if draw.random() < 0.5 else draw.choice(self.people["voted"])
        wanted = draw.choice("1110")
        at_once = AT_ONCE if draw.random() < 0.1 else 1
        return lambda: Step(Act.VOTE, person, idea, wanted, at_once)

    def _comment(self, draw: random.Random, voters: list[dict[str, Any]], mark: str) -> Callable[[], Step]:
        person, idea = draw.choice(voters), draw.choice(self.people["voted"])
        return lambda: Step(Act.COMMENT, person, idea, f"Comment {mark}.{time.monotonic_ns()} of the load.")

    def _next_move(self, idea: int) -> Step:
        """To a status that the idea has not had for a while, or the portal rightly says that it is there already."""
        with self.moving:
            self.moves[idea] += 1
            number = self.moves[idea]
        return Step(Act.MOVE, self.people["staff"], idea, f"Reason {number}.{time.monotonic_ns()} of the load.")

    def _work_off(self, plan: list[Callable[[], Step]]) -> None:
        for made in plan:
            if self.over.is_set():
                return
            self._insist(made)
            self.done += 1

    def _insist(self, made: Callable[[], Step]) -> None:
        """Ask until it is acknowledged; what is no wish for a state is asked in new words each time."""
        deadline = time.monotonic() + GIVE_UP
        step = made()
        while not self._take(step):
            if time.monotonic() > deadline:
                self.given_up.append(step)
                return
            time.sleep(PAUSE)
            step = step if step.act == Act.VOTE else made()

    def _take(self, step: Step) -> bool:
        """Send it; True when each of the requests was acknowledged, or answered so that asking again is no use."""
        answers: list[Attempt] = []
        others = [threading.Thread(target=lambda: answers.append(self._ask(step))) for _ in range(step.at_once - 1)]
        for thread in others:
            thread.start()
        answers.append(self._ask(step))
        for thread in others:
            thread.join()
        return all(attempt.answer not in (UNANSWERED, 503) for attempt in answers)

    def _ask(self, step: Step) -> Attempt:
        path, form = self._request(step)
        # A move says from which status it starts: of two at a time the portal would refuse the second.
        with self.one_move if step.act == Act.MOVE else nullcontext():
            began = time.time()
            form["seen"] = self._shown(step, path) if step.act == Act.MOVE else ""
            answer, said = post(self.port, path, {**form, "csrf_token": step.person["token"]}, step.person["cookie"])
        attempt = Attempt(step.act, step.person["id"], step.idea, step.wanted, began, time.time(), answer, said)
        self.history.add(attempt)
        return attempt

    def _request(self, step: Step) -> tuple[str, dict[str, str]]:
        if step.act == Act.VOTE:
            return f"/ideas/{step.idea}/vote", {"voted": step.wanted}
        if step.act == Act.COMMENT:
            return f"/ideas/{step.idea}/comments", {"body": step.wanted}
        statuses = self.people["statuses"]
        number = int(step.wanted.split()[1].partition(".")[0])
        return f"/admin/ideas/{step.idea}/status", {
            "status": str(statuses[number % len(statuses)]),
            "reason": step.wanted,
        }

    def _shown(self, step: Step, path: str) -> str:
        """What the form that is sent to this path was shown with: a move says from which status it starts."""
        status, page = get(self.port, f"/ideas/{step.idea}", step.person["cookie"])
        if status == 301 and (onward := re.search(r'href="([^"]+)"', page)):
            _status, page = get(self.port, onward[1], step.person["cookie"])
        found = re.search(rf'action="{path}".*?name="seen"[^>]*value="([^"]*)"', page, re.DOTALL)
        return html.unescape(found[1]) if found else ""

    def _beat(self) -> None:
        """Somebody who votes on and off all the time: shows when the portal is back."""
        wanted = "1"
        while not self.over.wait(0.2):
            step = Step(Act.VOTE, self.people["pulse"], self.people["voted"][-1], wanted)
            if self._take(step):
                wanted = "0" if wanted == "1" else "1"


def post(port: int, path: str, form: dict[str, str], cookie: str) -> tuple[int, str]:
    """The status of the answer and, where it is none of ours, its words; UNANSWERED where none came."""
    return _request(port, "POST", path, urlencode(form), cookie)


def get(port: int, path: str, cookie: str) -> tuple[int, str]:
    """The same for a page that is read."""
    return _request(port, "GET", path, None, cookie)


def _request(port: int, method: str, path: str, body: str | None, cookie: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    headers = {"Cookie": cookie, "Accept-Language": "en", "Origin": f"http://127.0.0.1:{port}"}
    headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as problem:
        return UNANSWERED, type(problem).__name__
    finally:
        connection.close()


def _share(total: int, client: int, clients: int) -> int:
    """How many of `total` this client does."""
    return len(range(client, total, clients))
