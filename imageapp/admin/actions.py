"""What can be done to rows that somebody chose, and the sentences that it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from imageapp.wording import thousands


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do. Of each pair of sentences the first is about one row, with its {name}, the second about {count}.

    `name` stands in addresses, `icon` in the list; `idle` is said where nothing of what was chosen would change.
    """

    name: str
    icon: str
    words: str
    offer: str
    question: tuple[str, str]
    button: tuple[str, str]
    done: tuple[str, str]
    consequence: str
    idle: str = ""
    harmful: bool = True

    def asked(self, titles: Sequence[str]) -> str:
        """The question before it is done."""
        return _about(self.question, titles)

    def answer(self, titles: Sequence[str]) -> str:
        """What the button says that does it."""
        return _about(self.button, titles)

    def told(self, titles: Sequence[str]) -> str:
        """What is said once it is done."""
        return _about(self.done, titles)


def _about(pair: tuple[str, str], titles: Sequence[str]) -> str:
    one, many = pair
    return one.format(name=titles[0]) if len(titles) == 1 else many.format(count=thousands(len(titles)))
