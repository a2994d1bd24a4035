"""Checks a transcript against the protocol's own JSON Schemas: every reply and notification, and every structured
content against the output schema of its tool. Needs the package jsonschema.

usage: validate.py TRANSCRIPT SCHEMAS      the folder with schema-<version>.json, of each version in the transcript
"""

import json
import pathlib
import sys
from collections import Counter

import jsonschema

from checks import CheckFailed, Checks, shortened

RESULTS = {
    "initialize": "InitializeResult",
    "server/discover": "DiscoverResult",
    "ping": "EmptyResult",
    "logging/setLevel": "EmptyResult",
    "resources/subscribe": "EmptyResult",
    "resources/unsubscribe": "EmptyResult",
    "tools/list": "ListToolsResult",
    "tools/call": "CallToolResult",
    "resources/list": "ListResourcesResult",
    "resources/templates/list": "ListResourceTemplatesResult",
    "resources/read": "ReadResourceResult",
    "prompts/list": "ListPromptsResult",
    "prompts/get": "GetPromptResult",
    "completion/complete": "CompleteResult",
    "subscriptions/listen": "SubscriptionsListenResult",
}
NOTIFICATIONS = {
    "notifications/elicitation/complete": "ElicitationCompleteNotification",
    "notifications/message": "LoggingMessageNotification",
    "notifications/progress": "ProgressNotification",
    "notifications/cancelled": "CancelledNotification",
    "notifications/resources/updated": "ResourceUpdatedNotification",
    "notifications/resources/list_changed": "ResourceListChangedNotification",
    "notifications/tools/list_changed": "ToolListChangedNotification",
    "notifications/prompts/list_changed": "PromptListChangedNotification",
    "notifications/subscriptions/acknowledged": "SubscriptionsAcknowledgedNotification",
}
STATELESS_VERSION = "2026-07-28"
CACHEABLE = {
    "server/discover",
    "tools/list",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "prompts/list",
}
SERVER_INFO = "io.modelcontextprotocol/serverInfo"
# Tools tell their output since then; earlier clients need not be bothered with it.
FIRST_WITH_STRUCTURED_CONTENT = "2025-06-18"
# The members that a version's own schema lets pass and another version brought.
STATELESS_MEMBERS = {"resultType", "ttlMs", "cacheScope"}


class Version:
    """One version's schema, and what the server said of its tools in that version."""

    def __init__(self, name, schema):
        self.name = name
        self.schema = schema
        self.place = "definitions" if "definitions" in schema else "$defs"
        self.validators = {}
        self.tools = {}

    @property
    def has_structured_content(self):
        return self.name >= FIRST_WITH_STRUCTURED_CONTENT

    def faults(self, value, definition):
        if definition not in self.schema[self.place]:
            return [f"{definition} is not of this version"]
        if definition not in self.validators:
            schema = {**self.schema, "$ref": f"#/{self.place}/{definition}"}
            self.validators[definition] = jsonschema.validators.validator_for(schema)(schema)
        return described(self.validators[definition], value)

    @property
    def error(self):
        return "JSONRPCError" if "JSONRPCError" in self.schema[self.place] else "JSONRPCErrorResponse"

    @property
    def response(self):
        return "JSONRPCResultResponse" if "JSONRPCResultResponse" in self.schema[self.place] else "JSONRPCResponse"


def described(validator, value):
    return [f"at /{'/'.join(map(str, fault.absolute_path))}: {fault.message}" for fault in validator.iter_errors(value)]


