"""Hostile bytes and messages: framing, what is no JSON, what is no request, sizes, ids, batches, eras."""

import json
import re
import time

from checks import Home, program
from hostile_support import END_LIMIT, MEMORY_LIMIT, MIB, error_of, expect_error, is_alive, refusal, started
from raw_server import CLIENT, HANDSHAKE_VERSIONS, RawServer, meta

LARGEST_MESSAGE = 16 * MIB


def framing(checks):
    ping = '{"jsonrpc":"2.0","id":%s,"method":"ping"}'
    with started() as server:
        server.write(f"{ping % 1}\r\n".encode())
        checks.equal(server.reply(1).get("result"), {}, "a line that ends in CRLF is answered")
        server.write(f"\n\r\n  \n\t\n{ping % 2}\n".encode())
        checks.equal(server.reply(2).get("result"), {}, "empty lines are passed over")
        checks.equal(server.everything_else(0.1), [], "nothing is said about empty lines")
        for piece in [ping[:9], ping[9:20], ping[20:] % 3, "\n"]:
            server.write(piece.encode())
            time.sleep(0.02)
        checks.equal(server.reply(3).get("result"), {}, "a message that comes in pieces is put together")
        server.write(f"  {ping % 4} \t\n".encode())
        checks.equal(server.reply(4).get("result"), {}, "white space around a message does no harm")
        spread = '{"jsonrpc":"2.0",\n"id":5,"method":"ping"}\n'
        server.write(spread.encode())
        codes = [error_of(server.next_message())["code"] for _ in range(2)]
        checks.equal(codes, [-32700, -32700], "a message over two lines is two broken ones")
        server.write((ping % '"end"').encode())
        server.end_input()
        checks.equal(server.reply("end").get("result"), {}, "a last line without its newline is answered")
        checks.equal(server.status(END_LIMIT), 0, "the end of input is a good end")


def no_json(checks):
    lines = {
        "text": b"hello",
        "half a message": b'{"jsonrpc":"2.0","id":1,"method":"pi',
        "two messages on a line": b'{"jsonrpc":"2.0","id":1,"method":"ping"}{"jsonrpc":"2.0","id":2,"method":"ping"}',
        "a NUL byte": b'{"jsonrpc":"2.0","id":1,\x00"method":"ping"}',
        "a NUL byte in a text": b'{"jsonrpc":"2.0","id":1,"method":"pi\x00ng"}',
        "NUL bytes alone": b"\x00\x00\x00",
        "invalid UTF-8": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"\xff\xfe"}}',
        "an overlong form": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"\xc0\xaf"}}',
        "an encoded surrogate": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"\xed\xa0\x80"}}',
        "a byte order mark in the middle": b'{"jsonrpc":"2.0",\xef\xbb\xbf"id":1,"method":"ping"}',
        "single quotes": b"{'jsonrpc':'2.0','id':1,'method':'ping'}",
        "NaN": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":NaN}}',
        "an unknown escape": b'{"jsonrpc":"2.0","id":1,"method":"pi\\xng"}',
    }
    with started() as server:
        for name, line in lines.items():
            reply = expect_error(checks, server, line, {-32700}, name)
            checks.that(reply.get("id") is None, f"{name}: no id is made up", reply)


def no_request(checks):
    lines = {
        "a number": "1",
        "a text": '"ping"',
        "null": "null",
        "an empty object": "{}",
        "another JSON-RPC": '{"jsonrpc":"1.0","id":1,"method":"ping"}',
        "no JSON-RPC version": '{"id":1,"method":"ping"}',
        "no method": '{"jsonrpc":"2.0","id":1}',
        "a method that is no text": '{"jsonrpc":"2.0","id":1,"method":7}',
        "params that are a text": '{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}',
        "an id that is an object": '{"jsonrpc":"2.0","id":{},"method":"ping"}',
        "an id that is true": '{"jsonrpc":"2.0","id":true,"method":"ping"}',
        "an id that is null": '{"jsonrpc":"2.0","id":null,"method":"ping"}',
        "an empty array": "[]",
    }
    with started() as server:
        for name, line in lines.items():
            # Params of the wrong form may count as either.
            codes = {-32600, -32602} if "params" in line else {-32600}
            expect_error(checks, server, line, codes, name)


