"""A client that asks one address again and again over kept-alive connections, in one thread of a process of its own.

`python benchmarks/load.py PORT PATH SECONDS CONNECTIONS COOKIE` prints the answers per second. It knows just enough
HTTP to count whole answers with status 200, so that it takes little of the CPU that the server under test should have.
"""

import re
import selectors
import socket
import sys
import time

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
PIECE = 1 << 20  # bytes asked of the system at once


class Asking:
    """One connection with one request under way."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = request
        self._head = b""
        self._left = 0  # bytes of the body that are still to come
        self.ask()

    def ask(self) -> None:
        self._head = b""
        self.socket.sendall(self._request)

    def answered(self) -> bool:
        """Take what has come; whether the answer is whole now. Raises RuntimeError for any answer but 200."""
        piece = self.socket.recv(PIECE)
        if not piece:
            raise RuntimeError("the server closed a connection")
        if self._left:
            self._left -= len(piece)
            return not self._left
        self._head += piece
        end = self._head.find(b"\r\n\r\n")
        if end < 0:
            return False
        found = LENGTH.search(self._head, 0, end + 2)
        if found is None or not self._head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"not an answer to count: {self._head[:200]!r}")
        self._left = end + 4 + int(found[1]) - len(self._head)
        return not self._left


def rate(port: int, path: str, seconds: float, connections: int, cookie: str) -> float:
    """Whole answers per second."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *([f"Cookie: {cookie}"] if cookie else [])]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        asking = Asking(port, request)
        selector.register(asking.socket, selectors.EVENT_READ, asking)
    count = 0
    start = time.perf_counter()
    while (now := time.perf_counter()) - start < seconds:
        for key, _ in selector.select(1.0):
            if key.data.answered():
                count += 1
                key.data.ask()
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    return count / (now - start)


if __name__ == "__main__":
    port, path, seconds, connections, cookie = sys.argv[1:]
    print(rate(int(port), path, float(seconds), int(connections), cookie))
