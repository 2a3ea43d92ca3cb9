"""Clients that write down what they asked and were answered, and never give up on a request.

The key and the body of a request are chosen once; every retry repeats both. An
answer that a client has written down is one that the service must stand by.
"""

import http.client
import json
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from uuid import uuid4

from rewards.checkins import rules as codes
from rewards.core import clock

REQUEST_SECONDS_MAX = 15
RETRY_SECONDS_MAX = 90
PAUSE_SECONDS = 0.15
THINK_SECONDS_MAX = 0.03
CLIENTS = 6
# The service may be gone, or say that it cannot for now. A 500 is a bug and no reason to retry.
RETRYABLE = {502, 503, 504}
CODE_PASSED = "code-expired"


@dataclass(kw_only=True)
class Call:
    """One intention: what was asked under one key, and the first answer that came."""

    key: str
    token: str
    path: str
    body: object
    subject: tuple
    sent_at: float = 0.0
    answered_at: float = 0.0
    tries: int = 0
    status: int | None = None
    answer: dict = field(default_factory=dict)
    is_hit: bool = False

    @property
    def is_acknowledged(self):
        return self.status in (200, 201)

    @property
    def refusal(self):
        """The code of the refusal that was the answer, or nothing."""
        return self.answer.get("type", "").rpartition("/")[2]

    @property
    def seconds(self):
        return self.answered_at - self.sent_at


class Journal:
    """Everything the clients know. Written by many threads."""

    def __init__(self):
        self.calls = []
        # Why tries came to nothing: a status, or what became of the connection.
        self.misses = Counter()
        # Answers that differ from the first one to the same key, or fail to say that they repeat.
        self.contradictions = []

    def of(self, kind):
        return [call for call in self.calls if call.subject[0] == kind]

    def acknowledged(self, kind):
        return [call for call in self.of(kind) if call.is_acknowledged]

    @property
    def retried(self):
        return sum(call.tries > 1 for call in self.calls)

    @property
    def unanswered(self):
        return [call for call in self.calls if call.status is None]

    @property
    def failures(self):
        return [call for call in self.calls if call.status is not None and call.status >= 500]


class Client:
    """Sends calls to the service at *port* and keeps the journal."""

    def __init__(self, port, journal, *, is_over=None):
        self._port = port
        self.journal = journal
        self._is_over = is_over or threading.Event()

    def send(self, call, *, headers=None):
        """Send *call* until it is answered; *headers* go with the first try only."""
        self.journal.calls.append(call)
        call.sent_at = time.monotonic()
        call.tries = 1
        answered = self.try_once(call, headers=headers)
        if answered is None:
            answered = self.insist(call, counts=True)
        if answered is not None:
            call.answered_at = time.monotonic()
            call.status, call.answer, call.is_hit = answered
        return call

    def insist(self, call, *, counts=False):
        """Send *call* until it is answered; return the answer, or None if none ever came."""
        deadline = time.monotonic() + RETRY_SECONDS_MAX
        while time.monotonic() < deadline and not self._is_over.wait(PAUSE_SECONDS):
            call.tries += counts
            answered = self.try_once(call)
            if answered is not None:
                return answered
        return None

    def try_once(self, call, *, headers=None):
        """Send *call* once; return status, body and whether it is a stored answer, or None."""
        try:
            status, hit, content = self._post(call, headers or {})
        except (OSError, http.client.HTTPException) as error:
            self.journal.misses[type(error).__name__] += 1
            return None
        if status in RETRYABLE:
            self.journal.misses[status] += 1
            return None
        return status, json.loads(content), hit == "true"

    def repeat(self, call):
        """Send an answered call again, as a phone does whose answer got lost."""
        answered = self.insist(call)
        if answered is not None and answered != (call.status, call.answer, True):
            self.journal.contradictions.append((call, answered))

    def get(self, path, token):
        """Return the status and the body of a page of the API."""
        with closing(self._connect()) as connection:
            connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            response = connection.getresponse()
            return response.status, json.loads(response.read())

    def _connect(self):
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=REQUEST_SECONDS_MAX)

    def _post(self, call, headers):
        headers = {
            "Authorization": f"Bearer {call.token}",
            "Idempotency-Key": call.key,
            **({} if call.body is None else {"Content-Type": "application/json"}),
            **headers,
        }
        body = None if call.body is None else json.dumps(call.body)
        with closing(self._connect()) as connection:
            connection.request("POST", f"/api/v1{call.path}", body=body, headers=headers)
            response = connection.getresponse()
            return response.status, response.headers.get("Idempotency-Hit"), response.read()


