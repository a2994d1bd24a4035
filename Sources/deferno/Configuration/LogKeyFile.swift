import Glibc
import OperationCatalogue
import OperationLog

/// The file of the key that signs a log's checkpoints, for its owner alone, and that of its public part beside it.
struct LogKeyFile {
    let path: String

    /// The public part, for whoever verifies.
    var publicPath: String { path + ".pub" }

    /// - Throws: ``ErrorCode/logUnavailable`` for a file that is not there, holds no key, or that others can read.
    func read() throws(OperationError) -> LogKey {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure("cannot be opened", errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("cannot be looked at", errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw refusal("is no regular file") }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o7777, radix: 8)
            throw refusal("can be read or changed by other users (mode \(mode)); chmod 600 it")
        }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw failure("cannot be read", errno) }
        guard let key = LogKey(pem: String(decoding: bytes[..<count], as: UTF8.self)) else {
            throw refusal("holds no Ed25519 private key (PEM); make one with 'deferno log keygen'")
        }
        return key
    }

    /// Saves a key in a new file (0600), and its public part beside it.
    ///
    /// - Throws: ``ErrorCode/logUnavailable`` where one is there already, or it could not be saved.
    func write(_ key: LogKey) throws(OperationError) {
        try write(key.privatePEM.reveal(), to: path, mode: 0o600)
        do {
            try write(key.publicPEM, to: publicPath, mode: 0o644)
        } catch {
            unlink(path)
            throw error
        }
    }

    private func write(_ text: String, to path: String, mode: mode_t) throws(OperationError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            let code = errno
            if code == EEXIST {
                throw OperationError(.logUnavailable, "\(path) is there already; name another file, or move it away")
            }
            throw OperationError(
                .logUnavailable, "\(path) could not be made", cause: String(cString: strerror(code)))
        }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            let code = errno
            unlink(path)
            throw OperationError(
                .logUnavailable, "\(path) could not be written", cause: String(cString: strerror(code)))
        }
    }

    private func refusal(_ what: String) -> OperationError {
        OperationError(.logUnavailable, "the key of the log, \(path), \(what)")
    }

    private func failure(_ what: String, _ code: CInt) -> OperationError {
        OperationError(
            .logUnavailable, "the key of the log, \(path), \(what); make one with 'deferno log keygen'",
            cause: String(cString: strerror(code)))
    }
}
