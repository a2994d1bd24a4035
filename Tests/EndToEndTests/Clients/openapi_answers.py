"""Every answer of `deferno serve` under /api, held against the backend's published OpenAPI description.

usage: openapi_answers.py PATH_TO_DEFERNO OPENAPI_JSON
"""

import json
import os
import re
import sys
import urllib.error
import urllib.request

import jsonschema

from checks import Checks
from served import Served

NOBODY = "7ac8513c-4037-43fe-a89a-721019f76527"


class API:
    """Sends requests and checks each answer's status and body against the description."""

    def __init__(self, checks, description, address, token):
        self.checks = checks
        self.description = description
        self.address = address
        self.token = token

    def ask(self, method, path, body=None, status=200, template=None, token=None):
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.address + "/api" + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                actual, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            actual, text = error.code, error.read()
        name = f"{method} {template or path}"
        self.checks.equal(actual, status, f"{name} answers {status}")
        self.hold(name, method, template or path.split("?")[0], status, text)
        return json.loads(text)["data"] if status < 300 and text else None

    def hold(self, name, method, template, status, text):
        responses = self.description["paths"][template][method.lower()]["responses"]
        content = responses.get(str(status), {}).get("content")
        if status == 204:
            self.checks.equal(text, b"", f"{name} has no body with 204")
            return
        schema = content["application/json"]["schema"] if content else {"$ref": "#/components/schemas/ErrorEnvelope"}
        validator = jsonschema.Draft202012Validator({**schema, "components": self.description["components"]})
        faults = [f"{'/'.join(map(str, fault.path))}: {fault.message}" for fault in validator.iter_errors(json.loads(text))]
        self.checks.equal(faults, [], f"{name} answers {status} as described")


def tasks(api):
    body = {"title": "Move house", "description": "Before May", "labels": ["home"]}
    task = api.ask("POST", "/tasks", body, 201)
    child = api.ask("POST", "/tasks", {**body, "parent_id": task["id"]}, 201)
    api.ask("POST", "/tasks", {**body, "id": task["id"]}, 409)
    api.ask("POST", "/tasks", {**body, "parent_id": NOBODY}, 404)
    one = "/tasks/{id}"
    api.ask("GET", f"/tasks/{task['id']}", template=one)
    api.ask("GET", f"/tasks/{NOBODY}", status=404, template=one)
    api.ask("PATCH", f"/tasks/{task['id']}", {"desire": 0.5}, template=one)
    api.ask("PATCH", f"/tasks/{task['id']}", {"status": "done"}, 400, template=one)
    two = {"first_title": "a", "first_description": "", "second_title": "b", "second_description": ""}
    api.ask("POST", f"/tasks/{child['id']}/split", two, 201, template=one + "/split")
    api.ask("POST", f"/tasks/{child['id']}/fold", {"title": "c", "description": ""}, 201, template=one + "/fold")
    api.ask("POST", f"/tasks/{child['id']}/move", {"new_parent_id": None}, template=one + "/move")
    api.ask("POST", f"/tasks/{task['id']}/move", {"new_parent_id": task["id"]}, 400, template=one + "/move")
    for path in ("/tasks", "/tasks/today", "/tasks/mood-history", "/tasks/search?q=move"):
        api.ask("GET", path)
    api.ask("DELETE", f"/tasks/{task['id']}", status=204, template=one)
    api.ask("DELETE", f"/tasks/{task['id']}", status=404, template=one)
    api.ask("GET", "/tasks", status=401, token="wrong")


def items(api):
    task = api.ask("POST", "/tasks", {"title": "Paint", "description": ""}, 201)
    one = "/items/{id}"
    item = api.ask("GET", f"/items/{task['id']}", template=one)
    by_sequence, by_reference = "/items/by-seq/{seq}", "/items/by-ref/{canonical}"
    for path, template in [
        (f"/items/by-seq/{task['sequence']}", by_sequence), (f"/items/by-seq/%23{task['sequence']}", by_sequence),
        (f"/items/by-ref/{task['ref']}", by_reference),
    ]:
        api.checks.equal(api.ask("GET", path, template=template), item, f"{path} is the same item")
    api.ask("GET", f"/items/{NOBODY}", status=404, template=one)
    api.ask("GET", "/items/by-seq/999999", status=404, template=by_sequence)
    api.ask("GET", "/items/by-seq/many", status=400, template=by_sequence)
    api.ask("GET", "/items/by-ref/nobody-1", status=404, template=by_reference)
    api.ask("GET", "/items/by-ref/many", status=400, template=by_reference)
    api.ask("DELETE", f"/items/{task['id']}", status=204, template=one)
    api.ask("DELETE", f"/items/{task['id']}", status=404, template=one)


def account(api):
    api.ask("GET", "/auth/me")
    api.ask("GET", "/auth/me/settings")
    api.ask("PATCH", "/auth/me/settings", {"time_zone": "Europe/Lisbon"})
    api.ask("PATCH", "/auth/me/settings", {"time_zone": 7}, 400)
    made = api.ask("POST", "/auth/tokens", {"name": "Backup"})
    api.ask("POST", "/auth/tokens", {"name": ""}, 422)
    api.ask("GET", "/auth/tokens")
    one = "/auth/tokens/{id}"
    api.ask("PATCH", f"/auth/tokens/{made['id']}", {"name": "Spare"}, 204, template=one)
    api.ask("DELETE", f"/auth/tokens/{made['id']}", status=204, template=one)
    api.ask("DELETE", f"/auth/tokens/{made['id']}", status=404, template=one)


def main():
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_DEFERNO OPENAPI_JSON")
    program = os.path.abspath(sys.argv[1])
    checks = Checks()

    def everything():
        with open(sys.argv[2], encoding="utf-8") as file, Served(program) as server:
            api = API(checks, json.load(file), re.sub("/$", "", server.address), server.add_user("ada"))
            tasks(api)
            items(api)
            account(api)

    checks.attempt(everything)
    checks.finish()


main()
