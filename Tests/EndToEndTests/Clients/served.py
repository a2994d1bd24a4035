"""`deferno serve` as a process of its own, and the programs of somebody who works against it."""

import json
import os
import pathlib
import queue
import re
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request

from checks import CheckFailed, shortened
from raw_server import RawServer


def environment(folder, **more):
    """The variables of somebody's account used for the first time."""
    return {
        "HOME": str(folder),
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "LANG": "C.UTF-8",
        "XDG_CONFIG_HOME": str(folder / ".config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        **more,
    }


class Output:
    """The lines that a process writes, as they come."""

    def __init__(self, stream):
        self.text = ""
        self._lines = queue.Queue()
        threading.Thread(target=self._read, args=[stream], daemon=True).start()

    def _read(self, stream):
        for line in stream:
            self.text += line
            self._lines.put(line)
        self._lines.put(None)

    def find(self, pattern, seconds=20):
        """Waits for a line that the pattern is found in; returns the match."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise CheckFailed(f"no line like {pattern} came; there was: {shortened(self.text)}")
            if match := re.search(pattern, line):
                return match


def approve(address, page, token):
    """What the user does in the browser with the page of a pending sign-in; returns the code."""
    session = re.search(r"session=([^&\s]+)", page)[1]
    request = urllib.request.Request(
        f"{address}/auth/cli/approve", json.dumps({"session_id": session}).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["code"]


class Served:
    """The server with a store of its own, started for the first time; ends with the `with` block."""

    def __init__(self, program, *options):
        self._program = program
        self._options = options

    def __enter__(self):
        self._temporary = tempfile.TemporaryDirectory(prefix="deferno-served-", ignore_cleanup_errors=True)
        folder = pathlib.Path(self._temporary.name)
        self.log = folder / "state/deferno/operations.ndjson"
        self.store = folder / "tasks.sqlite"
        self._start()
        link = self.output.find(r"(http://127\.0\.0\.1:\d+)/setup\S+")
        self.setup_link = link[0]
        self.address = link[1]
        return self

    def _start(self):
        self.process = subprocess.Popen(
            [self._program, "serve", "--port", "0", "--store", f"sqlite:{self.store}", *self._options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=environment(self.store.parent),
        )
        self.output = Output(self.process.stdout)

    def restart(self):
        """Ends it, and starts it again with its store and its users, at another address."""
        self.end()
        self._start()
        self.address = self.output.find(r"http://127\.0\.0\.1:\d+")[0]

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._temporary.cleanup()

    def add_user(self, name):
        """Makes a user; returns a token of theirs."""
        return subprocess.run(
            [self._program, "serve", "user", "add", name, "--print-token", "--store", f"sqlite:{self.store}", *self._options],
            capture_output=True, text=True, check=True, env=environment(self.store.parent),
        ).stdout.strip()

    def end(self, seconds=10):
        """Asks it to end; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise CheckFailed(f"the server did not end within {seconds} s of SIGTERM") from None


class Person:
    """Somebody's own machine: their credentials, and the programs that they run."""

    def __init__(self, program, address):
        self._program = program
        self._address = address

    def __enter__(self):
        self._temporary = tempfile.TemporaryDirectory(prefix="deferno-person-", ignore_cleanup_errors=True)
        self.folder = pathlib.Path(self._temporary.name)
        return self

    def __exit__(self, *_):
        self._temporary.cleanup()

    def run(self, *arguments, **variables):
        """Runs a command to its end: its exit status, what it printed, and what it complained about."""
        ended = subprocess.run(
            [self._program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
            env=environment(self.folder, **variables),
        )
        return ended.returncode, ended.stdout, ended.stderr

    def call(self, operation, **arguments):
        """Carries out one operation; returns its payload."""
        status, output, errors = self.run("call", operation, *[f"{key}={value}" for key, value in arguments.items()])
        if status != 0:
            raise CheckFailed(f"call {operation} ended with {status}: {shortened(errors)}")
        return json.loads(output)

    def agent(self):
        """`deferno mcp`, as an agent's program starts it."""
        return RawServer([self._program, "mcp"], environment(self.folder))

    def login(self):
        return Login(self._program, self._address, environment(self.folder))


class Login:
    """`deferno auth login`, which waits for a code on its standard input."""

    def __init__(self, program, address, variables):
        self.process = subprocess.Popen(
            [program, "auth", "login", "--base-url", address], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, env=variables,
        )
        self.output = Output(self.process.stdout)

    def __enter__(self):
        self.page = self.output.find(r"http://\S+/cli-auth\?session=\S+")[0]
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def give(self, code):
        """Types the code; returns the exit status."""
        self.process.stdin.write(code + "\n")
        self.process.stdin.close()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            raise CheckFailed(f"auth login did not end after the code: {shortened(self.output.text)}") from None
