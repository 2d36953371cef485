"""Who asks, gives feedback and publishes in the mixed load, and what each was told."""

from __future__ import annotations

import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count, cycle
from pathlib import Path
from time import monotonic, sleep
from typing import Any, NamedTuple

import httpx

from assistant.bootstrap.factory import build_index, open_assistant
from assistant.settings import ROOT, Settings
from benchmarks.golden import load as golden_questions
from benchmarks.servers.plainclause import environment, places
from benchmarks.servers.waiting import until

POLICY = "acme"  # the one that is published
QUESTION = "how long do you keep my data?"
PEOPLE = 4
FRESH = 2.0  # seconds after which every process serves what was published
PAUSE = 3.0  # seconds between publications
PATIENCE = 30.0  # seconds for a request
MIDST = 0.7  # seconds after its start at which a build is killed


def text_of(days: int) -> str:
    """A policy of the company, which tells versions apart."""
    return f"# Privacy Policy of Acme\n\nWe keep your data for {days} days.\n\nWe never sell your data to anyone.\n"


def version_of(text: str) -> int:
    """The days of a text of the company's."""
    return int(text.partition("for ")[2].partition(" days")[0])


class Told(NamedTuple):
    """What became of a question: the policy asked, when it was answered, and what was wrong with the answer, if anything."""

    policy: str
    at: float
    wrong: str


