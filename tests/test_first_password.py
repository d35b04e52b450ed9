"""The password that an operator gives the first admin."""

from dataclasses import replace
from pathlib import Path

import pytest

from imageapp import migrating
from imageapp.config import Settings


def test_operator_is_told_that_the_admins_first_password_is_easily_guessed(tmp_path: Path) -> None:
    settings = replace(Settings(instance=tmp_path), admin_password="football")

    with pytest.raises(migrating.CannotStart, match="IMAGEAPP_ADMIN_PASSWORD cannot be used: This is among the first"):
        migrating.upgrade(settings)


def test_the_known_default_given_as_a_setting_is_still_the_default(tmp_path: Path) -> None:
    settings = replace(Settings(instance=tmp_path), admin_password="admin")

    assert migrating.upgrade(settings) is True


def test_a_published_server_does_not_start_with_the_known_default(tmp_path: Path) -> None:
    settings = replace(Settings(instance=tmp_path), admin_password="admin", public_url="https://pictures.example")

    with pytest.raises(migrating.CannotStart, match="set IMAGEAPP_ADMIN_PASSWORD"):
        migrating.upgrade(settings)
