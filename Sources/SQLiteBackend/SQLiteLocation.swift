import Glibc
package import OperationCatalogue

/// Where the tasks are kept: the address forms `sqlite:` and `sqlite:PATH`.
package struct SQLiteLocation: Hashable, Sendable {
    /// The path of the database file, absolute.
    package let path: String

    /// The file of this path; a relative one is taken from the current folder of this moment.
    package init(path: String) {
        self.path = path.hasPrefix("/") ? path : Self.currentFolder + "/" + path
    }

    /// Reads an address. `sqlite:` alone is `deferno/tasks.sqlite` in the user's data folder: `$XDG_DATA_HOME`, and
    /// `~/.local/share` where that is unset, empty or relative (XDG Base Directory Specification 0.8: "All paths set in
    /// these environment variables must be absolute. If an implementation encounters a relative path in any of these
    /// variables it should consider the path invalid and ignore it.").
    ///
    /// - Returns: `nil` when the address does not begin with `sqlite:`, and so is another backend's.
    /// - Throws: ``ErrorCode/invalidRequest`` when no folder can be told, or the path holds a NUL.
    package init?(address: String, environment: [String: String]) throws(OperationError) {
        let scheme = "sqlite:"
        guard address.hasPrefix(scheme) else { return nil }
        let path = String(address.dropFirst(scheme.count))
        guard !path.utf8.contains(0) else {
            throw OperationError(.invalidRequest, "the path of the task store must not hold a NUL character")
        }
        self.init(path: path.isEmpty ? try Self.defaultPath(environment) : path)
    }

    private static func defaultPath(_ environment: [String: String]) throws(OperationError) -> String {
        let file = "/deferno/tasks.sqlite"
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + file }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw OperationError(
                .invalidRequest,
                "no place for the task store: set HOME or XDG_DATA_HOME, or name a file as sqlite:/path/to/tasks.sqlite"
            )
        }
        return home + "/.local/share" + file
    }

    private static var currentFolder: String {
        guard let folder = getcwd(nil, 0) else { return "" }
        defer { free(folder) }
        return String(cString: folder)
    }
}
