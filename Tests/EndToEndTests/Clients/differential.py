"""The same calls to the seed's own server (defernowork-mcp 0.1.13) and to `deferno mcp`, over the same recorded
backend: texts, resources and requests to the backend must be the same, but for what is listed here.

usage: differential.py PATH_TO_DEFERNO PYTHON_OF_THE_SEED
"""

import contextlib
import http.client
import json
import os
import re
import stat
import sys

from checks import Checks, Home
from raw_server import CLIENT, RawServer, meta
from recorded_backend import CHILD_ID, OTHER_ID, TASK_ID, RecordedBackend

# Every intended difference and its reason. One that does not occur any more is a failure, so that the list stays true.
DIFFERENCES = {
    "is_error": "the seed gives failures as ordinary results; a client can only tell them apart by isError",
    "spacing": "the seed's JSON has spaces and escapes for everything beyond ASCII; deferno's is compact",
    "empty_body": "the seed posts nothing where the contract has {}",
    "new_id": "deferno makes the id of a create itself, so that a repeated create is found",
    "empty_labels": "deferno leaves the labels of a create out where there are none; the seed sends what it was given",
    "repeats": "deferno tries again where that is safe; the seed gives up at once",
    "unreachable": "the seed shows its HTTP library's error for a backend that is down; deferno an error 502",
    "no_json": "the seed takes a success that is no JSON for a payload; deferno calls it a failure",
    "pages": "deferno says that a page of HTML is no answer and quotes its first 200 characters; the seed gives it all",
    "long_text": "likewise for a long text",
    "argument_checks": "deferno checks arguments itself and names the field; the seed's texts are its validator's",
    "unknown_tool": "an unknown tool is a protocol error by the specification; the seed gives an error result",
    "mime_type": "the resources are JSON and deferno says so; the seed says text/plain",
    "more_fields": "deferno's tools have some more optional arguments, and default for some that the seed requires",
    "more_tools": "deferno has some more tools, and more resources to the template's list by their own URIs",
    "hint": "a 401, and a write whose fate is unknown, have a second text block that tells a model what to do",
    "confidential": "deferno never quotes what is no JSON in an answer to a sign-in: it may hold a token",
}

CREATE = {
    "title": "Water the plants",
    "description": "süd ⛲",
    "labels": ["house", "ü"],
    "parent_id": CHILD_ID,
    "assignee": OTHER_ID,
    "complete_by": "2026-04-26T06:59:00Z",
    "productive": 0.5,
    "desire": 1,
}
CALLS = [
    ("start_auth", {}),
    ("complete_auth", {"session_id": "s-1", "code": "ABC123"}),
    ("logout", {}),
    ("whoami", {}),
    ("list_tasks", {}),
    ("get_task", {"task_id": TASK_ID}),
    ("create_task", {"title": "Short", "description": ""}),
    ("create_task", CREATE),
    ("create_task", {"title": "No labels", "description": "d", "labels": []}),
    ("update_task", {"task_id": TASK_ID, "title": "New", "labels": [], "desire": 0.25}),
    (
        "update_task",
        {
            "task_id": TASK_ID,
            "description": "",
            "status": "in-progress",
            "assignee": OTHER_ID,
            "productive": 0,
            "complete_by": "2026-04-26T06:59:00Z",
        },
    ),
    ("set_task_status", {"task_id": TASK_ID, "status": "done"}),
    (
        "split_task",
        {
            "task_id": TASK_ID,
            "first_title": "a",
            "first_description": "b",
            "second_title": "c",
            "second_description": "d",
        },
    ),
    ("fold_task", {"task_id": TASK_ID, "title": "Next", "description": "step"}),
    (
        "fold_task",
        {
            "task_id": TASK_ID,
            "title": "Next",
            "description": "step",
            "labels": ["x"],
            "desire": 0.5,
            "productive": 0.75,
            "complete_by": "2026-04-26T06:59:00Z",
        },
    ),
    ("merge_task", {"task_id": CHILD_ID}),
    ("get_daily_tasks", {}),
    ("get_mood_history", {}),
]
JSON, HTML, TEXT = "application/json", "text/html", "text/plain"
FAILURES = {
    "404": (404, JSON, b'{"message":"task not found"}'),
    "400": (400, JSON, b'{"message": "cannot complete task with active children"}'),
    "401 with an empty body": (401, JSON, b""),
    "401 with a message": (401, JSON, b'{"message":"invalid token"}'),
    "403": (403, JSON, '{"message":"zutritt verboten – ü"}'.encode()),
    "409": (409, JSON, b'{"message":"already exists"}'),
    "422 with a text": (422, TEXT, b"Failed to deserialize the JSON body"),
    "429": (429, JSON, b'{"message":"slow down"}'),
    "500 with HTML": (500, HTML, b"<html><body><h1>500</h1>Something broke</body></html>"),
    "400 without a message": (400, JSON, b'{"detail":"no"}'),
    "400 with null as a message": (400, JSON, b'{"message":null}'),
    "409 with a JSON text": (409, JSON, b'"taken"'),
    "410 with an empty object": (410, JSON, b"{}"),
    "599 with an empty body": (599, JSON, b""),
    "500 with an empty message": (500, JSON, b'{"message":""}'),
    "502 with an empty body": (502, TEXT, b""),
    "502 with HTML": (502, HTML, b"<html><head><title>502 Bad Gateway</title></head></html>"),
    "503": (503, JSON, b'{"message":"maintenance"}'),
}
# One of each tool, for what goes wrong.
FAILING_CALLS = list({tool: (tool, arguments) for tool, arguments in CALLS}.values())
# deferno tries these again, which takes half a second each time: a part of the calls must do.
SLOW_FAILURES = {"429", "502 with HTML", "503"}
RESOURCES = ["defernowork://tasks", "defernowork://tasks/today", "defernowork://tasks/mood-history"]
SIGN_IN_PAGE = "https://deferno.work/cli-auth?session=s-1"
SIGN_IN = {"start_auth", "complete_auth"}
WORTH_REPEATING = {429, 500, 502, 503, 504}
# With these the backend says that it has done nothing.
NOT_DONE = {429, 503}