class Load:
    """People in threads, asking through the proxy.

    Attributes:
        expected: what is said to questions about policies that stay as they are.
        published: the versions of the other, when the publication of each was begun and acknowledged (None: not).
        acknowledged: the versions whose publication the program said it had done.
        refused: publications that failed, or whose build was killed.
        feedback: the keys of feedback that was acknowledged.
        feedback_failed: how often it was not.
    """

    def __init__(self, settings: Settings, address: str, certificate: Path) -> None:
        self._settings, self._address = settings, address
        self._trusted = ssl.create_default_context(cafile=str(certificate))
        self.expected = _expected(settings)
        self._lock, self._ended = threading.Lock(), threading.Event()
        self.published: list[tuple[int, float, float | None]] = [(0, 0.0, 0.0)]  # version, begun, acknowledged
        self._build: subprocess.Popen[bytes] | None = None
        self._phases: list[tuple[str, float]] = [("nothing yet", monotonic())]
        self._answers: list[Told] = []
        self._people = count()
        self._end = 0.0  # when nobody asked any more
        self._failures: list[str] = []
        self.acknowledged: list[int] = []
        self.refused, self.feedback_failed = 0, 0
        self.feedback: set[str] = set()

    @contextmanager
    def running(self) -> Iterator[None]:
        """All at it, as long as the block lasts.

        Raises:
            RuntimeError: one of them failed in a way that nobody foresaw.
        """
        jobs = [self._ask] * PEOPLE + [self._give_feedback, self._publish]
        threads = [threading.Thread(target=self._kept_going, args=(job,)) for job in jobs]
        for each in threads:
            each.start()
        try:
            yield
        except BaseException:
            if self._build is not None:
                self._build.kill()  # it may wait for a server that does not come back
            raise
        finally:
            self._end = monotonic()
            self._ended.set()
            for each in threads:
                each.join(2 * PATIENCE)
        if self._failures:
            raise RuntimeError(self._failures[0])

    def phase(self, name: str) -> None:
        """From now on what happens is put down to this component's end."""
        self._phases.append((name, monotonic()))

    def kill_build(self) -> None:
        """End a build in its midst; the next one, where it was quicker."""
        tried: list[object] = [None]
        while True:
            until(lambda: self._build not in tried, "a build", 60)
            build = self._build
            tried.append(build)
            sleep(MIDST)
            if build is not None:
                build.kill()
                if build.wait() == -signal.SIGKILL:
                    return

    def settled(self) -> None:
        """Wait until one more publication and one more answer have come through."""
        published, answered = len(self.acknowledged), len(self._right())
        until(lambda: len(self.acknowledged) > published and len(self._right()) > answered, "what comes after", 120)

    def counts(self) -> dict[str, Any]:
        """Answers right, wrong and late, questions that failed; and for each end the longest time without a right answer.

        Raises:
            RuntimeError: nobody was answered about the policy that is published.
        """
        told = [each.wrong for each in self._answers]
        published = sum(each.policy == POLICY and not each.wrong.startswith("failed") for each in self._answers)
        if not published:
            raise RuntimeError(f"nobody was answered about {POLICY}; take more time")
        return {
            "answers": {
                "all": sum(not each.startswith("failed") for each in told),
                "of_the_published_policy": published,
                "right": told.count(""),
                "wrong": sum(each.startswith("wrong") for each in told),
                "late": sum(each.startswith("late") for each in told),
                "failed": sum(each.startswith("failed") for each in told),
                "what": sorted({each for each in told if each})[:20],
            },
            "ends": [self._cost(at) for at in range(1, len(self._phases))],
        }

    def _cost(self, at: int) -> dict[str, Any]:
        name, begun = self._phases[at]
        ended = self._phases[at + 1][1] if at + 1 < len(self._phases) else self._end
        right = [answered for answered in self._right() if begun <= answered <= ended]
        waited = [later - earlier for earlier, later in zip([begun, *right], [*right, ended], strict=True)]
        failed = sum(told.wrong.startswith("failed") for told in self._answers if begun <= told.at <= ended)
        return {"of": name, "failed": failed, "longest_without_an_answer_s": round(max(waited), 2)}

    def _right(self) -> list[float]:
        with self._lock:
            return sorted(told.at for told in self._answers if not told.wrong)

    def _kept_going(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001  # told where the threads are ended
            self._failures.append(f"{job.__name__}: {type(error).__name__}: {error}")

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=self._address, verify=self._trusted, timeout=PATIENCE)

    def _ask(self) -> None:
        with self._lock:
            first = next(self._people) * len(self.expected) // PEOPLE  # each begins elsewhere
        turned = [*self.expected][first:] + [*self.expected][:first]
        asked = cycle(each for at in range(0, len(turned), 2) for each in (*turned[at : at + 2], (QUESTION, POLICY)))
        with self._client() as client:
            for question, policy in asked:
                if self._ended.is_set():
                    return
                begun = monotonic()
                try:
                    response = client.post("/api/ask", json={"question": question, "policy": policy})
                    told = f"failed: {response.status_code}" if response.status_code != 200 else ""
                except httpx.HTTPError as error:
                    told = f"failed: {type(error).__name__}"
                if not told:
                    with self._lock:
                        allowed = served(self.published, begun)
                    told = judged(response.json(), self.expected.get((question, policy)), allowed)
                    told = f"{told}: {question} ({policy})" if told else ""
                with self._lock:
                    self._answers.append(Told(policy, monotonic(), told))
                if told.startswith("failed"):
                    sleep(0.2)

    def _give_feedback(self) -> None:
        with self._client() as client:
            for number in count(1):
                if self._ended.is_set():
                    return
                given = {"question": f"{QUESTION} {number}", "policy": POLICY, "outcome": "stated", "helpful": True}
                try:
                    response = client.post("/api/feedback", json={**given, "surface": "api"}).raise_for_status()
                    self.feedback.add(response.json()["key"])
                except httpx.HTTPError:
                    self.feedback_failed += 1
                sleep(0.2)

    def _publish(self) -> None:
        own = environment(**places(self._settings))
        for number in count(1):
            (self._settings.policies / f"{POLICY}.md").write_text(text_of(number), encoding="utf-8")
            with self._lock:
                self.published.append((number, monotonic(), None))
            self._build = subprocess.Popen(
                [sys.executable, "-m", "assistant", "index", "build"],
                cwd=ROOT,
                env=own,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            code = self._build.wait()
            self._build = None
            if code == 0:
                with self._lock:
                    version, begun, _ = self.published[-1]
                    self.published[-1] = (version, begun, monotonic())
                self.acknowledged.append(number)
            else:
                self.refused += 1
            if self._ended.wait(PAUSE):
                return


def judged(answer: dict[str, Any], expected: object | None, allowed: list[int]) -> str:
    """Empty where an answer is right, else "wrong" or "late".

    Args:
        expected: what is to be said; None: of the policy that is published, one of the `allowed` versions.
    """
    if expected is not None:
        return "" if compared(answer) == expected else "wrong"
    quotes = [each["quote"] for each in answer["citations"][:1]]
    if answer["outcome"] != "stated" or not quotes or not quotes[0].startswith("We keep your data for"):
        return "wrong"
    return "" if version_of(quotes[0]) in allowed else "late"


def served(published: list[tuple[int, float, float | None]], asked: float) -> list[int]:
    """The versions that may be answered from: the last that had been acknowledged long enough when it was asked, and all begun since."""
    sure = [at for at, (*_, done) in enumerate(published) if done is not None and done <= asked - FRESH]
    return [number for number, *_ in published[max(sure) :]]


def _expected(settings: Settings) -> dict[tuple[str, str], Any]:
    """What one process says over files, to questions about the policies that stay as they are."""
    own = settings.model_copy(update={"store": "faiss", "data": settings.data.parent / "expected"})
    build_index(own)
    assistant = open_assistant(own)
    asked = [(each.question, each.policy) for each in golden_questions("golden") if each.policy and not each.history]
    return {(question, policy): compared(assistant.ask(question, policy).as_json()) for question, policy in asked}


def compared(answer: dict[str, Any]) -> Any:
    """What must be the same: not the confidence, whose last digit hangs on what was read together with it."""
    citations = [(each["policy_sha256"], each["start"], each["end"], each["quote"]) for each in answer["citations"]]
    return answer["outcome"], answer["text"], citations
