"""fastmcp's client with `deferno mcp`: by its own probe, and in the handshake era.

usage: fastmcp_client.py PATH_TO_DEFERNO
"""

import asyncio
import warnings

import mcp_types as types
from fastmcp import Client as FastMCPClient
from fastmcp.client.transports import StdioTransport
from mcp import MCPError
from mcp.client.subscriptions import listen

import checks
import scenario


class Client:
    Error = MCPError
    is_introduced = True

    def __init__(self, client, expected_versions):
        self.client = client
        self.expected_versions = expected_versions
        self.version = client.protocol_version
        self.server_name = client.server_info.name if client.server_info else None
        self.instructions = client.instructions
        self.updated = asyncio.Queue()

    def code(self, error):
        return error.error.code

    async def tools(self):
        return [wire(tool) for tool in await self.client.list_tools()]

    async def resources(self):
        return [wire(resource) for resource in await self.client.list_resources()]

    async def templates(self):
        return [wire(template) for template in await self.client.list_resource_templates()]

    async def prompts(self):
        return [wire(prompt) for prompt in await self.client.list_prompts()]

    async def call(self, name, arguments):
        # The short form parses the result by the tool's output schema, which must not fail either.
        result = await self.client.call_tool(name, arguments, raise_on_error=False)
        found = {"content": [wire(block) for block in result.content], "isError": result.is_error}
        if result.structured_content is not None:
            found["structuredContent"] = result.structured_content
        return found

    async def read(self, uri):
        return wire(await self.client.read_resource_mcp(uri))

    async def prompt(self, name, arguments):
        return wire(await self.client.get_prompt(name, arguments))

    async def complete(self, ref, name, value):
        kind = types.PromptReference if ref["type"] == "ref/prompt" else types.ResourceTemplateReference
        return wire(await self.client.complete_mcp(kind(**ref), {"name": name, "value": value}))

    async def ping(self):
        if self.version == scenario.STATELESS:
            return False
        return await self.client.ping()

    async def notified(self, message):
        if isinstance(message, types.ResourceUpdatedNotification):
            await self.updated.put(str(message.params.uri))

    async def watch(self, uri, change):
        if self.version == scenario.STATELESS:
            # This client has no name of its own for it: the session below it is the SDK's.
            async with listen(self.client.session, resource_subscriptions=[uri]) as subscription:
                await change()
                event = await asyncio.wait_for(anext(aiter(subscription)), 5)
                return [event.uri]
        await self.client.session.subscribe_resource(uri)
        await change()
        uris = [await asyncio.wait_for(self.updated.get(), 5)]
        await self.client.session.unsubscribe_resource(uri)
        return uris

    async def abandon(self, name, arguments, seconds):
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
        transport = StdioTransport(checks.program(), ["mcp"], env=home.environment, keep_alive=False)
        information = types.Implementation(name=f"fastmcp-{mode}", version="1.0")

        # The handler is asked for before there is a client.
        async def notified(message):
            await client.notified(message)

        # It asks for every log message; what is done with them is printing.
        async def logged(message):
            pass

        async with FastMCPClient(
            transport, mode=mode, client_info=information, message_handler=notified, log_handler=logged, timeout=30
        ) as connected:
            client = Client(connected, expected_versions)
            await scenario.walk(client, check, home)
        check.that(True, f"mode {mode}: the connection closes")
        scenario.check_log(check, home, information.name)


async def walk(check, _):
    warnings.simplefilter("ignore")
    await walk_in("auto", ["2026-07-28"], check)
    await walk_in("legacy", ["2025-11-25"], check)


checks.run(walk)
