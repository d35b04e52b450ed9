"""A real nginx that caches whatever it may, in front of a site."""

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import unavailable
from tests.serve.running import until
from tests.site import Site

PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
# As careless as an operator can be: everything is kept for ten minutes, unless the answer itself forbids it.
CONFIGURATION = """
daemon off;
{user}
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/cache keys_zone=everything:1m;
  client_max_body_size 0;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{site};
      proxy_set_header Host $http_host;
      proxy_cache everything;
      proxy_cache_key $request_uri;
      proxy_cache_valid any 10m;
      add_header X-Cache $upstream_cache_status always;
    }}
  }}
}}
"""


class Nginx:
    """A running nginx; `root` is its address, and `kept()` everything that it has stored."""

    def __init__(self, folder: Path, site: Site) -> None:
        folder.mkdir()
        self._cache = folder / "cache"
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.root = f"http://127.0.0.1:{port}"
        # Started by root it would go on as nobody, who may not write to a test's folder.
        user = "user root;" if folder.owner() == "root" else ""
        configuration = folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(folder=folder, user=user, port=port, site=site.port))
        self._process = subprocess.Popen(
            [str(PROGRAM), "-p", str(folder), "-c", str(configuration)], stderr=subprocess.DEVNULL
        )
        until(
            lambda: _answers(port), (folder / "error.log").read_text() if (folder / "error.log").exists() else "nginx"
        )

    def kept(self) -> list[bytes]:
        """Every answer in the cache, with its headers."""
        return [path.read_bytes() for path in self._cache.rglob("*") if path.is_file()]

    def close(self) -> None:
        """End it and its worker."""
        self._process.terminate()
        self._process.wait(10)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def behind_nginx(tmp_path: Path, start_site: Callable[..., Site]) -> Iterator[tuple[Site, Nginx]]:
    """A site of its own, and the nginx in front of it."""
    if PROGRAM is None:
        unavailable("nginx")
    site = start_site()
    nginx = Nginx(tmp_path / "nginx", site)
    yield site, nginx
    nginx.close()
