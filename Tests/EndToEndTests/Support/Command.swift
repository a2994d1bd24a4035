import Foundation

/// A program of this machine, run to its end.
enum Command {
    static func isThere(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// Whether all of these programs are there; in CI a test fails rather than that it is skipped.
    static func mayRun(_ paths: String...) -> Bool {
        DefernoBinary.isCI || paths.allSatisfy(isThere)
    }

    /// - Returns: its exit status, and what it wrote to standard output and standard error.
    static func run(_ path: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