class Side:
    """One of the two servers, with a home of its own."""

    def __init__(self, stack, command, home, url, token="t-1"):
        self.home = home
        environment = {**home.environment, "DEFERNO_BASE_URL": url, "XDG_CONFIG_HOME": str(home.folder / ".config")}
        if token:
            environment["DEFERNO_TOKEN"] = token
        self.server = stack.enter_context(RawServer(command, environment))
        self.server.shake_hands("2025-11-25")

    def credentials(self):
        """The saved credentials and their mode; `None` where there are none."""
        path = self.home.folder / ".config/defernowork/credentials.json"
        return (json.loads(path.read_text()), stat.filemode(path.stat().st_mode)) if path.exists() else None


class Comparison:
    def __init__(self, checks, backend, seed, deferno):
        self.checks = checks
        self.backend = backend
        self.sides = {"seed": seed, "deferno": deferno}
        self.seen = set()

    def intended(self, difference):
        assert difference in DIFFERENCES, difference
        self.seen.add(difference)

    def both(self, action):
        """What an action gives on either side, with the requests that reached the backend."""
        results = []
        for side in self.sides.values():
            self.backend.requests()
            results.append((action(side), self.backend.requests()))
        return results

    def call(self, tool, arguments, name):
        (seed, seed_requests), (deferno, requests) = self.both(lambda side: side.server.call(tool, arguments, 60))
        result = deferno.get("result") or deferno
        self.checks.that("content" in result, f"{name}: there is a result", deferno)
        expected = seed["result"]["content"][0]["text"]
        failure = self.backend.failure
        if tool in SIGN_IN and failure and failure[1] != JSON and failure[2]:
            self.intended("confidential")
            expected = f"Deferno API error {failure[0]}: {http.client.responses[failure[0]]}"
        self.compare_results(expected, result, name)
        self.compare_requests(seed_requests, requests, name)

    def compare_results(self, expected, result, name):
        blocks = 1
        if re.match("Deferno API error (401|5..):", expected) and len(result["content"]) == 2:
            blocks = 2
            self.intended("hint")
        self.checks.equal(len(result["content"]), blocks, f"{name}: there is one text block")
        self.compare_texts(expected, result["content"][0]["text"], name)
        failed = expected.startswith("Deferno API error")
        self.checks.equal(result.get("isError", False), failed, f"{name}: isError")
        if failed:
            self.intended("is_error")

    def compare_texts(self, expected, actual, name):
        try:
            value = json.loads(expected)
        except ValueError:
            if found := re.match("(Deferno API error [0-9]+: )(<.*)", expected, re.DOTALL):
                beginning, page = found.groups()
                holds = actual.startswith(beginning) and page[:190] in actual
                self.checks.that(holds, f"{name}: the text quotes the page", actual)
                if actual != expected:
                    self.intended("pages")
            else:
                self.checks.equal(actual, expected, f"{name}: the texts are the same")
            return
        if actual != expected:
            self.intended("spacing")
        # As text, since Python takes 1, 1.0 and true for the same; deferno may write 55.0 as 55.
        self.checks.equal(comparable(json.loads(actual)), comparable(value), f"{name}: the JSON texts hold the same")

    def compare_requests(self, expected, actual, name):
        actual = [self.as_the_seed_sends(request) for request in self.without_repeats(actual)]
        expected = [
            (method, path, self.without_empty_labels(body, actual), token) for method, path, body, token in expected
        ]
        self.checks.equal(comparable(actual), comparable(expected), f"{name}: the backend got the same")

    def without_empty_labels(self, body, actual):
        if body and body.get("labels") == [] and all("labels" not in (other or {}) for _, _, other, _ in actual):
            self.intended("empty_labels")
            body = {key: value for key, value in body.items() if key != "labels"}
        return body or None

    def without_repeats(self, requests):
        status = self.backend.failure[0] if self.backend.failure else 200
        if status not in WORTH_REPEATING:
            return requests
        once = [request for index, request in enumerate(requests) if request not in requests[:index]]
        if once != requests:
            self.intended("repeats")
            for method, path, body, _ in once:
                is_safe = status in NOT_DONE or method != "POST" or path == "/auth/logout" or "id" in (body or {})
                self.checks.that(is_safe, f"{method} {path} may be tried again after {status}", requests)
        return once

    def as_the_seed_sends(self, request):
        method, path, body, token = request
        if body == {}:
            self.intended("empty_body")
            body = None
        if (method, path) == ("POST", "/tasks") and body:
            body = dict(body)
            if body.pop("id", None):
                self.intended("new_id")
        return method, path, body, token