def check_schema(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def faults_of_tool_list(version, reply):
    for tool in reply["result"]["tools"]:
        try:
            output_schema = check_schema(tool["outputSchema"]) if version.has_structured_content else None
            version.tools[tool["name"]] = (check_schema(tool["inputSchema"]), output_schema)
        except (jsonschema.SchemaError, KeyError) as error:
            yield f"{tool['name']}: its schemas: {error}"


def faults_of_call(version, request, reply, expect):
    result = reply["result"]
    name = request["params"]["name"]
    if result.get("isError", False) != (expect == "failure"):
        yield f"isError is {result.get('isError')}: {result['content']}"
    # Behind the seed's text of a failure there can be what to do about it.
    most = 2 if expect == "failure" else 1
    if not 1 <= len(result["content"]) <= most or any(block["type"] != "text" for block in result["content"]):
        yield "the content is not one text block"
    if name not in version.tools:
        yield "the tool was not listed"
        return
    input_schema, output_schema = version.tools[name]
    if expect == "failure" or not version.has_structured_content:
        return
    yield from (f"arguments {fault}" for fault in described(input_schema, request["params"].get("arguments", {})))
    if "structuredContent" not in result:
        yield "there is no structured content"
    else:
        yield from (f"structuredContent {fault}" for fault in described(output_schema, result["structuredContent"]))


def faults_of_result(version, request, reply, expect):
    if "result" not in reply:
        yield f"a result was expected: {shortened(reply)}"
        return
    method, result = request["method"], reply["result"]
    yield from version.faults(reply, version.response)
    yield from version.faults(result, RESULTS[method])
    if version.name == STATELESS_VERSION:
        if result.get("resultType") != "complete":
            yield f"resultType is {result.get('resultType')}"
        if SERVER_INFO not in result.get("_meta", {}):
            yield "there is no serverInfo in _meta"
        if method in CACHEABLE and not (
            result.get("ttlMs", -1) >= 0 and result.get("cacheScope") in {"public", "private"}
        ):
            yield "ttlMs and cacheScope are not as they must be"
        if method == "resources/read" and result.get("cacheScope") != "private":
            yield "a resource of a user must have the cache scope private"
        if method == "subscriptions/listen":
            if result["_meta"].get("io.modelcontextprotocol/subscriptionId") != reply["id"]:
                yield "the end of a subscription does not name it"
    elif STATELESS_MEMBERS & result.keys():
        yield f"members of another version: {STATELESS_MEMBERS & result.keys()}"
    if method == "tools/list":
        yield from faults_of_tool_list(version, reply)
    elif method == "tools/call":
        yield from faults_of_call(version, request, reply, expect)


def faults_of_error(version, request, reply, codes):
    if "error" not in reply:
        yield f"an error of {codes} was expected: {shortened(reply)}"
        return
    if reply["error"]["code"] not in codes:
        yield f"an error of {codes} was expected: {reply['error']}"
    if reply["error"]["code"] == -32022:
        data = reply["error"]["data"]
        if STATELESS_VERSION not in data["supported"] or not isinstance(data["requested"], str):
            yield f"supported and requested are not as they must be: {data}"
    if reply.get("id") is None:
        # JSON-RPC asks for null where no id could be read, for which no version's schema has a form.
        if isinstance(request, dict):
            yield "the id is missing"
        reply = {**reply, "id": 0}
    yield from version.faults(reply, version.error)


def faults_of_batch(version, requests, reply):
    if not isinstance(reply, list):
        yield f"an array was expected: {shortened(reply)}"
        return
    yield from version.faults(reply, "JSONRPCBatchResponse")
    asked = sorted(request["id"] for request in requests if "id" in request)
    if sorted(str(part.get("id")) for part in reply) != asked:
        yield f"the answered ids are not {asked}"
    by_id = {request["id"]: request for request in requests if "id" in request}
    for part in reply:
        if "result" in part:
            yield from version.faults(part["result"], RESULTS[by_id[part["id"]]["method"]])


def faults_of(record, version):
    if "notification" in record:
        notification = record["notification"]
        definition = NOTIFICATIONS.get(notification.get("method"))
        return version.faults(notification, definition) if definition else [f"unknown: {shortened(notification)}"]
    if "asked" in record:
        return version.faults(record["asked"], "JSONRPCRequest") + version.faults(record["asked"], "ElicitRequest")
    request, reply, expect = record["request"], record["reply"], record["expect"]
    if expect == "input_required":
        return version.faults(reply, version.response) + version.faults(reply.get("result"), "InputRequiredResult")
    if expect == "batch":
        return faults_of_batch(version, request, reply)
    if isinstance(expect, list):
        return faults_of_error(version, request, reply, expect)
    return faults_of_result(version, request, reply, expect)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    transcript, schemas = map(pathlib.Path, sys.argv[1:])
    versions, counts, faults = {}, Counter(), 0
    for line in filter(None, transcript.read_text().split("\n")):
        record = json.loads(line)
        name = record["version"]
        if name not in versions:
            versions[name] = Version(name, json.loads((schemas / f"schema-{name}.json").read_text()))
        counts[name, next((kind for kind in ("notification", "asked") if kind in record), "reply")] += 1
        for fault in faults_of(record, versions[name]):
            faults += 1
            what = record.get("name") or record["notification"].get("method")
            print(f"FAILED {name}, {what}: {shortened(fault, 600)}", flush=True)
    checks = Checks()
    if faults:
        sys.exit(f"{faults} faults")
    for (name, kind), count in sorted(counts.items()):
        checks.that(True, f"{name}: {count} of kind {kind}")
    try:
        # A transcript that was cut short proves nothing.
        checks.equal(len(versions), 5, "all five versions are there")
        checks.that(
            all(counts[name, "reply"] >= 80 for name in versions), "each version has at least 80 replies", counts
        )
        checks.that(all(len(version.tools) == 19 for version in versions.values()), "each version has 19 tools")
    except CheckFailed as error:
        sys.exit(f"FAILED: {error}")


if __name__ == "__main__":
    main()
