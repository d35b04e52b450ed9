"""What the README tells an operator to do with the container, done."""

import secrets

import pytest

from .house import Alice, House, photograph, readme

pytestmark = pytest.mark.compose


def test_operator_gives_the_first_password_as_a_file(elsewhere: House) -> None:
    password = secrets.token_urlsafe(12)
    folder = elsewhere.folder / "secrets"
    folder.mkdir(mode=0o700)
    (folder / "admin_password").write_text(f"{password}\n", encoding="utf-8")
    (folder / "admin_password").chmod(0o644)
    (elsewhere.folder / "docker-compose.override.yml").write_text(readme("file: secrets/"), encoding="utf-8")

    elsewhere.start()

    assert Alice(elsewhere, password).list_pictures() == []
    assert password not in str(elsewhere.container["Config"])


def test_operator_moves_to_another_machine_by_the_backup_of_a_running_container(elsewhere: House) -> None:
    elsewhere.start()
    alice, content = Alice(elsewhere), photograph()
    kept = alice.upload("harbour.jpg", content)

    elsewhere.script(readme("exec -T web tar"))
    left_over = elsewhere.inside("ls", "/data").split()
    elsewhere.compose("down", "--volumes")
    elsewhere.script(readme("run --rm -T web tar").replace("docker compose up\n", "docker compose up --wait\n"))

    [found] = alice.list_pictures()
    assert found["id"] == kept["id"]
    assert alice.original(found) == content
    assert elsewhere.inside("flask", "--app", "wsgi", "check", "--full") == "All is well."
    assert "backup.db" not in left_over
    assert elsewhere.inside("stat", "-c", "%a", "/data/secret_key") == "600"
