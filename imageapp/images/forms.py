"""The form of the upload."""

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import StringField
from wtforms.validators import Length, Optional


class UploadForm(FlaskForm):
    """Files, and a name where there is one file."""

    files = MultipleFileField()
    name = StringField(validators=[Optional(), Length(max=1000, message="Use at most 50 characters.")])
