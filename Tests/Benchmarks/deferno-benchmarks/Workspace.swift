import Glibc

/// A temporary folder for what the benchmark writes, and the scripts it reads.
struct Workspace {
    let path: String

    init() throws {
        var template = Array("\(Workspace.parent)/deferno-benchmarks-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw BenchmarkFailure("no temporary folder can be made") }
        path = String(cString: made)
    }

    private static var parent: String {
        getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func remove() throws {
        _ = try Program.run("/bin/rm", ["-rf", path])
    }

    /// A script of `count` creates in one list of steps.
    func script(ofSteps count: Int) throws -> String {
        let path = file("steps-\(count).yaml")
        try write(path) { append in
            append("name: \(count) creates\non_error: continue\nsteps:\n")
            for number in 0..<count {
                append("  - op: create_task\n    args:\n      title: Buy milk number \(number)\n")
                append("      description: From the shop around the corner\n      labels: [home, shopping]\n")
            }
        }
        return path
    }

    /// The same operations as a stream of documents.
    func script(ofDocuments count: Int) throws -> String {
        let path = file("documents-\(count).yaml")
        try write(path) { append in
            for number in 0..<count {
                append("---\nop: create_task\nargs:\n  title: Buy milk number \(number)\n")
                append("  description: From the shop around the corner\n  labels: [home, shopping]\n")
            }
        }
        return path
    }

    func read(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw BenchmarkFailure("\(path) cannot be read") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    func write(_ path: String, _ body: ((String) -> Void) throws -> Void) throws {
        guard let file = fopen(path, "w") else { throw BenchmarkFailure("\(path) cannot be written") }
        try body { fputs($0, file) }
        fclose(file)
    }
}

struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Another program.
enum Program {
    struct Result {
        let status: Int32
        let seconds: Double
        /// The most memory it held, in MiB.
        let peakMemory: Double
    }

    /// Starts it and leaves it running.
    static func start(_ path: String, _ arguments: [String]) throws -> pid_t {
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in words { free(pointer) } }
        var process = pid_t()
        guard posix_spawn(&process, path, nil, nil, &words, environ) == 0 else {
            throw BenchmarkFailure("\(path) cannot be started")
        }
        return process
    }

    /// Runs it to its end.
    static func run(
        _ path: String,
        _ arguments: [String],
        input: String = "/dev/null",
        output: String = "/dev/null",
        environment: [String: String] = [:]
    ) throws -> Result {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        let start = Clock.now
        var process = pid_t()
        guard posix_spawn(&process, path, &actions, nil, &words, &variables) == 0 else {
            throw BenchmarkFailure("\(path) cannot be started")
        }
        var status: Int32 = 0
        var usage = rusage()
        wait4(process, &status, 0, &usage)
        return Result(
            status: status >> 8 & 0xFF,
            seconds: Clock.now - start,
            peakMemory: Double(usage.ru_maxrss) / 1024
        )
    }
}
