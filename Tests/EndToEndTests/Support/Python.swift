import Foundation
import Testing

/// The Python of one of the virtual environments that `.ci/clients` makes, or the system's own, and the programs of the folder
/// Clients, each of which prints a line for every check.
struct Python {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["DEFERNO_CLIENTS"] { return URL(filePath: path) }
        return DefernoBinary.packageFolder.appending(path: ".build/clients")
    }()

    static let reason: Comment = "the clients are not installed; .ci/clients does it"

    /// In CI a test fails rather than that it is skipped.
    static func mayRun(_ environments: String...) -> Bool {
        DefernoBinary.isCI || environments.allSatisfy { FileManager.default.isExecutableFile(atPath: path(of: $0)) }
    }

    private static func path(of environment: String) -> String {
        folder.appending(path: "\(environment)/bin/python").path
    }

    let path: String

    /// The system's own, for programs that need nothing from PyPI.
    static let system = Python(path: "/usr/bin/python3")

    private init(path: String) {
        self.path = path
    }

    init(_ environment: String) throws {
        path = Self.path(of: environment)
        try #require(FileManager.default.isExecutableFile(atPath: path), "there is no \(path); .ci/clients makes it")
    }

    /// Runs a program of the folder Clients and expects that all of its checks held.
    func check(_ program: String, _ arguments: String..., seconds: Int = 300) throws {
        let clients = DefernoBinary.packageFolder.appending(path: "Tests/EndToEndTests/Clients")
        let script = clients.appending(path: program).path
        // Bytecode files would lie about in the sources.
        let (status, text) = try Command.run(
            "/usr/bin/timeout", ["--kill-after=5", "\(seconds)", path, "-B", script] + arguments)
        let end = text.split(separator: "\n").suffix(15).joined(separator: "\n")
        #expect(status == 0, "\(program) \(arguments.joined(separator: " ")):\n\(end)")
        let hasChecked = text.hasPrefix("ok ")
        #expect(hasChecked, "\(program) has checked nothing")
    }
}
