"""The open sockets of another process, as if they were ours: what cannot be broken from outside otherwise."""

import ctypes
import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# pidfd_getfd(2) has the same number on every architecture; Python 3.11 does not know it.
PIDFD_GETFD = 438
REFUSALS = (errno.EPERM, errno.EACCES, errno.ENOSYS)


@contextmanager
def listening_socket(pid: int, address: str) -> Iterator[socket.socket]:
    """The socket by which a process listens on `host:port`. Skips the test where the kernel does not lend it."""
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        if not os.readlink(entry).startswith("socket:"):
            continue
        with _duplicate(pid, int(entry.name)) as candidate:
            if _listens_on(candidate, address):
                yield candidate
                return
    raise AssertionError(f"process {pid} does not listen on {address}")


def _duplicate(pid: int, number: int) -> socket.socket:
    libc = ctypes.CDLL(None, use_errno=True)
    process = os.pidfd_open(pid)
    try:
        duplicate = libc.syscall(PIDFD_GETFD, process, number, 0)
    finally:
        os.close(process)
    if duplicate < 0:
        code = ctypes.get_errno()
        if code in REFUSALS:
            pytest.skip(f"pidfd_getfd: {os.strerror(code)}")
        raise OSError(code, os.strerror(code))
    return socket.socket(fileno=duplicate)


def _listens_on(candidate: socket.socket, address: str) -> bool:
    if not candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        return False
    host, port = candidate.getsockname()[:2]
    return f"{host}:{port}" == address
