import Glibc
package import OperationCatalogue

/// Puts copies of databases in the place of those that are there, which are kept.
package struct DatabaseRestore: Sendable {
    /// One database: where it is to be, and the copy for it; without a copy, what is there is only moved aside.
    package struct Part: Sendable {
        package let path: String
        package let noun: String
        package let copy: String?

        package init(path: String, noun: String, copy: String?) {
            (self.path, self.noun, self.copy) = (path, noun, copy)
        }
    }

    private let parts: [Part]
    /// The folder that what was there is moved to.
    package let keptFolder: String

    /// - Parameter parts: the first names the folder in which what was there is kept.
    package init(_ parts: [Part], at moment: Timestamp) {
        self.parts = parts
        let time = moment.text(fractionDigits: 0).filter { $0 != "-" && $0 != ":" }
        keptFolder = "\(parts.first?.path ?? "").before-\(time)"
    }

    private static let endings = ["", "-wal", "-shm"]
    private static let incoming = ".restoring"

    /// - Returns: whether there was something to be kept.
    /// - Throws: ``ErrorCode/invalidState`` where a process has one of the databases open, and nothing has happened;
    ///   ``ErrorCode/backendFailed`` where a file cannot be written or moved.
    package func run() throws(OperationError) -> Bool {
        guard let first = parts.first else { return false }
        let folder = DatabaseFolder(path: first.path, noun: first.noun)
        try folder.makeFolder()
        let result = folder.whileLocked { () -> Result<Bool, OperationError> in
            do throws(OperationError) { return .success(try replace(parts[...])) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Locks one database after the other, and replaces all of them once it has the locks of all.
    private func replace(_ rest: ArraySlice<Part>) throws(OperationError) -> Bool {
        guard let part = rest.first else { return try replaceLocked() }
        let lock = try DatabaseLock(path: part.path, noun: part.noun)
        let hasKept = try replace(rest.dropFirst())
        _ = consume lock
        return hasKept
    }

    private func replaceLocked() throws(OperationError) -> Bool {
        for part in parts {
            guard let copy = part.copy else { continue }
            try FileWriting.copy(copy, to: part.path + Self.incoming)
        }
        let old = parts.flatMap { part in Self.endings.map { part.path + $0 } }.filter { access($0, F_OK) == 0 }
        if !old.isEmpty, mkdir(keptFolder, 0o700) != 0 {
            throw FileFailure.error("cannot make the folder \(keptFolder)", errno)
        }
        for path in old { try move(path, to: kept(path)) }
        for part in parts where part.copy != nil { try move(part.path + Self.incoming, to: part.path) }
        if !old.isEmpty { try FileWriting.sync(keptFolder) }
        if let first = parts.first { try FileWriting.sync(DatabaseFolder.folder(of: first.path)) }
        return !old.isEmpty
    }

    private func kept(_ path: String) -> String {
        "\(keptFolder)/\(path.split(separator: "/").last ?? "")"
    }

    private func move(_ path: String, to target: String) throws(OperationError) {
        guard rename(path, target) == 0 else { throw FileFailure.error("cannot move \(path) to \(target)", errno) }
    }
}
