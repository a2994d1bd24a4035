import Foundation
import Testing

/// What each room of the package may import: the table of the design, held against the import lines.
@Suite("The layout of the package")
struct LayoutTests {
    /// The rooms of this package that a room may import.
    static let rooms: [String: Set<String>] = [
        "CLibYAML": [],
        "CZlib": [],
        "CWideCharacters": [],
        "CLinux": [],
        "YAMLEvents": ["CLibYAML"],
        "OperationCatalogue": [],
        "OperationPipeline": ["OperationCatalogue"],
        "OperationLog": ["OperationCatalogue", "OperationPipeline", "CZlib", "CLinux"],
        "SQLiteFile": ["OperationCatalogue", "OperationPipeline"],
        "TaskRules": ["OperationCatalogue"],
        "TaskStore": ["OperationCatalogue", "OperationPipeline", "TaskRules"],
        "SQLiteBackend": ["OperationCatalogue", "OperationPipeline", "SQLiteFile", "TaskRules", "TaskStore"],
        "RESTBackend": ["OperationCatalogue", "OperationPipeline"],
        "BatchFrontend": ["OperationCatalogue", "OperationPipeline", "YAMLEvents"],
        "MCPFrontend": ["OperationCatalogue", "OperationPipeline"],
        "BackendServer": ["OperationCatalogue", "OperationPipeline", "SQLiteFile"],
        "deferno": [
            "OperationCatalogue", "OperationPipeline", "OperationLog", "RESTBackend", "SQLiteBackend",
            "BatchFrontend", "MCPFrontend", "YAMLEvents", "BackendServer", "CWideCharacters", "CLinux", "SQLiteFile",
        ],
    ]

    /// The packages and system modules that only some rooms may import.
    static let guests: [String: Set<String>] = [
        // The accounts are a database of their own, which no operation reaches: see BackendServer's article Accounts.
        "GRDB": ["SQLiteFile", "SQLiteBackend", "BackendServer"],
        "GRDBSQLite": ["SQLiteFile", "SQLiteBackend"],
        "AsyncHTTPClient": ["RESTBackend"],
        "NIOCore": ["RESTBackend", "BackendServer"],
        "NIOHTTP1": ["RESTBackend", "BackendServer"],
        "NIOHTTP2": ["RESTBackend"],
        "NIOHTTPTypes": ["BackendServer"],
        "NIOHTTPTypesHTTP1": ["BackendServer"],
        "NIOPosix": ["RESTBackend"],
        "NIOSSL": ["RESTBackend"],
        "Crypto": ["OperationPipeline", "OperationLog", "BatchFrontend", "SQLiteFile", "BackendServer"],
        "CryptoExtras": ["BackendServer"],
        "HTTPTypes": ["BackendServer"],
        "Hummingbird": ["BackendServer"],
        "HummingbirdCore": ["BackendServer"],
        "ServiceLifecycle": ["BackendServer"],
        "ArgumentParser": ["deferno"],
        "Logging": ["deferno", "BackendServer"],
        "Dispatch": ["BatchFrontend", "OperationLog", "deferno"],
        // GRDB's own interface is made of Foundation's types.
        "Foundation": ["SQLiteBackend"],
        // The interface of Crypto's keys is made of `Data`.
        "FoundationEssentials": ["SQLiteBackend", "OperationLog", "BackendServer"],
        "Glibc": [
            "OperationCatalogue", "OperationPipeline", "YAMLEvents", "OperationLog", "SQLiteFile", "SQLiteBackend",
            "TaskStore", "RESTBackend", "BatchFrontend", "MCPFrontend", "BackendServer", "deferno",
        ],
        "Synchronization": [
            "OperationPipeline", "OperationLog", "SQLiteFile", "TaskStore", "RESTBackend", "BatchFrontend",
            "MCPFrontend",
            "BackendServer", "deferno",
        ],
        // For taking diacritics off, which the standard library does only under this name.
        "Swift": ["TaskStore"],
    ]

    static let sources = DefernoBinary.packageFolder.appending(path: "Sources")

    static var isPackage: Bool {
        FileManager.default.fileExists(atPath: sources.appending(path: "deferno").path)
    }

    @Test("Every room imports what the table lets it, and nothing else", .enabled(if: isPackage))
    func importsFollowTable() throws {
        var count = 0
        for file in try Self.swiftFiles(below: Self.sources) {
            let room = try #require(file.pathComponents.dropFirst(Self.sources.pathComponents.count).first)
            let allowed = try #require(Self.rooms[room], "Sources/\(room) is not in the table")
            for module in Self.imports(of: try String(contentsOf: file, encoding: .utf8)) {
                let isAllowed = allowed.contains(module) || Self.guests[module]?.contains(room) == true
                #expect(isAllowed, "\(room) must not import \(module): \(file.lastPathComponent)")
                count += 1
            }
        }
        #expect(count > 100)
    }

    @Test("No library is published: nothing is public", .enabled(if: isPackage))
    func nothingIsPublic() throws {
        for file in try Self.swiftFiles(below: Self.sources) {
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            for line in lines.map({ $0.drop(while: \.isWhitespace) }) {
                let isPublished = line.hasPrefix("public ") || line.starts(with: #/open (class|func|var) /#)
                #expect(!isPublished, "\(file.lastPathComponent): \(line)")
            }
        }
    }

    @Test("The top level holds the package, its folders and its README, and nothing else", .enabled(if: isPackage))
    func topLevel() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: DefernoBinary.packageFolder.path)
        let visible = Set(names.filter { !$0.hasPrefix(".") && $0 != "Package.resolved" })
        #expect(visible == ["Package.swift", "Sources", "Tests", "config", "examples", "README.md"])
    }

    @Test("The reading of import lines sees every form of them")
    func readsImports() {
        let text = """
            import A
            package import B
            @preconcurrency internal import C
              @testable import D
            import struct E.Name
            // import F
            let important = "import G"
            """
        #expect(Self.imports(of: text) == ["A", "B", "C", "D", "E"])
    }

    static func imports(of text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            // Deeper lines are in a text, such as the snippet of another language.
            guard let index = words.firstIndex(of: "import"), !line.hasPrefix("   ") else { return nil }
            let modifiers = words[..<index]
            guard modifiers.allSatisfy({ $0.hasPrefix("@") || $0.allSatisfy(\.isLetter) && $0 != "let" }) else {
                return nil
            }
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
            let name = words[(index + 1)...].first { !kinds.contains($0) }
            return name?.split(separator: ".").first.map(String.init)
        }
    }

    static func swiftFiles(below folder: URL) throws -> [URL] {
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
    }
}