def nesting_and_keys(checks):
    depth = 100_000
    with started() as server:
        deep = "[" * depth + "]" * depth
        codes = {-32700, -32600, -32602}
        expect_error(checks, server, deep, codes, "100,000 arrays within one another")
        expect_error(checks, server, "[" * depth, codes, "100,000 arrays that are never closed")
        wrapped = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":{"x":%s}}}'
        server.write_line(wrapped % deep)
        checks.that(refusal(server.next_message()), "100,000 arrays as an argument are refused")
        objects = '{"x":' * depth + "1" + "}" * depth
        server.write_line(wrapped % objects)
        checks.that(refusal(server.next_message()), "100,000 objects as an argument are refused")
        checks.that(is_alive(server), "deep nesting: it lives on")

        server.write_line('{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}')
        reply = server.next_message()
        checks.that("error" in reply or reply["id"] in (1, 2), "an id written twice gets one answer", reply)
        twice = wrapped.replace("whoami", "create_task") % '1,"title":"a","title":"b","description":""'
        server.write_line(twice.replace('"x":1,', ""))
        checks.that("title" in refusal(server.next_message()), "an argument written twice is refused by its name")
        checks.that(
            is_alive(server) and not server.everything_else(0.05), "repeated keys: one answer each, and it lives on"
        )


def sizes(checks):
    def padded(total, request_id):
        head, tail = f'{{"jsonrpc":"2.0","id":{request_id},"method":"ping","params":{{"_meta":{{"x":"', '"}}}'
        return head + "a" * (total - len(head) - len(tail)) + tail

    with started() as server:
        server.write_line(padded(LARGEST_MESSAGE, 1))
        checks.equal(server.reply(1, 30).get("result"), {}, "a message of 16 MiB is answered")
        server.write_line(padded(LARGEST_MESSAGE + 1, 2))
        error = error_of(server.next_message(30))
        checks.that(error["code"] in {-32600, -32700}, "a message of one byte more is refused", error)
        checks.that(re.search("16|large|long|size", error["message"]), "the refusal tells why", error)
        checks.that(is_alive(server), "a large message: it lives on")
        piece = b"b" * MIB
        for _ in range(128):
            server.write(piece)
        server.write(b"\n")
        checks.that(error_of(server.next_message(60))["code"] in {-32600, -32700}, "a line of 128 MiB is refused once")
        checks.that(is_alive(server) and not server.everything_else(0.1), "a line of 128 MiB: it lives on")
        peak = server.peak_memory()
        checks.that(peak < MEMORY_LIMIT, f"peak memory {peak:.0f} MiB is below {MEMORY_LIMIT} MiB")


def ids(checks):
    texts = [
        "0",
        '""',
        "-1",
        "9007199254740993",
        "-9007199254740993",
        "18446744073709551616",
        '"é"',
        '"1"',
        '"\\u0000"',
    ]
    for version in ["2025-11-25", None]:
        params = "" if version else ',"params":{"_meta":%s}' % json.dumps(meta())
        method = "ping" if version else "server/discover"
        with started(version) as server:
            for text in texts:
                server.write_line(f'{{"jsonrpc":"2.0","id":{text},"method":"{method}"{params}}}')
                line = server.next_line()
                echoed = re.search(rb'"id":("(?:[^"\\]|\\.)*"|[^,}\s]+)', line).group(1).decode()
                same = echoed == text if text[0] != '"' else json.loads(echoed) == json.loads(text)
                checks.that(same and b'"result"' in line, f"{method}: the id {text} is echoed", line)
                server.write_line(f'{{"jsonrpc":"2.0","id":{text},"method":"no/such"{params}}}')
                line = server.next_line()
                echoed = re.search(rb'"id":("(?:[^"\\]|\\.)*"|[^,}\s]+)', line).group(1).decode()
                same = echoed == text if text[0] != '"' else json.loads(echoed) == json.loads(text)
                checks.that(same and b"-32601" in line, f"{method}: the id {text} is echoed with an error", line)
            # A fraction is a number in JSON-RPC and no id in MCP: either is right, silence and another id are not.
            server.write_line(f'{{"jsonrpc":"2.0","id":1.5,"method":"{method}"{params}}}')
            reply = server.next_message()
            right = reply.get("id") == 1.5 or reply.get("id") is None and error_of(reply)["code"] == -32600
            checks.that(right, f"{method}: the id 1.5 is echoed or refused", reply)


