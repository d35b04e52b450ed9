"""Whoever tries to sign in does not learn which names there are."""

import hashlib
import re
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest
import requests

from tests.accounts.visiting import Visitor, from_elsewhere
from tests.site import Site

ALIKE = 1.1  # the slowest kind of failure may take this much more than the quickest


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The parameters of every scrypt that is computed meanwhile."""
    computed: list[dict[str, Any]] = []
    scrypt = hashlib.scrypt

    def noted(password: bytes, **parameters: Any) -> bytes:
        computed.append({name: parameters.get(name) for name in ("n", "r", "p", "dklen")})
        return scrypt(password, **parameters)

    monkeypatch.setattr(hashlib, "scrypt", noted)
    return computed


def kinds_of_failure(site: Site) -> dict[str, str]:
    """A name for each kind: only the first is of somebody who could sign in."""
    return {"wrong password": site.person(), "disabled": site.person(is_active=False), "unknown": "nobody"}


def without_what_is_new_each_time(answer: requests.Response) -> str:
    """The page without its form's token, what was typed, and the number of the request."""
    page = answer.text.replace(answer.headers["X-Request-Id"], "")
    return re.sub(r'(name="csrf_token"|name="username")[^>]*value="[^"]*"', r"\1", page)


def test_unknown_disabled_and_wrong_look_the_same(site: Site) -> None:
    known, disabled = site.person(), site.person(is_active=False)
    mallory = from_elsewhere(site)

    tried = [
        (known, "wrong"),
        (disabled, "wrong"),
        (disabled, "five quiet geese"),
        ("nobody", "wrong"),
        ("x" * 65, "y"),
    ]
    answers = [mallory.submit("/login", {"username": name, "password": word}) for name, word in tried]
    programs = [
        mallory.submit("/login", {"username": name, "password": word}, as_json=True).json() for name, word in tried
    ]

    assert {answer.status_code for answer in answers} == {400}
    assert len({without_what_is_new_each_time(answer) for answer in answers}) == 1
    assert "do not match" in answers[0].text
    assert all(program == programs[0] for program in programs)


def test_unknown_disabled_and_wrong_take_the_same_steps_from_the_first_try_on(
    start_site: Callable[..., Site], hashes: list[dict[str, Any]]
) -> None:
    site = start_site()
    kinds = {**kinds_of_failure(site), "longer than any name": "x" * 65}
    steps: dict[str, tuple[list[dict[str, Any]], list[str]]] = {}

    for kind, name in reversed(kinds.items()):
        mallory = from_elsewhere(site)
        token = {"X-CSRFToken": mallory.csrf()}
        hashes.clear()
        with site.statements() as statements:
            mallory.post("/login", {"username": name, "password": "wrong"}, headers=token)
        steps[kind] = list(hashes), list(statements)

    assert len(steps["wrong password"][0]) == 1
    assert steps["unknown"] == steps["disabled"] == steps["wrong password"]
    assert steps["longer than any name"][0] == steps["wrong password"][0]


def test_unknown_disabled_and_wrong_cost_the_same_time(start_site: Callable[..., Site]) -> None:
    site = start_site()
    kinds = kinds_of_failure(site)
    from_elsewhere(site).submit("/login", {"username": "somebody", "password": "wrong"})  # loads what all share

    spreads: list[float] = []
    while len(spreads) < 3 and min(spreads, default=ALIKE + 1) > ALIKE:
        spreads.append(spread_of_costs(site, kinds))

    assert min(spreads) <= ALIKE, spreads


def spread_of_costs(site: Site, kinds: dict[str, str]) -> float:
    """How many times the dearest kind costs what the cheapest does, by the medians of eleven tries in turn."""
    costs: dict[str, list[float]] = {kind: [] for kind in kinds}
    for visitor in [from_elsewhere(site) for _ in range(11)]:
        token = {"X-CSRFToken": visitor.csrf()}
        for kind, name in kinds.items():
            costs[kind].append(cost_of_failing(visitor, name, token))
    medians = [median(times) for times in costs.values()]
    return max(medians) / min(medians)


def cost_of_failing(visitor: Visitor, name: str, token: dict[str, str]) -> float:
    """The seconds of work, not of waiting, so that it does not matter how busy the machine is."""
    start = time.process_time()
    visitor.post("/login", {"username": name, "password": "wrong"}, headers=token)
    return time.process_time() - start
