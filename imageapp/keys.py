"""The secret key, made once when none is given."""

import os
import secrets
from pathlib import Path

NAME = "secret_key"


def make_private_folder(folder: Path) -> None:
    """Make the folder, for this user alone; one that is there keeps its mode."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def secret_key(instance: Path) -> str:
    """The key in the data folder: 32 random bytes in hexadecimal, made by whoever comes first, the same for all."""
    make_private_folder(instance)
    path = instance / NAME
    if not path.exists():
        _make(path)
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    # Written in full under another name and then linked: nobody ever reads half a key, and of two processes that
    # start together one link wins and both read it.
    draft = path.with_name(f"{NAME}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return  # another process was first: its key is the key
    finally:
        draft.unlink()
