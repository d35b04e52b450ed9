"""What many ask for at once is done by one of them, and nobody waits without end or in too large a crowd."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

import pytest

from imageapp.once import Once
from imageapp.refusals import Busy, NotAnImage

DEADLINE = 20.0


class Crowd:
    """Callers of one deed, which lasts until it is let go; `standing` counts those that have stepped aside."""

    def __init__(self, once: Once, threads: ThreadPoolExecutor) -> None:
        self.once = once
        self.done = 0
        self.fault: Exception | None = None
        self._threads = threads
        self._go_on = threading.Event()
        self._moved = threading.Condition()
        self._standing = 0
        self._begun = threading.Event()

    def lead(self) -> Future[None]:
        """The one who does it, in the midst of it."""
        answer = self._threads.submit(self.once.do, "deed", self._deed, DEADLINE, nullcontext)
        assert self._begun.wait(DEADLINE)
        return answer

    def follow(self, seconds: float = DEADLINE) -> Future[None]:
        """One more, who waits."""
        with self._moved:
            before = self._standing
            answer = self._threads.submit(self.once.do, "deed", self._deed, seconds, self._aside)
            assert self._moved.wait_for(lambda: self._standing > before, DEADLINE)
        return answer

    def let_go(self) -> None:
        self._go_on.set()

    def _deed(self) -> None:
        self.done += 1
        self._begun.set()
        assert self._go_on.wait(DEADLINE)
        if self.fault:
            raise self.fault

    @contextmanager
    def _aside(self) -> Iterator[None]:
        with self._moved:
            self._standing += 1
            self._moved.notify_all()
        yield


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    """Two may wait."""
    with ThreadPoolExecutor(8) as threads:
        crowd = Crowd(Once(most_waiting=2), threads)
        yield crowd
        crowd.let_go()


def test_bob_and_carol_wait_for_what_alice_has_begun(crowd: Crowd) -> None:
    alice, bob, carol = crowd.lead(), crowd.follow(), crowd.follow()

    crowd.let_go()

    assert [one.result(DEADLINE) for one in (alice, bob, carol)] == [None] * 3
    assert crowd.done == 1
    crowd.once.do("deed", crowd._deed, DEADLINE, nullcontext)  # whoever comes later asks anew
    assert crowd.done == 2


def test_bob_is_refused_as_alice_is_without_trying_again(crowd: Crowd) -> None:
    """A picture that takes twenty seconds to fail would else take as long again for each who waits."""
    crowd.fault = NotAnImage("The file is damaged.")
    alice, bob = crowd.lead(), crowd.follow()

    crowd.let_go()

    for one in (alice, bob):
        with pytest.raises(NotAnImage, match="damaged"):
            one.result(DEADLINE)
    assert crowd.done == 1


def test_dave_who_comes_to_a_full_crowd_is_told_to_come_back(crowd: Crowd) -> None:
    crowd.lead()
    waiting = [crowd.follow(), crowd.follow()]

    with pytest.raises(Busy) as refused:
        crowd.once.do("deed", crowd._deed, DEADLINE, nullcontext)

    assert refused.value.retry_after > 0
    crowd.once.do("another deed", lambda: None, DEADLINE, nullcontext)  # which nobody waits for
    crowd.let_go()
    assert [one.result(DEADLINE) for one in waiting] == [None, None]


def test_bob_does_not_wait_without_end(crowd: Crowd) -> None:
    crowd.lead()

    bob = crowd.follow(seconds=0.01)

    with pytest.raises(Busy):
        bob.result(DEADLINE)
    assert crowd.follow(), "his place is free again"
