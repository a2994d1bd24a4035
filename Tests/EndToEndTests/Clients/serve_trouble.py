"""`deferno serve` in trouble: strangers who ask without end, somebody who leaves, a log that is gone.

usage: serve_trouble.py PATH_TO_DEFERNO
"""

import http.client
import json
import os
import re
import subprocess
import sys
import time

from checks import Checks
from served import Served, environment


class API:
    """Asks over one connection, as long as that stays."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection(re.sub("^http://", "", server.address), timeout=20)

    def ask(self, method, path, body=None, token=None):
        """The status and the body of the answer."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()


def user(program, server, *arguments):
    return subprocess.run(
        [program, "serve", "user", *arguments, "--store", f"sqlite:{server.store}"], capture_output=True, text=True,
        timeout=60, env=environment(server.store.parent))


def strangers(checks, server, api, token):
    """What nobody is signed in for is counted, and the log grows no further."""
    api.ask("POST", "/tasks", {"title": "Mine"}, token)
    time.sleep(0.5)
    before = server.log.stat().st_size
    for _ in range(500):
        api.ask("GET", "/health")
        api.ask("GET", "/tasks", token="wrong")
    time.sleep(0.5)
    grown = server.log.stat().st_size - before
    checks.that(grown < 5000, "a thousand requests of strangers are a few lines of the log", grown)


def leaving(checks, program, server, api):
    token = server.add_user("eve")
    checks.equal(api.ask("GET", "/tasks", token=token)[0], 200, "a user's token is good")
    checks.equal(user(program, server, "disable", "eve").returncode, 0, "user disable")
    deadline = time.monotonic() + 10
    while api.ask("GET", "/tasks", token=token)[0] != 401 and time.monotonic() < deadline:
        time.sleep(0.1)
    checks.equal(api.ask("GET", "/tasks", token=token)[0], 401, "a disabled user's token is not")
    checks.that("eve (disabled)" in user(program, server, "list").stdout, "user list says who is disabled")
    checks.that(user(program, server, "reset", "eve").returncode != 0, "a disabled user gets no link by reset")
    checks.that("/setup?link=" in user(program, server, "enable", "eve").stdout, "but by enable")
    checks.equal(user(program, server, "remove", "eve").returncode, 0, "user remove")
    checks.equal(user(program, server, "list").stdout, "ada\n", "user list names nobody who was removed")


def log_gone(checks, server, api, token):
    """Last, since the server needs a new start after it."""
    os.remove(server.log)
    for round in range(3):
        status, text = api.ask("POST", "/tasks", {"title": "Lost"}, token)
        checks.equal(status, 503, "a write is refused without a log")
        checks.that(str(server.log) not in text, "and the client is told no path", text)
        checks.equal([api.ask("GET", path, token=token)[0] for path in ("/tasks", "/auth/me")], [200, 200], "reads go on")
        status, text = api.ask("GET", "/ready")
        checks.that(status == 503 and "the log" in text, "the server is not ready", text)
        checks.equal(api.ask("GET", "/live")[0], 200, "and lives")
        time.sleep(0.3)
    warnings = [line for line in server.output.text.splitlines() if str(server.log) in line]
    checks.equal(len(warnings), 1, "standard error says once what is wrong with the log")
    checks.equal(server.end(), 0, "the server ends on SIGTERM")


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_DEFERNO")
    program = os.path.abspath(sys.argv[1])
    checks = Checks()

    def everything():
        with Served(program) as server:
            token = server.add_user("ada")
            api = API(server)
            strangers(checks, server, api, token)
            leaving(checks, program, server, api)
            log_gone(checks, server, api, token)

    checks.attempt(everything)
    checks.finish()


main()
