import Glibc
package import OperationCatalogue
package import OperationPipeline

/// The records of a log file: the last ones, and those that come, looked for as long as somebody listens.
///
/// A file that is moved away and begun anew is found again by its path; what is written between two looks into the old file
/// after the move is not shown.
package struct LogFileTail: RecordFeed {
    private let path: String
    private let shutdown: Shutdown

    /// Between two looks.
    private static let pause: Duration = .milliseconds(200)
    /// Looks without a record, after which a sign of life is given: 15 s.
    private static let looksOfSilence = 75
    /// Bytes that are read of the end of the file for the last records, and of what has come at one look.
    private static let mostBytes = 4 * 1_048_576

    package init(path: String, shutdown: Shutdown) {
        self.path = path
        self.shutdown = shutdown
    }

    package func latest(_ count: Int, where fits: @escaping @Sendable (JSONValue) -> Bool) async -> [JSONValue] {
        guard let file = OpenFile(path) else { return [] }
        file.offset = max(0, file.size - Self.mostBytes)
        return Array(file.readRecords(upTo: Self.mostBytes).filter(fits).suffix(count).reversed())
    }

    package func followed(where fits: @escaping @Sendable (JSONValue) -> Bool) -> AsyncStream<JSONValue?> {
        let follower = Follower(path: path, shutdown: shutdown, fits: fits)
        return AsyncStream(unfolding: { await follower.next() })
    }

    /// Unchecked: one listener calls ``next()``, one call at a time.
    private final class Follower: @unchecked Sendable {
        private let path: String
        private let shutdown: Shutdown
        private let fits: @Sendable (JSONValue) -> Bool
        private var file: OpenFile?
        private var found: ArraySlice<JSONValue> = []

        init(path: String, shutdown: Shutdown, fits: @escaping @Sendable (JSONValue) -> Bool) {
            self.path = path
            self.shutdown = shutdown
            self.fits = fits
            file = OpenFile(path)
            file?.offset = file?.size ?? 0
        }

        func next() async -> JSONValue?? {
            for _ in 0..<LogFileTail.looksOfSilence {
                if let record = found.popFirst() { return .some(record) }
                if shutdown.hasBegun || Task.isCancelled { return nil }
                look()
                if found.isEmpty { try? await Task.sleep(for: LogFileTail.pause) }
            }
            return .some(nil)
        }

        private func look() {
            if file == nil || file?.isCurrent(path) == false, let new = OpenFile(path) { file = new }
            found = (file?.readRecords(upTo: LogFileTail.mostBytes) ?? []).filter(fits)[...]
        }
    }
}

/// A file that is read forwards by whole lines.
private final class OpenFile {
    private let descriptor: Int32
    var offset = 0

    init?(_ path: String) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private var status: stat {
        var status = stat()
        fstat(descriptor, &status)
        return status
    }

    var size: Int { Int(status.st_size) }

    /// Whether the path still leads to this file.
    func isCurrent(_ path: String) -> Bool {
        var other = stat()
        let own = status
        return stat(path, &other) == 0 && other.st_ino == own.st_ino && other.st_dev == own.st_dev
    }

    /// The records of the whole lines that follow; what is no JSON is passed over.
    func readRecords(upTo limit: Int) -> [JSONValue] {
        let count = min(size - offset, limit)
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        let read = pread(descriptor, &bytes, count, off_t(offset))
        guard read > 0, let end = bytes[..<read].lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        offset += end + 1
        return bytes[...end].split(separator: UInt8(ascii: "\n")).compactMap { try? JSONReader.value($0) }
    }
}
