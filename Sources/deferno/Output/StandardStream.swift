import CLinux
import Dispatch
import Glibc
import Synchronization

/// Standard output or standard error: lines gathered and written at once, in a way that never holds up the others.
final class StandardStream: Sendable {
    static let output = StandardStream(STDOUT_FILENO)
    static let error = StandardStream(STDERR_FILENO)

    /// Whether a person looks at it.
    let isTerminal: Bool
    private let descriptor: Int32
    private let isPipe: Bool
    private let isFile: Bool
    private let queue: DispatchQueue
    private let state = Mutex(State())
    private let takenBytes = Atomic<Int>(0)

    private struct State {
        var bytes: [UInt8] = []
        /// What the system has been given and not taken yet.
        var beingWritten = 0
        /// The system's error once writing has failed.
        var failure: Int32?
    }

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
        var status = stat()
        let kind = fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
        isPipe = kind == S_IFIFO
        isFile = kind == S_IFREG
        queue = DispatchQueue(label: "deferno.stream.\(descriptor)")
    }

    /// Opens `/dev/null` in the place of standard streams that are closed: else the next file to be opened would take the
    /// number, and get what is meant for the user. Comes first in the process.
    static func openMissing() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
            // The lowest number that is free is this one.
            _ = open("/dev/null", O_RDWR)
        }
    }

    /// Whether writing has failed: whoever read it has gone, or the disk is full. Everything more is dropped.
    var isBroken: Bool { failure != nil }

    private var failure: Int32? { state.withLock { $0.failure } }

    /// The exit status that a failed output asks for: a reader that went away is no news, all else is said on standard
    /// error.
    var failureStatus: ExitStatus? {
        guard let failure else { return nil }
        if failure == EPIPE { return .brokenPipe }
        let reason = String(cString: strerror(failure))
        StandardStream.error.writeNow("deferno: error: the output could not be written: \(reason)\n")
        return .inputOutput
    }

    /// Adds to what the next ``flush()`` writes.
    func append(_ bytes: some Sequence<UInt8>) {
        state.withLock { $0.bytes += bytes }
    }

    func append(_ text: String) { append(text.utf8) }

    /// Writes what was added. Returns when the system has taken it, which may be long where the reader is slow; waits on
    /// a queue of its own, not on the threads that carry out operations.
    ///
    /// What ``beginWriting()`` is still at work on is waited for as well.
    func flush() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.writeAll()
                continuation.resume()
            }
        }
    }

    /// Begins to write what was added, and does not wait for it.
    func beginWriting() {
        let isDone = state.withLock { state in
            if isPipe { writeWithoutWaiting(&state) }
            return state.bytes.isEmpty
        }
        if !isDone { queue.async { self.writeAll() } }
    }

    /// Writes a few bytes into a pipe that has room for them, on the calling thread: to wake the queue's thread costs many
    /// times as much. A pipe that can be written to takes at least `PIPE_BUF` bytes without waiting (POSIX, `poll` and
    /// `write`).
    private func writeWithoutWaiting(_ state: inout State) {
        guard !state.bytes.isEmpty, state.bytes.count <= PIPE_BUF, state.beingWritten == 0, state.failure == nil else {
            return
        }
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&request, 1, 0) == 1, request.revents == Int16(POLLOUT) else { return }
        let count = state.bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        // What has gone wrong shows again when the queue writes.
        guard count > 0 else { return }
        state.bytes.removeFirst(count)
        takenBytes.add(count, ordering: .relaxed)
    }

    /// Writes a line now, before the function returns: for the end of the process and for what cannot wait.
    func writeNow(_ text: String) {
        append(text)
        queue.sync { writeAll() }
    }

    /// Bytes that the system has taken, in all: what rises while somebody reads, be it ever so slowly.
    var taken: Int { takenBytes.load(ordering: .relaxed) }

    /// Bytes that were added and that the system has not taken yet.
    var backlog: Int { state.withLock { $0.bytes.count + $0.beingWritten } }

    private func writeAll() {
        let bytes = state.withLock { state in
            let bytes = state.failure == nil ? state.bytes : []
            state.bytes = []
            state.beingWritten = bytes.count
            return bytes
        }
        defer { state.withLock { $0.beingWritten = 0 } }
        if isPipe, bytes.count > Self.largeText { widenPipe() }
        let failure: Int32? = bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = writeWhatFits(UnsafeRawBufferPointer(rebasing: rest))
                if count >= 0 {
                    rest = rest.dropFirst(count)
                    takenBytes.add(count, ordering: .relaxed)
                    state.withLock { $0.beingWritten = rest.count }
                } else if errno == EAGAIN {
                    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&request, 1, -1)
                } else if errno != EINTR {
                    return errno
                }
            }
            return nil
        }
        if let failure { state.withLock { $0.failure = failure } }
    }

    /// Writes what there is room for, so that every part that is read shows in ``taken`` at once: a `write` of much to a pipe
    /// returns when all of it is in the pipe. Where the system cannot write that way (`preadv2(2)`: a terminal, a pipe before
    /// Linux 6.4), pieces are so small that it shows as well.
    ///
    /// - Returns: as `write`; -1 with `EAGAIN` where there is no room.
    private func writeWhatFits(_ bytes: UnsafeRawBufferPointer) -> Int {
        if isFile { return write(descriptor, bytes.baseAddress, bytes.count) }
        var vector = iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
        let count = pwritev2(descriptor, &vector, 1, -1, Int32(WRITE_WITHOUT_WAITING))
        guard count < 0, [EOPNOTSUPP, ENOSYS, EINVAL].contains(errno) else { return count }
        return write(descriptor, bytes.baseAddress, min(bytes.count, Int(PIPE_BUF)))
    }

    /// More than this at a time, in bytes, is worth a wider pipe; a pipe holds a quarter of it otherwise (`pipe(7)`).
    private static let largeText = 256 << 10

    /// Lets the reader take a large text in a few pieces. As far as the system allows: it is as good, but slower, without.
    private func widenPipe() {
        let size = fcntl(descriptor, Int32(PIPE_GET_SIZE))
        if size > 0, size < Self.widePipeSize { _ = fcntl(descriptor, Int32(PIPE_SET_SIZE), Int32(Self.widePipeSize)) }
    }

    /// As much as Linux lets anybody have (`/proc/sys/fs/pipe-max-size`), in bytes.
    private static let widePipeSize = 1 << 20
}
