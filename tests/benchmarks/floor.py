"""The floor under a check-in: a bare Flask view with one durable SQLite commit under a lock, on the same server.

python floor.py DATABASE        prints its port
"""

from __future__ import annotations

import sys
import threading

from flask import Flask, Response, request
from peewee import sqlite3

from mudhif.web.hub import Hub
from mudhif.web.server import Server, serve_until_signal


def make_app(path: str) -> Flask:
    """The view and its table."""
    app = Flask(__name__)
    db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    db.execute("PRAGMA journal_mode = wal")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE scan (id INTEGER PRIMARY KEY, body BLOB)")
    lock = threading.Lock()

    @app.post("/checkins")
    def checkin() -> Response:
        body = request.get_data()
        with lock:
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT INTO scan (body) VALUES (?)", (body,))
            db.execute("COMMIT")
        return Response('{"outcome": "welcome"}', mimetype="application/json")

    return app


def main() -> None:
    server = Server(("127.0.0.1", 0), make_app(sys.argv[1]))
    server.prepare()
    serve_until_signal([server], Hub(), on_ready=lambda: print(server.bind_addr[1], flush=True))


if __name__ == "__main__":
    main()
