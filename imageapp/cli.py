"""Commands."""

from flask import Flask


def install(app: Flask) -> None:
    """Add the commands to the app."""
