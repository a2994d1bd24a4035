"""What each door tells of a write that was done, and whose outcome the log could not take: the disk is full, and the file
in which room was kept for it has been put aside meanwhile. The log says of it what they all say: unknown.

usage: lost_outcome.py PATH_TO_DEFERNO
"""

import contextlib
import http.client
import json
import os
import pathlib
import subprocess
import threading
import time
import urllib.parse

from checks import CheckFailed, Checks, Home, LockedStore, program
from raw_server import RawServer
from served import Served


@contextlib.contextmanager
def small_disk(folder):
    """A file system of 1 MiB; gives the path of a log on it."""
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", "size=1024k", "tmpfs", disk], check=True)
    try:
        yield disk / "log.ndjson"
    finally:
        subprocess.run(["/bin/umount", "-l", disk], check=False)


def until(condition, what, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise CheckFailed(f"{what} did not come within {seconds} s")
        time.sleep(0.01)


def has_intent(log):
    return log.exists() and b'"kind":"intent"' in log.read_bytes()


def take_room(log):
    """What logrotate does, on a disk that somebody else has filled."""
    os.rename(log, f"{log}.1")
    with open(log.parent / "filling", "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


def statuses(binary, log, environment):
    """How the log says that creates ended."""
    shown = subprocess.run(
        [binary, "log", "show", "--op", "create_task", str(log), f"{log}.1"], capture_output=True, text=True,
        env=environment, timeout=30)
    return [json.loads(line)["status"] for line in shown.stdout.splitlines()]


def titles(binary, store, environment):
    listed = subprocess.run(
        [binary, "call", "list_tasks", "--base-url", f"sqlite:{store}", "--log", "none"], capture_output=True,
        text=True, env=environment, timeout=30)
    return [task["title"] for task in json.loads(listed.stdout)]


def call(checks, binary, home, log):
    with home.locked_store():
        process = subprocess.Popen(
            [binary, "call", "create_task", "title=Called", "--log", str(log)], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=home.environment)
        until(lambda: has_intent(log), "the intent")
        take_room(log)
    output, errors = process.communicate(timeout=30)
    checks.equal((process.returncode, output), (74, ""), "call: 74, and no payload that the log does not have")
    checks.that("create_task: it was done, but its outcome is not in the log" in errors, "call: says so", errors)
    checks.that("not known" not in errors and "disk is full" in errors, "call: says what is known, and why", errors)


def batch(checks, binary, home, log):
    script = home.folder / "script.yaml"
    script.write_text(
        "steps:\n  - {id: a, op: create_task, args: {title: First}}\n"
        "  - op: create_task\n    args: {title: Second, parent_id: \"${{ steps.a.result.id }}\"}\n"
        "  - {op: create_task, args: {title: Third}}\n")
    with home.locked_store():
        process = subprocess.Popen(
            [binary, "batch", "run", str(script), "--log", str(log)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=home.environment)
        until(lambda: has_intent(log), "the intent")
        take_room(log)
    output, errors = process.communicate(timeout=30)
    lines = [json.loads(line) for line in output.splitlines()]
    checks.equal(process.returncode, 74, "batch: 74")
    checks.equal([line["status"] for line in lines][:2], ["unknown", "skipped"], "batch: what follows is not tried")
    checks.that("result" not in lines[0] and lines[0]["error"]["code"] == "log_unavailable", "batch: the code", lines)
    checks.that("script.yaml:2:5: error: create_task: it was done" in errors, "batch: the place", errors)
    checks.that("1 unknown" in errors and "not known" not in errors, "batch: the summary", errors)


def agent(checks, binary, home, log):
    with RawServer([binary, "mcp", "--log", str(log)], home.environment) as server:
        server.shake_hands()
        with home.locked_store():
            message = {"name": "create_task", "arguments": {"title": "Asked"}}
            server.send({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": message})
            until(lambda: has_intent(log), "the intent")
            take_room(log)
        result = server.reply(1, 30)["result"]
        texts = [block["text"] for block in result["content"]]
        checks.equal((result["isError"], "structuredContent" in result), (True, False), "mcp: no plain success")
        checks.that(texts[0].startswith("it was done, but its outcome is not in the log"), "mcp: says so", texts)
        checks.that("took effect" in texts[1] and "do not repeat it" in texts[1], "mcp: what to do", texts)
        listed = server.call("list_tasks", {})["result"]
        checks.equal(listed["isError"], False, "mcp: reads go on")
        refused = server.call("create_task", {"title": "Later"})["result"]
        checks.equal(refused["isError"], True, "mcp: the next write is refused")


def server(checks, binary, home, log):
    with Served(binary, "--log", str(log)) as served:
        token = served.add_user("ada")
        answers = []

        def post():
            connection = http.client.HTTPConnection(urllib.parse.urlparse(served.address).netloc, timeout=30)
            connection.request(
                "POST", "/tasks", json.dumps({"title": "Posted"}),
                {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
            answer = connection.getresponse()
            answers.append((answer.status, json.loads(answer.read())))

        with LockedStore(served.store):
            thread = threading.Thread(target=post)
            thread.start()
            until(lambda: has_intent(log), "the intent")
            take_room(log)
        thread.join(30)
        checks.equal(answers[0][0], 504, "http: the status of what may have been done")
        checks.that("this was done" in answers[0][1]["message"], "http: says so", answers)
        checks.that(str(log) not in answers[0][1]["message"], "http: names no file of the server", answers)


def main():
    binary = program()
    checks = Checks()
    for door in (call, batch, agent, server):

        def part(door=door):
            with Home() as home, small_disk(home.folder) as log:
                # The store is made before it is held.
                subprocess.run(
                    [binary, "call", "list_tasks", "--log", "none"], capture_output=True, check=True,
                    env=home.environment)
                door(checks, binary, home, log)
                found = set(statuses(binary, log, home.environment))
                checks.that("ok" not in found and "unknown" in found, f"{door.__name__}: and so does the log", found)
                title = {"call": "Called", "batch": "First", "agent": "Asked"}.get(door.__name__)
                if title:
                    listed = titles(binary, home.store, home.environment)
                    checks.equal(listed, [title], f"{door.__name__}: it was done, and nothing else")

        if not checks.attempt(part):
            break
    checks.finish()


main()
