"""Floods, slow readers, ends and cancellations."""

import contextlib
import json
import subprocess
import threading
import time

from checks import CheckFailed, Home, program
from hostile_support import END_LIMIT, MEMORY_LIMIT, MIB, is_alive, send_slow_create, started
from raw_server import CLIENT, meta

# The most memory at the peak with a reader that takes nothing while 600 MiB of replies are asked for, in MiB.
LARGE_REPLIES_LIMIT = 250
# Ends by SIGTERM: by itself, with the shell's status for it, or by the signal.
ENDED_BY_SIGTERM = {0}


def flood(checks):
    count = 10_000
    with started() as server:
        server.may_read.clear()
        lines = bytearray()
        for number in range(count):
            if number % 2:
                message = {"jsonrpc": "2.0", "id": number, "method": "ping"}
            else:
                params = {"name": "whoami", "arguments": {}}
                message = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
            lines += json.dumps(message).encode() + b"\n"
        # The reader thread holds one line that it asked for before it was stopped.
        writer = threading.Thread(target=server.write, args=(lines,))
        writer.start()
        time.sleep(1)
        server.may_read.set()
        seen = []
        while len(seen) < count:
            seen.append(server.next_message(30)["id"])
            if len(seen) % 1000 == 0:
                time.sleep(0.02)
        writer.join()
        checks.equal(
            sorted(seen), list(range(count)), "10,000 requests at once are each answered once, to a slow reader too"
        )
        checks.equal(server.everything_else(0.2), [], "nothing more comes")
        peak = server.peak_memory()
        checks.that(peak < MEMORY_LIMIT, f"peak memory {peak:.0f} MiB is below {MEMORY_LIMIT} MiB")


def large_replies(checks):
    """A reader that takes nothing for a while must not make the server keep everything that it has to say."""
    count = 300
    with started() as server:
        made = server.call("create_task", {"title": "large", "description": "d" * (MIB - 1)}, 30)
        task_id = json.loads(made["result"]["content"][0]["text"])["id"]
        server.may_read.clear()
        params = {"name": "get_task", "arguments": {"task_id": task_id}}
        lines = b"".join(
            json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}).encode() + b"\n"
            for number in range(count)
        )
        writer = threading.Thread(target=server.write, args=(lines,))
        writer.start()
        time.sleep(5)
        peak = server.peak_memory()
        server.may_read.set()
        answered = sorted(server.next_message(60)["id"] for _ in range(count))
        writer.join()
        checks.equal(answered, list(range(count)), f"{count} replies of 2 MiB arrive")
        checks.that(peak < LARGE_REPLIES_LIMIT, f"peak memory {peak:.0f} MiB is below {LARGE_REPLIES_LIMIT} MiB")


def creates(count):
    lines = ""
    for number in range(count):
        params = {"name": "create_task", "arguments": {"title": f"Task {number}", "description": ""}}
        lines += json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}) + "\n"
    return lines.encode()


def answers_until_the_end(server):
    answered = []
    while (line := server.next_line(END_LIMIT)) is not None:
        message = server.message(line)
        if "method" not in message:
            answered.append(message)
    return answered


def ends(checks):
    count = 50
    with started() as server:
        server.write(creates(count))
        server.end_input()
        ended = time.monotonic()
        answered = answers_until_the_end(server)
        status = server.status(END_LIMIT)
        took = time.monotonic() - ended
        checks.equal(
            sorted(it["id"] for it in answered), list(range(count)), "50 calls before the end of input are all answered"
        )
        checks.that(all(not it["result"].get("isError") for it in answered), "all of them are carried out", answered)
        checks.equal(status, 0, "the end of input is a good end")
        checks.that(took < END_LIMIT, f"it ends {took:.2f} s after the end of input")
        check_pairs(checks, server.home, count)
    with started() as server:
        server.write(creates(count))
        while "method" in (first := server.next_message()):
            pass
        server.signal_end()
        ended = time.monotonic()
        answered = [first] + answers_until_the_end(server)
        status = server.status(END_LIMIT)
        took = time.monotonic() - ended
        checks.equal(
            sorted(it["id"] for it in answered), list(range(count)), "50 calls before SIGTERM are all answered"
        )
        checks.that(status in ENDED_BY_SIGTERM, f"the end by SIGTERM has status {status}")
        checks.that(took < END_LIMIT, f"it ends {took:.2f} s after SIGTERM")
        check_pairs(checks, server.home, count)
    for name, version in [("after a handshake", "2025-11-25"), ("before any request", None)]:
        with started(version) as server:
            if version is None:
                time.sleep(0.3)
            server.signal_end()
            checks.that(server.status(END_LIMIT) in ENDED_BY_SIGTERM, f"SIGTERM to an idle server {name}")
        with started(version) as server:
            server.end_input()
            checks.equal(server.status(END_LIMIT), 0, f"the end of input of an idle server {name}")
    with started(None) as server:
        notifications = {"toolsListChanged": True}
        params = {"_meta": meta(), "notifications": notifications}
        server.send({"jsonrpc": "2.0", "id": "listen", "method": "subscriptions/listen", "params": params})
        server.next_message()
        server.signal_end()
        checks.equal(
            server.reply("listen")["result"]["resultType"], "complete", "SIGTERM ends a subscription gracefully"
        )
        checks.that(server.status(END_LIMIT) in ENDED_BY_SIGTERM, "and then the server")
    with started() as server:
        server.call("whoami", {})
        with server.home.locked_store():
            send_slow_create(server, "slow")
            time.sleep(0.2)
            server.end_input()
            answered = answers_until_the_end(server)
            checks.equal(
                [it["id"] for it in answered], ["slow"], "a call that cannot be finished is answered at the end too"
            )
            server.status(END_LIMIT)


