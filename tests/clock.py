"""The time as a test has it."""

from datetime import UTC, datetime, timedelta


class MovableClock:
    """The time of a site: the real one, moved by `ahead`, or standing still at `frozen`."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.frozen: datetime | None = None

    def __call__(self) -> datetime:
        return (self.frozen or datetime.now(UTC)) + self.ahead

    def advance(self, **span: float) -> None:
        """Move it, by hours=…, seconds=…"""
        self.ahead += timedelta(**span)

    def freeze(self, at: datetime | None = None) -> datetime:
        """Let it stand still, at this moment if none is given; returns it."""
        self.frozen, self.ahead = at or self(), timedelta()
        return self.frozen

    def reset(self) -> None:
        """The real time again."""
        self.ahead, self.frozen = timedelta(), None
