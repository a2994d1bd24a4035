import CZlib
import Glibc
package import OperationCatalogue

extension LogSegment {
    /// What became of a segment that was to be compressed.
    package enum Compression: Equatable, Sendable {
        /// It is `path` with `.gz` at the end now, of so many bytes.
        case done(path: String, size: Int64)
        /// Some process may still write to it.
        case inUse
        case unnecessary
    }

    /// Puts a gzip file (RFC 1952) in the place of a finished segment, whole or not at all: it is written under another name,
    /// synced, renamed, and only then is the segment removed.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``; the segment is then as it was.
    package func compress() throws(OperationError) -> Compression {
        guard !isLive, !isCompressed else { return .unnecessary }
        let source = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard source >= 0 else {
            if errno == ENOENT { return .unnecessary }
            throw LogFailure.notCompressed(path, errno: errno).error
        }
        defer { close(source) }
        guard SegmentLock.takeFinished(source) else { return .inUse }
        // Somebody else may have compressed it meanwhile.
        var status = stat()
        guard fstat(source, &status) == 0, FileIdentity(status) == FileIdentity(path: path) else { return .unnecessary }
        let partial = LogSegments.partialName(of: path)
        // What is there was left by a process that was ended.
        unlink(partial)
        do throws(OperationError) {
            let size = try copyCompressed(source, to: partial)
            guard rename(partial, path + LogSegments.suffix) == 0, unlink(path) == 0 else {
                throw LogFailure.notCompressed(path, errno: errno).error
            }
            LogFolder.sync(of: path)
            return .done(path: path + LogSegments.suffix, size: size)
        } catch {
            unlink(partial)
            throw error
        }
    }

    private func copyCompressed(_ source: CInt, to partial: String) throws(OperationError) -> Int64 {
        let target = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw LogFailure.notCompressed(path, errno: errno).error }
        defer { close(target) }
        // zlib closes the descriptor that it is given.
        let copy = dup(target)
        guard copy >= 0, let file = gzdopen(copy, "wb6") else {
            throw LogFailure.notCompressed(path, errno: errno).error
        }
        var isGood = true
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while isGood {
            let count = read(source, &buffer, buffer.count)
            if count == 0 { break }
            if count < 0, errno == EINTR { continue }
            isGood = count > 0 && gzwrite(file, buffer, UInt32(count)) == CInt(count)
        }
        var code = errno
        guard gzclose_w(file) == Z_OK, isGood else { throw LogFailure.notCompressed(path, errno: code).error }
        var status = stat()
        let isOwn = fstat(source, &status) == 0 && FileOwnership.give(target, thatOf: status)
        var times = [status.st_atim, status.st_mtim]
        guard isOwn, futimens(target, &times) == 0, fsync(target) == 0, fstat(target, &status) == 0 else {
            code = errno
            throw LogFailure.notCompressed(path, errno: code).error
        }
        return Int64(status.st_size)
    }
}
