import Glibc
import Synchronization

/// A running process with pipes to it. Everything waits with a deadline; a child that outlives its test is killed.
final class Child {
    let processID: pid_t
    private(set) var output: [UInt8] = []
    private(set) var errors: [UInt8] = []
    /// The most memory that was seen resident, in KiB (`VmHWM`): looked at while the process runs.
    private(set) var peakMemory = 0
    private var input: CInt?
    private var outputPipe: CInt?
    private var errorPipe: CInt?
    private var unsent: ArraySlice<UInt8> = []
    private var closesInput = false
    private var isReaped = false

    struct LaunchFailure: Error {
        let code: CInt
    }

    /// - Parameters:
    ///   - program: the path it is called by.
    ///   - standardOutput: a descriptor for it in the place of a pipe, such as that of a terminal; likewise the others.
    init(
        _ arguments: [String],
        program: String = DefernoBinary.path,
        environment: [String: String],
        folder: String,
        standardInput: CInt? = nil,
        standardOutput: CInt? = nil,
        standardError: CInt? = nil
    ) throws {
        _ = Self.brokenPipesAreErrors
        let (inputReader, inputWriter) = try Self.pipe()
        let (outputReader, outputWriter) = try Self.pipe()
        let (errorReader, errorWriter) = try Self.pipe()
        defer { for descriptor in [inputReader, outputWriter, errorWriter] { close(descriptor) } }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, standardInput ?? inputReader, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, standardOutput ?? outputWriter, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, standardError ?? errorWriter, STDERR_FILENO)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (all, none) = (sigset_t(), sigset_t())
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        // env(1) changes the folder and becomes the program: the process stays the same.
        let command = ["/usr/bin/env", "--chdir=\(folder)", program] + arguments
        var words = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var identifier = pid_t()
        let code = Self.launches.withLock { _ in
            posix_spawn(&identifier, command[0], &actions, &attributes, &words, &variables)
        }
        processID = identifier
        guard code == 0 else {
            for descriptor in [inputWriter, outputReader, errorReader] { close(descriptor) }
            isReaped = true
            throw LaunchFailure(code: code)
        }
        for descriptor in [inputWriter, outputReader, errorReader] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
        input = inputWriter
        outputPipe = outputReader
        errorPipe = errorReader
    }

    /// How much the pipe of its standard output can hold, in bytes (F_GETPIPE_SZ).
    var outputPipeSize: Int { Int(fcntl(outputPipe ?? -1, 1032)) }

    deinit {
        for descriptor in [input, outputPipe, errorPipe].compactMap(\.self) { close(descriptor) }
        guard !isReaped else { return }
        kill(processID, SIGKILL)
        waitpid(processID, nil, 0)
    }

    /// A process that writes more, in bytes, has run wild.
    private static let maximumOutput = 1 << 28

    private static let brokenPipesAreErrors: Void = {
        _ = Glibc.signal(SIGPIPE, SIG_IGN)
    }()

    /// Held while a pipe is made and while a process starts: no child may inherit the pipes of another.
    private static let launches = Mutex(())

    private static func pipe() throws -> (reader: CInt, writer: CInt) {
        try launches.withLock { _ in
            var ends: [CInt] = [-1, -1]
            guard Glibc.pipe(&ends) == 0 else { throw LaunchFailure(code: errno) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return (ends[0], ends[1])
        }
    }
}

// MARK: - Talking to it

extension Child {
    /// Gives it more to read; goes out while something is waited for.
    func send(_ text: String) { unsent += text.utf8 }

    func send(_ bytes: some Sequence<UInt8>) { unsent += bytes }

    /// Ends its input once everything has been read.
    func endInput() { closesInput = true }

    /// Goes away as a reader of its output.
    func closeOutput() {
        if let descriptor = outputPipe.take() { close(descriptor) }
    }

    func signal(_ number: CInt) { kill(processID, number) }

    var outputText: String { String(decoding: output, as: UTF8.self) }
    var errorText: String { String(decoding: errors, as: UTF8.self) }

