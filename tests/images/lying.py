"""Putting pictures into the trash, and what lies in it."""

from typing import Any

from tests.site import JSON, Client


def put_away(client: Client, *images: dict[str, Any]) -> None:
    for image in images:
        assert client.submit(f"/images/{image['id']}/delete", as_json=True).json() == {"deleted": image["id"]}


def shown(client: Client) -> list[str]:
    """The ids in the gallery, newest first."""
    return [image["id"] for image in client.get("/images", headers=JSON).json()["images"]]


def lying(client: Client) -> list[str]:
    """The ids in the trash, the last put away first."""
    return [image["id"] for image in client.get("/trash", headers=JSON).json()["images"]]


def used(client: Client) -> int:
    return client.get("/account", headers=JSON).json()["used_bytes"]
