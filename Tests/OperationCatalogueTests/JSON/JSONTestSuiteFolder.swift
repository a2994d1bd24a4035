import Glibc

/// The parsing cases of the public JSONTestSuite, in the folder `json` below the one that `DEFERNO_CORPORA` names.
enum JSONTestSuiteFolder {
    struct Case: Sendable, CustomStringConvertible {
        let name: String
        let bytes: [UInt8]

        var description: String { name }
    }

    static let path: String? = getenv("DEFERNO_CORPORA").map { String(cString: $0) + "/json" }

    static var isPromised: Bool {
        getenv("CI").map { $0.pointee != 0 } == true
    }

    /// The cases whose names begin with a prefix, in the order of their names; none when there is no such folder.
    static func cases(prefix: String) -> [Case] {
        guard let path, let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var cases: [Case] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(prefix), name.hasSuffix(".json"), let bytes = contents(of: "\(path)/\(name)") {
                cases.append(Case(name: String(name.dropLast(".json".count)), bytes: bytes))
            }
        }
        return cases.sorted { $0.name < $1.name }
    }

    private static func contents(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }
}
