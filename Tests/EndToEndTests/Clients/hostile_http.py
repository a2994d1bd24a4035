"""`deferno serve` and whoever is slow, greedy or in the middle of something when it ends.

usage: hostile_http.py PATH_TO_DEFERNO
"""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time

from checks import Checks
from served import Served


class Raw:
    """A connection that bytes are sent over as they are."""

    def __init__(self, server):
        self.port = int(re.search(r":(\d+)$", server.address)[1])
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, text):
        self.socket.sendall(text.encode())

    def status(self):
        """The status of the next answer, 0 where the connection ends without one."""
        line = b""
        while b"\r\n" not in line:
            try:
                part = self.socket.recv(1)
            except ConnectionError:
                part = b""
            if not part:
                return 0
            line += part
        return int(line.split()[1])


def request(path, body="", token="", method="POST", length=None):
    length = len(body) if length is None else length
    return (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n"
        f"Authorization: Bearer {token}\r\n\r\n{body}"
    )


def one(server, text):
    with Raw(server) as raw:
        raw.send(text)
        return raw.status()


def greedy(checks, server, token):
    checks.equal(one(server, request("/tasks", token=token, length=2_000_000)), 413, "a body that is too long")
    chunked = "POST /tasks HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with Raw(server) as raw:
        raw.send(chunked)
        try:
            for _ in range(40):
                raw.send("10000\r\n" + "x" * 65536 + "\r\n")
        except ConnectionError:
            pass
        checks.equal(raw.status() in (413, 0), True, "a body that is too long and does not say so")
    head = "GET /health HTTP/1.1\r\nHost: localhost\r\n" + "".join(f"X-{n}: {'y' * 200}\r\n" for n in range(200))
    checks.equal(one(server, head + "\r\n") in (400, 431, 0), True, "a head that is too long")
    checks.equal(one(server, request("/health", method="GET")), 200, "the server still answers")


def slow(checks, server, token):
    begin = time.monotonic()
    with Raw(server) as raw:
        raw.send(request("/tasks", token=token, length=100))
        done = threading.Event()

        def drip():
            while not done.wait(1):
                try:
                    raw.send("x")
                except OSError:
                    return

        threading.Thread(target=drip, daemon=True).start()
        checks.equal(raw.status(), 408, "a body that never ends")
        done.set()
    checks.that(time.monotonic() - begin < 40, "is waited for for less than 40 s")


def tricks(checks, server, token):
    for path in ("/../etc/passwd", "/tasks/%2e%2e", "/assets/..%2f..%2fetc/passwd", "/tasks/%00", "//evil.example/tasks"):
        status = one(server, request(path, token=token, method="GET"))
        checks.that(status in (400, 404, 422), f"{path} leads nowhere", status)
    checks.equal(one(server, "nonsense\r\n\r\n") in (400, 0), True, "what is no HTTP")


def drain(checks, server, token):
    """Everything that was asked before SIGTERM is answered, and is in the log."""
    statuses = []

    def ask(number):
        body = json.dumps({"title": f"Drained {number}"})
        statuses.append(one(server, request("/tasks", body, token)))

    threads = [threading.Thread(target=ask, args=[number]) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads[:10]:
        thread.join()
    checks.equal(server.end(), 0, "the server ends on SIGTERM")
    for thread in threads:
        thread.join()
    made = sum(status == 201 for status in statuses)
    log = [json.loads(line) for line in server.log.read_text().splitlines()]
    done = {
        record["id"] for record in log
        if record["kind"] == "outcome" and record.get("op") == "create_task" and record.get("status") == "ok"
    }
    checks.that(made >= 10, "requests are answered until the end", made)
    checks.that(len(done) >= made, "every answer is in the log", (made, len(done)))


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_DEFERNO")
    program = os.path.abspath(sys.argv[1])
    checks = Checks()

    def everything():
        with Served(program) as server:
            store = server.log.parents[2] / "tasks.sqlite"
            token = subprocess.run(
                [program, "serve", "user", "add", "ada", "--print-token", "--store", f"sqlite:{store}"],
                capture_output=True, text=True, check=True,
            ).stdout.strip()
            greedy(checks, server, token)
            tricks(checks, server, token)
            slow(checks, server, token)
            drain(checks, server, token)

    checks.attempt(everything)
    checks.finish()


main()
