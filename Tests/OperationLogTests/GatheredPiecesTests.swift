import Glibc
import Testing

@testable import OperationLog

@Suite("Bytes that lie in several places")
struct GatheredPiecesTests {
    @Test("Are written in order, whatever part of them the system takes at once", arguments: [3, 1500])
    func pipe(count: Int) throws {
        var ends: [CInt] = [-1, -1]
        let isMade = Glibc.pipe(&ends) == 0
        try #require(isMade)
        defer { for end in ends { close(end) } }
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        // Every second piece is empty, and all are more than a pipe holds.
        let bytes = (0..<1_200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var got: [UInt8] = []
        var last: UInt8?
        bytes.withUnsafeBytes { all in
            let bounds = (0...count).map { all.count * ($0 / 2 * 2) / count }
            let pieces = zip(bounds, bounds.dropFirst() + [all.count]).map {
                UnsafeRawBufferPointer(rebasing: all[$0..<$1])
            }
            var rest = GatheredPieces(pieces)
            var room = [UInt8](repeating: 0, count: 50_000)
            while got.count < bytes.count {
                if !rest.isEmpty {
                    let written = rest.write(to: ends[1])
                    if written > 0 { rest.advance(by: written) }
                }
                let taken = read(ends[0], &room, room.count)
                guard taken > 0 else { break }
                got += room[..<taken]
            }
            #expect(rest.isEmpty && rest.count == bytes.count)
            last = rest.lastByte
        }
        #expect(got == bytes)
        #expect(last == bytes.last)
    }
}