def comparable(value):
    """JSON with sorted keys, and numbers that are equal written alike."""

    def alike(part):
        if isinstance(part, dict):
            return {key: alike(inner) for key, inner in part.items()}
        if isinstance(part, (list, tuple)):
            return [alike(inner) for inner in part]
        if isinstance(part, float) and part.is_integer():
            return int(part)
        return part

    return json.dumps(alike(value), sort_keys=True, ensure_ascii=False)


def successes(comparison):
    for tool, arguments in CALLS:
        comparison.call(tool, arguments, tool)
        credentials = [side.credentials() for side in comparison.sides.values()]
        comparison.checks.equal(credentials[1], credentials[0], f"{tool}: the saved credentials are the same")


def failures(comparison):
    for name, failure in FAILURES.items():
        comparison.backend.failure = failure
        for tool, arguments in FAILING_CALLS[::3] if name in SLOW_FAILURES else FAILING_CALLS:
            comparison.call(tool, arguments, f"{tool} with {name}")
    comparison.backend.failure = None


def saved_credentials(comparison):
    """A logout removes them, also when the backend refuses it."""
    for failure in [None, FAILURES["401 with an empty body"]]:
        comparison.backend.failure = None
        comparison.call("complete_auth", {"session_id": "s-1", "code": "ABC123"}, "complete_auth before logout")
        for name, side in comparison.sides.items():
            comparison.checks.that(side.credentials(), f"{name} has saved credentials")
            comparison.checks.equal(side.credentials()[1], "-rw-------", f"{name}'s credentials are private")
        comparison.backend.failure = failure
        comparison.call("logout", {}, "logout")
        for name, side in comparison.sides.items():
            comparison.checks.equal(side.credentials(), None, f"{name} has removed them")
    comparison.backend.failure = None


def resources(comparison):
    checks = comparison.checks
    uris = RESOURCES + [f"defernowork://task/{TASK_ID}", f"defernowork://task/{TASK_ID.replace('-', '%2D')}"]
    for uri in uris:
        (seed, expected), (deferno, requests) = comparison.both(
            lambda side: side.server.request("resources/read", {"uri": uri}, 30)
        )
        checks.that("result" in deferno, f"{uri} is read", deferno)
        [old], [new] = seed["result"]["contents"], deferno["result"]["contents"]
        comparison.compare_texts(old["text"], new["text"], uri)
        comparison.compare_requests(expected, requests, uri)
        checks.equal(new["uri"], old["uri"], f"{uri}: the URI is the same")
        if new.get("mimeType") != old.get("mimeType"):
            checks.equal(new.get("mimeType"), "application/json", f"{uri}: the type is JSON")
            comparison.intended("mime_type")
    for name in ["404", "401 with an empty body", "500 with HTML"]:
        comparison.backend.failure = FAILURES[name]
        for uri in uris[-2:]:
            (seed, expected), (deferno, requests) = comparison.both(
                lambda side: side.server.request("resources/read", {"uri": uri}, 30)
            )
            checks.that("error" in seed and "error" in deferno, f"{uri} with {name} is a protocol error", deferno)
            comparison.compare_requests(expected, requests, f"{uri} with {name}")
    comparison.backend.failure = None


