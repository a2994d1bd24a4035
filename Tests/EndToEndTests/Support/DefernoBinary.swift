import Foundation

/// Where the program under test is, and the package that it was built from.
enum DefernoBinary {
    /// The program: `DEFERNO_BINARY`, or else the one in the build products folder that holds this test bundle.
    static let path: String = {
        if let path = ProcessInfo.processInfo.environment["DEFERNO_BINARY"] { return path }
        var folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path.count > 1 {
            let candidate = folder.appending(path: "deferno").path
            if isProgram(candidate) { return candidate }
            folder.deleteLastPathComponent()
        }
        return "deferno"
    }()

    /// The package's folder: `DEFERNO_PACKAGE`, or else the one that this file lies in.
    static let packageFolder: URL = {
        if let path = ProcessInfo.processInfo.environment["DEFERNO_PACKAGE"] { return URL(filePath: path) }
        var folder = URL(filePath: #filePath)
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        return folder
    }()

    /// Whether the long forms of the tests are asked for.
    static let runsLongTests = ProcessInfo.processInfo.environment["DEFERNO_LONG_TESTS"] == "1"

    /// Whether nothing may be skipped.
    static let isCI = ProcessInfo.processInfo.environment["CI"]?.isEmpty == false

    private static func isProgram(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        return exists && !isFolder.boolValue && FileManager.default.isExecutableFile(atPath: path)
    }
}
