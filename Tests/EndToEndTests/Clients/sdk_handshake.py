"""The official Python SDK of the handshake era (mcp 1.x) as a client of `deferno mcp`.

usage: sdk_handshake.py PATH_TO_DEFERNO
"""

import asyncio

from mcp import ClientSession, McpError, StdioServerParameters, types
from mcp.client.stdio import stdio_client

import checks
import scenario


class Client:
    Error = McpError
    expected_versions = ["2025-11-25"]
    is_introduced = True

    def __init__(self, session, initialized):
        self.session = session
        self.version = initialized.protocolVersion
        self.server_name = initialized.serverInfo.name
        self.instructions = initialized.instructions
        self.updated = asyncio.Queue()

    def code(self, error):
        return error.error.code

    async def tools(self):
        return await self.pages(self.session.list_tools, "tools")

    async def resources(self):
        return await self.pages(self.session.list_resources, "resources")

    async def templates(self):
        return await self.pages(self.session.list_resource_templates, "resourceTemplates")

    async def prompts(self):
        return await self.pages(self.session.list_prompts, "prompts")

    async def pages(self, request, member):
        items, cursor = [], None
        while True:
            page = wire(await request(params=types.PaginatedRequestParams(cursor=cursor)))
            items += page[member]
            cursor = page.get("nextCursor")
            if cursor is None:
                return items

    async def call(self, name, arguments):
        return wire(await self.session.call_tool(name, arguments))

    async def read(self, uri):
        return wire(await self.session.read_resource(uri))

    async def prompt(self, name, arguments):
        return wire(await self.session.get_prompt(name, arguments))

    async def complete(self, ref, name, value):
        kind = types.PromptReference if ref["type"] == "ref/prompt" else types.ResourceTemplateReference
        return wire(await self.session.complete(kind(**ref), {"name": name, "value": value}))

    async def ping(self):
        await self.session.send_ping()
        return True

    async def notified(self, message):
        if isinstance(message, types.ServerNotification):
            if isinstance(message.root, types.ResourceUpdatedNotification):
                await self.updated.put(str(message.root.params.uri))

    async def watch(self, uri, change):
        await self.session.subscribe_resource(uri)
        await change()
        uris = [await asyncio.wait_for(self.updated.get(), 5)]
        await self.session.unsubscribe_resource(uri)
        return uris

    async def abandon(self, name, arguments, seconds):
        # This SDK tells nobody which id a request got, and sends no cancellation by itself.
        request_id = self.session._request_id
        call = asyncio.ensure_future(self.session.call_tool(name, arguments))
        await asyncio.sleep(seconds)
        parameters = types.CancelledNotificationParams(requestId=request_id, reason="changed my mind")
        notification = types.CancelledNotification(method="notifications/cancelled", params=parameters)
        await self.session.send_notification(types.ClientNotification(notification))
        await asyncio.sleep(0.3)
        if call.done():
            raise checks.CheckFailed(f"a cancelled request was answered: {call.exception() or call.result()}")
        call.cancel()


def wire(model):
    return model.model_dump(by_alias=True, mode="json", exclude_unset=True)


async def walk(check, home):
    parameters = StdioServerParameters(command=checks.program(), args=["mcp"], env=home.environment)
    name = "sdk-handshake"

    # The handler is asked for before there is a client.
    async def notified(message):
        await client.notified(message)

    async with stdio_client(parameters) as (reader, writer):
        information = types.Implementation(name=name, version="1.0")
        async with ClientSession(reader, writer, message_handler=notified, client_info=information) as session:
            client = Client(session, await session.initialize())
            await session.set_logging_level("info")
            await scenario.walk(client, check, home)
    check.that(True, "the connection closes")
    scenario.check_log(check, home, name)


checks.run(walk)
