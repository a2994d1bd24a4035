"""`deferno serve` and answers that are too long to be held in memory: how much of it they take, what is left of them when a
client goes away, and what is said where there is no room for them. And the same of `deferno call`.

usage: large_answers.py PATH_TO_DEFERNO
"""

import concurrent.futures
import json
import os
import re
import resource
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid

from checks import Checks, Home, program
from served import Served, environment

MIB = 1 << 20
# What one account can have of answers that it has not read yet is 64 MiB.
CLIENTS = 6
TASKS = 600
DESCRIPTION = 16_000


def tasks():
    return [
        {"id": str(uuid.uuid4()), "title": f"Task {number}", "status": "open", "description": "d" * DESCRIPTION}
        for number in range(TASKS)
    ]


class Account:
    """Somebody who asks the server."""

    def __init__(self, server, name):
        self.server = server
        self.token = server.add_user(name)

    def ask(self, path, body=None, method=None):
        """The status and the body of an answer."""
        request = urllib.request.Request(
            self.server.address + path, None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def begin(self, path):
        """Asks, and reads nothing of the answer but its first bytes; the connection and the answer's length."""
        connection = socket.socket()
        # Little is to be on its way, so that the server has to keep the rest.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        connection.connect(("127.0.0.1", int(self.server.address.rsplit(":", 1)[1])))
        connection.settimeout(60)
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.token}\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(512)
        return connection, int(re.search(rb"content-length: (\d+)", head.lower())[1])


def peak(server):
    """The most memory that the server has had, in bytes."""
    with open(f"/proc/{server.process.pid}/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) * 1024


def spools(server):
    """How many files without a name the server has open beside its store."""
    folder = f"/proc/{server.process.pid}/fd"
    count = 0
    for name in os.listdir(folder):
        try:
            target = os.readlink(f"{folder}/{name}")
        except OSError:
            continue
        count += target.startswith(f"{server.store.parent}/") and target.endswith("(deleted)")
    return count


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def memory(checks, server, ada):
    # Each of the store's readers keeps pages of it, up to 8 MiB: they are there before it is measured.
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: ada.ask("/tasks/export", method="HEAD"), range(24)))
    before = peak(server)
    begun = [ada.begin("/tasks/export") for _ in range(CLIENTS)]
    total = sum(length for _, length in begun)
    grown = peak(server) - before
    checks.that(total > 45 * MIB, f"{CLIENTS} clients wait for long answers", total)
    checks.that(grown < total / 4, "what they have not read is not in memory", f"{grown} of {total} bytes")
    checks.that(wait_for(lambda: spools(server) == CLIENTS), "it lies in files without a name", spools(server))
    for connection, _ in begun:
        connection.close()
    checks.that(wait_for(lambda: spools(server) == 0), "a client that goes away leaves none", spools(server))
    status, body = ada.ask("/tasks/export")
    checks.that(status == 200 and len(json.loads(body)["tasks"]) == TASKS, "whoever reads it gets the whole", status)
    checks.that(wait_for(lambda: spools(server) == 0), "which leaves no file either", spools(server))


def no_room(checks, program, server, ada):
    """A limit of the system on the length of files stands for a full disk: the log's file is short once it is rotated."""
    subprocess.run(
        [program, "log", "rotate", "--log", str(server.log)], check=True, capture_output=True,
        env=environment(server.store.parent))
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (MIB + MIB // 2, resource.RLIM_INFINITY))
    for path in ["/tasks/export", "/api/tasks/export"]:
        status, body = ada.ask(path)
        checks.equal(status, 507, f"{path} is refused where there is no room for it")
        error = json.loads(body)
        error = error.get("error", error)
        checks.that("no room left" in error["message"], "in words that say so", error)
    checks.that(wait_for(lambda: spools(server) == 0), "and leaves no file", spools(server))
    checks.equal(ada.ask("/auth/me")[0], 200, "what is short is answered as ever")
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    checks.equal(ada.ask("/tasks/export")[0], 200, "and so is all else once there is room")


def call(checks, program):
    """`deferno call` prints a long payload as a batch, which has it in memory, gives it."""
    with Home() as home:
        def run(*arguments, stdin=b"", **variables):
            return subprocess.run(
                [program, *arguments], input=stdin, capture_output=True, timeout=60,
                env={**home.environment, **variables})

        put = run("call", "import_tasks", "-", stdin=json.dumps({"tasks": tasks()}).encode())
        checks.equal(put.returncode, 0, "an import on the command line")
        printed = run("call", "export_tasks")
        checks.that(printed.returncode == 0 and len(printed.stdout) > 2 * MIB, "prints an export", printed.stderr)
        batch = run("batch", "run", "-", stdin=b"--- {op: export_tasks}\n").stdout
        checks.that(
            b'"result":' + printed.stdout.rstrip(b"\n") + b',"ms":' in batch, "byte for byte as a batch gives it")
        (home.folder / "plain").touch()
        elsewhere = run("call", "export_tasks", TMPDIR=str(home.folder / "plain"))
        checks.that(elsewhere.stdout == printed.stdout, "also where TMPDIR is no folder", elsewhere.stderr)
        limited = subprocess.run(
            ["/bin/sh", "-c", f"ulimit -f {MIB // 512}; exec {program} call export_tasks --log none"],
            capture_output=True, env=home.environment)
        checks.that(limited.returncode not in (0, -25), "but not where there is no room", limited.returncode)
        checks.that(b"no space left" in limited.stderr and limited.stdout == b"", "and says so", limited.stderr)


def main():
    path = program()
    checks = Checks()
    with Served(path) as server:
        ada = Account(server, "ada")
        checks.equal(ada.ask("/tasks/import", {"tasks": tasks()})[0], 200, "the tasks are put in")
        # What that took is no part of the peak of the process that is looked at.
        server.restart()
        if checks.attempt(memory, checks, server, ada):
            checks.attempt(no_room, checks, path, server, ada)
    checks.attempt(call, checks, path)
    checks.finish()


if __name__ == "__main__":
    main()
