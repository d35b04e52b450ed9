"""The forms of signing in and of the account."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, ValidationError

from imageapp.accounts import passwords
from imageapp.accounts.look import THEMES
from imageapp.checking import AtMost
from imageapp.languages import CODES
from imageapp.sentences import say


class SignInForm(FlaskForm):
    """Lengths are judged later, all alike: a name that is too long is nobody's name."""

    username = StringField(validators=[InputRequired(say("Type your user name."))])
    password = PasswordField(validators=[InputRequired(say("Type your password."))])
    next = HiddenField()


class PasswordForm(FlaskForm):
    """A new password, typed twice, and the one that it replaces."""

    current_password = PasswordField(validators=[InputRequired(say("Type your current password."))])
    new_password = PasswordField(
        validators=[
            InputRequired(say("Type a new password.")),
            AtMost(passwords.LONGEST, say("Use at most %(most)s characters.", most=str(passwords.LONGEST))),
        ],
        description=passwords.ADVICE,
    )
    confirm = PasswordField(validators=[InputRequired(say("Type the new password again."))])

    def validate_confirm(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.new_password.data:
            raise ValidationError(say("The two new passwords are not the same."))


class LookForm(FlaskForm):
    """Language and theme; empty where browser and system decide. What is not sent stays as it is."""

    language = StringField()
    theme = StringField()

    def validate_language(self, field: StringField) -> None:
        """One of ours."""
        if field.data and field.data not in CODES:
            raise ValidationError(say("There is no such language here. Choose one of the list."))

    def validate_theme(self, field: StringField) -> None:
        """One of two."""
        if field.data and field.data not in THEMES:
            raise ValidationError(say("Choose light, dark, or as the system."))
