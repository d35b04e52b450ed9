"""What forms check with, where WTForms' own would forget how a sentence is said in other languages."""

from wtforms import Field, Form
from wtforms.validators import ValidationError

from imageapp.sentences import Sentence


class AtMost:
    """So many characters at most; else the sentence is what is wrong."""

    def __init__(self, characters: int, sentence: Sentence) -> None:
        self._characters = characters
        self._sentence = sentence

    def __call__(self, _form: Form, field: Field) -> None:
        """Raises ValidationError."""
        if len(field.data or "") > self._characters:
            raise ValidationError(self._sentence)
