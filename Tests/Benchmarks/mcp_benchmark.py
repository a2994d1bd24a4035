#!/usr/bin/env python3
"""Measures `deferno mcp` and other MCP servers over stdio, side by side in one run, over the same stub backend.

usage: mcp_benchmark.py DEFERNO [--clients FOLDER] [--peers FOLDER] [--nginx PATH] [--rounds 5] [--seconds 2]
                        [--json FILE]

DEFERNO is the program of a release build. Beside it are measured:

    deferno, store      the same program with its embedded store in the place of the backend; for orientation
    seed                defernowork-mcp 0.1.13, from the environment `seed` that .ci/clients makes in --clients
    careful peer        careful_peer.py of --peers: one tool on the official SDK with a shared HTTP client
    floor               floor.c of --peers: a bare C loop, the least that a bridge can cost

What is absent is left out, with a word. The figures are medians over the rounds, which go through all servers in turn:

    start      from the start of the process to the reply to initialize, in ms
    one call   one get_task after the other: median and 99th percentile, in us
    64 at once get_task with 64 in flight, in calls a second
    all at once    all calls written as fast as they are taken, in calls a second
    memory     the peak of the process's resident memory (VmHWM), in MiB

Ends with 1 when an aim was missed that could be measured, so that it can stand in a script.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

PORT = 18390  # floor.c knows no other
TASK = "7ac8513c-4037-43fe-a89a-721019f76527"
HERE = pathlib.Path(__file__).resolve().parent
WINDOW = 64
FIGURES = {
    "start": "start ms",
    "call": "one call us",
    "call99": "p99 us",
    "window": "64 at once /s",
    "burst": "all at once /s",
    "memory": "memory MiB",
}
# Of whom, which figure, and the bound on the ratio of deferno to it.
AIMS = [
    ("seed", "start", "at most", 1 / 60),
    ("seed", "call", "at most", 1 / 100),
    ("seed", "burst", "at least", 500),
    ("seed", "memory", "at most", 1 / 3),
    ("careful peer", "call", "at most", 1 / 15),
    ("careful peer", "burst", "at least", 60),
    ("floor", "burst", "at least", 0.3),
]
LONGEST_START = 10  # ms, which will do whatever the seed needs


class Server:
    """A running server after the handshake."""

    def __init__(self, command, environment, task):
        self.task = task
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )
        self.input, self.output = self.process.stdin.fileno(), self.process.stdout.fileno()
        parameters = {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "benchmark", "version": "1"},
        }
        self.write(line(id=0, method="initialize", params=parameters))
        self.read_replies(1)
        self.start = (time.perf_counter() - begun) * 1e3
        self.write(line(method="notifications/initialized"))

    def write(self, data):
        view = memoryview(data)
        while view:
            view = view[os.write(self.input, view) :]

    def read_replies(self, at_least):
        """Reads until so many lines have come, and says how many it were."""
        count = 0
        while count < at_least:
            chunk = os.read(self.output, 1 << 18)
            if not chunk:
                raise SystemExit("a server has ended")
            if b'"isError":true' in chunk or b'"error":{' in chunk:
                raise SystemExit(f"a call failed: {chunk[:1000].decode(errors='replace')}")
            count += chunk.count(b"\n")
        return count

    def call(self, number):
        return line(id=number, method="tools/call", params={"name": "get_task", "arguments": {"task_id": self.task}})

    def peak_memory(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(entry.split()[1]) / 1024 for entry in status if entry.startswith("VmHWM:"))

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def line(**members):
    return json.dumps({"jsonrpc": "2.0", **members}).encode() + b"\n"


def measure(server, seconds):
    for number in range(1, 51):
        server.write(server.call(number))
        server.read_replies(1)
    figures = {"start": server.start}
    times, number, end = [], 100, time.perf_counter() + seconds
    while len(times) < 50 or time.perf_counter() < end and len(times) < 20_000:
        request = server.call(number)
        begun = time.perf_counter()
        server.write(request)
        server.read_replies(1)
        times.append(time.perf_counter() - begun)
        number += 1
    times.sort()
    figures["call"] = statistics.median(times) * 1e6
    figures["call99"] = times[int(len(times) * 0.99)] * 1e6
    figures["window"] = window_rate(server, number + 1, seconds)
    count = int(min(max(figures["window"] * seconds, 100), 60_000))
    figures["burst"] = burst_rate(server, 10_000_000, count)
    figures["memory"] = server.peak_memory()
    return figures


def window_rate(server, number, seconds):
    """Calls a second when there are always 64 in flight."""
    server.write(b"".join(server.call(number + index) for index in range(WINDOW)))
    number += WINDOW
    begun, answered, in_flight = time.perf_counter(), 0, WINDOW
    while time.perf_counter() < begun + seconds:
        count = server.read_replies(1)
        answered += count
        server.write(b"".join(server.call(number + index) for index in range(count)))
        number += count
    elapsed = time.perf_counter() - begun
    server.read_replies(in_flight)
    return answered / elapsed


def burst_rate(server, number, count):
    """Calls a second when all are written without waiting for any reply."""
    data = b"".join(server.call(number + index) for index in range(count))
    writer = threading.Thread(target=server.write, args=(data,))
    begun = time.perf_counter()
    writer.start()
    server.read_replies(count)
    elapsed = time.perf_counter() - begun
    writer.join()
    return count / elapsed


class StubBackend:
    """nginx in the foreground, with a folder of its own."""

    def __init__(self, nginx, folder):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                raise SystemExit(f"something listens on port {PORT} already")
        folder.mkdir()
        self.process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(HERE / "stub_backend.conf")])
        for _ in range(100):
            time.sleep(0.02)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                    return
        raise SystemExit("the stub backend does not listen")

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)


def find_servers(options, folder):
    """Name, command, environment and task of each server that is there."""
    home = {
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    stub = {**home, "DEFERNO_BASE_URL": f"http://127.0.0.1:{PORT}", "DEFERNO_TOKEN": "t"}
    deferno = os.path.abspath(options.deferno)
    servers = {}

    reached = subprocess.run([deferno, "call", "get_task", f"task_id={TASK}"], env=stub, capture_output=True, text=True)
    if reached.returncode == 0:
        servers["deferno"] = ([deferno, "mcp"], stub, TASK)
    else:
        print(f"left out: deferno over the stub backend: {reached.stderr.strip()[:200]}")
    store = {**home, "DEFERNO_BASE_URL": f"sqlite:{folder}/t.sqlite"}
    made = subprocess.run(
        [deferno, "call", "create_task", "title=Water the plants"],
        env=store,
        capture_output=True,
        text=True,
        check=True,
    )
    servers["deferno, store"] = ([deferno, "mcp"], store, json.loads(made.stdout)["id"])

    def add(name, program, command):
        if os.path.exists(program):
            servers[name] = (command, stub, TASK)
        else:
            print(f"left out: {name}: there is no {program}")

    clients, peers = pathlib.Path(options.clients), pathlib.Path(options.peers or "/nonexistent")
    python = clients / "seed/bin/python"
    add("seed", python, [str(python), "-m", "defernowork_mcp"])
    if not (clients / "sdk-handshake/bin/python").exists():
        print(f"left out: careful peer: there is no {clients}/sdk-handshake")
    else:
        python = clients / "sdk-handshake/bin/python"
        add("careful peer", peers / "careful_peer.py", [str(python), str(peers / "careful_peer.py")])
    floor = folder / "floor"
    if (peers / "floor.c").exists():
        subprocess.run(["cc", "-O2", "-w", "-o", floor, peers / "floor.c"], check=True)
    add("floor", floor if (peers / "floor.c").exists() else peers / "floor.c", [str(floor)])
    return servers


def print_table(medians):
    width = max(map(len, medians)) + 2
    print(f"\n{'':{width}}" + "".join(f"{title:>16}" for title in FIGURES.values()))
    for name, figures in medians.items():
        print(f"{name:{width}}" + "".join(f"{figures[figure]:>16,.1f}" for figure in FIGURES))


def print_aims(medians, measured):
    """Prints the ratios beside the aims; returns how many were missed."""
    missed = 0
    print(f"\n{measured}, compared with{'':>12}{'ratio':>12}{'aim':>20}")
    for other, figure, bound, aim in AIMS:
        if other not in medians:
            continue
        ratio = medians[measured][figure] / medians[other][figure]
        holds = ratio <= aim if bound == "at most" else ratio >= aim
        if figure == "start" and medians[measured]["start"] <= LONGEST_START:
            holds = True
        missed += not holds
        title = f"{other}: {FIGURES[figure]}"
        print(f"  {title:34}{shown(ratio):>12}{bound + ' ' + shown(aim):>20}  {'met' if holds else 'MISSED'}")
    return missed


def shown(ratio):
    return f"1/{1 / ratio:.1f}" if ratio < 0.25 else f"{ratio:.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("deferno")
    parser.add_argument("--clients", default=os.environ.get("DEFERNO_CLIENTS", HERE.parents[1] / ".build/clients"))
    parser.add_argument("--peers")
    parser.add_argument("--nginx", default=shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--json")
    options = parser.parse_args()
    if not options.nginx:
        raise SystemExit("there is no nginx: .ci/setup tests installs it")
    with tempfile.TemporaryDirectory(prefix="deferno-benchmark-") as name:
        folder = pathlib.Path(name)
        backend = StubBackend(options.nginx, folder / "stub")
        try:
            servers = find_servers(options, folder)
            rounds = {name: [] for name in servers}
            for number in range(options.rounds):
                for name, (command, environment, task) in servers.items():
                    server = Server(command, environment, task)
                    rounds[name].append(measure(server, options.seconds))
                    server.close()
                print(f"round {number + 1} of {options.rounds} done", file=sys.stderr)
        finally:
            backend.close()
    medians = {
        name: {figure: statistics.median(it[figure] for it in results) for figure in FIGURES}
        for name, results in rounds.items()
    }
    print_table(medians)
    missed = print_aims(medians, "deferno" if "deferno" in medians else "deferno, store")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(medians, indent=1) + "\n")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
