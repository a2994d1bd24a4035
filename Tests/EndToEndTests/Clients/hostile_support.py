"""What the hostile checks share."""

import contextlib
import json

from checks import CheckFailed, Home, program, shortened
from raw_server import RawServer

MIB = 1 << 20
# What the process may hold at its peak while it refuses or answers the largest messages, in MiB.
MEMORY_LIMIT = 128
# How long the server may take to end, in seconds; some more for a busy machine.
END_LIMIT = 2.5


@contextlib.contextmanager
def started(version="2025-11-25", reads=True):
    """A server with a home of its own, after the handshake where a version of that era is given."""
    with Home() as home, RawServer([program(), "mcp"], home.environment, reads) as server:
        server.home = home
        if version:
            server.shake_hands(version)
        yield server


def is_alive(server):
    return server.request("ping").get("result") == {}


def error_of(reply):
    if not isinstance(reply, dict) or "error" not in reply:
        raise CheckFailed(f"an error was expected: {shortened(reply)}")
    return reply["error"]


def refusal(reply):
    """The text of a refusal, as a protocol error or as an error result."""
    if "error" in reply:
        return reply["error"]["message"] + json.dumps(reply["error"].get("data", ""))
    if reply["result"].get("isError") is True:
        return reply["result"]["content"][0]["text"]
    raise CheckFailed(f"a refusal was expected: {shortened(reply)}")


def expect_error(checks, server, data, codes, name):
    """One line goes in, exactly one error comes back, and the server lives on."""
    server.write_line(data)
    reply = server.next_message()
    checks.that(error_of(reply)["code"] in codes, f"{name}: {error_of(reply)['code']}", reply)
    checks.that(is_alive(server) and not server.everything_else(0.05), f"{name}: one answer, and it lives on")
    return reply


def same(one, other):
    return type(one) is type(other) and one == other


def send_slow_create(server, request_id, title="Slow", **more):
    """A call that lasts as long as somebody else holds the store's lock."""
    params = {"name": "create_task", "arguments": {"title": title, "description": ""}, **more}
    server.send({"jsonrpc": "2.0", "id": request_id, "method": "tools/call", "params": params})
