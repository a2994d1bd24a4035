import Glibc
import MCPFrontend

/// What `deferno mcp --print-config` prints: the configuration that makes a client start this very program.
enum ClientConfiguration {
    /// - Parameters:
    ///   - words: the words after `mcp` on this command line. All but `--print-config` and `--base-url` are passed on as
    ///     they are.
    ///   - address: the backend's address; `nil` to leave the choice to the program when it starts.
    static func text(for client: ClientSnippet.Client, passing words: [String], address: String?) -> String {
        let (program, isNamedForMCP) = program()
        return ClientSnippet(
            for: client,
            command: program,
            arguments: (isNamedForMCP ? [] : ["mcp"]) + passedOn(words),
            environment: address.map { [ClientSnippet.Variable("DEFERNO_BASE_URL", $0)] } ?? []
        ).text
    }

    /// The words without those that have done their work here.
    static func passedOn(_ words: [String]) -> [String] {
        var passed: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            let name = word.prefix { $0 != "=" }
            guard name == "--print-config" || name == "--base-url" else {
                passed.append(word)
                continue
            }
            if name == word { rest = rest.dropFirst() }
        }
        return passed
    }

    /// The path of `deferno-mcp` beside this program if it is there, or else of this program.
    private static func program() -> (path: String, isNamedForMCP: Bool) {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return ("deferno-mcp", true) }
        let path = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let neighbour = path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex) + "deferno-mcp"
        return access(String(neighbour), X_OK) == 0 ? (String(neighbour), true) : (path, false)
    }
}
