import BatchFrontend
import Dispatch
import Glibc
import OperationCatalogue
import Synchronization
import Testing
import YAMLEvents

/// A folder that goes away with the test that made it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/batch-frontend-tests.XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { unlink("\(path)/\(name)") }
            }
            closedir(folder)
        }
        rmdir(path)
    }

    /// Writes a file and returns its path.
    func file(_ name: String = "script.yaml", _ bytes: some Collection<UInt8>) throws -> String {
        let writer = try FileWriter("\(path)/\(name)")
        writer.write(Array(bytes))
        return "\(path)/\(name)"
    }

    func file(_ name: String = "script.yaml", text: String) throws -> String {
        try file(name, Array(text.utf8))
    }

    /// Makes a named pipe and returns its path.
    func pipe(_ name: String = "pipe.yaml") throws -> String {
        let path = "\(path)/\(name)"
        try #require(mkfifo(path, 0o600) == 0)
        return path
    }
}

/// A file, or the writing end of a named pipe, that is open for writing.
final class FileWriter: Sendable {
    private let descriptor: Int32
    private let isClosed = Atomic<Bool>(false)

    /// Opened for reading too, so that nobody waits for a reader where the path is a named pipe.
    ///
    /// - Parameter blocksUntilRead: waits for a reader after all, and learns when it has gone away.
    init(_ path: String, blocksUntilRead: Bool = false) throws {
        descriptor = open(path, (blocksUntilRead ? O_WRONLY : O_RDWR) | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
    }

    deinit { close() }

    func close() {
        if !isClosed.exchange(true, ordering: .relaxed) { _ = Glibc.close(descriptor) }
    }

    /// Writes all of it; `false` when the reader has gone away.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        signal(SIGPIPE, SIG_IGN)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    func write(_ text: String) { write(Array(text.utf8)) }
}

/// Does what blocks on a thread of its own.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "batch-frontend-tests").async { continuation.resume(with: Result(catching: body)) }
    }
}

/// What the check says of a script, in the order of the places: `line:column message`.
func faults(of script: String, overrides: JSONObject = JSONObject()) throws -> [String] {
    try check(Array(script.utf8), overrides: overrides).lines
}

func check(_ bytes: [UInt8], overrides: JSONObject = JSONObject()) throws -> ScriptCheck {
    let folder = try TemporaryFolder()
    let source = ScriptSource.file(try folder.file("script.yaml", bytes))
    return source.check(overrides: overrides)
}

extension ScriptCheck {
    /// `line:column message`, in the order of the places.
    var lines: [String] {
        faults.sorted { $0.mark < $1.mark }.map { "\($0.mark.line):\($0.mark.column) \($0.message)" }
    }
}