def lists(comparison):
    checks = comparison.checks
    (seed, _), (deferno, _) = comparison.both(lambda side: listed(side, "tools/list", "tools"))
    mine = {tool["name"]: tool for tool in deferno}
    if len(mine) > len(seed):
        comparison.intended("more_tools")
    for tool in seed:
        name = tool["name"]
        checks.that(name in mine, f"{name} is there")
        old, new = tool["inputSchema"], mine[name]["inputSchema"]
        checks.that(old["properties"].keys() <= new["properties"].keys(), f"{name} has all arguments of the seed", new)
        checks.that(set(new.get("required", [])) <= set(old.get("required", [])), f"{name} requires nothing more", new)
        if old["properties"].keys() != new["properties"].keys() or new.get("required", []) != old.get("required", []):
            comparison.intended("more_fields")
    (seed, _), (deferno, _) = comparison.both(lambda side: listed(side, "resources/list", "resources"))
    checks.that(
        {it["uri"] for it in seed} <= {it["uri"] for it in deferno}, "all resources of the seed are listed", deferno
    )
    (seed, _), (deferno, _) = comparison.both(
        lambda side: listed(side, "resources/templates/list", "resourceTemplates")
    )
    checks.equal(
        {it["uriTemplate"] for it in deferno}, {it["uriTemplate"] for it in seed}, "the templates are the same"
    )


def listed(side, method, member):
    items, cursor = [], None
    while True:
        result = side.server.request(method, {"cursor": cursor} if cursor else {})["result"]
        items += result[member]
        cursor = result.get("nextCursor")
        if cursor is None:
            return items


def intended_differences(comparison):
    checks, backend = comparison.checks, comparison.backend

    def results(tool, arguments):
        return [reply for reply, _ in comparison.both(lambda side: side.server.call(tool, arguments, 60))]

    backend.failure = (200, HTML, b"<html>a login page</html>")
    _, deferno = results("whoami", {})
    text = deferno["result"]["content"][0]["text"]
    checks.that(
        deferno["result"].get("isError") and "a login page" in text, "a success that is no JSON is a failure", text
    )
    comparison.intended("no_json")

    backend.failure = (500, TEXT, b"long " * 400)
    seed, deferno = [reply["result"]["content"][0]["text"] for reply in results("whoami", {})]
    beginning, quoted = "Deferno API error 500: ", "long " * 35
    checks.that(seed.startswith(beginning + quoted), "the seed gives all of a long failure", seed)
    checks.that(deferno.startswith(beginning) and quoted in deferno, "deferno quotes it", deferno)
    checks.that(len(deferno) < 400, "a long failure is quoted in part", len(deferno))
    comparison.intended("long_text")
    backend.failure = None

    _, deferno = results("no_such_tool", {})
    checks.equal(deferno.get("error", {}).get("code"), -32602, "an unknown tool is a protocol error")
    comparison.intended("unknown_tool")
    seed, deferno = results("get_task", {})
    checks.that(seed["result"]["isError"] and deferno["result"]["isError"], "a missing argument is an error", deferno)
    checks.that("task_id" in deferno["result"]["content"][0]["text"], "which names the field", deferno)
    checks.equal(backend.requests(), [], "the backend is not asked")
    comparison.intended("argument_checks")


