import Glibc
import OperationCatalogue

/// A file without a name. It is closed, and its room is free again, with the last reference to it.
final class SpoolFile: Sendable {
    let spools: Spools
    private let folder: String
    private let descriptor: Int32

    /// `O_TMPFILE` (open(2)), for which glibc's declaration is not seen from here: the same on all architectures but Alpha, PA-RISC
    /// and SPARC.
    private static let withoutName = 0o20_000_000 | O_DIRECTORY

    /// - Throws: ``ErrorCode/backendFailed`` where none of the folders takes one.
    init(in spools: Spools) throws(OperationError) {
        FailedWriteSignals.ignore()
        var refusals: [(folder: String, number: Int32)] = []
        for folder in spools.folders {
            let descriptor = Self.open(in: folder)
            if descriptor >= 0 {
                (self.spools, self.folder, self.descriptor) = (spools, folder, descriptor)
                return
            }
            refusals.append((folder, errno))
        }
        let reasons = refusals.map { "\($0.folder): \(String(cString: strerror($0.number)))" }
        throw OperationError(
            .backendFailed,
            "the answer is too long to be held in memory, and no folder takes a file for it: name one in TMPDIR that does",
            status: refusals.contains { Self.isLackOfRoom($0.number) } ? 507 : nil,
            cause: reasons.joined(separator: "; "))
    }

    deinit {
        let descriptor = descriptor
        // To free a large file takes its time.
        spools.gate.later { close(descriptor) }
    }

    private static func open(in folder: String) -> Int32 {
        let unnamed = Glibc.open(folder, O_RDWR | O_CLOEXEC | withoutName, 0o600)
        // What a file system says that has no such files, or a kernel.
        guard unnamed < 0, [EOPNOTSUPP, EISDIR, EINVAL].contains(errno) else { return unnamed }
        var path = Array("\(folder)/deferno-XXXXXX".utf8CString)
        let named = mkstemp(&path)
        if named >= 0 {
            _ = fcntl(named, F_SETFD, FD_CLOEXEC)
            unlink(path)
        }
        return named
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(OperationError) {
        let failure: Int32? = bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = pwrite(
                    descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
                if count > 0 { done += count } else if count == 0 || errno != EINTR { return count == 0 ? EIO : errno }
            }
            return nil
        }
        guard let failure else { return }
        let isLackOfRoom = Self.isLackOfRoom(failure)
        throw OperationError(
            .backendFailed,
            isLackOfRoom
                ? "there is no space left in \(folder) for an answer that is too long to be held in memory: free some space "
                    + "there, or name another folder in TMPDIR"
                : "an answer that is too long to be held in memory could not be written to a file in \(folder): name another "
                    + "folder in TMPDIR",
            status: isLackOfRoom ? 507 : nil, cause: String(cString: strerror(failure)))
    }

    /// - Parameter length: more than 0.
    func read(_ length: Int, at offset: Int) throws(OperationError) -> [UInt8] {
        BlockingWork.begins()
        var failure: Int32?
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
            var count = pread(descriptor, buffer.baseAddress, length, off_t(offset))
            while count < 0, errno == EINTR { count = pread(descriptor, buffer.baseAddress, length, off_t(offset)) }
            // A file that ends too early was damaged.
            if count <= 0 { failure = count < 0 ? errno : EIO }
            initialized = max(0, count)
        }
        guard let failure else { return bytes }
        throw OperationError(
            .backendFailed, "an answer could not be read back from its file in \(folder): look at its disk",
            cause: String(cString: strerror(failure)))
    }

    /// Also what a limit does (RLIMIT_FSIZE, a quota): more room is what helps.
    private static func isLackOfRoom(_ number: Int32) -> Bool { [ENOSPC, EDQUOT, EFBIG].contains(number) }
}
