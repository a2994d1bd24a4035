import Glibc
import OperationCatalogue
import SQLiteBackend

/// A store of tasks for one test, removed at its end.
final class TemporaryStore: Sendable {
    private let folder: String
    let backend: SQLiteBackend

    init() throws {
        var template = Array("/tmp/deferno-test-XXXXXX".utf8CString)
        guard let folder = mkdtemp(&template) else { throw OperationError(.internalError, "no temporary folder") }
        self.folder = String(cString: folder)
        backend = SQLiteBackend(location: SQLiteLocation(path: self.folder + "/tasks.sqlite"))
    }

    deinit {
        for ending in ["", "-wal", "-shm"] { remove(folder + "/tasks.sqlite" + ending) }
        rmdir(folder)
    }
}