def reader_leaves(checks):
    """The client takes nothing, and goes away while much is to be said."""
    beginning = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": CLIENT}
    request = {"jsonrpc": "2.0", "id": "i", "method": "initialize", "params": beginning}
    with Home() as home:
        process = subprocess.Popen(
            [program(), "mcp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=home.environment,
        )

        def write():
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(json.dumps(request).encode() + b"\n" + creates(2000))
                process.stdin.close()

        writer = threading.Thread(target=write)
        writer.start()
        time.sleep(1)
        process.stdout.close()
        try:
            errors = process.stderr.read().decode()
            status = process.wait(4 * END_LIMIT)
            # By itself, quietly, with or without the shell's status for a broken pipe.
            checks.that(status in {0, 74, 141, -13}, f"after its reader has left it ends with {status}", errors)
            checks.that("atal" not in errors and "rash" not in errors, "a reader who left is no crash", errors)
        except subprocess.TimeoutExpired:
            process.kill()
            raise CheckFailed("it does not end after its reader has left") from None
        finally:
            writer.join()


def check_pairs(checks, home, count):
    records = home.log_records()
    intents = {record["id"] for record in records if record["kind"] == "intent"}
    outcomes = {record["id"] for record in records if record["kind"] == "outcome"}
    checks.equal((len(intents), len(intents - outcomes)), (count, 0), "the log has an intent and an outcome for each")


def cancellations(checks):
    for version in ["2025-11-25", None]:
        name = version or "stateless"
        params = {} if version else {"_meta": meta()}
        with started(version) as server:
            server.call("whoami", {}, **params)
            with server.home.locked_store():
                send_slow_create(server, "slow", **params)
                time.sleep(0.2)
                begun = time.monotonic()
                method = "ping" if version else "server/discover"
                checks.that(
                    "result" in server.request(method, params or None, 2), f"{name}: a slow call holds up no {method}"
                )
                read = server.call("list_tasks", {}, 2, **params)
                checks.that("result" in read, f"{name}: a slow write holds up no read")
                checks.that(time.monotonic() - begun < 1, f"{name}: neither takes long")
                server.notify("notifications/cancelled", {"requestId": "slow", "reason": "changed my mind"})
                checks.equal(server.everything_else(0.5), [], f"{name}: nothing is sent for a cancelled request")
            checks.equal(server.everything_else(0.5), [], f"{name}: nor later")
            tasks = json.loads(server.call("list_tasks", {}, **params)["result"]["content"][0]["text"])
            checks.equal(tasks, [], f"{name}: the cancelled call has done nothing")
            outcomes = [it for it in server.home.log_records() if it["kind"] == "outcome" and it["op"] == "create_task"]
            checks.equal(len(outcomes), 1, f"{name}: the log tells how the cancelled call ended")
            checks.equal(outcomes[0]["status"], "failed", f"{name}: it ended without effect")


def cancellations_of_others(checks):
    with started() as server:
        server.call("whoami", {})
        with server.home.locked_store():
            for request_id, title in [(1, "number"), ("1", "text"), (2, "other")]:
                send_slow_create(server, request_id, title)
                # Calls that arrive together may be carried out together, where none can be taken out any more.
                time.sleep(0.1)
            for wrong in [3, "2", 1.5, None, [1], True]:
                server.notify("notifications/cancelled", {"requestId": wrong})
            server.notify("notifications/cancelled", {"requestId": "1"})
            server.notify("notifications/cancelled", {"requestId": "1"})
            checks.equal(server.everything_else(0.3), [], "nothing comes while the store is locked")
        for request_id in [1, 2]:
            checks.that(
                not server.reply(request_id)["result"].get("isError"), f"request {request_id} was not the one cancelled"
            )
        checks.equal(
            [it for it in server.everything_else(0.3) if "id" in it], [], "a text is another id than the number"
        )
        titles = {task["title"] for task in json.loads(server.call("list_tasks", {})["result"]["content"][0]["text"])}
        checks.equal(titles, {"number", "other"}, "only what was not cancelled is done")


def many_slow_calls(checks):
    count = 300
    with started() as server:
        server.call("whoami", {})
        with server.home.locked_store():
            for number in range(count):
                send_slow_create(server, number)
            time.sleep(0.3)
            begun = time.monotonic()
            checks.that(is_alive(server), f"a ping passes {count} calls that wait")
            checks.that(time.monotonic() - begun < 1, "it does so at once")
        answered = sorted(server.next_message()["id"] for _ in range(count))
        checks.equal(answered, list(range(count)), f"{count} calls that waited are each answered once")


PARTS = [flood, large_replies, ends, reader_leaves, cancellations, cancellations_of_others, many_slow_calls]
