"""The expected answers of matrix.txt, and how each word of it is told from a response."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

TABLE = Path(__file__).with_name("matrix.txt")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

REFUSALS = {
    "plan": (403, "Not in your plan", "forbidden_by_plan"),
    "admins": (403, "For administrators", "admins_only"),
    "nothing": (404, "Nothing here", "not_found"),
    "trash": (404, "In your trash", "not_found"),
    "gone": (410, "This link no longer works", "link_gone"),
    "wrong method": (405, "That is not possible here", "wrong_method"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One address under one method: for every role a word that says what it gets."""

    method: str
    address: str
    answers: dict[str, str]


def rows() -> Iterator[Row]:
    """The rows of the file, from top to bottom. Raises ValueError for one that does not name every role."""
    lines = (line.split() for line in TABLE.read_text(encoding="utf-8").splitlines())
    table = [words for words in lines if words and not words[0].startswith("#")]
    _, _, *roles = table[0]
    for method, address, *answers in table[1:]:
        yield Row(method, address, dict(zip(roles, answers, strict=True)))


def as_page(response: requests.Response) -> str:
    """The word for what a browser got; where there is none, the status and where it leads."""
    status, text = response.status_code, response.text if is_text(response) else ""
    leads_to = response.headers.get("Location", "")
    words: dict[str, Callable[[], bool]] = {
        "page": lambda: status == 200 and response.headers["Content-Type"].startswith("text/html") and "<h1" in text,
        "bytes": lambda: status == 200 and response.headers["Content-Type"].startswith("image/"),
        "zip": lambda: status == 200 and response.headers["Content-Type"] == "application/zip",
        "open": lambda: status == 200,
        "sign-in": lambda: status == 302 and leads_to.startswith("/login"),
        "to-home": lambda: status == 302 and leads_to == "/",
        "done": lambda: status == 303,
        "again": lambda: status == 400 and "<form" in text and "<title>Error: " in text,
        **{word: _is_refused(response, refusal) for word, refusal in REFUSALS.items()},
    }
    return next((word for word, fits in words.items() if fits()), f"{status} {leads_to}".strip())


def as_program(response: requests.Response) -> str:
    """The word for what a program got."""
    status = response.status_code
    if not response.headers["Content-Type"].startswith("application/json"):
        return as_page(response)
    answer = json.loads(response.text)
    if (status, answer.get("error")) == REFUSALS["trash"][::2]:  # what somebody else's gets too, but for its sentence
        return "trash" if "is in your trash" in answer["message"] else "nothing"
    errors = {(status, error): word for word, (status, _, error) in REFUSALS.items()} | {(401, "sign_in"): "sign-in"}
    if status == 200 and "error" not in answer:
        return "page"
    return errors.get((status, answer.get("error")), f"{status} {answer}")


def without_a_body(response: requests.Response) -> str:
    """What HEAD tells: the status, where it leads, and that there is no body."""
    return f"{response.status_code} {response.headers.get('Location', '')} {len(response.content)}"


def is_text(response: requests.Response) -> bool:
    """Whether there is something to be read in it."""
    return response.headers.get("Content-Type", "").startswith(("text/", "application/json"))


def _is_refused(response: requests.Response, refusal: tuple[int, str, str]) -> Callable[[], bool]:
    status, heading, _ = refusal
    return lambda: response.status_code == status and f"<h1>{heading}</h1>" in response.text
