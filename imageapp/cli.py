"""Commands for operators: `flask --app wsgi user add`, `plan list`, `check` …

They end with 0 when all is well, 1 with one sentence on stderr when something was refused or found wrong, 2 when they
were called wrongly.
"""

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from imageapp.accounts import service, signins
from imageapp.accounts.models import User
from imageapp.accounts.passwords import hash_new_password, name_key
from imageapp.admin.deeds import Person, add_person
from imageapp.database import writing
from imageapp.extensions import db
from imageapp.house import house
from imageapp.logs import events
from imageapp.plans.entitlements import in_order
from imageapp.plans.models import Plan
from imageapp.refusals import NotFound, Refusal
from imageapp.storage.store import StoreDown
from imageapp.upkeep import Finding, Upkeep, Weight
from imageapp.wording import file_size, plural

log = events(__name__)

user = AppGroup("user", help="People: add somebody, set a password, list them.")
plan = AppGroup("plan", help="Plans: list them.")


def install(app: Flask) -> None:
    """Add the commands to the app."""
    for command in (user, plan, check):
        app.cli.add_command(command)


@contextmanager
def _told() -> Iterator[Session]:
    """The database, and one sentence for whatever is refused or away."""
    # Where nobody collects log lines, none are mixed into what a command says.
    logging.getLogger("imageapp").addHandler(logging.NullHandler())
    try:
        yield db.session()
    except Refusal as refusal:
        raise click.ClickException(refusal.message) from refusal
    except StoreDown as error:
        raise click.ClickException(f"The picture storage does not answer: {error}.") from error
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise click.ClickException(
            f"The database does not answer, or was never set up ({reason}). Start the server once; it sets it up."
        ) from error


def _password_from(file: IO[str] | None) -> str:
    """From the file; else typed twice at a terminal; else the first line of what is piped in."""
    if file is None and sys.stdin.isatty():
        return click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return (file or sys.stdin).readline().rstrip("\r\n")


def _password_option(command: Callable[..., object]) -> Callable[..., object]:
    return click.option(
        "--password-file",
        type=click.File(encoding="utf-8"),
        help="Read the password from the first line of this file. Without it: typed, or the first line piped in.",
    )(command)


@user.command("add")
@click.argument("name")
@click.option("--plan", "plan_name", default="Basic", show_default=True, help="The plan they are on.")
@click.option("--admin", is_flag=True, help="They may open the admin pages.")
@_password_option
def add_user(name: str, plan_name: str, admin: bool, password_file: IO[str] | None) -> None:
    """Add somebody under NAME."""
    with _told() as session:
        chosen = session.scalar(select(Plan).where(Plan.name_key == name_key(plan_name)))
        if chosen is None:
            raise NotFound(f"There is no plan “{plan_name}”. List them with: flask --app wsgi plan list")
        person = Person(name, _password_from(password_file), chosen.id, is_admin=admin, is_active=True)
        called = chosen.name
        user_id = add_person(session, person, house().clock())
        log.info("user_added", by="command line", user=user_id, username=name)
    click.echo(f"User “{name}” was added, on the plan {called}.")


@user.command("set-password")
@click.argument("name")
@_password_option
def set_password(name: str, password_file: IO[str] | None) -> None:
    """Give NAME a new password, and sign them out everywhere."""
    with _told() as session:
        person = service.find_user(session, name)
        if person is None:
            raise NotFound(f"There is no user “{name}”. List them with: flask --app wsgi user list")
        password_hash = hash_new_password(_password_from(password_file), person.username)
        with writing(session):
            person = service.find_user(session, name)
            if person is None:
                raise NotFound(f"User “{name}” was deleted at this moment.")
            service.set_password(person, password_hash)
            signins.end_all(session, person.id)
            user_id = person.id
        log.info("password_set", by="command line", user=user_id)
    click.echo(f"“{name}” has a new password and is signed out everywhere.")


@user.command("list")
def list_users() -> None:
    """Show everybody: name, plan, space used, and whether they are admins or disabled."""
    with _told() as session:
        people = session.execute(
            select(User.username, Plan.name, User.used_bytes, User.is_admin, User.is_active)
            .join(Plan, Plan.id == User.plan_id)
            .order_by(User.username_key)
        )
        rows = [
            (name, on, file_size(used), ", ".join(("admin",) * is_admin + ("disabled",) * (not is_active)))
            for name, on, used, is_admin, is_active in people
        ]
    _table(("NAME", "PLAN", "USED", ""), rows)


@plan.command("list")
def list_plans() -> None:
    """Show every plan: thumbnail sizes, what else it gives, its space, and how many people are on it."""
    with _told() as session:
        counted = session.execute(select(User.plan_id, func.count()).group_by(User.plan_id))
        people = {row[0]: row[1] for row in counted}
        rows = [
            (
                one.name,
                ", ".join(size.label for size in in_order(tuple(row.value for row in one.sizes))) or "-",
                "yes" if one.shows_original else "no",
                "yes" if one.makes_links else "no",
                "no limit" if one.quota_bytes is None else file_size(one.quota_bytes),
                str(people.get(one.id, 0)),
            )
            for one in session.scalars(select(Plan).order_by(Plan.id))
        ]
    _table(("NAME", "SIZES", "ORIGINAL", "LINKS", "SPACE", "USERS"), rows)


@click.command("check")
@click.option("--repair", is_flag=True, help="Mend what can be mended. Safe while the server runs.")
@click.option("--full", is_flag=True, help="Read every original and compare its hash, too. Takes long.")
@with_appcontext
def check(repair: bool, full: bool) -> None:
    """See whether rows, files and counters agree.

    Ends with 1 when something is wrong that was not mended. Originals that are gone or damaged are reported, never
    deleted. Links, sign-ins and tries that ended are no fault; --repair removes them.
    """
    wrong = 0
    with _told() as session:
        parts = house()
        upkeep = Upkeep(session, parts.store, parts.settings.spool, parts.clock(), repair=repair, full=full)
        for finding in upkeep.findings():
            _say(finding)
            wrong += finding.weight is not Weight.CHORE and not finding.mended
    if wrong:
        raise click.ClickException(f"{plural(wrong, 'problem')} left.")
    click.echo("All is well.")


def _say(finding: Finding) -> None:
    tell = log.error if finding.weight is Weight.LOSS else log.info
    tell(
        "check_found",
        weight=finding.weight.value,
        kind=finding.kind,
        subject=finding.subject,
        mended=finding.mended,
    )
    click.echo(f"{finding.kind}: {finding.sentence}{' Mended.' if finding.mended else ''}")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    for row in (head, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
