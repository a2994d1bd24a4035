import Crypto
import Glibc
import OperationCatalogue

/// Files of a backup, written so that they are on the disk.
enum FileWriting {
    /// Makes an empty file for this user alone (0600).
    static func make(_ path: String) throws(OperationError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFailure.error("cannot make \(path)", errno) }
        close(descriptor)
    }

    static func write(_ bytes: [UInt8], to path: String) throws(OperationError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFailure.error("cannot write \(path)", errno) }
        defer { close(descriptor) }
        try write(bytes[...], to: descriptor, path)
        guard fsync(descriptor) == 0 else { throw FileFailure.error("cannot write \(path)", errno) }
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: CInt, _ path: String) throws(OperationError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileFailure.error("cannot write \(path)", errno) }
            rest = rest.dropFirst(count)
        }
    }

    static func read(_ path: String, atMost limit: Int) throws(OperationError) -> [UInt8] {
        var bytes: [UInt8] = []
        try forEachPiece(of: path) { piece in
            if bytes.count < limit { bytes += piece }
        }
        return bytes
    }

    /// Copies a file into a new one (0600) and brings it to the disk.
    static func copy(_ source: String, to target: String) throws(OperationError) {
        let descriptor = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFailure.error("cannot write \(target)", errno) }
        defer { close(descriptor) }
        var failure: OperationError?
        try forEachPiece(of: source) { piece in
            guard failure == nil else { return }
            do throws(OperationError) { try write(piece, to: descriptor, target) } catch { failure = error }
        }
        if let failure { throw failure }
        guard fsync(descriptor) == 0 else { throw FileFailure.error("cannot write \(target)", errno) }
    }

    /// Brings a file, or the names in a folder, to the disk. Not for a database that this process has open.
    static func sync(_ path: String) throws(OperationError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure.error("cannot open \(path)", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileFailure.error("cannot write \(path)", errno) }
    }

    static func forEachPiece(of path: String, _ body: (ArraySlice<UInt8>) -> Void) throws(OperationError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure.error("cannot read \(path)", errno) }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileFailure.error("cannot read \(path)", errno) }
            body(buffer[..<count])
        }
    }
}

enum FileChecksum {
    static func entry(of path: String, named name: String) throws(OperationError) -> BackupFolder.Entry {
        var hash = SHA256()
        var bytes: Int64 = 0
        try FileWriting.forEachPiece(of: path) { piece in
            piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
            bytes += Int64(piece.count)
        }
        let digits = hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return BackupFolder.Entry(name: name, bytes: bytes, checksum: digits)
    }
}

enum FileFailure {
    static func error(_ sentence: String, _ code: CInt) -> OperationError {
        let advice =
            switch code {
            case ENOSPC, EDQUOT: ": free some room and try again"
            case EACCES, EPERM: ": this user may not do that there"
            case EROFS: ": its file system is read-only"
            default: ""
            }
        return OperationError(.backendFailed, sentence + advice, cause: String(cString: strerror(code)))
    }
}
