"""The newest official Python SDK (mcp 2.x) as a client of `deferno mcp`: by its own probe, and in the handshake era.

usage: sdk_newest.py PATH_TO_DEFERNO
"""

import asyncio
import warnings

from mcp import Client as SDKClient
from mcp import MCPError, StdioServerParameters, types

import checks
import scenario


class Client:
    Error = MCPError

    def __init__(self, client, expected_versions, is_introduced):
        self.client = client
        self.expected_versions = expected_versions
        self.version = client.protocol_version
        self.server_name = client.server_info.name if client.server_info else None
        self.instructions = client.instructions
        self.is_introduced = is_introduced
        self.updated = asyncio.Queue()

    def code(self, error):
        return error.error.code

    async def tools(self):
        return await self.pages(self.client.list_tools, "tools")

    async def resources(self):
        return await self.pages(self.client.list_resources, "resources")

    async def templates(self):
        return await self.pages(self.client.list_resource_templates, "resourceTemplates")

    async def prompts(self):
        return await self.pages(self.client.list_prompts, "prompts")

    async def pages(self, request, member):
        items, cursor = [], None
        while True:
            page = wire(await request(cursor=cursor))
            items += page[member]
            cursor = page.get("nextCursor")
            if cursor is None:
                return items

    async def call(self, name, arguments):
        return wire(await self.client.call_tool(name, arguments))

    async def read(self, uri):
        return wire(await self.client.read_resource(uri))

    async def prompt(self, name, arguments):
        return wire(await self.client.get_prompt(name, arguments))

    async def complete(self, ref, name, value):
        kind = types.PromptReference if ref["type"] == "ref/prompt" else types.ResourceTemplateReference
        return wire(await self.client.complete(kind(**ref), {"name": name, "value": value}))

    async def ping(self):
        if self.version == scenario.STATELESS:
            return False
        await self.client.send_ping()
        return True

    async def notified(self, message):
        if isinstance(message, types.ResourceUpdatedNotification):
            await self.updated.put(str(message.params.uri))

    async def watch(self, uri, change):
        if self.version != scenario.STATELESS:
            await self.client.subscribe_resource(uri)
            await change()
            uris = [await asyncio.wait_for(self.updated.get(), 5)]
            await self.client.unsubscribe_resource(uri)
            return uris
        async with self.client.listen(resource_subscriptions=[uri]) as subscription:
            await change()
            event = await asyncio.wait_for(anext(aiter(subscription)), 5)
            return [event.uri]

    async def abandon(self, name, arguments, seconds):
        # Whoever stops waiting makes this SDK send the cancellation.
        try:
            await asyncio.wait_for(self.client.call_tool(name, arguments), seconds)
        except TimeoutError:
            await asyncio.sleep(0.3)
        else:
            raise checks.CheckFailed("a call was answered while another process held the store")


def wire(model):
    return model.model_dump(by_alias=True, mode="json", exclude_unset=True)


async def walk_in(mode, expected_versions, check):
    with checks.Home() as home:
        parameters = StdioServerParameters(command=checks.program(), args=["mcp"], env=home.environment)
        information = types.Implementation(name=f"sdk-newest-{mode}", version="1.0")

        # The handler is asked for before there is a client.
        async def notified(message):
            await client.notified(message)

        async with SDKClient(
            parameters, mode=mode, client_info=information, message_handler=notified, read_timeout_seconds=30
        ) as connected:
            # With a version given beforehand nobody asks the server who it is.
            client = Client(connected, expected_versions, is_introduced=mode in {"auto", "legacy"})
            await scenario.walk(client, check, home)
        check.that(True, f"mode {mode}: the connection closes")
        scenario.check_log(check, home, information.name)


async def walk(check, _):
    # Subscribing to one resource is deprecated, and the only way in the handshake era.
    warnings.simplefilter("ignore")
    await walk_in("auto", ["2026-07-28"], check)
    await walk_in("legacy", ["2025-11-25"], check)
    await walk_in("2026-07-28", ["2026-07-28"], check)


checks.run(walk)
