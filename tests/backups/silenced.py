"""Stands between a portal and its PostgreSQL, and hangs up instead of passing on the answer to COMMIT."""

import contextlib
import socket
import threading
from pathlib import Path

BEGUN_TO_WRITE = b"DROP TABLE"


class Silenced:
    """A socket in `folder` that leads to the server whose socket is in `server`; `silent` once it has hung up."""

    def __init__(self, folder: Path, server: Path, comes_back: bool) -> None:
        self.server, self.comes_back, self.silent = server, comes_back, threading.Event()
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(str(folder / ".s.PGSQL.5432"))
        self.door.listen()
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.door.accept()
                if self.silent.is_set() and not self.comes_back:
                    client.close()
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self.server / ".s.PGSQL.5432"))
                told = threading.Event()
                for passes, ends in ((self._pass_on, (client, server)), (self._answer, (server, client))):
                    threading.Thread(target=passes, args=(*ends, told), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket, told: threading.Event) -> None:
        writes = False
        with contextlib.suppress(OSError):
            while part := client.recv(65536):
                writes = writes or BEGUN_TO_WRITE in part
                if writes and part.startswith(b"Q") and b"COMMIT" in part:
                    told.set()
                server.sendall(part)
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    def _answer(self, server: socket.socket, client: socket.socket, told: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while part := server.recv(65536):
                if told.is_set() and b"COMMIT\0" in part:
                    self.silent.set()
                    client.shutdown(socket.SHUT_RDWR)
                    return
                client.sendall(part)
        client.close()

    def close(self) -> None:
        self.door.close()
