import Glibc
import OperationCatalogue

/// The open log: knows whether it is still the one at its path, and appends whole lines to it.
///
/// Every append is one `write(2)` to a descriptor opened with `O_APPEND`, so lines of several processes do not mix on a
/// local file system (POSIX.1-2024, `write`: no other write comes between the seek and the writing).
final class LogFile {
    /// `nil` for standard error, which is neither checked nor closed.
    private let path: String?
    private let descriptor: CInt
    /// To look at the last byte: only for a regular file that this user may read.
    private let readDescriptor: CInt?
    private let identity: (device: dev_t, inode: ino_t)
    private let isRegular: Bool
    /// The least size that the file must have, in bytes.
    private var knownSize: Int64
    private var isTruncated = false
    /// Whether what was last seen of the file ends within a line.
    private(set) var endsWithinLine: Bool

    private init(path: String?, descriptor: CInt, readDescriptor: CInt?, status: stat) {
        self.path = path
        self.descriptor = descriptor
        self.readDescriptor = readDescriptor
        identity = (status.st_dev, status.st_ino)
        isRegular = path != nil && status.st_mode & S_IFMT == S_IFREG
        knownSize = Int64(status.st_size)
        endsWithinLine = false
        if isRegular, status.st_size > 0 { endsWithinLine = lastLineIsTorn() ?? true }
    }

    deinit {
        guard path != nil else { return }
        close(descriptor)
        if let readDescriptor { close(readDescriptor) }
    }
}

// MARK: - Opening

extension LogFile {
    static func standardError() -> LogFile {
        ignoreSignalsOfFailedWrites()
        return LogFile(path: nil, descriptor: STDERR_FILENO, readDescriptor: nil, status: stat())
    }

    /// Opens the log, making it (0600) and the folders above it (0700) where they are missing. Never waits: a pipe that
    /// nobody reads is refused.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    static func open(_ path: String) throws(OperationError) -> LogFile {
        ignoreSignalsOfFailedWrites()
        var descriptor = openForAppending(path)
        if descriptor < 0, errno == ENOENT {
            try LogFolder.make(above: path)
            descriptor = openForAppending(path)
        }
        guard descriptor >= 0 else { throw LogFailure.notOpened(path, errno: errno).error }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw LogFailure.notOpened(path, errno: code).error
        }
        guard [S_IFREG, S_IFCHR, S_IFIFO].contains(status.st_mode & S_IFMT) else {
            close(descriptor)
            throw LogFailure.wrongKind(path, mode: status.st_mode).error
        }
        // The description is this process's own, so this changes nothing for anybody else.
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        let readDescriptor = status.st_mode & S_IFMT == S_IFREG ? openForReading(path, like: status) : nil
        if let readDescriptor, !beginsLikeLog(readDescriptor) {
            close(descriptor)
            close(readDescriptor)
            throw LogFailure.noLog(path).error
        }
        return LogFile(path: path, descriptor: descriptor, readDescriptor: readDescriptor, status: status)
    }

    /// Whether what is in the file can be a log: it is empty, or begins as every record does, perhaps cut short.
    private static func beginsLikeLog(_ descriptor: CInt) -> Bool {
        let opening = Array("{\"v\":".utf8)
        var start = [UInt8](repeating: 0, count: opening.count)
        let count = pread(descriptor, &start, start.count, 0)
        return count <= 0 || start[..<count].elementsEqual(opening[..<count])
    }

    private static func openForAppending(_ path: String) -> CInt {
        Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o600)
    }

    private static func openForReading(_ path: String, like expected: stat) -> CInt? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_dev == expected.st_dev, status.st_ino == expected.st_ino else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}

// MARK: - Signals

extension LogFile {
    /// A write beyond the file size limit and one to a pipe without a reader end the process by a signal unless that is
    /// ignored; both are to be errors of the write instead. Handlers that the process has set stay.
    private static func ignoreSignalsOfFailedWrites() {
        for number in [SIGXFSZ, SIGPIPE] {
            var action = sigaction()
            // SIG_DFL is the null handler.
            if sigaction(number, nil, &action) == 0, action.__sigaction_handler.sa_handler == nil {
                signal(number, SIG_IGN)
            }
        }
    }
}

// MARK: - Checking

extension LogFile {
    /// Sees to it that the open file is still the one at the path and holds at least what this process has seen of it, and
    /// finds out how it ends. One `stat(2)`, and one `pread(2)` more where somebody else has written meanwhile.
    ///
    /// A file that has become shorter is refused from then on, even if it grows again: records are gone, and what follows
    /// could not be told from what was there. A new process opens it as it is.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    func check() throws(OperationError) {
        guard let path else { return }
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw (errno == ENOENT ? LogFailure.deleted(path) : .unreachable(path, errno: errno)).error
        }
        guard status.st_dev == identity.device, status.st_ino == identity.inode else {
            throw LogFailure.replaced(path).error
        }
        guard isRegular else { return }
        let size = Int64(status.st_size)
        if size < knownSize { isTruncated = true }
        guard !isTruncated else { throw LogFailure.truncated(path).error }
        guard size > knownSize else { return }
        knownSize = size
        endsWithinLine = lastLineIsTorn() ?? endsWithinLine
    }

    /// Whether the file ends within a line that nobody is still writing; `nil` where it cannot be read.
    ///
    /// The size of a file grows page by page while another process's `write(2)` is at work, so a first look can fall into
    /// the middle of a line that will be whole in a moment. Hence it looks again for up to 10 ms. A wrong answer does no
    /// harm: the log then gets an empty line.
    private func lastLineIsTorn() -> Bool? {
        guard let readDescriptor else { return nil }
        for attempt in 0..<20 {
            if attempt > 0 { usleep(500) }
            var status = stat()
            guard fstat(readDescriptor, &status) == 0 else { return nil }
            if status.st_size == 0 { return false }
            var last: UInt8 = 0
            guard pread(readDescriptor, &last, 1, status.st_size - 1) == 1 else { return nil }
            if last == UInt8(ascii: "\n") { return false }
        }
        return true
    }
}

// MARK: - Appending

extension LogFile {
    /// What became of an append.
    struct Appended {
        /// Bytes that are in the file.
        let count: Int
        /// Why that is not all of them.
        let failure: OperationError?
    }

    /// Appends bytes with one `write(2)`, and more where the system takes only a part at once.
    func append(_ bytes: UnsafeRawBufferPointer) -> Appended {
        var count = 0
        while count < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[count...])
            let written = write(descriptor, rest.baseAddress, rest.count)
            if written > 0 {
                count += written
            } else if let code = Self.failure(of: written), !waitForRoom(after: code) {
                return finish(bytes, count, LogFailure.notWritten(path: path, errno: code).error)
            }
        }
        return finish(bytes, count, nil)
    }

    private func finish(_ bytes: UnsafeRawBufferPointer, _ count: Int, _ failure: OperationError?) -> Appended {
        knownSize += Int64(count)
        if count > 0 { endsWithinLine = bytes[count - 1] != UInt8(ascii: "\n") }
        return Appended(count: count, failure: failure)
    }

    private static func failure(of written: Int) -> CInt? {
        if written == 0 { return EIO }
        return errno == EINTR ? nil : errno
    }

    /// Standard error can be a pipe that somebody has made non-blocking: waits until it takes more.
    private func waitForRoom(after code: CInt) -> Bool {
        guard code == EAGAIN else { return false }
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, -1) >= 0 || errno == EINTR
    }
}
