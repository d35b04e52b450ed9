"""Whoever tries to sign in does not learn which names there are."""

import re
import time
from collections.abc import Callable
from statistics import median

from tests.accounts.visiting import Visitor, from_elsewhere
from tests.site import Site


def without_what_is_new_each_time(page: str) -> str:
    """The page without its form's token and what was typed."""
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
    assert len({without_what_is_new_each_time(answer.text) for answer in answers}) == 1
    assert "do not match" in answers[0].text
    assert all(program == programs[0] for program in programs)


def test_unknown_disabled_and_wrong_cost_the_same_work(start_site: Callable[..., Site]) -> None:
    site = start_site()
    kinds = {
        "wrong password": site.person(),
        "disabled": site.person(is_active=False),
        "unknown": "nobody",
        "too long": "x" * 100,
    }
    costs: dict[str, list[float]] = {kind: [] for kind in kinds}
    visitors = [from_elsewhere(site) for _ in range(3)]
    tokens = {visitor: visitor.csrf() for visitor in visitors}

    def cost(visitor: Visitor, name: str) -> float:
        start = time.process_time()  # work, not waiting: how busy the machine is does not matter
        visitor.post("/login", {"username": name, "password": "wrong"}, headers={"X-CSRFToken": tokens[visitor]})
        return time.process_time() - start

    cost(visitors[0], "somebody")  # the first of all also loads what all share
    for visitor in visitors:
        for kind, name in kinds.items():
            costs[kind].append(cost(visitor, name))

    medians = {kind: median(times) for kind, times in costs.items()}
    # One scrypt costs about 0.1 s, everything else together a tenth of it: without one a kind stands out by far.
    assert max(medians.values()) < 2 * min(medians.values()), medians
