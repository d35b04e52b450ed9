"""The forms of the upload and of a picture's own page."""

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import StringField
from wtforms.validators import Optional, ValidationError

from imageapp.checking import AtMost
from imageapp.images.names import LONGEST, clean
from imageapp.sentences import say

USE_AT_MOST = say("Use at most %(most)s characters.", most=LONGEST)


class UploadForm(FlaskForm):
    """Files, and a name where there is one file."""

    files = MultipleFileField()
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
        return None


class RenameForm(FlaskForm):
    """A new name for a picture."""

    name = StringField(validators=[AtMost(1000, USE_AT_MOST)])

    def validate_name(self, field: StringField) -> None:
        """Something of it must be left to be seen."""
        if not clean(field.data or ""):
            raise ValidationError(say("Type a name."))
