"""What a password and a user name may be."""

import unicodedata
from functools import cache
from pathlib import Path

from werkzeug.security import check_password_hash, generate_password_hash

from imageapp.refusals import BadForm
from imageapp.sentences import say

SHORTEST = 8
LONGEST = 1024
ADVICE = say("Use at least %(least)s characters. A few random words work well.", least=SHORTEST)
DEFAULT = "admin"
LONGEST_NAME = 64

# Written out, so that whatever is compared costs the same, be it somebody's hash or nobody's.
_METHOD = "scrypt:32768:8:1"
# No password gives 64 zero bytes. Not made by hashing: the first unknown name after a start would take twice as long.
_NOBODYS_HASH = f"{_METHOD}${'0' * 16}${'0' * 128}"

_LIST = Path(__file__).with_name("common-passwords.txt")


@cache
def _common() -> frozenset[str]:
    return frozenset(_LIST.read_text(encoding="utf-8").splitlines())


def hash_password(password: str) -> str:
    """A salted scrypt hash: 32 MB and about 0.1 s of work."""
    return generate_password_hash(_normal(password), _METHOD)


def hash_new_password(password: str, username: str, field: str = "password") -> str:
    """The hash to keep of a password that somebody chose. Raises BadForm, naming `field`, for a weak one.

    Takes long: call it before `writing`, or everybody else who writes waits for it.
    """
    check_new_password(password, username, field)
    return hash_password(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the right one. None (nobody of that name) takes as long and is always wrong."""
    right = check_password_hash(password_hash or _NOBODYS_HASH, _normal(password))
    return right and password_hash is not None and bool(password)


def check_new_password(password: str, username: str, field: str) -> None:
    """Raises BadForm, naming `field`, for a password that is too short, too long or easily guessed."""
    plain = _normal(password).casefold()
    if len(password) < SHORTEST:
        raise BadForm(ADVICE, field)
    if len(password) > LONGEST:
        raise BadForm(say("Use at most %(most)s characters.", most=str(LONGEST)), field)
    if plain in _common() or plain == DEFAULT:
        raise BadForm(
            say("This is among the first passwords that anybody would try. A few random words work well."), field
        )
    if plain == name_key(username):
        raise BadForm(say("The password may not be the user name."), field)


def check_name(username: str) -> str:
    """The name as it is kept: NFC, no blanks around it. Raises BadForm for an empty, too long or unprintable one."""
    name = unicodedata.normalize("NFC", username).strip()
    if not name:
        raise BadForm(say("A user name is needed."), "username")
    if len(name) > LONGEST_NAME:
        raise BadForm(say("Use at most %(most)s characters.", most=LONGEST_NAME), "username")
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for character in name):
        raise BadForm(say("The name holds a character that cannot be seen. Type it again."), "username")
    return name


def name_key(name: str) -> str:
    """The form under which two names are the same name: `Bob`, `bob` and `ｂob` are."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).casefold())


def _normal(password: str) -> str:
    # The same characters typed on two keyboards may arrive composed or not.
    return unicodedata.normalize("NFC", password)