def check_in(person, occasion):
    """Return the call of *person*, who scans the code of *occasion* now."""
    code = codes.build_code(label=occasion.code_label, key=occasion.code_key, now=clock.now())
    return build_call(
        person.token, "/check-ins", {"code": code.token}, "check-in", person.id, occasion.id
    )


def reserve(world, person, reward_id, *, quantity=1):
    body = {
        "space_id": str(world.space_id),
        "reward_id": str(reward_id),
        "quantity": quantity,
    }
    return build_call(person.token, "/redemptions", body, "reserve", person.id)


def fulfil(world, reserved):
    path = f"/redemptions/{reserved['id']}/fulfilment"
    body = {"code": reserved["code"]}
    return build_call(world.clerk_token, path, body, "fulfil", reserved["id"])


def cancel(person, reserved):
    path = f"/redemptions/{reserved['id']}/cancellation"
    return build_call(person.token, path, None, "cancel", reserved["id"])


def build_call(token, path, body, *subject):
    return Call(key=str(uuid4()), token=token, path=path, body=body, subject=subject)


class Load:
    """People who check in and exchange points, a few at a time, until told to stop."""

    def __init__(self, world, port, *, seed, journal=None):
        self.journal = journal or Journal()
        self._world = world
        self._port = port
        self._random = random.Random(seed)
        self._stop = threading.Event()
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self._jobs = iter(())
        self._threads = ThreadPoolExecutor(CLIENTS)
        self._running = []

    def start(self, occasions):
        """Let everybody check in to every one of *occasions*, in random order."""
        jobs = [(person, occasion) for person in self._world.people for occasion in occasions]
        self._random.shuffle(jobs)
        self._jobs = iter(jobs)
        self._stop.clear()
        seeds = [self._random.random() for _ in range(CLIENTS)]
        self._running = [self._threads.submit(self._work, random.Random(seed)) for seed in seeds]
        return self

    def stop(self):
        """Begin nothing new, and wait until everything begun is answered."""
        self._stop.set()
        for running in self._running:
            running.result()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._is_over.set()
        self._stop.set()
        self._threads.shutdown()

    def _work(self, chooser):
        client = Client(self._port, self.journal, is_over=self._is_over)
        while not self._stop.is_set():
            with self._lock:
                job = next(self._jobs, None)
            if job is None:
                return
            person, occasion = job
            self._attend(client, person, occasion, chooser)
            if chooser.random() < 0.4:
                self._exchange(client, person, chooser)
            time.sleep(chooser.uniform(0, THINK_SECONDS_MAX))

    def _attend(self, client, person, occasion, chooser):
        call = client.send(check_in(person, occasion))
        # The screen has moved on while the service was away: they scan again.
        while call.refusal == CODE_PASSED:
            call = client.send(check_in(person, occasion))
        luck = chooser.random()
        if luck < 0.2:
            client.repeat(call)
        elif luck < 0.3:
            again = client.send(check_in(person, occasion))
            if again.answer.get("id") != call.answer.get("id"):
                self.journal.contradictions.append((call, again))

    def _exchange(self, client, person, chooser):
        reward_id = chooser.choice(self._world.reward_ids)
        call = client.send(reserve(self._world, person, reward_id))
        if not call.is_acknowledged:
            return
        luck = chooser.random()
        if luck < 0.5:
            call = client.send(fulfil(self._world, call.answer))
        elif luck < 0.8:
            call = client.send(cancel(person, call.answer))
        if chooser.random() < 0.2:
            client.repeat(call)
