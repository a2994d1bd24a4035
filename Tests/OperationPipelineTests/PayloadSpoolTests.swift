import Glibc
import OperationCatalogue
import OperationPipeline
import Testing

@Suite("A payload that is too long to be held in memory")
struct PayloadSpoolTests {
    private static let part = Spools.partBytes

    /// The elements of an array with so many bytes, or a few more.
    private func write(bytes: Int, into writer: inout JSONWriter) throws -> [String] {
        var elements: [String] = []
        writer.beginArray()
        var written = 0
        while written < bytes {
            let element = "\(elements.count), \"]\"" + String(repeating: "x", count: 10_000)
            writer.string(element)
            try writer.relieve()
            elements.append(element)
            written += element.utf8.count
        }
        writer.endArray()
        return elements
    }

    private func make(bytes: Int, in spools: Spools, onGate gate: BlockingGate) async throws -> (
        text: (any SpooledText)?, whole: JSONText?, elements: [String]
    ) {
        try await gate.run {
            let spool = PayloadSpool(in: spools, countsElements: true)
            var writer = JSONWriter(drainingTo: spool)
            writer.reserve(100 * bytes)
            let elements = try write(bytes: bytes, into: &writer)
            switch try spool.end(with: writer.takeBytes()) {
            case .spooled(let text): return (text, nil, elements)
            case .ok(let whole, _): return (nil, whole, elements)
            case .failed, .unknown, .skipped: return (nil, nil, elements)
            }
        }
    }

    @Test("lies in a file, is read back in pieces as it was written, and its elements are counted", arguments: [1, 7])
    func reading(parts: Int) async throws {
        let folder = try TemporaryFolder()
        let made = try await make(
            bytes: parts * Self.part + 1, in: Spools(temporary: nil, orIn: folder.path), onGate: BlockingGate(width: 1))
        let text = try #require(made.text)
        var bytes: [UInt8] = []
        try await text.forEachPiece(ofAtMost: 65_536) { piece in
            #expect(!piece.isEmpty && piece.count <= 65_536)
            bytes += piece
        }
        #expect(bytes.count == text.count)
        #expect(bytes == JSONText(.array(made.elements.map { .string($0) })).bytes)
        #expect(text.elements == made.elements.count)
        #expect(folder.entries.isEmpty, "the file has no name")
    }

    @Test("has no file as long as it is short")
    func short() async throws {
        let folder = try TemporaryFolder()
        let none = Spools(temporary: nil, orIn: folder.path)
        let made = try await make(bytes: Self.part / 2, in: none, onGate: BlockingGate(width: 1))
        #expect(made.text == nil && folder.openFiles == 0)
        #expect(made.whole == JSONText(.array(made.elements.map { .string($0) })))
    }

    @Test("leaves no descriptor behind, also where nobody reads it")
    func descriptors() async throws {
        let folder = try TemporaryFolder()
        var text = try await make(
            bytes: 2 * Self.part, in: Spools(temporary: nil, orIn: folder.path), onGate: BlockingGate(width: 1)
        ).text
        withExtendedLifetime(text) { #expect(folder.openFiles == 1) }
        text = nil
        for _ in 0..<1000 where folder.openFiles > 0 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(folder.openFiles == 0)
    }

    @Test("takes the folder that the user has chosen, and another one where that takes no files")
    func folders() async throws {
        let (chosen, store) = (try TemporaryFolder(), try TemporaryFolder())
        let gate = BlockingGate(width: 1)
        let first = try await make(
            bytes: Self.part, in: Spools(temporary: chosen.path, orIn: store.path), onGate: gate)
        withExtendedLifetime(first.text) { #expect(chosen.openFiles == 1 && store.openFiles == 0) }
        let second = try await make(
            bytes: Self.part, in: Spools(temporary: chosen.path + "/missing", orIn: store.path), onGate: gate)
        withExtendedLifetime(second.text) { #expect(store.openFiles == 1) }
    }
}

/// A folder that goes away.
private final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/deferno-spool-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw OperationError(.internalError, "no temporary folder") }
        path = String(cString: made)
    }

    deinit { rmdir(path) }

    var entries: [String] { Self.names(in: path).filter { !$0.hasPrefix(".") } }

    /// How many files of it this process has open.
    var openFiles: Int {
        Self.names(in: "/proc/self/fd").count { name in
            var target = [CChar](repeating: 0, count: 4096)
            let count = readlink("/proc/self/fd/\(name)", &target, target.count)
            guard count > 0 else { return false }
            return String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self).hasPrefix(path + "/")
        }
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { names.append(String(cString: $0)) }
            }
        }
        return names
    }
}
