"""Talks to `deferno mcp` in each of the five protocol versions and writes down what was said.

usage: transcript.py PATH_TO_DEFERNO OUTPUT

OUTPUT has one JSON object a line, which validate.py reads:

    {"version": ..., "name": ..., "request": {...}, "reply": {...}, "expect": "result"}
    {"version": ..., "name": ..., "request": "...", "reply": {...}, "expect": [-32700]}
    {"version": ..., "notification": {...}}

The request is a text where it is no JSON or no message. What is expected is a result, a "failure" (a result with
isError), a "batch", or one of some codes of a protocol error.
"""

import json
import sys

from checks import CheckFailed, Home, program, shortened
from served import Person, Served, environment
from raw_server import CLIENT, HANDSHAKE_VERSIONS, STATELESS_VERSION, RawServer, meta

NOBODY = "00000000-0000-4000-8000-000000000000"
CAPABILITIES = {"elicitation": {"form": {}, "url": {}}, "sampling": {}, "roots": {"listChanged": True}}


class Conversation:
    """Everything said in one version."""

    def __init__(self, server, version, output):
        self.server = server
        self.version = version
        self.output = output
        self.is_stateless = version == STATELESS_VERSION
        self.next_id = 0

    def write(self, **record):
        self.output.write(json.dumps({"version": self.version, **record}, ensure_ascii=False) + "\n")

    def write_notifications(self, seconds=0):
        for message in self.server.everything_else(seconds):
            if "method" not in message:
                raise CheckFailed(f"a reply that nobody waits for: {shortened(message)}")
            self.write(notification=message)

    def ask(self, method, params=None, expect="result", name=None, bare=False):
        """Sends a request with what its era asks for, and returns the reply."""
        self.next_id += 1
        message = {"jsonrpc": "2.0", "id": self.next_id, "method": method}
        if self.is_stateless and not bare:
            params = {**(params or {}), "_meta": meta(**(params or {}).get("_meta", {}))}
        if params is not None:
            message["params"] = params
        self.server.send(message)
        reply = self.server.reply(self.next_id)
        self.write_notifications()
        self.write(name=name or method, request=message, reply=reply, expect=expect)
        return reply

    def call(self, tool, arguments, expect="result", name=None):
        reply = self.ask("tools/call", {"name": tool, "arguments": arguments}, expect, name or f"tools/call {tool}")
        if expect != "result" or "result" not in reply or reply["result"].get("isError"):
            return {}
        text = reply["result"]["content"][0]["text"]
        return json.loads(text) if text[:1] in "[{" else {}

    def throw(self, line, codes, name):
        """Sends a line as it is; what comes back is an error."""
        self.server.write_line(line)
        self.write(name=name, request=line, reply=self.next_reply(), expect=codes)

    def next_reply(self):
        """The next message that is no notification."""
        while "method" in (message := self.server.next_message()):
            self.write(notification=message)
        return message


def talk(conversation):
    stateless = conversation.is_stateless
    ask = conversation.ask
    if stateless:
        ask("server/discover")
    else:
        parameters = {"protocolVersion": conversation.version, "capabilities": CAPABILITIES, "clientInfo": CLIENT}
        ask("initialize", parameters)
        conversation.server.notify("notifications/initialized")
    for method in ["tools/list", "resources/list", "resources/templates/list", "prompts/list"]:
        page = ask(method)
        while cursor := page.get("result", {}).get("nextCursor"):
            page = ask(method, {"cursor": cursor}, name=f"{method}, next page")
        ask(method, {"cursor": "no such cursor"}, [-32602], f"{method}, bad cursor")
        ask(method, {"cursor": 7}, [-32602], f"{method}, cursor that is no text")
    tasks = call_tools(conversation)
    read_resources(conversation, tasks)
    get_prompts(conversation, tasks)
    complete(conversation, tasks)
    if stateless:
        listen(conversation, tasks)
        refuse_versions(conversation)
    else:
        use_session(conversation, tasks)
    fail(conversation)
    if conversation.version == "2025-03-26":
        batch(conversation)


