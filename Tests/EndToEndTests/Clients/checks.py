"""What all clients share: checks that print a line each, and a home of its own for the server under test."""

import asyncio
import json
import os
import pathlib
import sqlite3
import sys
import tempfile


class CheckFailed(Exception):
    """The first check that did not hold."""


class Checks:
    """Prints a line for each check and stops at the first one that fails, or, with DEFERNO_ALL_FAULTS=1, goes on."""

    def __init__(self):
        self.count = 0
        self.failed = 0
        self.goes_on = os.environ.get("DEFERNO_ALL_FAULTS") == "1"

    def that(self, condition, name, detail=""):
        if condition:
            self.count += 1
            print(f"ok {self.count} {name}", flush=True)
            return
        fault = f"{name}: {shortened(detail)}" if detail != "" else name
        if not self.goes_on:
            raise CheckFailed(fault)
        self.fail(fault)

    def fail(self, fault):
        self.failed += 1
        print(f"FAILED after {self.count} checks: {fault}", flush=True)

    def attempt(self, part, *arguments):
        """Runs a part of the checks; returns whether to go on with the next one."""
        try:
            part(*arguments)
        except CheckFailed as fault:
            self.fail(str(fault))
        except (KeyError, IndexError, AttributeError, TypeError, ValueError, OSError) as error:
            self.fail(f"{part.__name__}: {type(error).__name__}: {error}")
        return self.goes_on or not self.failed

    def finish(self, remark=""):
        """Ends the program: with 0 when every check held."""
        if self.failed:
            sys.exit(1)
        print(f"all {self.count} checks passed{remark}")

    def equal(self, actual, expected, name):
        self.that(actual == expected, name, f"got {shortened(actual)}, expected {shortened(expected)}")


def shortened(value, limit=1500):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text)} characters)"


class Home:
    """A person's account used for the first time, with an embedded store; gone at the end of the `with` block."""

    def __enter__(self):
        self._temporary = tempfile.TemporaryDirectory(prefix="deferno-clients-", ignore_cleanup_errors=True)
        self.folder = pathlib.Path(self._temporary.name)
        self.store = self.folder / "t.sqlite"
        self.log = self.folder / "state/deferno/operations.ndjson"
        return self

    def __exit__(self, *_):
        self._temporary.cleanup()

    @property
    def environment(self):
        return {
            "HOME": str(self.folder),
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "DEFERNO_BASE_URL": f"sqlite:{self.store}",
        }

    def log_records(self):
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text().split("\n") if line]

    def locked_store(self):
        return LockedStore(self.store)


class LockedStore:
    """Holds the store's write lock as another process would, so that a write takes as long as the block."""

    def __init__(self, path):
        self._path = path

    def __enter__(self):
        self._connection = sqlite3.connect(self._path, isolation_level=None, timeout=10)
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, *_):
        self._connection.execute("ROLLBACK")
        self._connection.close()


def program():
    """The program under test: the only argument."""
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_DEFERNO")
    return os.path.abspath(sys.argv[1])


def run(walk, seconds=120):
    """Runs `walk(checks, home)`, a coroutine function, to its end and exits: 0 when every check held, 1 otherwise."""
    checks = Checks()

    async def limited():
        with Home() as home:
            await asyncio.wait_for(walk(checks, home), seconds)

    try:
        asyncio.run(limited())
    except BaseException as error:
        cause = innermost(error)
        if isinstance(cause, KeyboardInterrupt):
            sys.exit(130)
        reason = "nothing more came of it in time" if isinstance(cause, TimeoutError) else f"{cause}"
        checks.fail(reason if isinstance(cause, CheckFailed) else f"{type(cause).__name__}: {reason}")
    checks.finish()


def innermost(error):
    """The error that task groups have wrapped: a failed check where there is one."""
    while getattr(error, "exceptions", None):
        failed = [inner for inner in error.exceptions if isinstance(innermost(inner), CheckFailed)]
        error = (failed or list(error.exceptions))[0]
    return error
