"""The newest official Python SDK (mcp 2.x) signs its user in through `deferno mcp` at `deferno serve`: the server shows the
page's address by an elicitation in the handshake era, and by a result that asks for input in the stateless one.

usage: elicitation.py PATH_TO_DEFERNO
"""

import asyncio
import json

from mcp import Client, StdioServerParameters, types

import checks
from served import Person, Served, approve, environment


class Browser:
    """What the user does: opens the page that the client shows, and approves."""

    def __init__(self, address, token, action):
        self.address = address
        self.token = token
        self.action = action
        self.shown = []
        self.code = None

    async def elicit(self, _, params):
        self.shown.append(params)
        if self.action == "accept":
            self.code = approve(self.address, params.url, self.token)
        return types.ElicitResult(action=self.action)


def payload(result):
    return json.loads(result.content[0].text)


async def sign_in(check, program, served, token, mode, action):
    name = f"{mode}, {action}"
    with Person(program, served.address) as person:
        browser = Browser(served.address, token, action)
        parameters = StdioServerParameters(
            command=program, args=["mcp"], env=environment(person.folder, DEFERNO_BASE_URL=served.address)
        )
        async with Client(
            parameters, mode=mode, elicitation_callback=browser.elicit, read_timeout_seconds=30
        ) as client:
            begun = payload(await client.call_tool("start_auth", {}))
            check.equal(len(browser.shown), 1, f"{name}: the user is asked once")
            check.equal(browser.shown[0].mode, "url", f"{name}: to open an address")
            check.equal(browser.shown[0].url, begun["auth_url"], f"{name}: the one that the result names")
            check.that(served.address in browser.shown[0].url, f"{name}: a page of the backend")
            instructions = begun["instructions"]
            if action == "accept":
                check.that("has been shown" in instructions, f"{name}: the model is told that the page is open", instructions)
                code = {"session_id": begun["session_id"], "code": browser.code}
                done = payload(await client.call_tool("complete_auth", code))
                check.equal(done, {"authenticated": True, "username": "ada"}, f"{name}: the code signs in")
                check.equal(payload(await client.call_tool("whoami", {}))["username"], "ada", f"{name}: as the user")
            else:
                refused = await client.call_tool("whoami", {})
                check.that(refused.is_error, f"{name}: nobody is signed in")
        log = (person.folder / "state/deferno/operations.ndjson").read_text()
        outcomes = [record for line in log.splitlines() if (record := json.loads(line))["kind"] == "outcome"]
        check.equal(
            [record["op"] for record in outcomes],
            ["start_auth", "complete_auth", "whoami"] if action == "accept" else ["start_auth", "whoami"],
            f"{name}: each operation is recorded once",
        )
        check.that(not browser.code or browser.code not in log, f"{name}: the log does not hold the code")


async def walk(check, _):
    program = checks.program()
    with Served(program) as served:
        token = served.add_user("ada")
        for mode in ["legacy", "2026-07-28"]:
            for action in ["accept", "decline"]:
                await sign_in(check, program, served, token, mode, action)


checks.run(walk)