def elicitation(comparison, command):
    """A client that can show a page is asked to; the seed knows nothing of that."""
    checks, backend = comparison.checks, comparison.backend
    able = {"elicitation": {"url": {}}}
    calls = {"name": "start_auth", "arguments": {}}
    for action in ["accept", "decline", "cancel"]:
        with Home() as home, RawServer(command, {**home.environment, "DEFERNO_BASE_URL": backend.url}) as server:
            server.request("initialize", {"protocolVersion": "2025-11-25", "capabilities": able, "clientInfo": CLIENT})
            server.notify("notifications/initialized")
            server.send({"jsonrpc": "2.0", "id": "s", "method": "tools/call", "params": calls})
            asked = server.next_message()
            checks.equal(asked.get("method"), "elicitation/create", "handshake: the client is asked to show the page")
            checks.equal((asked["params"]["mode"], asked["params"]["url"]), ("url", SIGN_IN_PAGE), "it is told which")
            server.send({"jsonrpc": "2.0", "id": asked["id"], "result": {"action": action}})
            text = json.loads(server.reply("s")["result"]["content"][0]["text"])
            checks.equal(text["session_id"], "s-1", f"handshake: after {action} the call is answered")
        with Home() as home, RawServer(command, {**home.environment, "DEFERNO_BASE_URL": backend.url}) as server:
            stateless = meta()
            stateless["io.modelcontextprotocol/clientCapabilities"] = able
            backend.requests()
            result = server.request("tools/call", {**calls, "_meta": stateless})["result"]
            checks.equal(result["resultType"], "input_required", "stateless: the client is asked to show the page")
            [(key, asked)] = result["inputRequests"].items()
            checks.equal((asked["params"]["mode"], asked["params"]["url"]), ("url", SIGN_IN_PAGE), "it is told which")
            more = {"inputResponses": {key: {"action": action}}, "requestState": result["requestState"]}
            result = server.request("tools/call", {**calls, "_meta": stateless, **more})["result"]
            text = json.loads(result["content"][0]["text"])
            checks.equal(text["session_id"], "s-1", f"stateless: after {action} the call is answered")
            checks.equal(len(backend.requests()), 1, "the sign-in was begun once")


def without_backend(comparison):
    comparison.backend.__exit__()
    for tool, arguments in [("whoami", {}), ("create_task", {"title": "a", "description": ""}), ("start_auth", {})]:
        seed, deferno = [side.server.call(tool, arguments, 60)["result"] for side in comparison.sides.values()]
        text = deferno["content"][0]["text"]
        comparison.checks.that(seed["isError"], f"{tool} without a backend fails on the seed", seed)
        comparison.checks.that(
            deferno.get("isError") and text.startswith("Deferno API error 502: "),
            f"{tool} without a backend is a 502",
            text,
        )
        comparison.intended("unreachable")


def without_token(comparison, commands):
    checks = comparison.checks
    with Home() as one, Home() as other, contextlib.ExitStack() as stack:
        sides = [
            Side(stack, command, home, comparison.backend.url, None) for command, home in zip(commands, [one, other])
        ]
        comparison.backend.requests()
        for tool, arguments in CALLS[2:]:
            seed, deferno = [side.server.call(tool, arguments)["result"] for side in sides]
            comparison.compare_results(seed["content"][0]["text"], deferno, f"{tool} without a token")
        checks.equal(comparison.backend.requests(), [], "without a token the backend is not asked")
        # Signing in by the tools alone, and what was saved is used from then on.
        for side in sides:
            side.server.call("start_auth", {})
            side.server.call("complete_auth", {"session_id": "s-1", "code": "ABC123"})
            comparison.backend.requests()
            side.server.call("whoami", {})
            checks.equal(comparison.backend.requests(), [("GET", "/auth/me", None, "t-2")], "the saved token is used")


def every_difference_occurs(comparison):
    unseen = DIFFERENCES.keys() - comparison.seen
    comparison.checks.that(not unseen, "every listed difference occurs", sorted(unseen))


def compare(checks, commands):
    with RecordedBackend() as backend, Home() as one, Home() as other, contextlib.ExitStack() as stack:
        sides = [Side(stack, command, home, backend.url) for command, home in zip(commands, [one, other])]
        comparison = Comparison(checks, backend, *sides)
        parts = [lists, successes, failures, saved_credentials, resources, intended_differences]
        steps = [(part, comparison) for part in parts] + [
            (without_token, comparison, commands),
            (elicitation, comparison, commands[1]),
            (without_backend, comparison),
        ]
        for step in steps + [(every_difference_occurs, comparison)]:
            if not checks.attempt(*step):
                break


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    checks = Checks()
    commands = [[sys.argv[2], "-m", "defernowork_mcp"], [os.path.abspath(sys.argv[1]), "mcp"]]
    checks.attempt(compare, checks, commands)
    checks.finish()


if __name__ == "__main__":
    main()
