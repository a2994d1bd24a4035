"""`deferno auth`, `batch run`, `call`, `mcp` and `deferno-mcp auth` against a backend over HTTP, in both dialects of its API.

usage: both_dialects.py PATH_TO_DEFERNO
"""

import json
import os
import subprocess
import sys

from checks import Checks
from served import Login, Output, Person, Served, approve, environment

SCRIPT = """
steps:
  - id: trip
    op: create_task
    args: {title: "Plan the trip – Zürich/Lugano", labels: [travel]}
  - op: create_task
    for_each: [tickets, bags]
    args: {title: "Book ${{ item }}", parent_id: "${{ steps.trip.result.id }}"}
  - op: update_task
    args: {task_id: "${{ steps.trip.result.id }}", desire: 0.5, pinned: true}
  - op: search_tasks
    args: {query: "lugano zür"}
  - op: export_tasks
"""


def sign_in(checks, person, program, address, prefix, token):
    with Login(program, address + prefix, environment(person.folder)) as login:
        code = approve(address, login.page, token)
        checks.equal(login.give(code), 0, f"{prefix or '/'}: auth login ends with 0")
        return code, login.output.text


def run_batch(checks, person, prefix):
    script = person.folder / "script.yaml"
    script.write_text(SCRIPT)
    status, output, errors = person.run("batch", "run", str(script))
    checks.equal(status, 0, f"{prefix or '/'}: batch run ends with 0")
    outcomes = [json.loads(line) for line in output.splitlines()]
    checks.equal([outcome["status"] for outcome in outcomes], ["ok"] * 6, f"{prefix or '/'}: every step is done")
    parent = outcomes[0]["result"]
    checks.equal(parent["labels"], ["travel"], f"{prefix or '/'}: the task is as it was asked for")
    checks.equal(outcomes[3]["result"]["desire"], 0.5, f"{prefix or '/'}: and is changed")
    checks.that(parent["id"] in {task["id"] for task in outcomes[4]["result"]}, f"{prefix or '/'}: and found")
    checks.that(len(outcomes[5]["result"]["tasks"]) >= 3, f"{prefix or '/'}: and exported")
    return output + errors, parent["id"]


def ask_agent(checks, person, prefix, task):
    with person.agent() as agent:
        agent.shake_hands()
        result = agent.call("get_task", {"task_id": task})["result"]
        checks.equal(len(result["structuredContent"]["children"]), 2, f"{prefix or '/'}: mcp reads the task")
        made = agent.call("create_task", {"title": "From the agent", "description": ""})["result"]
        checks.that(not made["isError"], f"{prefix or '/'}: mcp makes one", made)
        read = agent.request("resources/read", {"uri": "defernowork://tasks"})["result"]["contents"][0]["text"]
        checks.that("From the agent" in read, f"{prefix or '/'}: and sees it in the list")
        agent.end_input()
        checks.equal(agent.status(5), 0, f"{prefix or '/'}: mcp ends with 0")
        return json.dumps([result, made]) + read + agent.error_text()


def old_name(checks, person, program, address, prefix, token):
    """`deferno-mcp auth`, as the seed writes it."""
    link = person.folder / "deferno-mcp"
    link.symlink_to(program)
    process = subprocess.Popen(
        [link, "auth", "--base-url", address + prefix], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env=environment(person.folder))
    output = Output(process.stdout)
    code = approve(address, output.find(r"http://\S+/cli-auth\?session=\S+")[0], token)
    process.stdin.write(code + "\n")
    process.stdin.close()
    checks.equal(process.wait(20), 0, f"{prefix or '/'}: deferno-mcp auth ends with 0")
    checks.that("@ada" in output.text, f"{prefix or '/'}: and says who is signed in", output.text)
    return code, output.text


def not_signed_in(checks, program, address, prefix):
    with Person(program, address) as stranger:
        variables = {"DEFERNO_BASE_URL": address + prefix, "DEFERNO_TOKEN": "a-token-that-is-no-good"}
        script = stranger.folder / "script.yaml"
        script.write_text("op: whoami\n")
        texts = ""
        for words in (["call", "whoami"], ["batch", "run", str(script)]):
            status, output, errors = stranger.run(*words, **variables)
            checks.that(status in (1, 77), f"{prefix or '/'}: {words[0]} without a good token fails", status)
            checks.that("auth login" in errors, f"{prefix or '/'}: and says what to do", errors)
            texts += output + errors
        checks.that("a-token-that-is-no-good" not in texts, f"{prefix or '/'}: without repeating the token")


def walk(checks, program, served, prefix, token):
    address = served.address
    with Person(program, address) as person:
        code, texts = sign_in(checks, person, program, address, prefix, token)
        saved = json.loads((person.folder / ".config/defernowork/credentials.json").read_text())
        status, output, _ = person.run("auth", "status")
        checks.equal(status, 0, f"{prefix or '/'}: auth status ends with 0")
        checks.that("ada" in output and address in output, f"{prefix or '/'}: and says who and where", output)
        texts += output
        more, task = run_batch(checks, person, prefix)
        texts += more + ask_agent(checks, person, prefix, task)
        for words in (["config", "show"], ["log", "show"], ["call", "whoami"]):
            texts += "".join(map(str, person.run(*words, DEFERNO_LOG_LEVEL="trace")))
        second, more = old_name(checks, person, program, address, prefix, token)
        renewed = json.loads((person.folder / ".config/defernowork/credentials.json").read_text())
        checks.equal(person.run("auth", "logout")[0], 0, f"{prefix or '/'}: auth logout ends with 0")
        status, _, _ = person.run("auth", "status", DEFERNO_BASE_URL=address + prefix)
        checks.equal(status, 77, f"{prefix or '/'}: then nobody is signed in")
        texts += more + (person.folder / "state/deferno/operations.ndjson").read_text() + served.log.read_text()
        for secret in (code, second, saved["token"], renewed["token"], token):
            checks.that(secret not in texts, f"{prefix or '/'}: no output and no log holds a token or a code")
    not_signed_in(checks, program, address, prefix)


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_DEFERNO")
    program = os.path.abspath(sys.argv[1])
    checks = Checks()

    def everything():
        with Served(program) as served:
            token = served.add_user("ada")
            for prefix in ("", "/api"):
                walk(checks, program, served, prefix, token)

    checks.attempt(everything)
    checks.finish()


main()
