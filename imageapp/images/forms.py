"""The forms of the upload and of a picture's own page."""

from collections import Counter
from collections.abc import Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import StringField
from wtforms.validators import Optional, ValidationError

from imageapp.checking import AtMost
from imageapp.identifiers import id_made_of, is_id
from imageapp.images.names import LONGEST, clean
from imageapp.sentences import say

USE_AT_MOST = say("Use at most %(most)s characters.", most=LONGEST)


class UploadForm(FlaskForm):
    """Files; where there is one, a name for it, and a key under which it may be sent again.

    `form_key` is drawn by the server for every form that it shows, and holds for all of its files.
    """

    files = MultipleFileField()
    key = StringField()
    form_key = StringField()
    name = StringField(validators=[Optional(), AtMost(1000, USE_AT_MOST)])

    def problem(self, count: int, most: int) -> str | None:
        """What is wrong with a form of `count` files, of which it may hold `most`; None where nothing is."""
        if not self.validate():
            return next(field.errors[0] for field in self if field.errors)
        if not count:
            return say("Choose at least one picture.")
        if count > most:
            return say(
                "%(count)s files are more than the %(most)s that one upload may hold. Nothing was kept: send fewer.",
                count=count,
                most=most,
            )
        if count > 1 and (self.name.data or "").strip():
            return say("A name is for one picture. Leave it empty to send many. Nothing was kept.")
        if count > 1 and self.key.data:
            return say("A key is for one file. Send every file with a key of its own. Nothing was kept.")
        return None

    def validate_key(self, field: StringField) -> None:
        """As long as our own ids, which are long enough not to come twice."""
        if field.data and not is_id(field.data):
            raise ValidationError(
                say("A key is 22 letters, digits, - or _. Nothing was kept: send it with such a key.")
            )

    def validate_form_key(self, field: StringField) -> None:
        """As a file's own key."""
        self.validate_key(field)

    def keys(self, files: Sequence[tuple[str, str]]) -> list[str]:
        """A key for each of these files (name, SHA-256), in the order of the form; empty ones where it carries none.

        The same form with the same files gives the same keys. With other files or names it gives other ones: a browser
        that goes back shows the form as it was, with the key that it had, and what is chosen then is a new upload.
        """
        if self.key.data or not self.form_key.data:
            return [self.key.data or ""] * len(files)
        times: Counter[tuple[str, str]] = Counter()
        keys: list[str] = []
        for file in files:
            # A file that was chosen twice is two pictures.
            keys.append(id_made_of(self.form_key.data, self.name.data or "", *file, str(times[file])))
            times[file] += 1
        return keys


class RenameForm(FlaskForm):
    """A new name for a picture."""

    name = StringField(validators=[AtMost(1000, USE_AT_MOST)])

    def validate_name(self, field: StringField) -> None:
        """Something of it must be left to be seen."""
        if not clean(field.data or ""):
            raise ValidationError(say("Type a name."))
