"""The app as `docker compose up` runs it, in a project of its own, and a person who uses it over HTTP."""

import io
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from PIL import Image

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 300  # seconds; a first build fetches every package


@dataclass(frozen=True)
class House:
    """One Compose project. Published on a port that the engine picks, so that it never meets another."""

    project: str
    folder: Path = CHECKOUT

    def compose(self, *words: str) -> str:
        """What `docker compose WORDS` prints. Fails with what it complained about."""
        return self.docker("compose", *words)

    def docker(self, *words: str) -> str:
        return self.run("docker", *words)

    def script(self, lines: str) -> str:
        """What a shell prints that runs these lines of the README, in this project. Fails at the first that fails."""
        return self.run("bash", "-euo", "pipefail", "-c", lines)

    def run(self, *words: str) -> str:
        """What a command prints. Fails with what it complained about."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("IMAGEAPP_")}
        environment |= {"IMAGEAPP_PUBLISH": "127.0.0.1:", "COMPOSE_PROJECT_NAME": self.project}
        done = subprocess.run(
            words, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self) -> None:
        """Builds what changed, and returns once the health check says healthy."""
        try:
            self.compose("up", "--build", "--detach", "--wait", "--wait-timeout", str(PATIENCE))
        except AssertionError as error:
            error.add_note(self.compose("logs", "--tail", "50"))
            raise

    def close(self) -> None:
        """Take it down with its volume and image, started or not."""
        self.compose("down", "--volumes", "--rmi", "local", "--timeout", "5")

    @property
    def address(self) -> str:
        return "http://" + self.compose("port", "web", "8000").strip()

    @property
    def container(self) -> dict[str, Any]:
        """All that the engine knows about the container, running or stopped."""
        name = self.compose("ps", "--all", "--quiet", "web").strip()
        return json.loads(self.docker("inspect", name))[0]

    def inside(self, *words: str) -> str:
        """What a command in the running container prints."""
        return self.compose("exec", "--no-TTY", "web", *words).strip()


def readme(pattern: str) -> str:
    """The one block of the README that matches."""
    blocks = re.findall(r"```\w*\n(.*?)```", (CHECKOUT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    [found] = [block for block in blocks if re.search(pattern, block)]
    return found


MADE_OF = {
    "Dockerfile",
    "docker-compose.yml",
    ".dockerignore",
    "requirements",
    "imageapp",
    "migrations",
    "templates",
    "static",
    "wsgi.py",
}


def copied_to(folder: Path) -> Path:
    """A checkout as somebody else has it: all that the container is made of, and nothing besides."""
    folder.mkdir()
    for name in MADE_OF:
        copy = shutil.copytree if (CHECKOUT / name).is_dir() else shutil.copy2
        copy(CHECKOUT / name, folder / name)
    return folder


class Alice:
    """Somebody with a program instead of a browser, signed in as the first admin."""

    def __init__(self, house: House, password: str = "admin") -> None:
        self.house = house
        self.session = requests.Session()
        self.session.headers["Accept"] = "application/json"
        self.csrf = self.ask("GET", "/login")["csrf_token"]
        self.csrf = self.ask("POST", "/login", data={"username": "admin", "password": password})["csrf_token"]

    def send(self, method: str, path: str, **extra: Any) -> requests.Response:
        headers = {"X-CSRFToken": self.csrf} if method == "POST" else {}
        return self.session.request(method, self.house.address + path, headers=headers, timeout=60, **extra)

    def ask(self, method: str, path: str, **extra: Any) -> Any:
        """The JSON that this address answers. Fails with the answer where it is a refusal."""
        answer = self.send(method, path, **extra)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def upload(self, name: str, content: bytes) -> Any:
        """The one picture that was kept, as JSON."""
        answer = self.ask("POST", "/images/upload", files={"files": (name, content)})
        assert answer["refused"] == []
        return answer["images"][0]

    def list_pictures(self) -> list[Any]:
        return self.ask("GET", "/images")["images"]

    def original(self, picture: Any) -> bytes:
        """The bytes behind a picture's link; only its path, as the port may be another after a restart."""
        answer = self.send("GET", urlsplit(picture["links"]["original"]).path)
        assert answer.ok, answer.text
        return answer.content


def photograph() -> bytes:
    """A JPEG of 900 × 600 pixels, with an edge and two gradients in it."""
    across = Image.linear_gradient("L").resize((900, 600))
    down = across.rotate(90).resize((900, 600))
    kept = io.BytesIO()
    Image.merge("RGB", (across, down, across.point([0] * 96 + [255] * 160))).save(kept, "JPEG", quality=90)
    return kept.getvalue()
