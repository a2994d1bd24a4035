import Foundation
import Testing

/// The MCP server as programs by others see it: the official SDKs, fastmcp, the protocol's own schemas, and the seed's server
/// beside it. The checks are Python programs in the folder Clients, each of which prints a line for every check.
@Suite("deferno mcp and programs by others", .serialized)
struct MCPClientTests {
    @Test(
        "Real clients connect, list, call every tool and read every resource",
        .enabled(if: Python.mayRun("sdk-handshake", "sdk-newest", "fastmcp"), Python.reason),
        arguments: [("sdk-handshake", "sdk_handshake"), ("sdk-newest", "sdk_newest"), ("fastmcp", "fastmcp_client")]
    )
    func realClients(environment: String, program: String) throws {
        try Python(environment).check("\(program).py", DefernoBinary.path)
    }

    @Test(
        "A real client shows its user the sign-in page, in both eras",
        .enabled(if: Python.mayRun("sdk-newest"), Python.reason)
    )
    func elicitation() throws {
        try Python("sdk-newest").check("elicitation.py", DefernoBinary.path)
    }

    @Test(
        "Everything said in the five protocol versions follows the protocol's own schemas",
        .enabled(if: Python.mayRun("sdk-handshake") && (Schemas.areThere || DefernoBinary.isCI), Schemas.reason)
    )
    func followsSchemas() throws {
        try #require(Schemas.areThere, "there are no schemas in \(Schemas.folder.path)")
        let home = try Home()
        let transcript = home.folder.appending(path: "transcript.ndjson").path
        let python = try Python("sdk-handshake")
        try python.check("transcript.py", DefernoBinary.path, transcript)
        try python.check("validate.py", transcript, Schemas.folder.path)
    }

    @Test(
        "Hostile input harms nobody: framing, floods, ends and cancellations",
        .enabled(if: Python.mayRun("sdk-handshake"), Python.reason)
    )
    func hostileInput() throws {
        try Python("sdk-handshake").check("hostile.py", DefernoBinary.path)
    }

    @Test(
        "The seed's own servers work against deferno serve, each in its dialect",
        .enabled(if: Python.mayRun("seed", "seed-newest"), Python.reason),
        arguments: [("seed", ""), ("seed-newest", "/api")]
    )
    func servesSeed(environment: String, prefix: String) throws {
        let python = try Python(environment)
        try python.check("seed_client.py", DefernoBinary.path, python.path, prefix)
    }

    @Test(
        "The same calls give the same texts as the seed's own server, over the same recorded backend",
        .enabled(if: Python.mayRun("seed"), Python.reason)
    )
    func sameAsSeed() throws {
        let python = try Python("seed")
        try python.check("differential.py", DefernoBinary.path, python.path)
    }
}

/// The protocol's JSON Schemas, which are not part of the package: `DEFERNO_MCP_SCHEMAS`, or else beside the checkout.
private enum Schemas {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["DEFERNO_MCP_SCHEMAS"] { return URL(filePath: path) }
        return DefernoBinary.packageFolder.deletingLastPathComponent().appending(path: "shared/mcp")
    }()

    static let areThere = FileManager.default.fileExists(
        atPath: folder.appending(path: "schema-2026-07-28.json").path)

    static let reason: Comment =
        "DEFERNO_MCP_SCHEMAS names no folder with the protocol's schemas, or .ci/clients has not been run"
}