def call_tools(conversation):
    call = conversation.call
    call("whoami", {})
    call("start_auth", {})
    call("complete_auth", {"session_id": "s", "code": "c"})
    call("list_tasks", {}, name="list_tasks, none there")
    parent = call(
        "create_task",
        {
            "title": "Plan the trip",
            "description": "Zürich → Lugano ⛰",
            "labels": ["travel"],
            "productive": 0.5,
            "desire": -1,
            "complete_by": "2026-04-26T06:59:00Z",
        },
    )["id"]
    child = call("create_task", {"title": "Book", "description": "", "parent_id": parent})["id"]
    call("update_task", {"task_id": child, "title": "Book trains", "labels": ["a", "b"], "pinned": True})
    call("set_task_status", {"task_id": child, "status": "in-review"})
    first = call(
        "split_task",
        {"task_id": child, "first_title": "a", "first_description": "", "second_title": "b", "second_description": ""},
    )["first_child"]["id"]
    folded = call("fold_task", {"task_id": child, "title": "Pack", "description": "", "labels": ["c"]})["next_task"][
        "id"
    ]
    call("merge_task", {"task_id": first})
    call("move_task", {"task_id": folded, "clear": ["new_parent_id"], "position": 0})
    moods = {"mood_start": {"r": 0.5, "theta": 3.1}, "mood_finish": {"r": 1, "theta": 0}}
    call("update_task", {"task_id": folded, "status": "done", "productive": 1, **moods})
    call("get_task", {"task_id": child})
    call("list_tasks", {})
    call("get_daily_tasks", {})
    call("get_mood_history", {})
    call("search_tasks", {"query": "train"})
    call("export_tasks", {})
    call("import_tasks", {"tasks": [{"id": "7ac8513c-4037-43fe-a89a-721019f76599", "title": "Put in"}]})
    call("search_tasks", {"query": "nothing like it"}, name="search_tasks, none found")
    call("delete_task", {"task_id": folded})
    call("logout", {})
    asked = {"name": "whoami", "arguments": {}, "_meta": {"progressToken": "p1"}}
    conversation.ask("tools/call", asked, name="tools/call with a progress token")
    conversation.ask("tools/call", {"name": "whoami"}, name="tools/call without arguments")

    call("get_task", {"task_id": NOBODY}, "failure", "a task that is not there")
    call("set_task_status", {"task_id": parent, "status": "done"}, "failure", "a task with active children")
    call("move_task", {"task_id": parent, "new_parent_id": child}, "failure", "a cycle")
    call("create_task", {"title": 7, "description": ""}, "failure", "an argument of the wrong type")
    call("get_task", {}, "failure", "a missing argument")
    call("get_task", {"task_id": parent, "x": 1}, "failure", "an extra argument")
    conversation.call("no_such_tool", {}, [-32602], "an unknown tool")
    conversation.ask("tools/call", {"name": "whoami", "arguments": [1]}, [-32602], "arguments that are no object")
    conversation.ask("tools/call", {"arguments": {}}, [-32602], "tools/call without a name")
    return {"parent": parent, "child": child}


def read_resources(conversation, tasks):
    not_found = [-32602] if conversation.is_stateless else [-32002]
    task = f"defernowork://task/{tasks['child']}"
    uris = ["defernowork://tasks", "defernowork://tasks/today", "defernowork://tasks/mood-history", task]
    for uri in uris + [task.replace("-", "%2D")]:
        conversation.ask("resources/read", {"uri": uri}, name=f"resources/read {uri}")
    for uri in ["defernowork://nothing", f"defernowork://task/{NOBODY}"]:
        conversation.ask("resources/read", {"uri": uri}, not_found, f"resources/read {uri!r}, not there")
    for uri in ["file:///etc/passwd", "no uri", "", "defernowork://task/7", "defernowork://task/%zz"]:
        conversation.ask(
            "resources/read", {"uri": uri}, sorted({*not_found, -32602}), f"resources/read {uri!r}, not there"
        )
    conversation.ask("resources/read", {}, [-32602], "resources/read without a URI")


def get_prompts(conversation, tasks):
    for name, arguments in [
        ("plan_my_day", {}),
        ("weekly_review", {}),
        ("break_down_task", {"task_id": tasks["child"]}),
    ]:
        conversation.ask("prompts/get", {"name": name, "arguments": arguments}, name=f"prompts/get {name}")
    conversation.ask("prompts/get", {"name": "plan_my_day"}, name="prompts/get without arguments")
    conversation.ask("prompts/get", {"name": "no_such_prompt"}, [-32602], "an unknown prompt")
    conversation.ask("prompts/get", {"name": "break_down_task"}, [-32602], "a prompt without its argument")
    conversation.ask("prompts/get", {}, [-32602], "prompts/get without a name")


