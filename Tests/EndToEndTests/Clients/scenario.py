"""The walk that every client takes over the server: all tools, resources and prompts, and what goes wrong.

A client hands in an adapter to its SDK, whose coroutine methods give and take what stands on the wire as plain values:

    version, expected_versions              what was agreed on when connecting, and what should have been
    is_introduced, server_name, instructions        whether the server has told about itself, and what
    tools() resources() templates() prompts()       the whole lists
    call(name, arguments)  read(uri)  prompt(name, arguments)  complete(ref, name, value)
    ping()                                  False where the era has none
    watch(uri, change)                      the URIs reported as updated while `change`, a coroutine function, runs
    abandon(name, arguments, seconds)       starts a call and cancels it after so long
    Error                                   what is raised for a protocol error; `code(error)` gives its code
"""

import json
import urllib.parse
import uuid

SEED_TOOLS = [
    "start_auth",
    "complete_auth",
    "logout",
    "whoami",
    "list_tasks",
    "get_task",
    "create_task",
    "update_task",
    "set_task_status",
    "split_task",
    "fold_task",
    "merge_task",
    "get_daily_tasks",
    "get_mood_history",
]
EXTENDED_TOOLS = ["move_task", "delete_task", "search_tasks", "export_tasks", "import_tasks"]
ANNOTATIONS = {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
READS = {"whoami", "list_tasks", "get_task", "get_daily_tasks", "get_mood_history", "search_tasks", "export_tasks"}
RESOURCES = ["defernowork://tasks", "defernowork://tasks/today", "defernowork://tasks/mood-history"]
TEMPLATE = "defernowork://task/{task_id}"
PROMPTS = ["plan_my_day", "weekly_review", "break_down_task"]
NOBODY = "00000000-0000-4000-8000-000000000000"
STATELESS = "2026-07-28"


async def walk(client, checks, home):
    check_beginning(client, checks)
    await check_tool_list(client, checks)
    await check_other_lists(client, checks)
    tasks = await call_every_tool(client, checks)
    await read_resources(client, checks, tasks)
    await get_prompts(client, checks, tasks)
    await ask_for_completions(client, checks, tasks)
    await see_failures(client, checks)
    await see_protocol_errors(client, checks)
    await watch_changes(client, checks, tasks)
    await cancel(client, checks, home)
    answered = await client.ping()
    checks.that(answered or client.version == STATELESS, "ping is answered where the era has it")


def check_beginning(client, checks):
    checks.that(
        client.version in client.expected_versions, f"protocol version {client.version}", client.expected_versions
    )
    if not client.is_introduced:
        return
    checks.that(client.server_name, f"the server names itself {client.server_name}")
    for word in ["start_auth", "complete_auth", "list_tasks", "create_task"]:
        checks.that(word in (client.instructions or ""), f"the instructions mention {word}", client.instructions)


async def check_tool_list(client, checks):
    tools = {tool["name"]: tool for tool in await client.tools()}
    checks.equal(sorted(tools), sorted(SEED_TOOLS + EXTENDED_TOOLS), "all 19 tools are listed")
    for name, tool in tools.items():
        checks.that(tool.get("title") and tool.get("description"), f"{name} has a title and a description", tool)
        checks.equal(tool["inputSchema"]["type"], "object", f"{name} takes an object")
        output = tool.get("outputSchema") or {}
        # Only since the stateless era may a tool give something else.
        checks.that(
            output.get("type") == "object" or output and client.version == STATELESS, f"{name} tells its output", tool
        )
        hints = tool.get("annotations") or {}
        checks.that(ANNOTATIONS <= hints.keys(), f"{name} has all four annotations", hints)
        checks.equal(hints["readOnlyHint"], name in READS, f"{name}: readOnlyHint")


async def check_other_lists(client, checks):
    resources = {resource["uri"]: resource for resource in await client.resources()}
    for uri in RESOURCES:
        checks.that(uri in resources, f"{uri} is listed", sorted(resources))
        checks.equal(resources[uri].get("mimeType"), "application/json", f"{uri} is application/json")
    templates = {template["uriTemplate"]: template for template in await client.templates()}
    checks.that(TEMPLATE in templates, f"{TEMPLATE} is listed", sorted(templates))
    prompts = {prompt["name"]: prompt for prompt in await client.prompts()}
    checks.that(set(PROMPTS) <= prompts.keys(), "all prompts are listed", sorted(prompts))
    arguments = [(it["name"], it.get("required")) for it in prompts["break_down_task"].get("arguments") or []]
    checks.that(("task_id", True) in arguments, "break_down_task needs a task_id", arguments)


def text_of(result):
    blocks = result["content"]
    if len(blocks) != 1 or blocks[0]["type"] != "text":
        raise AssertionError(f"one text block was expected: {blocks}")
    return blocks[0]["text"]


def holds(structured, payload):
    """Whether structured content is the payload, or, for a payload that is no object, an object around it."""
    if isinstance(payload, dict):
        return structured == payload
    if structured == payload:
        return True
    return isinstance(structured, dict) and list(structured.values()) == [payload]


async def call_every_tool(client, checks):
    called = set()

    async def call(name, arguments=None, is_json=True):
        result = await client.call(name, arguments or {})
        called.add(name)
        text = text_of(result)
        checks.that(not result.get("isError"), f"{name} succeeds", text)
        structured = result.get("structuredContent")
        checks.that(structured is not None, f"{name} gives structured content", result)
        if not is_json:
            return text
        payload = json.loads(text)
        checks.that(holds(structured, payload), f"{name}: structured content and text say the same", (structured, text))
        checks.equal(
            text, json.dumps(payload, ensure_ascii=False, separators=(",", ":")), f"{name}: the text is compact"
        )
        return payload

    user = await call("whoami")
    checks.equal(user.get("username"), "local", "whoami names the user")
    started = await call("start_auth")
    checks.equal(sorted(started), ["auth_url", "instructions", "session_id"], "start_auth has its three members")

    checks.equal(await call("list_tasks"), [], "there are no tasks at first")
    parent = await call(
        "create_task",
        {
            "title": "Plan the trip",
            "description": "Zürich → Lugano ⛰",
            "labels": ["travel", "family"],
            "complete_by": "2026-04-26T06:59:00Z",
            "productive": 0.5,
            "desire": -0.25,
        },
    )
    checks.equal(
        [parent[key] for key in ["title", "description", "labels", "complete_by", "productive", "desire", "status"]],
        ["Plan the trip", "Zürich → Lugano ⛰", ["travel", "family"], "2026-04-26T06:59:00Z", 0.5, -0.25, "open"],
        "create_task keeps what it was given",
    )
    given = str(uuid.uuid4())
    child = await call("create_task", {"title": "Book", "description": "", "parent_id": parent["id"], "id": given})
    checks.equal(
        (child["id"], child["parent_id"]), (given, parent["id"]), "a child has its parent and the id it was given"
    )
    checks.equal((await call("get_task", {"task_id": parent["id"]}))["children"], [given], "get_task shows the child")

    updated = await call("update_task", {"task_id": given, "title": "Book trains", "clear": ["labels"], "desire": 1})
    checks.equal(
        (updated["title"], updated["labels"], updated["desire"]), ("Book trains", [], 1), "update_task changes fields"
    )
    moved_on = await call("set_task_status", {"task_id": given, "status": "in-progress"})
    checks.equal(moved_on["status"], "in-progress", "set_task_status sets the status")
    split = await call(
        "split_task",
        {
            "task_id": given,
            "first_title": "There",
            "first_description": "a",
            "second_title": "Back",
            "second_description": "b",
        },
    )
    checks.equal(sorted(split), ["first_child", "parent", "second_child"], "split_task gives parent and children")
    folded = await call("fold_task", {"task_id": given, "title": "Pack", "description": "light"})
    checks.equal(folded["original"]["next_task_id"], folded["next_task"]["id"], "fold_task links the next task")
    merged = await call("merge_task", {"task_id": split["first_child"]["id"]})
    checks.equal(merged["parent"]["id"], given, "merge_task gives the parent")
    checks.equal(len(merged["merged_children"]), 2, "merge_task gives the children it merged")
    next_task = folded["next_task"]["id"]
    moved = await call("move_task", {"task_id": next_task, "clear": ["new_parent_id"]})
    checks.equal(moved["parent_id"], None, "move_task moves to the top")
    found = await call("search_tasks", {"query": "train"})
    checks.equal([task["id"] for task in found], [given], "search_tasks finds the task")
    exported = await call("export_tasks")
    again = await call("import_tasks", exported)
    checks.equal(again, {"imported": 0, "existing": len(exported["tasks"])}, "import_tasks leaves alone what is there")
    daily = await call("get_daily_tasks")
    checks.that(
        daily and {"task", "priority_score", "urgency_reason"} <= daily[0].keys(),
        "get_daily_tasks gives reasons",
        daily,
    )
    await call(
        "update_task", {"task_id": next_task, "mood_start": {"r": 0.5, "theta": 1}, "mood_finish": {"r": 1, "theta": 0}}
    )
    await call("set_task_status", {"task_id": next_task, "status": "done"})
    history = await call("get_mood_history")
    checks.that(
        any(entry["task_id"] == next_task for entry in history), "get_mood_history has the finished task", history
    )
    deleted = await call("delete_task", {"task_id": next_task})
    checks.equal(deleted, {"deleted": True, "id": next_task}, "delete_task tells what it deleted")
    checks.equal(
        {task["id"] for task in await call("list_tasks")},
        {parent["id"], given, split["first_child"]["id"], split["second_child"]["id"]},
        "list_tasks has what is left",
    )

    signed_in = await call("complete_auth", {"session_id": "s", "code": "a-secret-code"})
    checks.equal(signed_in, {"authenticated": True, "username": "local"}, "complete_auth names the user")
    checks.that(await call("logout", is_json=False), "logout says what it did")
    checks.equal(called, set(SEED_TOOLS + EXTENDED_TOOLS), "every tool was called")
    return {"parent": parent["id"], "child": given}


async def read_resources(client, checks, tasks):
    percent_encoded = "".join(f"%{byte:02x}" for byte in tasks["child"].encode())
    pairs = [
        (RESOURCES[0], "list_tasks", {}),
        (RESOURCES[1], "get_daily_tasks", {}),
        (RESOURCES[2], "get_mood_history", {}),
        (f"defernowork://task/{tasks['parent']}", "get_task", {"task_id": tasks["parent"]}),
        (f"defernowork://task/{percent_encoded}", "get_task", {"task_id": tasks["child"]}),
    ]
    for uri, tool, arguments in pairs:
        contents = (await client.read(uri))["contents"]
        checks.equal(len(contents), 1, f"{uri} has one content")
        # A client may send the URI in another spelling of its own.
        checks.equal(urllib.parse.unquote(contents[0]["uri"]), urllib.parse.unquote(uri), f"{uri} is what was read")
        checks.equal(contents[0].get("mimeType"), "application/json", f"{uri} is read as application/json")
        payload = json.loads(text_of(await client.call(tool, arguments)))
        checks.equal(json.loads(contents[0]["text"]), payload, f"{uri} holds what {tool} gives")


async def get_prompts(client, checks, tasks):
    for name in PROMPTS:
        arguments = {"task_id": tasks["child"]} if name == "break_down_task" else {}
        messages = (await client.prompt(name, arguments))["messages"]
        checks.that(messages and messages[0]["role"] == "user", f"{name} begins with a message of the user", messages)
        texts = " ".join(
            it["content"].get("text") or it["content"].get("resource", {}).get("text", "") for it in messages
        )
        checks.that(texts.strip(), f"{name} has a text", messages)
        if name == "break_down_task":
            checks.that("Book trains" in texts, "break_down_task tells of its task", texts)


async def ask_for_completions(client, checks, tasks):
    prompt = {"type": "ref/prompt", "name": "break_down_task"}
    template = {"type": "ref/resource", "uri": TEMPLATE}
    for ref in [prompt, template]:
        completion = (await client.complete(ref, "task_id", tasks["child"][:6]))["completion"]
        checks.that(tasks["child"] in completion["values"], f"{ref['type']}: an id is completed", completion)
        checks.that(len(completion["values"]) <= 100, f"{ref['type']}: at most 100 values")
        completion = (await client.complete(ref, "task_id", "no such"))["completion"]
        checks.equal(completion["values"], [], f"{ref['type']}: nothing fits")


async def see_failures(client, checks):
    result = await client.call("get_task", {"task_id": NOBODY})
    checks.equal(result.get("isError"), True, "a task that is not there is an error result")
    checks.that(text_of(result).startswith("Deferno API error 404"), "its text is the seed's", text_of(result))
    result = await client.call("create_task", {"title": 7, "description": "", "titel": "x"})
    checks.equal(result.get("isError"), True, "arguments of the wrong type are an error result")
    checks.that(
        "title" in text_of(result) and "titel" in text_of(result), "its text names both fields", text_of(result)
    )


async def see_protocol_errors(client, checks):
    not_found = -32602 if client.version == STATELESS else -32002
    unknown = {"type": "ref/prompt", "name": "no_such_prompt"}
    attempts = [
        ("an unknown tool", lambda: client.call("no_such_tool", {}), -32602),
        ("an unknown resource", lambda: client.read("defernowork://nothing"), not_found),
        ("a task resource that is not there", lambda: client.read(f"defernowork://task/{NOBODY}"), not_found),
        ("an unknown prompt", lambda: client.prompt("no_such_prompt", {}), -32602),
        ("a prompt without its argument", lambda: client.prompt("break_down_task", {}), -32602),
        ("a completion for an unknown prompt", lambda: client.complete(unknown, "task_id", ""), -32602),
    ]
    for name, attempt, code in attempts:
        try:
            result = await attempt()
        except client.Error as error:
            checks.equal(client.code(error), code, f"{name} is a protocol error: {error}")
        else:
            checks.that(False, f"{name} is a protocol error", result)


async def watch_changes(client, checks, tasks):
    uri = f"defernowork://task/{tasks['parent']}"

    async def change():
        await client.call("update_task", {"task_id": tasks["parent"], "description": "changed"})

    checks.that(uri in await client.watch(uri, change), "a change of a watched resource is reported")


async def cancel(client, checks, home):
    with home.locked_store():
        await client.abandon("create_task", {"title": "Abandoned halfway", "description": ""}, 0.3)
    found = json.loads(text_of(await client.call("search_tasks", {"query": "abandoned"})))
    checks.equal(found, [], "a cancelled call has stopped: nothing was created")


def check_log(checks, home, client_name):
    """Every call left its record, with who asked."""
    outcomes = [record for record in home.log_records() if record["kind"] == "outcome"]
    checks.that(len(outcomes) > 25, "the log holds the calls", len(outcomes))
    checks.equal({record["door"] for record in outcomes}, {"mcp"}, "the log names the door")
    names = {(record.get("client") or {}).get("name") for record in outcomes}
    checks.equal(names, {client_name}, "the log names the client")
    checks.that(all(record.get("request_id") for record in outcomes), "the log has the request ids")
    checks.that("a-secret-code" not in home.log.read_text(), "the log holds no secret")
