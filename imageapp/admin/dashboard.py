"""The Flask-Admin dashboard."""

from flask import Flask


def install(app: Flask) -> None:
    """Add the dashboard to the app."""
