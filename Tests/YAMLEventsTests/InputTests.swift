import Glibc
import Testing

@testable import YAMLEvents

@Suite("Input from descriptors")
struct InputTests {
    @Test("a folder is refused with the system's reason")
    func folder() throws {
        let descriptor = open(".", O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var reader = try YAMLEventReader(fileDescriptor: descriptor)
        let error = #expect(throws: YAMLError.self) {
            while true {
                if case .streamEnd = try reader.next() { return }
            }
        }
        #expect(error?.kind == .inputOutput(errno: EISDIR))
        #expect(error?.message.contains("Is a directory") == true)
    }

    @Test("a closed descriptor is refused")
    func closed() throws {
        var reader = try YAMLEventReader(fileDescriptor: -1)
        let error = #expect(throws: YAMLError.self) { _ = try reader.next() }
        #expect(error?.kind == .inputOutput(errno: EBADF))
    }

    @Test("bytes arriving one by one give the same events as all at once", arguments: [1, 2, 7])
    func byteByByte(chunk: Int) throws {
        let text = "- {a: [1, \"é😀\", *b]}\n- |\n  x\n   y\n---\n'end': &c !!str d\r\n"
        let bytes = Array(text.utf8)
        let pipe = try PipeEnds()
        let writer = try WritingThread { pipe.write(bytes, chunk: chunk) }
        let piped = StreamReading(try YAMLEventReader(fileDescriptor: pipe.reading))
        writer.join()
        pipe.closeReading()
        #expect(piped == StreamReading(try YAMLEventReader(bytes: bytes)))
        #expect(!piped.isRefused)
    }

    @Test("a node is given while its pipe stays open, before the next one is written")
    func nothingIsWaitedFor() throws {
        let pipe = try PipeEnds()
        defer { pipe.closeReading() }
        var composer = try YAMLComposer(fileDescriptor: pipe.reading)
        for number in 0..<3 {
            let bytes = Array("---\na: \(number)\n...\n".utf8)
            let written = bytes.withUnsafeBytes { write(pipe.writing, $0.baseAddress, $0.count) }
            try #require(written == bytes.count)
            // Every reading here would block for ever if it wanted more than was written.
            let document = try #require(try composer.composeDocument())
            #expect(document["a"]?.scalar?.value == "\(number)")
        }
        close(pipe.writing)
        #expect(try composer.composeDocument() == nil)
    }

    @Test("a descriptor that is non-blocking already is waited for")
    func nonBlocking() throws {
        let pipe = try PipeEnds()
        defer { pipe.closeReading() }
        try #require(fcntl(pipe.reading, F_SETFL, O_NONBLOCK) == 0)
        let writer = try WritingThread {
            for text in ["a:", " 1", "\n"] {
                usleep(10_000)
                _ = Array(text.utf8).withUnsafeBytes { write(pipe.writing, $0.baseAddress, $0.count) }
            }
            close(pipe.writing)
        }
        let reading = StreamReading(try YAMLEventReader(fileDescriptor: pipe.reading))
        writer.join()
        #expect(!reading.isRefused)
        #expect(reading.events.contains("=VAL :1"))
    }

    @Test("a reader that is given up frees what it holds, in the middle of an event or an error")
    func givenUp() throws {
        for count in 1...6 {
            var reader = try YAMLEventReader(bytes: Array("- &a !!str abc\n- [".utf8))
            for _ in 0..<count { _ = try? reader.next() }
        }
    }
}
