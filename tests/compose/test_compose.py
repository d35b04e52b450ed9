"""`docker compose up`, as an operator and a person with a picture meet it."""

import time

import pytest
import requests

from .house import Alice, House, photograph

pytestmark = pytest.mark.compose

STOP_GRACE = 30  # seconds, as docker-compose.yml says


def test_alice_finds_her_picture_byte_for_byte_after_a_restart(house: House) -> None:
    content = photograph()
    kept = Alice(house).upload("harbour.jpg", content)

    house.compose("restart")
    house.start()

    alice = Alice(house)
    [found] = [picture for picture in alice.list_pictures() if picture["id"] == kept["id"]]
    assert (found["name"], found["format"], found["bytes"]) == (kept["name"], kept["format"], len(content))
    assert (found["width"], found["height"]) == (900, 600)
    assert alice.original(found) == content


def test_alice_stays_signed_in_over_a_restart(house: House) -> None:
    alice = Alice(house)

    house.compose("restart")
    house.start()

    assert "images" in alice.ask("GET", "/images")


def test_stranger_in_the_network_finds_no_open_port(house: House) -> None:
    [published] = house.container["NetworkSettings"]["Ports"]["8000/tcp"]

    assert published["HostIp"] == "127.0.0.1"


def test_intruder_in_the_container_is_nobody_and_can_change_nothing_but_data(house: House) -> None:
    assert house.inside("id", "-u") == "10001"
    assert house.inside("sh", "-c", "grep CapEff /proc/1/status").split()[1].strip("0") == ""
    assert house.inside("sh", "-c", "grep NoNewPrivs /proc/1/status").split()[1] == "1"
    folders = "/ /app /app/imageapp /opt/venv /etc /data /tmp"
    probe = f"for folder in {folders}; do touch $folder/x 2>/dev/null && rm $folder/x && echo $folder; done; true"
    assert house.inside("sh", "-c", probe).split() == ["/data", "/tmp"]
    mounts = {line.split()[1]: line.split()[3].split(",") for line in house.inside("cat", "/proc/mounts").splitlines()}
    assert "ro" in mounts["/"]
    assert "rw" in mounts["/data"]


def test_intruder_in_the_container_finds_no_secret_but_in_the_data(house: House) -> None:
    assert house.inside("ls", "-A", "/app").split() == [
        "__pycache__", "imageapp", "migrations", "static", "templates", "wsgi.py",
    ]  # fmt: skip
    assert house.inside("stat", "-c", "%a %U", "/data") == "700 imageapp"
    layers = house.docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", house.container["Image"])
    assert "SECRET_KEY" not in layers
    assert "PASSWORD" not in layers


def test_operator_stops_it_within_the_grace_period_and_loses_nothing(house: House) -> None:
    kept = Alice(house).upload("before.jpg", photograph())
    address = house.address

    started = time.monotonic()
    house.compose("stop")
    took = time.monotonic() - started

    state = house.container["State"]
    assert (state["Status"], state["ExitCode"], state["OOMKilled"]) == ("exited", 0, False)
    assert took < STOP_GRACE
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=5)
    house.start()
    assert kept["id"] in [picture["id"] for picture in Alice(house).list_pictures()]


def test_operator_takes_it_down_and_nothing_is_left(house: House) -> None:
    other = House(project=f"{house.project}-gone")
    other.start()

    other.compose("down", "--volumes", "--rmi", "local")

    label = f"label=com.docker.compose.project={other.project}"
    for kind in (("ps", "--all"), ("volume", "ls"), ("network", "ls")):
        assert house.docker(*kind, "--quiet", "--filter", label).strip() == ""
