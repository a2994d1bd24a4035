#!/usr/bin/env python3
"""Measures what the writes of a log cost in bytes: intent and outcome, with their line ends.

usage: record_sizes.py DEFERNO [OTHER]

DEFERNO is the program; OTHER is another build to stand beside it, such as one of an earlier version. Measured are

    first week     the writes of examples/first-week.yaml, on average, and what takes up most in an outcome
    update N       the Nth update of one task, each of which gives it another title of the same length

An update that costs more the more were before it is what changes in the record are there against: ends with 1 where an outcome
has changes and the 100th is longer than the first by more than a sixteenth.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
UPDATES = 100
TASK = "7033cae7-eff6-4df1-bed9-01d16e89c2b0"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("deferno")
    parser.add_argument("other", nargs="?")
    options = parser.parse_args()
    missed = 0
    for program in [options.deferno] + ([options.other] if options.other else []):
        print(program)
        with tempfile.TemporaryDirectory() as folder:
            missed += measure(program, pathlib.Path(folder))
    sys.exit(1 if missed else 0)


def measure(program, folder):
    week = writes(program, folder / "week", EXAMPLES / "first-week.yaml")
    show(f"first week, {len(week)} writes, mean", [sum(sizes) / len(week) for sizes in zip(*[w[:2] for w in week])])
    show("first week, the longest outcome", max(((w[0], w[1]) for w in week), key=lambda sizes: sizes[1]))
    script = folder / "updates.yaml"
    steps = [{"op": "create_task", "args": {"title": "Title 000", "id": TASK}}] + [
        {"op": "update_task", "args": {"task_id": TASK, "title": f"Title {number:03}"}} for number in range(1, UPDATES + 1)
    ]
    script.write_text("".join(f"--- {json.dumps(step)}\n" for step in steps))
    updates = writes(program, folder / "updates", script)[1:]
    for number in (1, 10, UPDATES):
        show(f"update {number}", updates[number - 1][:2])
    tells = all("changes" in outcome for _, _, outcome in updates)
    print(f"  {'outcomes tell changes' if tells else 'outcomes tell no changes, and repeat the whole task'}")
    return tells and updates[-1][1] > updates[0][1] * 17 / 16


def writes(program, folder, script):
    """The size of each write's intent and of its outcome in bytes, and the outcome, in the order of the log."""
    folder.mkdir()
    log = folder / "operations.ndjson"
    subprocess.run(
        [program, "batch", "run", str(script), "--base-url", f"sqlite:{folder}/tasks.sqlite", "--log", str(log)],
        stdout=subprocess.DEVNULL, check=True)
    intents, found = {}, []
    for line in log.read_bytes().splitlines(keepends=True):
        record = json.loads(line)
        if record["kind"] == "intent":
            intents[record["id"]] = len(line)
        elif record["kind"] == "outcome" and record["id"] in intents:
            found.append((intents[record["id"]], len(line), record))
    return found


def show(name, sizes):
    intent, outcome = sizes
    print(f"  {name:<36} intent {intent:6.0f}   outcome {outcome:6.0f}   together {intent + outcome:6.0f} bytes")


if __name__ == "__main__":
    main()
