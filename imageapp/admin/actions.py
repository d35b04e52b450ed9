"""What can be done to rows that somebody chose, and the sentences that it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from imageapp.sentences import Sentence, say

NOTHING = say("Nothing of this would change.")


class About(NamedTuple):
    """Messages about one row, which may have a place for its `name`, and about many, in both forms of their `count`."""

    one: str
    single: str
    many: str

    def said_of(self, titles: Sequence[str]) -> Sentence:
        """The sentence about the rows of these titles."""
        if len(titles) == 1:
            return Sentence(self.one, {"name": titles[0]})
        return Sentence(self.single, {"count": len(titles)}, self.many, len(titles))


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do.

    `name` stands in addresses, `icon` in the list; `idle` is said where nothing of what was chosen would change.
    """

    name: str
    icon: str
    words: Sentence
    offer: Sentence
    question: About
    button: About
    done: About
    consequence: Sentence
    idle: Sentence = NOTHING
    harmful: bool = True

    def asked(self, titles: Sequence[str]) -> Sentence:
        """The question before it is done."""
        return self.question.said_of(titles)

    def answer(self, titles: Sequence[str]) -> Sentence:
        """What the button says that does it."""
        return self.button.said_of(titles)

    def told(self, titles: Sequence[str]) -> Sentence:
        """What is said once it is done."""
        return self.done.said_of(titles)
