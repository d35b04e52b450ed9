"""Every setting, its type, default and meaning, read from the environment once.

A bad value or a misspelt name stops the start: `SettingsError` lists all faults, one line each, naming the setting, the
value and what would do. Each secret may also be given as a file: `IMAGEAPP_SECRET_KEY_FILE=/run/secrets/key`.
"""

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from imageapp.imaging.engines import PILLOW, engine_name
from imageapp.imaging.formats import extra_formats, offered_and

T = TypeVar("T")

PREFIX = "IMAGEAPP_"
CHECKOUT = Path(__file__).resolve().parent.parent

# Not for this program, but found in the same environment: docker-compose.yml reads the one, the tests the others.
FOR_OTHERS = re.compile(r"PUBLISH|TEST_.*")
# Kubernetes tells every container where services are, in variables of our prefix if one is named `imageapp…`.
_OF_A_SERVICE = re.compile(
    r"IMAGEAPP_(?:\w*_)?(?:SERVICE_(?:HOST|PORT(?:_\w*)?)=.*|PORT_\d+_[A-Z]+(?:_[A-Z]+)?=.*|PORT=[a-z]+://.*)"
)

# Seen in tutorials and leaked configurations; with a public address they are as good as none.
KNOWN_KEYS = frozenset({"dev", "secret", "changeme", "change-me", "secret-key", "development", "password", "imageapp"})
SHORTEST_KEY = 16

# As many as a database column holds; Python refuses to read thousands of them with an error of its own.
_DIGITS = re.compile(r"[0-9]{1,18}")