def batches(checks):
    def ping(request_id):
        return {"jsonrpc": "2.0", "id": request_id, "method": "ping"}

    for version in HANDSHAKE_VERSIONS + [None]:
        with started(version) as server:
            name = version or "stateless"
            if version == "2025-03-26":
                notification = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "none"}}
                call = {
                    "jsonrpc": "2.0",
                    "id": "c",
                    "method": "tools/call",
                    "params": {"name": "whoami", "arguments": {}},
                }
                server.send([ping(1), notification, call, 7, ping(1 << 60)])
                reply = server.next_message()
                checks.that(isinstance(reply, list), f"{name}: a batch is answered by an array", reply)
                checks.equal(
                    sorted(str(it.get("id")) for it in reply),
                    sorted(["1", "c", "None", str(1 << 60)]),
                    f"{name}: each request of a batch is answered once",
                )
                broken = [it for it in reply if it.get("id") is None]
                checks.equal(error_of(broken[0])["code"], -32600, f"{name}: what is no message is refused by itself")
                server.send([notification, notification])
                checks.equal(server.everything_else(0.2), [], f"{name}: notifications alone are not answered")
                expect_error(checks, server, "[]", {-32600}, f"{name}: an empty batch")
            else:
                params = {} if version else {"params": {"_meta": meta()}}
                server.send([{**ping(1), **params}, {**ping(2), **params}])
                reply = server.next_message()
                checks.equal(error_of(reply)["code"], -32600, f"{name}: a batch is refused with one error")
                checks.equal(server.everything_else(0.1), [], f"{name}: nothing else is said about a batch")
                alive = (
                    is_alive(server) if version else "result" in server.request("server/discover", {"_meta": meta()})
                )
                checks.that(alive, f"{name}: after a batch it lives on")


def unasked_for(checks):
    with started() as server:
        server.send({"jsonrpc": "2.0", "id": 99, "result": {}})
        server.send({"jsonrpc": "2.0", "id": "99", "error": {"code": 1, "message": "no"}})
        server.notify("notifications/no_such_thing", {"x": 1})
        server.notify("notifications/cancelled", {"requestId": "never"})
        server.notify("notifications/cancelled", {})
        server.notify("notifications/cancelled")
        server.notify("tools/call", {"name": "whoami"})
        server.notify("notifications/progress", {"progressToken": 1, "progress": 1})
        checks.that(is_alive(server), "responses and notifications that nobody asked for do no harm")
        checks.equal(server.everything_else(0.2), [], "nothing is said about them")


def eras(checks):
    def versions(reply):
        return reply.get("result", {}).get("supportedVersions")

    with started(None) as server:
        checks.that(error_of(server.request("tools/list"))["code"] < 0, "a request of no era is refused")
        error = error_of(server.request("tools/list", {"_meta": meta("1999-01-01")}))
        checks.equal(error["code"], -32022, "an unsupported version is refused")
        checks.equal(error["data"]["requested"], "1999-01-01", "the refusal tells what was requested")
        checks.that("2026-07-28" in error["data"]["supported"], "the refusal tells what is supported", error)
        lacking = meta()
        del lacking["io.modelcontextprotocol/clientCapabilities"]
        checks.equal(
            error_of(server.request("tools/list", {"_meta": lacking}))["code"], -32602, "no capabilities: -32602"
        )
        # A rejected request leaves no trace: either era may follow.
        checks.that(
            "2026-07-28" in versions(server.request("server/discover", {"_meta": meta()})), "then server/discover works"
        )
        server.shake_hands("2025-06-18")
        checks.that("resultType" not in server.request("tools/list")["result"], "then the handshake works")
        both = server.request("tools/list", {"_meta": meta()})["result"]
        checks.equal(
            both.get("resultType"), "complete", "a request with its own version is served by it after a handshake"
        )
    for version in HANDSHAKE_VERSIONS:
        with started(None) as server:
            error_of(server.request("server/discover", {"_meta": meta("1999-01-01")}))
            server.shake_hands(version)
            checks.that(is_alive(server), f"after a rejected probe the handshake of {version} works")
    with started(None) as server:
        params = {"protocolVersion": "1999-01-01", "capabilities": {}, "clientInfo": CLIENT}
        reply = server.request("initialize", params)
        checks.equal(
            reply["result"]["protocolVersion"], "2025-11-25", "an unknown version is answered with the latest known"
        )


def other_name(checks):
    """The seed's snippets start it as deferno-mcp, without a command."""
    with Home() as home:
        link = home.folder / "deferno-mcp"
        link.symlink_to(program())
        with RawServer([str(link)], home.environment) as server:
            server.shake_hands()
            checks.that(is_alive(server), "as deferno-mcp it serves without a command")


PARTS = [framing, other_name, no_json, no_request, nesting_and_keys, sizes, ids, batches, unasked_for, eras]
