"""The real logrotate, in each of its ways, against a log that `deferno mcp` and `deferno serve` are writing.

usage: logrotate.py PATH_TO_DEFERNO
"""

import json
import subprocess
import time
import urllib.request

from checks import Checks, Home, program
from raw_server import RawServer
from served import Served, environment

SURVIVED = {
    "create": "create 0600",
    "nocreate": "nocreate",
    "compress": "create 0600\n compress",
    "compress, nocreate": "nocreate\n compress",
    "delaycompress": "create 0600\n compress\n delaycompress",
    "dateext": "create 0600\n dateext\n dateformat -%Y%m%d-%s",
    "dateext, compress": "nocreate\n dateext\n dateformat -%Y%m%d-%s\n compress",
    "postrotate": "create 0600\n sharedscripts\n postrotate\n  /bin/true\n endscript",
    "shred": "create 0600\n compress\n shred",
}
# What is lost, or not the log's any more, and the line that the refusal names.
REFUSED = {
    "copytruncate": ("copytruncate", "copytruncate"),
    "copytruncate, compress": ("copytruncate\n compress", "copytruncate"),
    "olddir": ("create 0600\n olddir old", "olddir"),
    "extension": ("create 0600\n extension .ndjson", "extension"),
    "compresscmd": ("create 0600\n compress\n compresscmd /bin/bzip2\n compressext .bz2", "compresscmd"),
}


class Rotation:
    """logrotate with a configuration and a state of its own."""

    def __init__(self, log, lines):
        self._folder = log.parent.parent / "logrotate"
        self._folder.mkdir(exist_ok=True)
        if "olddir" in lines:
            (log.parent / "old").mkdir(exist_ok=True)
        self._configuration = self._folder / "configuration"
        self._configuration.write_text(f"{log} {{\n rotate 9\n missingok\n {lines}\n}}\n")
        self._configuration.chmod(0o600)

    def run(self):
        ended = subprocess.run(
            ["/usr/sbin/logrotate", "--force", "--state", self._folder / "state", self._configuration],
            capture_output=True, text=True, timeout=30)
        return ended.returncode, ended.stderr


def create(server, title):
    """Whether a task was made, and what was said instead."""
    result = server.call("create_task", {"title": title}, 30)["result"]
    return not result["isError"], result["content"][0]["text"]


def verified(binary, variables, *paths):
    """The verdict on the whole log, or on what is named."""
    return subprocess.run([binary, "log", "verify", *paths], capture_output=True, text=True, env=variables, timeout=60)


def survived(checks, binary, name, lines):
    with Home() as home, RawServer([binary, "mcp"], home.environment) as server:
        server.shake_hands()
        for number in range(4):
            checks.equal(create(server, f"Task {number}")[0], True, f"{name}: task {number}")
            if number < 3:
                status, errors = Rotation(home.log, lines).run()
                checks.equal(status, 0, f"{name}: logrotate has rotated {errors}")
                time.sleep(1.1 if "dateext" in name else 0)
        server.end_input()
        checks.equal(server.status(20), 0, f"{name}: the server ends well")
        ended = verified(binary, home.environment)
        checks.equal(ended.returncode, 0, f"{name}: the log is intact {ended.stdout}{ended.stderr}")
        shown = subprocess.run(
            [binary, "log", "show", "--op", "create_task"], capture_output=True, text=True, env=home.environment,
            timeout=60)
        titles = [json.loads(line)["args"]["title"] for line in shown.stdout.splitlines()]
        checks.equal(titles, [f"Task {number}" for number in range(4)], f"{name}: nothing is lost")
        files = [path.name for path in home.log.parent.iterdir() if path.is_file()]
        checks.that(len(files) == 4, f"{name}: a file for each rotation, and the live one", files)


def refused(checks, binary, name, lines, word):
    with Home() as home, RawServer([binary, "mcp"], home.environment) as server:
        server.shake_hands()
        checks.equal(create(server, "Before")[0], True, f"{name}: a task")
        status, errors = Rotation(home.log, lines).run()
        checks.equal(status, 0, f"{name}: logrotate has rotated {errors}")
        for _ in range(2):
            done, text = create(server, "After")
            checks.that(not done and f"'{word}'" in text, f"{name}: the next write is refused, with the line", text)
        listed = server.call("list_tasks", {})["result"]
        tasks = listed["structuredContent"]["result"]
        checks.equal((listed["isError"], len(tasks)), (False, 1), f"{name}: reads go on")


def copied(checks, binary):
    """A copy beside the log changes nothing for who writes it, and is told from the log by who reads it."""
    with Home() as home, RawServer([binary, "mcp"], home.environment) as server:
        server.shake_hands()
        for number in range(3):
            checks.equal(create(server, f"Task {number}")[0], True, f"copy: task {number}")
            status, errors = Rotation(home.log, "copy").run()
            checks.equal(status, 0, f"copy: logrotate has copied {errors}")
        checks.equal(create(server, "Task 3")[0], True, "copy: writes go on in the same file")
        server.end_input()
        checks.equal(server.status(20), 0, "copy: the server ends well")
        ended = verified(binary, home.environment, str(home.log))
        checks.equal(ended.returncode, 0, f"copy: the log by itself is intact {ended.stdout}{ended.stderr}")
        ended = verified(binary, home.environment)
        checks.that(
            ended.returncode == 65 and "it was repeated" in ended.stdout, "copy: copies beside it are told as repeated",
            ended.stdout)


def served(checks, binary):
    with Served(binary) as server:
        token = server.add_user("ada")
        for number in range(3):
            request = urllib.request.Request(
                f"{server.address}/tasks", json.dumps({"title": f"Task {number}"}).encode(),
                {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=20) as answer:
                checks.equal(answer.status, 201, f"serve: task {number}")
            checks.equal(Rotation(server.log, "nocreate\n compress").run()[0], 0, "serve: logrotate has rotated")
        checks.equal(server.end(), 0, "serve: the server ends well")
        ended = verified(binary, environment(server.store.parent))
        checks.equal(ended.returncode, 0, f"serve: the log is intact {ended.stdout}{ended.stderr}")


def main():
    binary = program()
    checks = Checks()
    parts = [(survived, name, lines) for name, lines in SURVIVED.items()]
    parts += [(refused, name, lines, word) for name, (lines, word) in REFUSED.items()]
    parts += [(copied,), (served,)]
    for part, *arguments in parts:
        if not checks.attempt(part, checks, binary, *arguments):
            break
    checks.finish()


main()
