import Hummingbird
import HummingbirdCore
import NIOCore
import OperationCatalogue
import Synchronization

extension WebAnswer {
    /// As Hummingbird sends it.
    ///
    /// - Parameter connection: whose client may go before an answer without an end has one.
    func response(on connection: OpenConnection?) -> Response {
        switch body {
        case .none: return Response(status: status, headers: headers)
        case .pieces(let pieces): return Response(status: status, headers: headers, body: Self.body(of: pieces))
        case .spooled(let before, let text, let after):
            return Response(status: status, headers: headers, body: Self.body(before, text, after, on: connection))
        case .events(let events):
            let pull = EventPull(events)
            connection?.onEnd { pull.end() }
            return Response(
                status: status, headers: headers,
                body: ResponseBody { writer in
                    while let event = await pull.next() { try await writer.write(ByteBuffer(string: event)) }
                    try await writer.finish(nil)
                })
        }
    }

    /// A small body goes out at once, a larger one piece by piece: it is in memory once.
    private static func body(of pieces: [[UInt8]]) -> ResponseBody {
        let length = pieces.reduce(0) { $0 + $1.count }
        guard length > ServerSettings.pieceBytes else {
            var buffer = ByteBuffer()
            buffer.reserveCapacity(length)
            for piece in pieces { buffer.writeBytes(piece) }
            return ResponseBody(byteBuffer: buffer)
        }
        return ResponseBody(contentLength: length) { writer in
            let pace = ReadingPace(of: length)
            for piece in pieces { try await writer.write(piece, at: pace) }
            try await writer.finish(nil)
        }
    }

    /// A body of which no more is in memory than a piece. Where it cannot be read to its end, the connection ends before the length
    /// that was promised.
    private static func body(
        _ before: [UInt8], _ text: any SpooledText, _ after: [UInt8], on connection: OpenConnection?
    ) -> ResponseBody {
        let length = before.count + text.count + after.count
        return ResponseBody(contentLength: length) { writer in
            let pace = ReadingPace(of: length)
            try await writer.write(before, at: pace)
            var ahead = 0
            try await text.forEachPiece(ofAtMost: ServerSettings.pieceBytes) { piece in
                try await writer.write(piece, at: pace)
                ahead += piece.count
                guard ahead >= ServerSettings.mostBytesAhead, let loop = connection?.channel.eventLoop else { return }
                ahead = 0
                // That the client takes no more is known once the connection's own thread has dealt with what was written.
                try await loop.submit {}.get()
            }
            try await writer.write(after, at: pace)
            try await writer.finish(nil)
        }
    }
}

/// How long an answer may take to be taken.
private struct ReadingPace {
    private let due: ContinuousClock.Instant

    /// - Parameter length: in bytes.
    init(of length: Int) {
        let seconds = ServerSettings.stalledSeconds + Int64(length / ServerSettings.slowestReading)
        due = ContinuousClock.now.advanced(by: .seconds(seconds))
    }

    func check() throws(ReaderTooSlow) {
        guard ContinuousClock.now < due else { throw ReaderTooSlow() }
    }
}

extension ResponseBodyWriter {
    /// Writes bytes in pieces, each when there is room for it.
    fileprivate mutating func write(_ bytes: [UInt8], at pace: ReadingPace) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            try pace.check()
            try await write(ByteBuffer(bytes: rest.prefix(ServerSettings.pieceBytes)))
            rest = rest.dropFirst(ServerSettings.pieceBytes)
        }
    }
}

/// An answer was not taken at the pace that the others may expect: the connection ends.
private struct ReaderTooSlow: Error {}

/// Pulls events until there are no more, or nobody is there who would read them.
///
/// Unchecked: the body of one answer calls ``next()``, one call at a time.
private final class EventPull: @unchecked Sendable {
    private var events: AsyncStream<String>.Iterator
    private let state = Mutex(State())

    private struct State {
        var pulling: Task<String?, Never>?
        var hasEnded = false
    }

    init(_ events: AsyncStream<String>) { self.events = events.makeAsyncIterator() }

    func next() async -> String? {
        let pulling = state.withLock { state -> Task<String?, Never>? in
            guard !state.hasEnded else { return nil }
            let pulling = Task { await pull() }
            state.pulling = pulling
            return pulling
        }
        return await pulling?.value
    }

    private func pull() async -> String? { await events.next(isolation: nil) }

    func end() {
        let pulling = state.withLock { state in
            state.hasEnded = true
            return state.pulling.take()
        }
        pulling?.cancel()
    }
}
