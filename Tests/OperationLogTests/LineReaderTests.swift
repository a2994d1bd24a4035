import Glibc
import OperationCatalogue
import OperationLog
import Testing

@Suite("Reading a segment line by line")
struct LineReaderTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder("log.ndjson")
    }

    private struct Read: Equatable {
        var texts: [String] = []
        var numbers: [Int] = []
        var offsets: [Int64] = []
        var unended = 0
        var tooLong = 0
    }

    private func read(_ path: String) throws -> Read {
        var reader = try LogLineReader(path)
        var read = Read()
        while try reader.next({ line -> Bool in
            read.texts.append(String(decoding: line.bytes.prefix(200), as: UTF8.self))
            read.numbers.append(line.number)
            read.offsets.append(line.offset)
            read.unended += line.isEnded ? 0 : 1
            read.tooLong += line.isTooLong ? 1 : 0
            return true
        }) != nil {}
        return read
    }

    @Test("Lines come with their number and offset, empty ones too, and one without its newline says so")
    func lines() throws {
        try append("one\n\nthree\nfo", to: path)
        let read = try read(path)
        #expect(read.texts == ["one", "", "three", "fo"])
        #expect(read.numbers == [1, 2, 3, 4])
        #expect(read.offsets == [0, 4, 5, 11])
        #expect(read.unended == 1)
        try append("", to: folder("empty"))
        #expect(try self.read(folder("empty")) == Read())
    }

    @Test("Lines of any length around the buffer's size come whole")
    func bufferBorders() throws {
        let sizes = [0, 1, 131_071, 131_072, 131_073, 262_143, 262_144, 262_145, 600_000, 3, 1_000_000]
        try append(sizes.map { String(repeating: "x", count: $0) + "\n" }.joined(), to: path)
        var reader = try LogLineReader(path)
        var found: [Int] = []
        while let count = try reader.next({ $0.bytes.count }) { found.append(count) }
        #expect(found == sizes)
        #expect(reader.bytesRead == Int64(sizes.reduce(0) { $0 + $1 + 1 }))
    }

    @Test("A line beyond the limit is given by its beginning, and the lines after it are whole")
    func longLine() throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        try #require(ftruncate(descriptor, off_t(LogLineReader.limit + 1_000_000)) == 0)
        close(descriptor)
        try append("\nafter\n", to: path)
        let read = try read(path)
        #expect(read.tooLong == 1)
        #expect(read.texts.count == 2 && read.texts.last == "after")
        #expect(read.numbers == [1, 2])
        #expect(read.offsets.last == Int64(LogLineReader.limit + 1_000_001))
    }

    @Test("A compressed segment reads like the plain one, several members too, and a damaged one is an error")
    func gzip() throws {
        let text = (0..<20_000).map { "{\"line\":\($0)}\n" }.joined()
        try append(text, to: path)
        let plain = try read(path)
        for file in ["a.gz", "b.gz"] {
            let command = "gzip -c '\(path)' >> '\(folder(file))'"
            try #require(system(command) == 0)
        }
        #expect(try read(folder("a.gz")) == plain)
        try #require(system("cat '\(folder("a.gz"))' '\(folder("b.gz"))' > '\(folder("c.gz"))'") == 0)
        #expect(try read(folder("c.gz")).texts == plain.texts + plain.texts)
        try #require(truncate(folder("a.gz"), 2000) == 0)
        let error = #expect(throws: OperationError.self) { try read(folder("a.gz")) }
        #expect(error?.message.contains("does not decompress") == true)
    }

    @Test("What cannot be read is refused, with its reason")
    func unreadable() {
        let missing = #expect(throws: OperationError.self) { try read(folder("none")) }
        #expect(missing?.message.contains("no such file") == true)
        let directory = #expect(throws: OperationError.self) { try read(folder.path) }
        #expect(directory?.message.contains("is a folder") == true)
    }
}
