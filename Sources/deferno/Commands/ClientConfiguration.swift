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
            environment: address.map { [ClientSnippet.Variable("DEFERNO_BASE_URL", absoluteAddress($0))] } ?? []
        ).text
    }

    /// The words without those that have done their work here, and with paths that hold in every folder: clients start
    /// their servers wherever they like.
    static func passedOn(_ words: [String], folder: String = Self.currentFolder) -> [String] {
        var passed: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            let name = String(word.prefix { $0 != "=" })
            let value = name == word ? nil : String(word.dropFirst(name.count + 1))
            switch name {
            case "--print-config", "--base-url":
                if value == nil { rest = rest.dropFirst() }
            case "--log", "--config":
                guard let path = value ?? rest.popFirst() else { return passed + [word] }
                passed += [name, isKeyword(path, of: name) ? path : absolute(path, in: folder)]
            default: passed.append(word)
            }
        }
        return passed
    }

    /// `--log` takes two words that are no paths.
    private static func isKeyword(_ path: String, of option: String) -> Bool {
        option == "--log" && ["-", "none"].contains(path)
    }

    /// The address with an absolute path, where it names a file.
    static func absoluteAddress(_ address: String, folder: String = Self.currentFolder) -> String {
        let scheme = "sqlite:"
        guard address.hasPrefix(scheme), address != scheme else { return address }
        return scheme + absolute(String(address.dropFirst(scheme.count)), in: folder)
    }

    private static func absolute(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") || path == "~" || path.hasPrefix("~/") ? path : "\(folder)/\(path)"
    }

    static var currentFolder: String {
        guard let path = getcwd(nil, 0) else { return "" }
        defer { free(path) }
        return String(cString: path)
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
