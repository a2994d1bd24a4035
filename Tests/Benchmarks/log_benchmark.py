#!/usr/bin/env python3
"""Measures the commands that read the log, beside grep and jq over the same file in the same run.

usage: log_benchmark.py DEFERNO [--size MIB] [--rounds 3] [--keep FILE]

DEFERNO is the program of a release build. A log of --size MiB (1024) is made of real records: those that the program leaves
of creates, updates, reads and failures, again and again with other identifiers, so that one operation in some forty is the
one that is looked for. Measured are

    show --op      lines found and MB a second, beside `grep` for the same text and `jq` with the same condition
    stats, verify  MB a second
    memory         the peak of each, in MiB (ru_maxrss)
    tail           the delay from a record's write to its line on the other end of the pipe, in ms

Rates are medians over the rounds, which go through all commands in turn. Ends with 1 when an aim was missed that could be
measured. jq gets a part of the file, since it is slow, and its rate is reckoned from that.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

WANTED = "split_task"
JQ_PART = 64 << 20


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("deferno")
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        log = pathlib.Path(options.keep) if options.keep else folder / "big.ndjson"
        if not log.exists():
            make(options.deferno, folder, log, options.size << 20)
        missed = measure(options.deferno, log, options.rounds, folder)
        missed += tail(options.deferno, folder)
    sys.exit(1 if missed else 0)


def run(command, output=subprocess.DEVNULL, environment=None):
    """Runs a command to its end; gives its seconds and its peak memory in MiB."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - start, usage.ru_maxrss / 1024, process.returncode


def make(deferno, folder, log, size):
    """A log whose writer runs on and on: chained records, as `log verify` wants them."""
    print(f"making a log of {size >> 20} MiB", file=sys.stderr)
    environment = dict(os.environ, XDG_STATE_HOME=str(folder / "state"), XDG_DATA_HOME=str(folder / "data"))
    script = folder / "script.yaml"
    with script.open("w") as file:
        file.write("on_error: continue\nsteps:\n")
        for number in range(2000):
            if number % 40 == 0:
                file.write(f"  - id: parent{number}\n    op: create_task\n    args: {{title: Parent {number}}}\n")
                file.write("  - op: split_task\n    args:\n")
                file.write(f"      task_id: ${{{{ steps.parent{number}.result.id }}}}\n")
                file.write("      first_title: First\n      second_title: Second\n")
            elif number % 7 == 0:
                file.write("  - {op: get_task, args: {task_id: 7033cae7-eff6-4df1-bed9-01d16e89c2b0}}\n")
            else:
                file.write(f"  - {{op: create_task, args: {{title: Buy milk number {number}, labels: [home]}}}}\n")
    source = folder / "state/deferno/operations.ndjson"
    with log.open("wb") as target:
        while target.tell() < size:
            source.unlink(missing_ok=True)
            shutil.rmtree(folder / "data", ignore_errors=True)
            for _ in range(8):
                subprocess.run(
                    [deferno, "batch", "run", script, "--quiet", "--log-sync", "none"],
                    env=environment, stderr=subprocess.DEVNULL)
            with source.open("rb") as content:
                shutil.copyfileobj(content, target)
    print(f"made {log.stat().st_size >> 20} MiB", file=sys.stderr)


def measure(deferno, log, rounds, folder):
    size = log.stat().st_size
    part = folder / "part.ndjson"
    with log.open("rb") as source, part.open("wb") as target:
        for _ in range(JQ_PART >> 20):
            target.write(source.read(1 << 20))
        target.write(source.readline())
    commands = {
        "log show --op": ([deferno, "log", "show", "--op", WANTED, log], size),
        "grep": (["grep", f'"op":"{WANTED}"', log], size),
        "jq": (["jq", "-c", f'select(.op == "{WANTED}")', part], part.stat().st_size),
        "log stats": ([deferno, "log", "stats", log], size),
        "log verify": ([deferno, "log", "verify", log], size),
    }
    rates, memory = {name: [] for name in commands}, {}
    for _ in range(rounds):
        for name, (command, bytes_read) in commands.items():
            # Into a file: grep stops at the first line where nobody reads.
            with (folder / "output").open("wb") as output:
                seconds, peak, status = run([str(word) for word in command], output)
            if status not in (0, 65):
                print(f"{name}: ended with {status}", file=sys.stderr)
                continue
            rates[name].append(bytes_read / seconds / 1e6)
            memory[name] = max(memory.get(name, 0), peak)
    medians = {name: statistics.median(values) for name, values in rates.items() if values}
    for name, rate in medians.items():
        print(f"{name:16} {rate:10.1f} MB/s   peak {memory[name]:6.1f} MiB")
    missed = 0
    if "jq" in medians and "log show --op" in medians:
        ratio = medians["log show --op"] / medians["jq"]
        missed += verdict("log show --op, times jq", ratio, ratio >= 10, "at least 10")
    for name in ("log show --op", "log stats", "log verify"):
        if name in memory:
            missed += verdict(f"{name}, peak MiB", memory[name], memory[name] <= 64, "at most 64")
    return missed


def tail(deferno, folder, records=200):
    """The delay of `log tail -f`, for records that a batch from a pipe leaves one by one."""
    environment = dict(os.environ, XDG_STATE_HOME=str(folder / "tail"), XDG_DATA_HOME=str(folder / "tail-data"))
    subprocess.run([deferno, "call", "whoami"], env=environment, stdout=subprocess.DEVNULL)
    log = folder / "tail/deferno/operations.ndjson"
    follower = subprocess.Popen(
        [deferno, "log", "tail", "-f", "-n", "0"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    delays = []
    line = log.read_bytes().splitlines()[-1]
    for number in range(records):
        with log.open("ab", buffering=0) as file:
            start = time.monotonic()
            file.write(line + b"\n")
        if not follower.stdout.readline():
            print("log tail: ended", file=sys.stderr)
            return 1
        delays.append((time.monotonic() - start) * 1000)
        time.sleep(0.002)
    follower.terminate()
    follower.wait()
    median, worst = statistics.median(delays), sorted(delays)[int(len(delays) * 0.99)]
    print(f"log tail -f      {median:10.3f} ms   99 %: {worst:.3f} ms")
    return verdict("log tail, ms", median, median < 5, "under 5")


def verdict(name, value, is_reached, aim):
    print(f"    {name:28} {value:10.2f}   {aim}: {'reached' if is_reached else 'MISSED'}")
    return 0 if is_reached else 1


if __name__ == "__main__":
    main()
