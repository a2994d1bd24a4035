"""The seed's own MCP server as a client of `deferno serve`: every tool that the API covers, over a store of its own.

usage: seed_client.py PATH_TO_DEFERNO PYTHON_WITH_DEFERNOWORK_MCP PATH_PREFIX
"""

import json
import os
import subprocess
import sys

from checks import Checks, Home
from raw_server import RawServer
from served import Served


class Tools:
    """Calls tools and reads their one text."""

    def __init__(self, checks, server):
        self.checks = checks
        self.server = server

    def text(self, tool, **arguments):
        reply = self.server.call(tool, arguments, seconds=30)
        self.checks.that("result" in reply, f"{tool} is answered", reply)
        return reply["result"]["content"][0]["text"], bool(reply["result"].get("isError"))

    def json(self, tool, **arguments):
        text, is_error = self.text(tool, **arguments)
        self.checks.that(not is_error and not text.startswith("Deferno API error"), f"{tool} succeeds", text)
        return json.loads(text)


def work(checks, tools):
    checks.equal(tools.json("whoami")["username"], "ada", "whoami names the user")
    task = tools.json("create_task", title="Move house", description="Before May", labels=["home"])
    checks.equal(tools.json("get_task", task_id=task["id"])["title"], "Move house", "get_task finds what was made")
    changed = tools.json("update_task", task_id=task["id"], desire=0.5)
    checks.equal(changed["desire"], 0.5, "update_task changes a field")
    split = tools.json(
        "split_task", task_id=task["id"], first_title="Pack", first_description="", second_title="Carry",
        second_description="")
    checks.equal(split["first_child"]["title"], "Pack", "split_task makes children")
    text, _ = tools.text("set_task_status", task_id=task["id"], status="done")
    checks.that("active children" in text, "a parent of active children is not completed", text)
    folded = tools.json("fold_task", task_id=split["second_child"]["id"], title="Unpack", description="")
    checks.equal(folded["original"]["next_task_id"], folded["next_task"]["id"], "fold_task puts a task behind another")
    done = tools.json("set_task_status", task_id=split["first_child"]["id"], status="done")
    checks.equal(done["status"], "done", "set_task_status completes a child")
    checks.that(len(tools.json("list_tasks")) >= 4, "list_tasks lists them all")
    checks.that(isinstance(tools.json("get_daily_tasks"), list), "get_daily_tasks gives a list")
    history = tools.json("get_mood_history")
    checks.equal(len(history), 1, "get_mood_history has the one that is done")
    merged = tools.json("merge_task", task_id=split["second_child"]["id"])
    checks.that("Carry" in merged["parent"]["description"], "merge_task moves the content up", merged["parent"])
    text, _ = tools.text("get_task", task_id="7ac8513c-4037-43fe-a89a-721019f76527")
    checks.that("404" in text, "a task that is not there is a 404", text)


def main():
    if len(sys.argv) != 4:
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_DEFERNO PYTHON_WITH_DEFERNOWORK_MCP PATH_PREFIX")
    program, python, prefix = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3]
    checks = Checks()

    def everything():
        with Served(program) as served, Home() as home:
            store = served.log.parents[2] / "tasks.sqlite"
            token = subprocess.run(
                [program, "serve", "user", "add", "ada", "--print-token", "--store", f"sqlite:{store}"],
                capture_output=True, text=True, check=True,
            ).stdout.strip()
            variables = {
                **home.environment, "DEFERNO_BASE_URL": served.address + prefix, "DEFERNO_TOKEN": token,
                "XDG_CONFIG_HOME": str(home.folder / ".config"),
            }
            with RawServer([python, "-B", "-m", "defernowork_mcp"], variables) as server:
                # Python takes its time to load all that it imports.
                server.shake_hands(seconds=60)
                offered = {tool["name"] for tool in server.request("tools/list", {})["result"]["tools"]}
                checks.that("create_task" in offered, "it offers its tools", offered)
                work(checks, Tools(checks, server))

    checks.attempt(everything)
    checks.finish()


main()
