"""From the exec of `mudhif serve` to its first answer, with every bundled plugin loaded."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TIMES = 5
REQUEST = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Ask until the server answers."""
    while process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
                sock.sendall(REQUEST)
                if sock.recv(12) == b"HTTP/1.1 200":
                    return
        except OSError:
            time.sleep(0.002)
    raise SystemExit("the server did not start")


def start_seconds(folder: Path) -> float:
    """One start; the port is asked until somebody answers."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "mudhif", "serve", "--port", str(port), "--instance", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        return time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(timeout=10)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, *later = [start_seconds(Path(folder) / "instance") for _ in range(TIMES + 1)]
    took = statistics.median(later)
    print(f"mudhif serve, exec to first answer: {took:.2f} s (median of {TIMES}); the first {first:.2f} s")


if __name__ == "__main__":
    main()
