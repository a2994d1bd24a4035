"""Hostile calls and what is told of calls: bad arguments, records in the log, progress, log messages."""

import json

from hostile_support import MIB, error_of, is_alive, refusal, same, send_slow_create, started
from raw_server import CLIENT, meta


def arguments(checks):
    with started() as server:
        error = error_of(server.call("no_such_tool", {}))
        checks.that(error["code"] == -32602 and "no_such_tool" in error["message"], "an unknown tool is named", error)
        for params in [None, [1], {}, {"name": 7}, {"name": None}, {"arguments": {}}]:
            error = error_of(server.request("tools/call", params))
            checks.that(error["code"] in {-32602, -32600}, f"tools/call with params {params}: {error['code']}", error)
        for bad in [[1], "x", 7, True]:
            error = error_of(server.request("tools/call", {"name": "whoami", "arguments": bad}))
            checks.that(
                error["code"] == -32602 and "arguments" in error["message"],
                f"arguments that are {bad!r} are refused",
                error,
            )
        refused = {
            "a missing argument": ("get_task", {}, ["task_id"]),
            "an extra argument": ("get_task", {"task_id": "0" * 8, "taskid": 1}, ["task_id", "taskid"]),
            "an id that is no UUID": ("get_task", {"task_id": "7"}, ["task_id"]),
            "a number as a title": ("create_task", {"title": 7, "description": ""}, ["title"]),
            "an object as a title": ("create_task", {"title": {}, "description": ""}, ["title"]),
            "null as a title": ("create_task", {"title": None, "description": ""}, ["title"]),
            "labels that are no array": ("create_task", {"title": "a", "description": "", "labels": "a"}, ["labels"]),
            "a label that is a number": ("create_task", {"title": "a", "description": "", "labels": [1]}, ["labels"]),
            "a date that is none": (
                "create_task",
                {"title": "a", "description": "", "complete_by": "soon"},
                ["complete_by"],
            ),
            "a desire out of range": ("create_task", {"title": "a", "description": "", "desire": 7}, ["desire"]),
            "an unknown status": ("set_task_status", {"task_id": "0" * 8, "status": "new"}, ["status", "task_id"]),
            "a title of 1 MiB": ("create_task", {"title": "a" * MIB, "description": ""}, ["title"]),
            "100,000 unknown fields": ("get_task", {f"f{n}": n for n in range(100_000)}, ["f0"]),
            "a field with a name of 1 MiB": ("get_task", {"n" * MIB: 1}, ["nnn"]),
        }
        for name, (tool, given, fields) in refused.items():
            reply = server.call(tool, given, 30)
            text = refusal(reply)
            checks.that(all(field in text for field in fields), f"{name}: {' and '.join(fields)} named", text)
            # Nobody gains from reading a megabyte of their own input.
            checks.that(len(text) < 64 * 1024, f"{name}: the text is of a readable length", len(text))
        reply = server.call("whoami", {"random_string": "x"})
        checks.that(not reply["result"].get("isError"), "arguments of a tool without any are passed over", reply)
        reply = server.call("create_task", {"title": "large", "description": "d" * MIB}, 30)
        checks.that("result" in reply, "a description of 1 MiB gets an answer", reply)
        odd = server.call("create_task", {"title": '\u2028 \u0007 \U0001f3d4 " \\ \u0000', "description": ""})
        checks.that("result" in odd, "control characters in a title get an answer on one line", odd)
        server.write_line(
            r'{"jsonrpc":"2.0","id":"half","method":"tools/call","params":{"name":"search_tasks",'
            r'"arguments":{"query":"\ud83c"}}}'
        )
        checks.that(refusal(server.next_message()), "half a surrogate pair is refused")
        checks.that(is_alive(server), "bad arguments: it lives on")

        outcomes = [record for record in server.home.log_records() if record["kind"] == "outcome"]
        failed = [record["op"] for record in outcomes if record["status"] == "failed"]
        for tool in ["get_task", "create_task", "set_task_status", "whoami"]:
            checks.that(tool in failed, f"the log holds the refused calls of {tool}", failed)
        checks.that(all(record["door"] == "mcp" for record in outcomes), "the log names the door")
        checks.that(server.home.log.stat().st_size < 8 * MIB, "huge arguments do not fill the log")


def records(checks):
    trace, span = "0af7651916cd43dd8448eb211c80319c", "00f067aa0ba902b7"
    traced = {"traceparent": f"00-{trace}-{span}-01"}
    for version in ["2025-11-25", None]:
        name = version or "stateless"
        with started(version) as server:
            for given in [traced, {"traceparent": "00-nonsense"}, {"traceparent": 7}, {}]:
                reply = server.call("whoami", {}, _meta=given if version else meta(**given))
                checks.that("result" in reply, f"{name}: a call with {given} is answered", reply)
            with_trace, *without = [it for it in server.home.log_records() if it["kind"] == "outcome"]
            checks.equal(
                (with_trace.get("trace_id"), with_trace.get("span_id")), (trace, span), f"{name}: the trace is recorded"
            )
            checks.that(not any("trace_id" in it for it in without), f"{name}: no trace is made up", without)
            checks.equal(with_trace["client"], CLIENT, f"{name}: the client is recorded")
            checks.equal(with_trace["door"], "mcp", f"{name}: the door is recorded")
            ids = [it.get("request_id") for it in [with_trace, *without]]
            offset = server.next_id - 4
            checks.equal(ids, [f"r{offset + n}" for n in range(1, 5)], f"{name}: the ids of the requests are recorded")