def complete(conversation, tasks):
    prompt = {"type": "ref/prompt", "name": "break_down_task"}
    template = {"type": "ref/resource", "uri": "defernowork://task/{task_id}"}
    for ref in [prompt, template]:
        for value in ["", tasks["child"][:4], "nothing"]:
            argument = {"name": "task_id", "value": value}
            conversation.ask("completion/complete", {"ref": ref, "argument": argument}, name=f"complete {ref['type']}")
    argument = {"name": "task_id", "value": ""}
    unknown = {"type": "ref/prompt", "name": "no_such_prompt"}
    conversation.ask(
        "completion/complete", {"ref": unknown, "argument": argument}, [-32602], "complete an unknown prompt"
    )
    conversation.ask(
        "completion/complete", {"ref": {"type": "x"}, "argument": argument}, [-32602], "complete an unknown ref"
    )
    conversation.ask("completion/complete", {"ref": prompt}, [-32602], "complete without an argument")


def use_session(conversation, tasks):
    """What only a session of the handshake era has."""
    conversation.ask("ping")
    conversation.ask("logging/setLevel", {"level": "debug"})
    conversation.ask("logging/setLevel", {"level": "loud"}, [-32602], "an unknown logging level")
    uri = f"defernowork://task/{tasks['parent']}"
    conversation.ask("resources/subscribe", {"uri": uri})
    conversation.call("update_task", {"task_id": tasks["parent"], "description": "changed"})
    conversation.write_notifications(0.3)
    conversation.ask("resources/unsubscribe", {"uri": uri})
    conversation.ask("server/discover", {}, [-32601, -32602], "a method of the stateless era")


def listen(conversation, tasks):
    """Opens a subscription, sees a change, and ends it."""
    uri = f"defernowork://task/{tasks['parent']}"
    request = {
        "jsonrpc": "2.0",
        "id": "listen",
        "method": "subscriptions/listen",
        "params": {"_meta": meta(), "notifications": {"toolsListChanged": True, "resourceSubscriptions": [uri]}},
    }
    server = conversation.server
    server.send(request)
    acknowledgement = server.next_message()
    conversation.write(notification=acknowledgement)
    if acknowledgement.get("method") != "notifications/subscriptions/acknowledged":
        raise CheckFailed(f"the first message of a subscription is no acknowledgement: {acknowledgement}")
    if acknowledgement["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"] != "listen":
        raise CheckFailed(f"the acknowledgement is of another subscription: {acknowledgement}")
    conversation.call("update_task", {"task_id": tasks["parent"], "description": "changed"})
    updates = server.everything_else(0.5)
    for message in updates:
        conversation.write(notification=message)
    if not any(it["method"] == "notifications/resources/updated" and it["params"]["uri"] == uri for it in updates):
        raise CheckFailed(f"a change of {uri} was not reported: {updates}")
    if any(it["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"] != "listen" for it in updates):
        raise CheckFailed(f"a notification does not name its subscription: {updates}")
    server.notify("notifications/cancelled", {"requestId": "listen"})
    conversation.call("update_task", {"task_id": tasks["parent"], "description": "changed again"})
    if late := server.everything_else(0.5):
        raise CheckFailed(f"something came for a subscription that was ended: {late}")
    conversation.ask("subscriptions/listen", {"notifications": 7}, [-32602], "subscriptions/listen with a wrong filter")
    # One more stays open until the end of input, which it must see as a graceful end.
    server.send({**request, "id": "until the end"})
    conversation.write(notification=server.next_message())


def refuse_versions(conversation):
    lacking = "io.modelcontextprotocol/"
    for name, bad, codes in [
        ("no _meta", {}, [-32602]),
        ("an empty _meta", {"_meta": {}}, [-32602]),
        ("no version", {"_meta": {lacking + "clientCapabilities": {}}}, [-32602]),
        ("no capabilities", {"_meta": {lacking + "protocolVersion": STATELESS_VERSION}}, [-32602]),
        ("capabilities that are a text", {"_meta": {**meta(), lacking + "clientCapabilities": "x"}}, [-32602]),
        ("a version that is a number", {"_meta": {**meta(), lacking + "protocolVersion": 7}}, [-32602]),
        ("an unsupported version", {"_meta": meta("1999-01-01")}, [-32022]),
        ("a future version", {"_meta": meta("2099-01-01")}, [-32022]),
        ("an unknown log level", {"_meta": {**meta(), lacking + "logLevel": "loud"}}, [-32602]),
    ]:
        conversation.ask("tools/list", bad, codes, name, bare=True)
    no_client = meta()
    del no_client[lacking + "clientInfo"]
    conversation.ask("tools/list", {"_meta": no_client}, "result", "no clientInfo", bare=True)
    for method in ["ping", "logging/setLevel", "resources/subscribe", "initialize"]:
        conversation.ask(method, {}, [-32601, -32602], f"a method of the handshake era: {method}")


