import Glibc
package import OperationCatalogue

/// A backup: a folder with a copy of each database and a list of them (`backup.json`) with their checksums.
package struct BackupFolder: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// One of the copies.
    package struct Entry: Hashable, Sendable {
        /// Its name in the folder.
        package let name: String
        package let bytes: Int64
        /// SHA-256 in hexadecimal digits.
        package let checksum: String
    }

    private static let list = "backup.json"
    /// What stands in the list for its form.
    private static let form: Int64 = 1

    package func path(of name: String) -> String { "\(path)/\(name)" }

    // MARK: Making

    /// Makes the folder with a copy of each of the databases. It gets its name when all of it is on the disk, so what has the name
    /// is whole.
    ///
    /// - Parameters:
    ///   - files: in the order in which they are copied, by their names in the folder.
    ///   - version: of the program.
    /// - Throws: ``ErrorCode/invalidState`` where something has the name already, and what copying throws.
    package func make(
        of files: [(name: String, file: SQLiteFile)], version: String, at moment: Timestamp
    ) async throws(OperationError) -> [Entry] {
        guard access(path, F_OK) != 0 else {
            throw OperationError(
                .invalidState, "there is something at \(path) already: name a folder that is not there yet")
        }
        let unfinished = BackupFolder(path: "\(path).unfinished-\(getpid())")
        guard mkdir(unfinished.path, 0o700) == 0 else {
            throw FileFailure.error("cannot make the folder \(unfinished.path)", errno)
        }
        do throws(OperationError) {
            var entries: [Entry] = []
            for (name, file) in files {
                let target = unfinished.path(of: name)
                try FileWriting.make(target)
                try await file.copy(to: target)
                try FileWriting.sync(target)
                entries.append(try FileChecksum.entry(of: target, named: name))
            }
            try unfinished.write(entries, version, moment)
            try FileWriting.sync(unfinished.path)
            guard rename(unfinished.path, path) == 0 else { throw FileFailure.error("cannot make \(path)", errno) }
            try FileWriting.sync(DatabaseFolder.folder(of: path))
            return entries
        } catch {
            for (name, _) in files { remove(unfinished.path(of: name)) }
            remove(unfinished.path(of: Self.list))
            rmdir(unfinished.path)
            throw error
        }
    }

    private func write(_ entries: [Entry], _ version: String, _ moment: Timestamp) throws(OperationError) {
        let files = entries.map { entry -> JSONValue in
            ["name": .string(entry.name), "bytes": .integer(entry.bytes), "sha256": .string(entry.checksum)]
        }
        let list: JSONValue = [
            "deferno_backup": .integer(Self.form), "time": .string(moment.description), "version": .string(version),
            "files": .array(files),
        ]
        try FileWriting.write(JSONText(list).bytes + [UInt8(ascii: "\n")], to: path(of: Self.list))
    }

    // MARK: Reading

    /// The copies, each of which is what it was when it was made.
    ///
    /// - Throws: ``ErrorCode/invalidState`` where the folder is no backup, or a copy is missing or has changed.
    package func checkedEntries() throws(OperationError) -> [Entry] {
        let entries = try self.entries()
        for entry in entries {
            let found = try FileChecksum.entry(of: path(of: entry.name), named: entry.name)
            guard found == entry else {
                throw OperationError(
                    .invalidState,
                    "\(path(of: entry.name)) is not what was backed up: its checksum is \(found.checksum.prefix(12))..., "
                        + "and \(Self.list) says \(entry.checksum.prefix(12))...; take another backup")
            }
        }
        return entries
    }

    private func entries() throws(OperationError) -> [Entry] {
        let list = path(of: Self.list)
        guard access(list, F_OK) == 0 else {
            throw OperationError(
                .invalidState,
                "\(path) is no backup, since there is no \(Self.list) in it: 'deferno store backup' makes one")
        }
        let value = try? JSONReader.value(try FileWriting.read(list, atMost: 1 << 20))
        guard let value, value["deferno_backup"]?.integerValue == Self.form,
            let files = value["files"]?.arrayValue?.map({ Entry($0) }), !files.isEmpty
        else { throw OperationError(.invalidState, "\(list) is not a list that this version of deferno reads") }
        var entries: [Entry] = []
        for file in files {
            guard let file else { throw OperationError(.invalidState, "\(list) has a file without a name or checksum") }
            entries.append(file)
        }
        return entries
    }
}

extension BackupFolder.Entry {
    fileprivate init?(_ value: JSONValue) {
        guard let name = value["name"]?.stringValue, !name.contains("/"), name != "..",
            let bytes = value["bytes"]?.integerValue, let checksum = value["sha256"]?.stringValue
        else { return nil }
        self.init(name: name, bytes: bytes, checksum: checksum)
    }
}