def progress(checks):
    tokens = ["text", 0, 9007199254740993, "é"]
    with started() as server:
        server.call("whoami", {})
        with server.home.locked_store():
            for index, token in enumerate(tokens):
                send_slow_create(server, index, _meta={"progressToken": token})
            send_slow_create(server, "silent")
            messages = server.everything_else(2.5)
            server.notify("notifications/cancelled", {"requestId": 0})
            checks.equal(
                {it["params"]["progressToken"] for it in server.everything_else(1.5)} & {"text"},
                set(),
                "there is no progress of a cancelled request",
            )
        for token in tokens:
            steps = [it["params"]["progress"] for it in messages if same(it["params"]["progressToken"], token)]
            checks.that(len(steps) >= 2, f"a call of two seconds tells its progress to {token!r}", messages)
            checks.equal(steps, sorted(set(steps)), f"the progress of {token!r} increases")
        known = all(any(same(it["params"]["progressToken"], token) for token in tokens) for it in messages)
        checks.that(known, "only those are told who asked", messages)
        for request_id in [1, 2, 3, "silent"]:
            server.reply(request_id)
        server.everything_else(0.1)
        checks.equal(server.everything_else(1.5), [], "there is no progress after the replies")


def log_messages(checks):
    nobody = {"task_id": "00000000-0000-4000-8000-000000000000"}
    with started(None) as server:
        level = "io.modelcontextprotocol/logLevel"
        server.call("get_task", nobody, _meta=meta())
        checks.equal(server.everything_else(0.2), [], "stateless: nobody gets log messages without asking")
        server.call("get_task", nobody, _meta=meta(**{level: "debug"}))
        # What was put aside came before the reply.
        before, server.put_aside = server.put_aside, []
        checks.that(
            any(it["method"] == "notifications/message" for it in before), "stateless: who asks gets them", before
        )
        checks.equal(server.everything_else(0.2), [], "stateless: they come before the reply")
        server.call("get_task", nobody, _meta=meta(**{level: "emergency"}))
        checks.equal(server.everything_else(0.2), [], "stateless: only those of the level asked for")
        server.call("get_task", nobody, _meta=meta())
        checks.equal(server.everything_else(0.2), [], "stateless: a level is for one request")
    with started() as server:
        server.request("logging/setLevel", {"level": "emergency"})
        server.call("get_task", nobody)
        checks.equal(server.everything_else(0.2), [], "handshake: only messages of the level asked for")
        server.request("logging/setLevel", {"level": "debug"})
        server.call("complete_auth", {"session_id": "s", "code": "a-secret-code"})
        messages = server.everything_else(0.2)
        checks.that(
            messages and "a-secret-code" not in json.dumps(messages), "handshake: they tell no secrets", messages
        )


def change_notifications(checks):
    """Whatever a write changes on the side is reported too, to whoever watches it."""
    titles = {}
    with started() as server:

        def payload(tool, **given):
            return json.loads(server.call(tool, given)["result"]["content"][0]["text"])

        def watch(task, title):
            titles[task["id"]] = title
            server.request("resources/subscribe", {"uri": f"defernowork://task/{task['id']}"})
            return task["id"]

        def states():
            return {task_id: server.call("get_task", {"task_id": task_id})["result"]["content"] for task_id in titles}

        def change(tool, **given):
            before = states()
            server.everything_else(0.05)
            result = payload(tool, **given)
            messages = server.everything_else(0.2)
            updated = [it["params"]["uri"] for it in messages if it.get("method") == "notifications/resources/updated"]
            told = {titles[uri.rsplit("/", 1)[1]] for uri in updated}
            after = states()
            changed = {titles[task_id] for task_id in titles if after[task_id] != before[task_id]}
            checks.that(changed and changed <= told, f"{tool} tells of {', '.join(sorted(changed))}", sorted(told))
            return result

        one, other = [watch(payload("create_task", title=title), title) for title in ["one", "other"]]
        child = watch(change("create_task", title="child", parent_id=one), "child")
        halves = change("split_task", task_id=child, first_title="first", second_title="second")
        first = watch(halves["first_child"], "first")
        watch(halves["second_child"], "second")
        following = watch(change("fold_task", task_id=child, title="next")["next_task"], "next")
        change("move_task", task_id=following, new_parent_id=other)
        change("merge_task", task_id=first)
        change("set_task_status", task_id=first, status="open")
        change("delete_task", task_id=child)


PARTS = [arguments, records, progress, log_messages, change_notifications]
