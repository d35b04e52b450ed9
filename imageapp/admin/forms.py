"""The forms of the dashboard. They check shapes; whether a name is free or a plan is there, the deeds judge."""

import re
from collections.abc import Callable, Sequence

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired

from imageapp.accounts import passwords
from imageapp.admin.deeds import Person
from imageapp.admin.tiers import LONGEST_NAME, Tier
from imageapp.checking import AtMost
from imageapp.plans.entitlements import LARGEST_SIDE, parse_bytes, parse_sizes
from imageapp.refusals import BadForm
from imageapp.sentences import say, say_of

# More than any disk holds, and well within the column.
LONGEST_NUMBER = 15

# The column of an id holds no more, and PostgreSQL fails on a larger one even in a question.
LARGEST_ID = 2**31 - 1

_NUMBER = re.compile(rf"[0-9]{{1,{LONGEST_NUMBER}}}")


def row_number(value: object) -> int:
    """The id in a choice; 0, which no row has, for what is none."""
    text = str(value)
    number = int(text) if _NUMBER.fullmatch(text) else 0
    return number if number <= LARGEST_ID else 0


class OnUnlessSaid(BooleanField):
    """A check box that counts as ticked when nothing is sent: its page sends an empty value along with it."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """The last value counts."""
        super().process_formdata(list(valuelist[-1:]) or ["y"])


class Ticks(SelectMultipleField):
    """Check boxes that stay as they are when nothing is sent: their page sends an empty value along with them."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """The values that are none."""
        if valuelist:
            super().process_formdata([value for value in valuelist if value])


class NoForm(FlaskForm):
    """Where nothing is made or changed."""


# Fields stand on the page in the order in which they are written here, in whichever form.
_USERNAME = StringField(say("User name"), [InputRequired(say("A user name is needed."))])
_LENGTH = AtMost(passwords.LONGEST, say("Use at most %(most)s characters.", most=str(passwords.LONGEST)))
_FIRST_PASSWORD = PasswordField(
    say("Password"),
    [InputRequired(say("A password is needed.")), _LENGTH],
    description=passwords.ADVICE,
)
_NEXT_PASSWORD = PasswordField(
    say("New password"),
    [_LENGTH],
    description=say("Leave it empty to keep the one there is. A new one signs this person out everywhere."),
)
_PLAN = SelectField(say("Plan"), coerce=row_number, validate_choice=False)
_ADMIN = BooleanField(say_of("a person", "Admin"), description=say("May open these pages and look at every picture."))
_STANDING = say("May sign in. Links of somebody who is not active do not work.")


class UserForm(FlaskForm):
    """Changing somebody."""

    username = _USERNAME
    password = _NEXT_PASSWORD
    plan = _PLAN
    is_admin = _ADMIN
    is_active = BooleanField(say("Active"), description=_STANDING)

    def person(self) -> Person:
        """What was sent."""
        return Person(
            username=self.username.data or "",
            password=self.password.data or "",
            plan_id=self.plan.data or 0,
            is_admin=self.is_admin.data,
            is_active=self.is_active.data,
        )


class MoveForm(FlaskForm):
    """Which plan several people are to have."""

    plan = _PLAN


class NewUserForm(UserForm):
    """Adding somebody: name, password and plan are all that is needed."""

    password = _FIRST_PASSWORD
    is_active = OnUnlessSaid(say("Active"), default=True, description=_STANDING)


class PlanForm(FlaskForm):
    """Adding or changing a plan."""

    name = StringField(
        say("Name"),
        [
            InputRequired(say("A plan needs a name.")),
            AtMost(LONGEST_NAME, say("Use at most %(most)s characters.", most=LONGEST_NAME)),
        ],
    )
    sizes = SelectMultipleField(say("Thumbnail sizes"), coerce=row_number, validate_choice=False)
    new_sizes = StringField(
        say("Add sizes"),
        [AtMost(500, say("That is too much at once. Add some of them later."))],
        description=say("Height (200), width (300x) or box (300x200), in pixels, split by commas."),
    )
    shows_original = BooleanField(say("Shows the original"))
    makes_links = BooleanField(say("Makes expiring links"))
    accepts = Ticks(
        say("Accepted formats"),
        description=say("With all of them ticked, the plan takes new ones too, once the server does."),
    )
    quota_bytes = StringField(
        say("Space"), description=say("As 5 GB or 500 MB, or as a number of bytes. Leave it empty for no limit.")
    )

    def validate_new_sizes(self, field: Field) -> None:
        """Every word must be a size."""
        try:
            parse_sizes(field.data or "")
        except BadForm as refusal:
            raise ValidationError(refusal.message) from refusal

    def validate_accepts(self, field: Field) -> None:
        """At least one."""
        if not field.data:
            raise ValidationError(say("Tick at least one format. Without any, nobody on this plan could upload."))

    def validate_quota_bytes(self, field: Field) -> None:
        """Nothing, or a number of bytes."""
        if field.data and parse_bytes(field.data) is None:
            raise ValidationError(say("Write the space as 5 GB or 500 MB, or nothing for no limit."))

    def tier(self) -> Tier:
        """What was sent."""
        quota = (self.quota_bytes.data or "").strip()
        return Tier(
            name=self.name.data or "",
            size_ids=self.sizes.data or [],
            new_sizes=parse_sizes(self.new_sizes.data or ""),
            shows_original=self.shows_original.data,
            makes_links=self.makes_links.data,
            quota_bytes=parse_bytes(quota) if quota else None,
            accepts=self._accepts(),
        )

    def _accepts(self) -> tuple[str, ...] | None:
        ticks = {name: chosen for name, _, chosen, _ in self.accepts.iter_choices()}
        return None if all(ticks.values()) else tuple(name for name, chosen in ticks.items() if chosen)


class SizeForm(FlaskForm):
    """Adding or changing a thumbnail size."""

    width = StringField(say("Width"), description=say("In pixels. Leave it empty where only the height counts."))
    height = StringField(say("Height"), description=say("In pixels. Leave it empty where only the width counts."))

    def validate_width(self, field: Field) -> None:
        """Nothing, or a side."""
        _side(field)

    def validate_height(self, field: Field) -> None:
        """Nothing, or a side; at least one of the two."""
        if not _side(field) and not (self.width.data or "").strip().strip("0"):
            raise ValidationError(say("Give a width, a height, or both."))

    def sides(self) -> tuple[int, int]:
        """Width and height in pixels, 0 for one that is free."""
        return _side(self.width), _side(self.height)


def _side(field: Field) -> int:
    text = (field.data or "").strip()
    if not text:
        return 0
    if not _NUMBER.fullmatch(text) or int(text) > LARGEST_SIDE:
        raise ValidationError(say("Write a whole number of pixels up to %(most)s in digits.", most=str(LARGEST_SIDE)))
    return int(text)


def went_through(form: FlaskForm, save: Callable[[], object]) -> bool:
    """Whether the form was good and saved; where not, the reason stands at its field."""
    if not form.validate():
        return False
    try:
        save()
    except BadForm as refusal:
        if refusal.field in form:
            form[refusal.field].errors = [refusal.message]
        else:
            form.form_errors.append(refusal.message)
        return False
    return True
