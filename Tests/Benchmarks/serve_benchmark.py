#!/usr/bin/env python3
"""Measures `deferno serve` with wrk, beside a bare Hummingbird route in the same run.

usage: serve_benchmark.py DEFERNO [--bare BARE_ROUTE] [--rounds 3] [--seconds 4] [--requests 100000]
                          [--list 10000]

DEFERNO is the program of a release build, BARE_ROUTE the program `bare-route` beside it. Measured are, with 64 connections:

    GET /tasks/{id}    answers a second with the log on, beside the bare route
    POST /tasks        durable creates a second: intent and outcome synced, the task in the store
    GET /tasks         a list of --list tasks, in lists and in MB a second
    memory             the resident memory of the server before and after --requests more requests

Rates are medians over the rounds, which go through both servers in turn. Ends with 1 when an aim was missed.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

CONNECTIONS = 64
POST = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"title":"Buy milk","description":"From the shop around the corner","labels":["home","shopping"]}'
"""
FAULTS = """
done = function(summary)
  io.write(string.format("faults: %d\\n", summary.errors.status + summary.errors.read + summary.errors.timeout))
end
"""


class Process:
    """A server, and the address that it prints."""

    def __init__(self, command, environment, pattern):
        self.process = subprocess.Popen(
            [str(word) for word in command], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        for text in self.process.stdout:
            if match := re.search(pattern, text):
                self.address = f"http://127.0.0.1:{match[1]}"
                return
        raise SystemExit(f"{command[0]} did not start")

    def resident(self):
        """The resident memory in MiB."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS:"))

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


class Load:
    """wrk with a token."""

    def __init__(self, folder, token):
        self.headers = ["-H", f"Authorization: Bearer {token}"]
        self.scripts = {}
        for name, text in (("get", FAULTS), ("post", POST + FAULTS)):
            self.scripts[name] = folder / f"{name}.lua"
            self.scripts[name].write_text(text)

    def run(self, url, seconds, script="get", connections=CONNECTIONS):
        """Requests a second; ends the benchmark where one was not answered well."""
        output = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", self.scripts[script], *self.headers, url],
            capture_output=True, text=True, check=True).stdout
        if not re.search(r"^faults: 0$", output, re.MULTILINE):
            raise SystemExit(f"not every request to {url} was answered well:\n{output}")
        return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("deferno")
    parser.add_argument("--bare")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--list", type=int, default=10_000)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("there is no wrk: .ci/setup tests installs it")
    with tempfile.TemporaryDirectory(prefix="deferno-benchmark-") as name:
        folder = pathlib.Path(name)
        missed = measure(options, folder)
    sys.exit(1 if missed else 0)


def measure(options, folder):
    environment = {
        "HOME": str(folder), "PATH": os.environ["PATH"], "XDG_STATE_HOME": f"{folder}/state",
        "XDG_DATA_HOME": f"{folder}/data", "XDG_CONFIG_HOME": f"{folder}/config",
    }
    store = f"sqlite:{folder}/tasks.sqlite"
    tokens = [
        subprocess.run(
            [options.deferno, "serve", "user", "add", user, "--print-token", "--store", store], env=environment,
            capture_output=True, text=True, check=True).stdout.strip()
        for user in ("ada", "grace")
    ]
    served = Process(
        [options.deferno, "serve", "--port", "0", "--store", store], environment, r"http://127\.0\.0\.1:(\d+)")
    bare = Process([options.bare], environment, r"^(\d+)$") if options.bare else None
    try:
        missed = reads(served, bare, Load(folder, tokens[0]), options)
        missed += creates(served, Load(folder, tokens[0]), options)
        missed += lists(served, Load(folder, tokens[1]), tokens[1], options)
        missed += memory(served, Load(folder, tokens[0]), options)
    finally:
        if bare:
            bare.end()
        status = served.end()
    records = sum(1 for _ in open(folder / "state/deferno/operations.ndjson", "rb"))
    print(f"{'records in the log':34}{records:>12,}")
    return missed + (status != 0)


def create(served, token, title):
    request = urllib.request.Request(
        f"{served.address}/tasks", json.dumps({"title": title, "description": "Both balconies"}).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["id"]


def reads(served, bare, load, options):
    task = create(served, load.headers[1].split()[-1], "Water the plants")
    rates, references = [], []
    for _ in range(options.rounds):
        rates.append(load.run(f"{served.address}/tasks/{task}", options.seconds))
        if bare:
            references.append(load.run(f"{bare.address}/tasks/{task}", options.seconds))
    rate = statistics.median(rates)
    print(f"{'GET /tasks/{id}':34}{rate:>12,.0f} /s")
    if not bare:
        return 0
    reference = statistics.median(references)
    print(f"{'a bare Hummingbird route':34}{reference:>12,.0f} /s")
    return verdict("of the bare route", rate / reference, rate / reference >= 0.5, "at least 0.5")


def creates(served, load, options):
    rates = [load.run(f"{served.address}/tasks", options.seconds, "post") for _ in range(options.rounds)]
    rate = statistics.median(rates)
    print(f"{'POST /tasks':34}{rate:>12,.0f} /s")
    return verdict("durable creates", rate, rate > 3000, "above 3,000 /s")


def lists(served, load, token, options):
    for number in range(options.list):
        create(served, token, f"Water plant number {number}")
    request = urllib.request.Request(f"{served.address}/tasks", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as answer:
        size = len(answer.read())
    rate = statistics.median(
        load.run(f"{served.address}/tasks", options.seconds, connections=4) for _ in range(options.rounds))
    print(f"{f'GET /tasks, {options.list:,} of them':34}{rate:>12,.1f} /s   {rate * size / 1e6:,.0f} MB/s")
    return 0


def memory(served, load, options):
    task = create(served, load.headers[1].split()[-1], "Water the plants again")
    url = f"{served.address}/tasks/{task}"
    load.run(url, 2)
    before = served.resident()
    answered = 0
    while answered < options.requests:
        answered += load.run(url, 2) * 2
        answered += load.run(f"{served.address}/tasks", 1, "post")
    # What the last requests have left to do.
    time.sleep(1)
    after = served.resident()
    print(f"{'memory before':34}{before:>12,.1f} MiB")
    print(f"{f'memory after {answered:,.0f} more requests':34}{after:>12,.1f} MiB")
    return verdict("growth", after / before, after / before <= 1.1, "none (at most 1.1)")


def verdict(name, value, is_reached, aim):
    print(f"    {name:30}{value:>12,.2f}   {aim}: {'reached' if is_reached else 'MISSED'}")
    return 0 if is_reached else 1


if __name__ == "__main__":
    main()
