import Testing

@testable import deferno

@Suite("The program's names")
struct ProgramNameTests {
    static let lines: [(String, [String])] = [
        ("deferno", []), ("deferno auth", ["auth"]), ("deferno call whoami", ["call", "whoami"]),
        ("deferno-mcp", ["mcp"]),
        ("/usr/local/bin/deferno-mcp", ["mcp"]), ("./defernowork-mcp", ["mcp"]),
        ("deferno-mcp --transport http", ["mcp", "--transport", "http"]), ("deferno-mcp --help", ["mcp", "--help"]),
        ("deferno-mcp --version", ["--version"]), ("deferno-mcp auth", ["auth", "login"]),
        ("deferno-mcp auth --base-url https://h", ["auth", "login", "--base-url", "https://h"]),
        ("deferno-mcp auth --help", ["auth", "login", "--help"]), ("deferno-mcp auth status", ["auth", "status"]),
        ("deferno-mcp auth logout --log none", ["auth", "logout", "--log", "none"]),
        ("deferno-mcp auth login", ["auth", "login"]), ("deferno-mcp mcp", ["mcp"]),
        ("deferno-mcp call whoami", ["call", "whoami"]), ("my-deferno-mcp", []), ("deferno-mcp/deferno auth", ["auth"]),
    ]

    @Test("As the seed's program it takes the seed's command line, else its own", arguments: lines)
    func meaning(line: String, expected: [String]) {
        #expect(ProgramName.arguments(of: line.split(separator: " ").map(String.init)) == expected)
    }

    @Test("Without any words, not even a name, there are no arguments")
    func noName() {
        #expect(ProgramName.arguments(of: []) == [])
    }
}