class SettingsError(Exception):
    """The environment cannot be used. `faults` holds one sentence for each bad setting."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides. Sizes are bytes or pixels, times are seconds."""

    instance: Path
    host: str = "127.0.0.1"
    port: int = 8000
    secret_key: str | None = None  # None: made once, in the data folder
    secret_key_fallbacks: tuple[str, ...] = ()  # newest first
    admin_password: str | None = None
    database_url: str | None = None  # None: SQLite in the data folder
    storage_url: str | None = None  # None: a folder in the data folder
    public_url: str | None = None
    trusted_proxy: str | None = None
    local_only: bool = False
    max_file_bytes: int = 25_000_000
    max_request_bytes: int = 256_000_000
    max_files: int = 20
    max_pixels: int = 64_000_000
    max_pixels_whole: int = 40_000_000
    max_side: int = 30_000
    imaging_engine: str = PILLOW
    extra_formats: tuple[str, ...] = ()  # names of formats that are accepted besides the usual ones
    link_seconds_min: int = 300
    link_seconds_max: int = 30_000
    processes: int = 1
    threads: int = 4

    @property
    def database(self) -> str:
        """The address of the database, as SQLAlchemy writes it."""
        return self.database_url or f"sqlite:///{self.instance / 'imageapp.db'}"

    @property
    def pictures(self) -> Path:
        """The folder that keeps the bytes of pictures and thumbnails."""
        return Path(unquote(urlsplit(self.storage_url).path)) if self.storage_url else self.instance / "pictures"

    @property
    def formats(self) -> tuple[str, ...]:
        """The names of the formats that are accepted, unless a plan takes fewer."""
        return offered_and(self.extra_formats)

    @property
    def spool(self) -> Path:
        """Where uploads and thumbnails lie while they are worked on."""
        return self.instance / "tmp"

    @property
    def exposed(self) -> bool:
        """Whether strangers can be expected to reach this server. Decided by settings, never by a request."""
        beyond_loopback = not _is_loopback(self.host) and not self.local_only
        return bool(self.public_url or self.trusted_proxy or beyond_loopback)

    @property
    def secure(self) -> bool:
        """Whether people reach this server over https, so that cookies may be bound to it."""
        return bool(self.public_url and self.public_url.startswith("https://"))


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this environment. Raises SettingsError with every fault at once."""
    return _Reader(os.environ if environ is None else environ).settings()


class _Reader:
    """Reads one setting after another and remembers every fault."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = {key: value for key, value in environ.items() if not _OF_A_SERVICE.fullmatch(f"{key}={value}")}
        self.faults: list[str] = []
        self.asked_for: set[str] = set()  # the names of all settings, once every one was read

    def settings(self) -> Settings:
        settings = Settings(
            instance=Path(self.text("INSTANCE") or CHECKOUT / "instance").absolute(),
            host=self.text("HOST") or self.environ.get("HOST", "").strip() or "127.0.0.1",
            port=self.port(),
            secret_key=self.secret("SECRET_KEY"),
            secret_key_fallbacks=tuple((self.secret("SECRET_KEY_FALLBACKS") or "").replace(",", " ").split()),
            admin_password=self.secret("ADMIN_PASSWORD"),
            database_url=self.parsed("DATABASE_URL", _database_url, secret=True),
            storage_url=self.parsed("STORAGE_URL", _storage_url),
            public_url=self.parsed("PUBLIC_URL", _public_url),
            trusted_proxy=self.parsed("TRUSTED_PROXY", _proxy),
            local_only=self.switch("LOCAL_ONLY"),
            max_file_bytes=self.number("MAX_FILE_BYTES", 25_000_000, 1_000),
            max_request_bytes=self.number("MAX_REQUEST_BYTES", 256_000_000, 100_000),
            max_files=self.number("MAX_FILES", 20, 1, 1_000),
            max_pixels=self.number("MAX_PIXELS", 64_000_000, 1),
            max_pixels_whole=self.number("MAX_PIXELS_WHOLE", 40_000_000, 1),
            imaging_engine=self.parsed("IMAGING_ENGINE", engine_name) or PILLOW,
            extra_formats=self.parsed("EXTRA_FORMATS", extra_formats) or (),
            link_seconds_min=self.number("LINK_SECONDS_MIN", 300, 1),
            link_seconds_max=self.number("LINK_SECONDS_MAX", 30_000, 1),
            processes=self.number("PROCESSES", _cpus(), 1, 256),
            threads=self.number("THREADS", 4, 1, 64),
        )
        self.check_together(settings)
        self.check_names()
        if self.faults:
            raise SettingsError(self.faults)
        return settings

    def fault(self, name: str, value: str, wanted: str) -> None:
        self.faults.append(f"{PREFIX}{name}={value!r} cannot be used: {wanted}")

    def text(self, name: str) -> str | None:
        self.asked_for.add(name)
        return self.environ.get(PREFIX + name, "").strip() or None

    def secret(self, name: str) -> str | None:
        """The value, or what its …_FILE holds. Naming both is a fault, since one would silently win."""
        value, path = self.text(name), self.text(f"{name}_FILE")
        if path is None:
            return value
        if value is not None:
            self.faults.append(f"{PREFIX}{name} and {PREFIX}{name}_FILE are both set: keep one of them")
        try:
            content = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self.fault(f"{name}_FILE", path, f"a readable text file is needed ({type(error).__name__})")
            return value
        if not content:
            self.fault(f"{name}_FILE", path, "the file is empty")
        return content or None

    def number(self, name: str, default: int, least: int, most: int | None = None) -> int:
        value = self.text(name)
        if value is None:
            return default
        wanted = f"a whole number of at least {least}" + (f" and at most {most}" if most else "")
        if not _DIGITS.fullmatch(value) or int(value) < least or (most and int(value) > most):
            self.fault(name, value, wanted)
            return default
        return int(value)

    def port(self) -> int:
        """PORT, as hosting platforms set it; IMAGEAPP_PORT wins."""
        value = self.text("PORT") or self.environ.get("PORT", "").strip() or "8000"
        if not _DIGITS.fullmatch(value) or int(value) > 65_535:
            self.faults.append(f"PORT={value!r} cannot be used: a whole number from 0 to 65535")
            return 8000
        return int(value)

    def switch(self, name: str) -> bool:
        value = (self.text(name) or "0").lower()
        if value not in {"0", "1", "true", "false", "yes", "no"}:
            self.fault(name, value, "1 or 0")
        return value in {"1", "true", "yes"}

    def parsed(self, name: str, parse: Callable[[str], T], *, secret: bool = False) -> T | None:
        """The value as `parse` returns it; its ValueError becomes a fault. A secret's value is not repeated."""
        value = self.secret(name) if secret else self.text(name)
        if value is None:
            return None
        try:
            return parse(value)
        except ValueError as error:
            self.fault(name, "…" if secret else value, str(error))
            return None

    def check_together(self, settings: Settings) -> None:
        """Faults that only show when two settings are read side by side."""
        if settings.link_seconds_min > settings.link_seconds_max:
            self.faults.append(f"{PREFIX}LINK_SECONDS_MIN is larger than {PREFIX}LINK_SECONDS_MAX")
        if settings.max_file_bytes > settings.max_request_bytes:
            self.faults.append(
                f"{PREFIX}MAX_FILE_BYTES is larger than {PREFIX}MAX_REQUEST_BYTES: no such file would fit"
            )
        key = settings.secret_key
        if key is not None and re.search(r"[\s,]", key):
            self.faults.append(f"{PREFIX}SECRET_KEY holds a blank or a comma: as a fallback later it would be two keys")
        if settings.exposed and key is not None and _is_weak(key):
            self.faults.append(
                f"{PREFIX}SECRET_KEY is too weak for a server that others reach: at least {SHORTEST_KEY} random "
                "characters, or leave it out and one is made"
            )
        if settings.exposed and any(_is_weak(old) for old in settings.secret_key_fallbacks):
            self.faults.append(
                f"{PREFIX}SECRET_KEY_FALLBACKS holds a key that is too weak for a server that others reach: leave it "
                "out, since whoever guesses it signs what they like. Everybody signs in anew"
            )

    def check_names(self) -> None:
        """A misspelt setting would silently be none. Its value is not repeated, as it may be a secret."""
        for name in sorted(self.environ):
            rest = name.removeprefix(PREFIX)
            if rest == name or rest in self.asked_for or FOR_OTHERS.fullmatch(rest):
                continue
            near = get_close_matches(rest.upper(), sorted(self.asked_for), n=1, cutoff=0.7)
            hint = f"{PREFIX}{near[0]} is" if near else "the README lists them"
            self.faults.append(f"{name} is no setting: {hint}")


def _is_weak(key: str) -> bool:
    return len(key) < SHORTEST_KEY or key.lower() in KNOWN_KEYS


def _cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@lru_cache(maxsize=8)  # asked for every request
def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _database_url(value: str) -> str:
    try:
        url = make_url(value)
    except ArgumentError:
        raise ValueError("an address like postgresql://user:password@host/name or sqlite:////folder/file.db") from None
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"postgresql+psycopg", "sqlite"} or (url.drivername == "sqlite" and not url.database):
        raise ValueError("postgresql:// and sqlite:/// with a file are the two kinds that are known")
    return url.render_as_string(hide_password=False)


def _storage_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "file" or parts.netloc or not parts.path.startswith("/"):
        raise ValueError("file:///an/absolute/folder is the kind of storage that this version knows")
    return value


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("https://host or https://host:port, without a path")
    usual = {"http": 80, "https": 443}[parts.scheme]  # browsers leave it out of the Host that they send
    port = f":{parts.port}" if parts.port not in {None, usual} else ""
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{name}{port}"


def _proxy(value: str) -> str:
    if value != "*":
        try:
            ipaddress.ip_address(value)
        except ValueError:
            raise ValueError("one IP address of the proxy, or *") from None
    return value
