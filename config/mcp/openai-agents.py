import asyncio

from agents import Agent, Runner
from agents.mcp import MCPServerStdio

server = MCPServerStdio(
    name="deferno",
    params={
        "command": "deferno-mcp",
        "args": [],
        "env": {
            "DEFERNO_BASE_URL": "https://deferno.work",
        },
    },
    cache_tools_list=True,
)


async def main() -> None:
    async with server:
        agent = Agent(
            name="Assistant",
            instructions="Help the user with their Deferno tasks.",
            mcp_servers=[server],
        )
        result = await Runner.run(agent, "What should I do today?")
        print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())
