import Glibc
import OperationCatalogue
import OperationPipeline

/// The open log: knows whether it is still the one at its path, and appends whole lines to it.
///
/// Every append is one `writev(2)` to a descriptor opened with `O_APPEND`, so lines of several processes do not mix on a
/// local file system (POSIX.1-2024, `write` and `writev`: no other write comes between the seek and the writing).
final class LogFile {
    let descriptor: LogDescriptor
    private let identity: FileIdentity
    /// The least size that the file must have, in bytes.
    private(set) var knownSize: Int64
    private var isTruncated = false
    /// Whether what was last seen of the file ends within a line.
    private(set) var endsWithinLine: Bool
    /// What it holds beside what the log keeps of itself.
    private var content = SegmentContent()
    /// What it begins with, once that is known: by this it is known again when it is gone from its path.
    private var firstLine: FirstLine?
    /// Where the path led when it was opened: beside it lie the finished segments.
    private let livePath: String
    private var room = LogRoom()
    /// How long to wait for others that hold a lock of the segment, in milliseconds.
    private let patience: Int
    /// Whether the writer has its header in it.
    var hasHeader = false
    /// Whether this process alone may write a header.
    private(set) var isLockedForHeader = false

    private var path: String? { descriptor.path }

    private init(_ descriptor: LogDescriptor, status: stat, patience: Int = SegmentLock.patience) {
        self.descriptor = descriptor
        self.patience = patience
        identity = FileIdentity(status)
        knownSize = Int64(status.st_size)
        endsWithinLine = false
        livePath = descriptor.path.map { LogFolder.resolvingLinks($0) } ?? ""
        if descriptor.isRegular, status.st_size > 0 { endsWithinLine = lastLineIsTorn() ?? true }
    }

    /// Sets the line apart that the file seems to end within, with a newline of its own.
    ///
    /// Only then can it be told for certain what that line is: the newline comes behind whatever another process was still
    /// writing, since no two writes to a file are at work at once.
    ///
    /// - Returns: the line, if it is torn; `nil` where it lacked nothing but the newline, or has been ended meanwhile.
    /// - Throws: ``ErrorCode/logUnavailable``.
    func sealLastLine() throws(OperationError) -> TornLine? {
        let appended = [UInt8(ascii: "\n")].withUnsafeBytes { append([$0]) }
        if let failure = appended.failure { throw failure }
        // The offset behind what this description has appended last (POSIX, write).
        let end = Int64(lseek(descriptor.writing, 0, SEEK_CUR))
        guard let reading = descriptor.reading, end > 0 else { return nil }
        return TornLine(of: reading, endingAt: end - 1)
    }

    /// Whether it holds anything that is worth a segment of its own.
    var hasContent: Bool { content.look(in: descriptor.reading, size: knownSize) }

    /// The UTC date of the first record of an operation or a request, `2026-11-30`; `nil` where there is none.
    var contentDay: String? { hasContent ? content.day : nil }

    func noteFirstLine() {
        guard firstLine == nil, let reading = descriptor.reading else { return }
        firstLine = FirstLine(of: reading)
    }
}

/// What tells one file from all others on the machine.
struct FileIdentity: Hashable {
    let device: dev_t
    let inode: ino_t

    init(_ status: stat) { (device, inode) = (status.st_dev, status.st_ino) }

    /// That of the file at a path; `nil` where there is none.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}

// MARK: - Opening

extension LogFile {
    static func standardError() -> LogFile {
        FailedWriteSignals.ignore()
        return LogFile(
            LogDescriptor(path: nil, writing: STDERR_FILENO, reading: nil, isRegular: false), status: stat())
    }

    /// Opens the log, making it (0600) and the folders above it (0700) where they are missing. Never waits: a pipe that
    /// nobody reads is refused.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    static func open(_ path: String, patience: Int = SegmentLock.patience) throws(OperationError) -> LogFile {
        FailedWriteSignals.ignore()
        for _ in 0..<16 {
            if let file = try openOnce(path, patience) { return file }
        }
        throw LogFailure.replaced(path, .unknown).error
    }