def fail(conversation):
    conversation.ask("no/such/method", {}, [-32601], "an unknown method")
    conversation.throw("no JSON", [-32700], "a line that is no JSON")
    conversation.throw('{"jsonrpc":"2.0","id":', [-32700], "half a message")
    conversation.throw('{"jsonrpc":"2.0","id":1}', [-32600], "a message that is no request")
    conversation.throw('{"id":1,"method":"ping"}', [-32600], "a message that is no JSON-RPC")
    conversation.throw("[]", [-32600], "an empty array")
    if conversation.version != "2025-03-26":
        conversation.throw('[{"jsonrpc":"2.0","id":1,"method":"ping"}]', [-32600], "a batch where there are none")


def batch(conversation):
    requests = [
        {"jsonrpc": "2.0", "id": "b1", "method": "ping"},
        {"jsonrpc": "2.0", "id": "b2", "method": "tools/list"},
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "none"}},
        {"jsonrpc": "2.0", "id": "b3", "method": "tools/call", "params": {"name": "whoami", "arguments": {}}},
        {"jsonrpc": "2.0", "id": "b4", "method": "no/such/method"},
    ]
    conversation.server.send(requests)
    conversation.write(name="a batch", request=requests, reply=conversation.next_reply(), expect="batch")


def sign_in(server, version, output):
    """A start_auth of a client that can show addresses, with what the server asks of it."""
    conversation = Conversation(server, version, output)
    params = {"name": "start_auth", "arguments": {}}
    if conversation.is_stateless:
        params["_meta"] = {"io.modelcontextprotocol/clientCapabilities": CAPABILITIES}
        asking = conversation.ask("tools/call", params, "input_required", "start_auth asks for input")["result"]
        answer = {"sign_in": {"action": "accept"}}
        again = {**params, "inputResponses": answer, "requestState": asking["requestState"]}
        conversation.ask("tools/call", again, name="start_auth with the answer")
        return
    parameters = {"protocolVersion": version, "capabilities": CAPABILITIES, "clientInfo": CLIENT}
    conversation.ask("initialize", parameters)
    server.notify("notifications/initialized")
    for action in ["accept", "cancel"]:
        conversation.next_id += 1
        request = {"jsonrpc": "2.0", "id": conversation.next_id, "method": "tools/call", "params": params}
        server.send(request)
        asked = server.next_message()
        conversation.write(name=f"elicitation, {action}", asked=asked)
        server.send({"jsonrpc": "2.0", "id": asked["id"], "result": {"action": action}})
        reply = server.reply(conversation.next_id)
        conversation.write(name=f"start_auth, {action}", request=request, reply=reply, expect="result")
    # The end of a sign-in is told where the page was opened, also when it did not end well.
    session = json.loads(reply["result"]["content"][0]["text"])["session_id"]
    conversation.call("complete_auth", {"session_id": session, "code": "wrong"}, "failure")
    conversation.write_notifications(0.2)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    path = sys.argv.pop()
    with open(path, "w") as output:
        for version in HANDSHAKE_VERSIONS + [STATELESS_VERSION]:
            with Home() as home, RawServer([program(), "mcp"], home.environment) as server:
                conversation = Conversation(server, version, output)
                try:
                    talk(conversation)
                    server.end_input()
                    if conversation.is_stateless:
                        request = {"jsonrpc": "2.0", "id": "until the end", "method": "subscriptions/listen"}
                        reply = server.reply("until the end")
                        conversation.write(name="a graceful end", request=request, reply=reply, expect="result")
                    conversation.write_notifications(0.2)
                    status = server.status(2.5)
                    if status != 0:
                        raise CheckFailed(f"the server ended with {status}")
                except (CheckFailed, KeyError, IndexError, TypeError) as error:
                    kind = "" if isinstance(error, CheckFailed) else f"{type(error).__name__}: "
                    sys.exit(f"FAILED in version {version}: {kind}{error}")
                print(f"ok {version}: {conversation.next_id} requests", flush=True)
        for version in ["2025-11-25", STATELESS_VERSION]:
            with Served(program()) as served, Person(program(), served.address) as person:
                variables = environment(person.folder, DEFERNO_BASE_URL=served.address)
                with RawServer([program(), "mcp"], variables) as server:
                    try:
                        sign_in(server, version, output)
                    except (CheckFailed, KeyError, IndexError, TypeError) as error:
                        sys.exit(f"FAILED signing in with version {version}: {type(error).__name__}: {error}")
            print(f"ok {version}: signing in", flush=True)


if __name__ == "__main__":
    main()
