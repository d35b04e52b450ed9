"""The forms of signing in and of the account."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from imageapp.accounts import passwords


class SignInForm(FlaskForm):
    """Lengths are judged later, all alike: a name that is too long is nobody's name."""

    username = StringField(validators=[InputRequired("Type your user name.")])
    password = PasswordField(validators=[InputRequired("Type your password.")])
    next = HiddenField()


class PasswordForm(FlaskForm):
    """A new password, typed twice, and the one that it replaces."""

    current_password = PasswordField(validators=[InputRequired("Type your current password.")])
    new_password = PasswordField(
        validators=[
            InputRequired("Type a new password."),
            Length(max=passwords.LONGEST, message=f"Use at most {passwords.LONGEST} characters."),
        ],
        description=passwords.ADVICE,
    )
    confirm = PasswordField(validators=[InputRequired("Type the new password again.")])

    def validate_confirm(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.new_password.data:
            raise ValidationError("The two new passwords are not the same.")
