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

    /// Copies a file over another one, as `cp` does it; by names in the folder.
    func copy(_ name: String, to target: String) throws {
        let content = bytes(name)
        let descriptor = open("\(folder)/\(target)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(descriptor) }
        guard write(descriptor, content, content.count) == content.count else {
            throw OperationError(.internalError, "\(target) was not copied")
        }
    }

    /// The content of a file in the folder; nothing where there is none.
    func bytes(_ name: String) -> [UInt8] {
        let descriptor = open("\(folder)/\(name)", O_RDONLY)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var content = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
        pread(descriptor, &content, content.count, 0)
        return content
    }

    /// The mode bits of a file, `nil` where there is none.
    static func mode(_ path: String) -> UInt32? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }
}
