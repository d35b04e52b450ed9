"""The forms of the upload and of a picture's own page."""

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import StringField
from wtforms.validators import Optional, ValidationError

from imageapp.checking import AtMost
from imageapp.identifiers import is_id
from imageapp.images.names import LONGEST, clean
from imageapp.sentences import say

USE_AT_MOST = say("Use at most %(most)s characters.", most=LONGEST)


class UploadForm(FlaskForm):
    """Files; where there is one, a name for it, and a key under which it may be sent again."""

    files = MultipleFileField()
    key = StringField()
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


class RenameForm(FlaskForm):
    """A new name for a picture."""

    name = StringField(validators=[AtMost(1000, USE_AT_MOST)])

    def validate_name(self, field: StringField) -> None:
        """Something of it must be left to be seen."""
        if not clean(field.data or ""):
            raise ValidationError(say("Type a name."))
