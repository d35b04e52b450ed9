"""The container's files say the same as the settings that the app reads."""

import dataclasses
from pathlib import Path

from imageapp.config import PREFIX, Settings

CHECKOUT = Path(__file__).parents[2]
# The container decides these itself; `max_side` is no setting of its own.
FIXED = {"instance", "host", "port", "max_side"}


def test_operator_can_give_every_setting_to_the_container() -> None:
    text = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
    names = {f"{PREFIX}{field.name.upper()}" for field in dataclasses.fields(Settings) if field.name not in FIXED}

    passed = {line.split(":")[0].strip() for line in text.splitlines() if line.strip().startswith(PREFIX)}

    assert passed == names


def test_operator_without_an_image_registry_login_can_build() -> None:
    # A syntax line or a digest must be resolved at a registry before anything is built.
    text = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")

    assert "syntax=" not in text
    assert "@sha256:" not in text
