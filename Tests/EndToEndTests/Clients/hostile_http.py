"""`deferno serve` and whoever is slow, greedy or in the middle of something when it ends.

usage: hostile_http.py PATH_TO_DEFERNO
"""

import json
import os
import re
import socket
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


def endless(checks, server, token):
    """A connection that was told that it ends does end, whatever still comes over it; and nobody unknown sends much."""
    for name, text in [
        ("a body that is too long", request("/tasks", token=token, length=2_000_000)),
        ("a long body of somebody who is not signed in", request("/tasks/import", length=100_000)),
    ]:
        with Raw(server) as raw:
            raw.send(text)
            checks.equal(raw.status(), 413, name)
            begin = time.monotonic()
            try:
                while time.monotonic() - begin < 20:
                    raw.send("x" * 65536)
            except OSError:
                pass
            checks.that(time.monotonic() - begin < 10, f"{name}: the connection ends", time.monotonic() - begin)
    tasks = {"tasks": [{"id": "7ac8513c-4037-43fe-a89a-721019f76599", "title": "t", "description": "x" * 900_000}]}
    checks.equal(one(server, request("/tasks/import", json.dumps(tasks), token)), 200, "a long body of somebody who is")


def unread(server):
    """A connection whose answers nobody reads, and one with half a request; both stay open."""
    idle = Raw(server)
    idle.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    idle.send(request("/assets/deferno.css", method="GET") * 200)
    half = Raw(server)
    half.send(request("/tasks", length=100) + "x")
    time.sleep(0.5)
    return idle, half


def headers(checks, server):
    """What browsers are told of every page."""
    for path in ("/sign-in", "/", "/nothing", "/health", "/assets/deferno.css"):
        with Raw(server) as raw:
            raw.send(request(path, method="GET"))
            head = b""
            while b"\r\n\r\n" not in head:
                head += raw.socket.recv(1)
        lines = {name.lower(): value for name, value in (line.split(": ", 1) for line in head.decode().splitlines()[1:-1])}
        policy = lines.get("content-security-policy", "")
        checks.that("default-src 'none'" in policy and "unsafe" not in policy, f"{path}: a strict policy", policy)
        for name, value in [
            ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "same-origin"),
        ]:
            checks.equal(lines.get(name), value, f"{path}: {name}")


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
    held = unread(server)
    begin = time.monotonic()
    checks.equal(server.end(20), 0, "the server ends on SIGTERM")
    checks.that(time.monotonic() - begin < 10, "also with connections that are held", time.monotonic() - begin)
    for raw in held:
        raw.socket.close()
    for thread in threads:
        thread.join()
    last = json.loads(server.log.read_text().splitlines()[-1])
    checks.equal((last["kind"], last.get("final")), ("checkpoint", True), "the log ends in good order")
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
            token = server.add_user("ada")
            greedy(checks, server, token)
            headers(checks, server)
            tricks(checks, server, token)
            endless(checks, server, token)
            slow(checks, server, token)
            drain(checks, server, token)

    checks.attempt(everything)
    checks.finish()


main()
