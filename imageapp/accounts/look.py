"""In which language, and how light, somebody wants pages."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from imageapp.accounts.models import User
from imageapp.database import writing

THEMES = ("light", "dark")


def choose(session: Session, user_id: int, *, language: str | None, theme: str | None) -> None:
    """Keep what this user chose: a language of `languages.CODES`, one of THEMES; None: browser or system."""
    with writing(session):
        session.execute(update(User).where(User.id == user_id).values(language=language, theme=theme))
