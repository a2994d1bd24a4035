import Glibc
package import OperationCatalogue

/// Up to where a log has been handed on: for each segment that is open, the oldest first.
package struct LogBookmark: Hashable, Sendable {
    struct Place: Hashable, Sendable {
        let first: String
        let time: String
        /// In bytes, decompressed.
        let offset: Int64
    }

    var places: [Place]

    /// Reads a bookmark from its JSON text; `nil` where it is none.
    init?(_ bytes: [UInt8]) {
        guard let value = try? JSONReader.value(bytes), value["version"]?.integerValue == 1,
            let segments = value["segments"]?.arrayValue
        else { return nil }
        places = segments.compactMap { segment in
            guard let first = segment["first"]?.stringValue, let time = segment["time"]?.stringValue,
                let offset = segment["offset"]?.integerValue, offset >= 0
            else { return nil }
            return Place(first: first, time: time, offset: offset)
        }
        guard places.count == segments.count else { return nil }
    }

    init(places: [Place]) { self.places = places }

    var text: JSONText {
        let segments = places.map { place -> JSONValue in
            ["first": .string(place.first), "time": .string(place.time), "offset": .integer(place.offset)]
        }
        return JSONText(["version": 1, "segments": .array(segments)])
    }
}

/// The file of a bookmark, for its owner alone (0600), and whole at any moment.
package struct LogBookmarkFile: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    private static let limit = 16 << 20

    /// - Returns: `nil` where there is no file.
    /// - Throws: ``ErrorCode/logUnavailable`` where it cannot be read, or is no bookmark.
    package func read() throws(OperationError) -> LogBookmark? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("cannot be opened", errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < Self.limit {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { break }
            guard count > 0 else { throw failure("cannot be read", errno) }
            bytes += chunk[..<count]
        }
        guard let bookmark = LogBookmark(bytes) else {
            throw OperationError(
                .logUnavailable,
                "the bookmark \(path) holds something else: remove it to begin anew, or name another file")
        }
        return bookmark
    }

    /// Puts a bookmark in the place of the one before.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``; the one before then stays.
    package func write(_ bookmark: LogBookmark) throws(OperationError) {
        let fresh = "\(path).\(getpid()).new"
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be written", errno) }
        defer { close(descriptor) }
        let bytes = bookmark.text.bytes + [UInt8(ascii: "\n")]
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, rename(fresh, path) == 0 else {
            let code = errno
            unlink(fresh)
            throw failure("cannot be written", code)
        }
    }

    private func failure(_ what: String, _ code: CInt) -> OperationError {
        OperationError(.logUnavailable, "the bookmark \(path) \(what)", cause: String(cString: strerror(code)))
    }
}