    /// Whether everything sent has been taken.
    var hasSentEverything: Bool { unsent.isEmpty }

    /// Moves bytes until `condition` holds; `false` when it does not within `seconds` or before the process ends.
    ///
    /// - Parameter readsOutput: `false` for a reader that leaves everything in the pipe.
    @discardableResult
    func wait(_ seconds: Double, readsOutput: Bool = true, until condition: () -> Bool) -> Bool {
        let deadline = Clock.now + seconds
        while !condition() {
            // Once it has ended and all is read, nothing more can happen.
            let isOver = outputPipe == nil && errorPipe == nil && hasEnded
            guard Clock.now < deadline, !isOver, output.count < Self.maximumOutput else { return condition() }
            turn(readsOutput)
        }
        return true
    }

    /// Lets some time pass, moving bytes.
    func pause(_ seconds: Double, readsOutput: Bool = true) {
        wait(seconds, readsOutput: readsOutput) { false }
    }

    /// Waits until it ends by itself and everything it wrote is read; kills it after `seconds`.
    func finish(within seconds: Double = 20) -> Finished {
        let isDone = wait(seconds) { outputPipe == nil && errorPipe == nil && hasEnded }
        if !isDone { signal(SIGKILL) }
        var status: CInt = 0
        waitpid(processID, &status, 0)
        isReaped = true
        return Finished(
            end: isDone ? Finished.End(status) : .late, output: output, errors: errors, peakMemory: peakMemory
        )
    }

    private var hasEnded: Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(processID), &information, WEXITED | WNOHANG | WNOWAIT) == 0
            && information._sifields._sigchld.si_pid == processID
    }

    private func turn(_ readsOutput: Bool) {
        if unsent.isEmpty, closesInput, let descriptor = input.take() { close(descriptor) }
        var requests = [
            pollfd(fd: unsent.isEmpty ? -1 : input ?? -1, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: readsOutput ? outputPipe ?? -1 : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errorPipe ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        poll(&requests, nfds_t(requests.count), 5)
        lookAtMemory()
        if requests[0].revents != 0 { sendSome() }
        if requests[1].revents != 0 { Self.read(&outputPipe, into: &output) }
        if requests[2].revents != 0 { Self.read(&errorPipe, into: &errors) }
    }

    private func sendSome() {
        guard let descriptor = input else { return }
        let count = unsent.prefix(1 << 16).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
            unsent = unsent.dropFirst(count)
        } else if errno != EAGAIN, errno != EINTR {
            unsent = []
            input = nil
            close(descriptor)
        }
    }

    private static func read(_ pipe: inout CInt?, into bytes: inout [UInt8]) {
        guard let descriptor = pipe else { return }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count > 0 {
            bytes += buffer[..<count]
        } else if count == 0 || errno != EAGAIN && errno != EINTR {
            pipe = nil
            close(descriptor)
        }
    }

    private func lookAtMemory() {
        guard let file = fopen("/proc/\(processID)/status", "re") else { return }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 256)
        while fgets(&buffer, CInt(buffer.count), file) != nil {
            let line = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            guard line.hasPrefix("VmHWM:") else { continue }
            peakMemory = max(peakMemory, Int(line.filter(\.isNumber)) ?? 0)
        }
    }
}

/// A process that has ended.
struct Finished {
    enum End: Equatable {
        case exit(Int32)
        case killed(by: Int32)
        /// It had to be killed, since it did not end in time.
        case late

        init(_ status: CInt) {
            self = status & 0x7F == 0 ? .exit(status >> 8 & 0xFF) : .killed(by: status & 0x7F)
        }
    }

    let end: End
    let output: [UInt8]
    let errors: [UInt8]
    /// In KiB.
    let peakMemory: Int

    var outputText: String { String(decoding: output, as: UTF8.self) }
    var errorText: String { String(decoding: errors, as: UTF8.self) }
    var outputLines: [Substring] { outputText.split(separator: "\n") }
}

enum Clock {
    /// Seconds since some moment.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
