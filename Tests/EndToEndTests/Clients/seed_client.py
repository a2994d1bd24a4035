"""The seed's own MCP server as a client of `deferno serve`: every tool that the API covers, over a store of its own.

usage: seed_client.py PATH_TO_DEFERNO PYTHON_WITH_DEFERNOWORK_MCP PATH_PREFIX
"""

import json
import os
import sys

from checks import Checks, Home
from raw_server import RawServer
from served import Served, approve


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


def work_newest(checks, tools):
    """The newest version has other tools beside those that changed only a little."""
    checks.equal(tools.json("whoami")["username"], "ada", "whoami names the user")
    task = tools.json("create_task", title="Move house", description="Before May", labels=["home"])
    for name in (task["id"], task["ref"], str(task["sequence"])):
        checks.that("Move house" in tools.text("get_item", item=name)[0], f"get_item finds the task as {name}")
    changed = tools.json("update_task", task_id=task["id"], desire=0.5)
    checks.equal(changed["desire"], 0.5, "update_task changes a field")
    split = tools.json(
        "split_task", task_id=task["id"], first_title="Pack", first_description="", second_title="Carry",
        second_description="")
    checks.equal(split["first_child"]["title"], "Pack", "split_task makes children")
    folded = tools.json("fold_task", task_id=split["second_child"]["id"], title="Unpack", description="")
    checks.equal(folded["original"]["next_task_id"], folded["next_task"]["id"], "fold_task puts a task behind another")
    done = tools.json("set_task_status", task_id=split["first_child"]["id"], status="done")
    checks.equal(done["status"], "done", "set_task_status completes a child")
    moved = tools.json("move_task", task_id=split["second_child"]["id"])
    checks.equal(moved["parent_id"], None, "move_task without a parent puts a task at the top")
    checks.equal(len(tools.json("get_mood_history")), 1, "get_mood_history has the one that is done")
    text, is_error = tools.text("delete_task", task_id=task["id"])
    checks.that(not is_error and "error" not in text.lower(), "delete_task deletes", text)
    checks.that("404" in tools.text("get_item", item=task["id"])[0], "what is deleted is a 404")
    whole = tools.json("create_task", title="Whole", description="")
    part = tools.json("create_task", title="Part", description="", parent_id=whole["id"])
    merged = tools.json("merge_task", task_id=part["id"])
    checks.that("Part" in merged["parent"]["description"], "merge_task moves the content up", merged)
    found = tools.text("search_items", query="unpack")[0]
    checks.that("Unpack" in found, "search_items finds a task by its words", found)
    checks.that("time_zone" in tools.json("get_settings"), "get_settings gives the settings")
    exported = tools.json("export_data")
    checks.that({"Pack", "Carry"} <= {task["title"] for task in exported["tasks"]}, "export_data gives every task")
    again = tools.json("import_data", data=exported)
    checks.equal(again, {"imported": 0, "existing": len(exported["tasks"])}, "import_data leaves alone what is there")
    checks.that("tasks: is required" in tools.text("import_data", data={})[0], "import_data without tasks is a fault")


def sign_in(checks, tools, served, token):
    """The seed's own sign-in, with a code from the server, and out again."""
    begun = tools.json("start_auth")
    code = approve(served.address, begun["auth_url"], token)
    done = tools.json("complete_auth", session_id=begun["session_id"], code=code)
    checks.equal(done["username"], "ada", "complete_auth signs in")
    checks.equal(tools.json("whoami")["username"], "ada", "whoami names the user who has signed in")
    tools.text("logout")
    text, _ = tools.text("whoami")
    checks.that("401" in text or "not authenticated" in text.lower(), "logout signs out", text)


def read_resources(checks, server):
    listed = {resource["uri"] for resource in server.request("resources/list", {})["result"]["resources"]}
    for uri in listed & {"defernowork://tasks", "defernowork://tasks/today", "defernowork://tasks/mood-history"}:
        read = server.request("resources/read", {"uri": uri}, seconds=30)
        checks.that("result" in read and json.loads(read["result"]["contents"][0]["text"]) is not None, f"{uri} is read")


def main():
    if len(sys.argv) != 4:
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_DEFERNO PYTHON_WITH_DEFERNOWORK_MCP PATH_PREFIX")
    program, python, prefix = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3]
    checks = Checks()

    def everything():
        with Served(program) as served, Home() as home:
            token = served.add_user("ada")
            variables = {
                **home.environment, "DEFERNO_BASE_URL": served.address + prefix, "DEFERNO_TOKEN": token,
                "XDG_CONFIG_HOME": str(home.folder / ".config"),
            }
            with RawServer([python, "-B", "-m", "defernowork_mcp"], variables) as server:
                # Python takes its time to load all that it imports.
                server.shake_hands(seconds=60)
                offered = {tool["name"] for tool in server.request("tools/list", {})["result"]["tools"]}
                checks.that("create_task" in offered, "it offers its tools", offered)
                (work if "get_task" in offered else work_newest)(checks, Tools(checks, server))
                read_resources(checks, server)
            del variables["DEFERNO_TOKEN"]
            with RawServer([python, "-B", "-m", "defernowork_mcp"], variables) as server:
                server.shake_hands(seconds=60)
                sign_in(checks, Tools(checks, server), served, token)

    checks.attempt(everything)
    checks.finish()


main()
