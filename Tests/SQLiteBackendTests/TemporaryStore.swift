import Glibc
import OperationCatalogue
import SQLiteBackend

/// A folder for one test, removed at its end, with the path of a store in it that nobody has made yet.
final class TemporaryStore: Sendable {
    let folder: String
    var path: String { folder + "/tasks.sqlite" }

    init() throws {
        var template = Array("/tmp/deferno-test-XXXXXX".utf8CString)
        guard let folder = mkdtemp(&template) else { throw OperationError(.internalError, "no temporary folder") }
        self.folder = String(cString: folder)
    }

    deinit { Self.removeAll(folder) }

    private static func removeAll(_ path: String) {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { removeAll(path + "/" + name) }
            }
            closedir(directory)
        }
        remove(path)
    }

    func backend(clock: @escaping @Sendable () -> Timestamp = { .now }) -> SQLiteBackend {
        SQLiteBackend(location: SQLiteLocation(path: path), clock: clock)
    }

    /// The mode bits of a file, `nil` where there is none.
    static func mode(_ path: String) -> UInt32? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }
}
