"""Time, as something that is handed in, and as programs read it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def rfc3339(value: datetime) -> str:
    """A moment as programs read it: `2026-11-14T09:31:00.123456Z`."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