    /// `nil` where the file has been renamed before it was marked as in use: whoever did that may compress or remove it.
    private static func openOnce(_ path: String, _ patience: Int) throws(OperationError) -> LogFile? {
        let isNew = access(path, F_OK) != 0
        var writing = openForAppending(path)
        if writing < 0, errno == ENOENT {
            try LogFolder.make(above: path)
            writing = openForAppending(path)
        }
        guard writing >= 0 else { throw LogFailure.notOpened(path, errno: errno).error }
        var status = stat()
        guard fstat(writing, &status) == 0 else {
            let code = errno
            close(writing)
            throw LogFailure.notOpened(path, errno: code).error
        }
        guard [S_IFREG, S_IFCHR, S_IFIFO].contains(status.st_mode & S_IFMT) else {
            close(writing)
            throw LogFailure.wrongKind(path, mode: status.st_mode).error
        }
        // The description is this process's own, so this changes nothing for anybody else.
        _ = fcntl(writing, F_SETFL, fcntl(writing, F_GETFL) & ~O_NONBLOCK)
        let isRegular = status.st_mode & S_IFMT == S_IFREG
        let reading = isRegular ? openForReading(path, like: status) : nil
        let descriptor = LogDescriptor(path: path, writing: writing, reading: reading, isRegular: isRegular)
        if let reading {
            guard beginsLikeLog(reading) else { throw LogFailure.noLog(path).error }
            SegmentLock.holdInUse(reading)
            guard FileIdentity(path: path) == FileIdentity(status) else { return nil }
            // Others may have written since; what is there now is what must stay.
            guard fstat(reading, &status) == 0 else { throw LogFailure.notOpened(path, errno: errno).error }
        }
        if isNew, isRegular { LogFolder.sync(of: LogFolder.resolvingLinks(path)) }
        return LogFile(descriptor, status: status, patience: patience)
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

// MARK: - Checking

extension LogFile {
    /// Where the open file is, seen from the path.
    enum Place {
        case live
        /// Renamed, and still one of the log's segments: another file is the live one, or will be.
        case rotated
    }

    /// Sees to it that the open file still holds at least what this process has seen of it, and is still the one at the path,
    /// or a segment beside it; and finds out how it ends. One `stat(2)`, and one `pread(2)` more where somebody else has
    /// written meanwhile.
    ///
    /// A file that has become shorter is refused from then on, even if it grows again: records are gone, and what follows
    /// could not be told from what was there. A new process opens it as it is.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    func check() throws(OperationError) -> Place {
        guard let path else { return .live }
        if let failure = descriptor.syncFailure { throw failure }
        var status = stat()
        guard stat(path, &status) == 0 else {
            let code = errno
            guard code == ENOENT else { throw LogFailure.unreachable(path, errno: code).error }
            return try placeBeside(path) { .deleted(path, $0) }
        }
        guard FileIdentity(status) == identity else { return try placeBeside(path) { .replaced(path, $0) } }
        guard descriptor.isRegular else { return .live }
        let size = Int64(status.st_size)
        if size < knownSize { isTruncated = true }
        guard !isTruncated else { throw truncation(path).error }
        noteFirstLine()
        guard size > knownSize else { return .live }
        knownSize = size
        endsWithinLine = lastLineIsTorn() ?? endsWithinLine
        return .live
    }

    /// A file that is no longer at the path was rotated, if it still lies beside it under a segment's name, whole; or if it was
    /// compressed there and removed, as logrotate does without `delaycompress`.
    private func placeBeside(
        _ path: String, otherwise failure: (LogMove) -> LogFailure
    ) throws(OperationError) -> Place {
        var status = stat()
        guard descriptor.isRegular, fstat(descriptor.writing, &status) == 0 else { throw failure(.unknown).error }
        // Who shreds what has been compressed cuts it before it goes.
        if status.st_nlink == 0, status.st_size < knownSize, isCompressedBeside(size: nil) { return .rotated }
        guard !isTruncated, Int64(status.st_size) >= knownSize else { throw truncation(path).error }
        if status.st_nlink > 0, LogFolder.hasSegment(identity, of: livePath) { return .rotated }
        if status.st_nlink == 0, isCompressedBeside(size: Int64(status.st_size)) { return .rotated }
        throw failure(LogMove(of: descriptor.writing, links: status.st_nlink, from: livePath)).error
    }

    /// Whether a gzip file beside the path holds the same.
    ///
    /// - Parameter size: of the file in bytes; `nil` where nobody knows it any more: then it is all that this process knows of.
    private func isCompressedBeside(size: Int64?) -> Bool {
        noteFirstLine()
        guard let firstLine else { return false }
        return LogFolder.segmentPaths(of: livePath).contains { path in
            guard path.hasSuffix(LogSegments.suffix), FirstLine(ofCompressed: path) == firstLine,
                let held = GzipReader.sizeModulo32(of: path)
            else { return false }
            return size.map { held == UInt32(truncatingIfNeeded: $0) } ?? (Int64(held) >= knownSize)
        }
    }

    /// Who made it shorter: logrotate's `copytruncate` leaves a copy that begins as it did.
    private func truncation(_ path: String) -> LogFailure {
        guard let firstLine, let copy = LogFolder.segment(beginningWith: firstLine, of: livePath) else {
            return .truncated(path)
        }
        return .copied(path, to: copy)
    }

    /// Gives the live file a segment's name and puts a new one in its place, unless somebody else has done that meanwhile.
    ///
    /// - Returns: why that failed; `nil` where the file is no longer at its path.
    func rotate() -> LogFailure? {
        guard let path else { return nil }
        return SegmentLock.whileRotating(descriptor.writing) {
            guard FileIdentity(path: path) == identity else { return nil }
            return SegmentExchange.finish(LogFolder.resolvingLinks(path), descriptor.writing).map {
                .notRotated(path, errno: $0)
            }
        }
    }

    /// Whether the file ends within a line that nobody is still writing; `nil` where it cannot be read.
    ///
    /// The size of a file grows page by page while another process's `write(2)` is at work, so a first look can fall into
    /// the middle of a line that will be whole in a moment. Hence it looks again for up to 10 ms. A wrong answer does no
    /// harm: the log then gets an empty line.
    private func lastLineIsTorn() -> Bool? {
        guard let readDescriptor = descriptor.reading else { return nil }
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

// MARK: - Headers

extension LogFile {
    /// Keeps others from writing headers, so that what stands before this writer's is what it says. Before it is written, the
    /// file must be found live again: nobody begins a new segment between.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    func lockForHeader() throws(OperationError) {
        guard let path, descriptor.isRegular, !isLockedForHeader else { return }
        guard SegmentLock.takeHeader(descriptor.writing, patience: patience) else {
            throw LogFailure.locked(path, milliseconds: patience).error
        }
        isLockedForHeader = true
    }

    func unlockForHeader() {
        guard isLockedForHeader else { return }
        SegmentLock.releaseHeader(descriptor.writing)
        isLockedForHeader = false
    }

    /// What a header that is written now is bound to.
    func headerBinding() -> HeaderBinding? {
        guard let path, let reading = descriptor.reading else { return nil }
        return HeaderBinding.before(headerOf: path, reading)
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

    /// Sees to it that so many bytes can be written next, and as many `later`, before they are. What is not a regular file has
    /// no room to be kept.
    ///
    /// - Returns: why they cannot.
    func keepRoom(_ bytes: Int, later: Int) -> OperationError? {
        guard descriptor.isRegular, let path else { return nil }
        let fault = room.keep(Int64(bytes), later: Int64(later), of: descriptor.writing, patience: patience)
        return switch fault {
        case nil: nil
        case .system(let code): LogFailure.notWritten(path: path, errno: code).error
        case .locked: LogFailure.locked(path, milliseconds: patience).error
        }
    }

    /// Whether so many bytes can be written with what has been kept.
    func hasRoom(_ bytes: Int) -> Bool { !descriptor.isRegular || room.covers(Int64(bytes)) }

    /// Whether its disk has room for a new segment, in which all that is claimed in this one would have to be kept anew.
    ///
    /// - Parameter bytes: what this process would keep there.
    func hasRoomBeside(for bytes: Int) -> Bool {
        let claimed = SegmentClaims.ofOthers(descriptor.writing).total
        return LogRoom.freeRoomFault(Int64(bytes) + claimed, descriptor.writing) == nil
    }

    /// Appends pieces of bytes with one `writev(2)`, and more where the system takes only a part at once. The last piece ends a
    /// line.
    func append(_ pieces: [UnsafeRawBufferPointer]) -> Appended {
        var rest = GatheredPieces(pieces)
        while !rest.isEmpty {
            let written = rest.write(to: descriptor.writing)
            if written > 0 {
                rest.advance(by: written)
            } else if let code = Self.failure(of: written), !waitForRoom(after: code) {
                return finish(rest, LogFailure.notWritten(path: path, errno: code).error)
            }
        }
        return finish(rest, nil)
    }

    private func finish(_ rest: GatheredPieces, _ failure: OperationError?) -> Appended {
        knownSize += Int64(rest.count)
        if descriptor.isRegular { room.take(Int64(rest.count), of: descriptor.writing) }
        if let last = rest.lastByte { endsWithinLine = last != UInt8(ascii: "\n") }
        return Appended(count: rest.count, failure: failure)
    }

    private static func failure(of written: Int) -> CInt? {
        if written == 0 { return EIO }
        return errno == EINTR ? nil : errno
    }

    /// Standard error can be a pipe that somebody has made non-blocking: waits until it takes more.
    private func waitForRoom(after code: CInt) -> Bool {
        guard code == EAGAIN else { return false }
        var request = pollfd(fd: descriptor.writing, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, -1) >= 0 || errno == EINTR
    }
}
