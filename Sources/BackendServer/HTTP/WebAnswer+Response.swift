import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization

extension WebAnswer {
    /// As Hummingbird sends it.
    ///
    /// - Parameter connection: whose client may go before an answer without an end has one.
    func response(on connection: OpenConnection?) -> Response {
        switch body {
        case .none: return Response(status: status, headers: headers)
        case .pieces(let pieces): return Response(status: status, headers: headers, body: Self.body(of: pieces))
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

    /// A small body goes out at once, a large one piece by piece, each when there is room for it: it is in memory once.
    private static func body(of pieces: [[UInt8]]) -> ResponseBody {
        let length = pieces.reduce(0) { $0 + $1.count }
        guard length > ServerSettings.pieceBytes else {
            var buffer = ByteBuffer()
            buffer.reserveCapacity(length)
            for piece in pieces { buffer.writeBytes(piece) }
            return ResponseBody(byteBuffer: buffer)
        }
        return ResponseBody(contentLength: length) { writer in
            let seconds = ServerSettings.stalledSeconds + Int64(length / ServerSettings.slowestReading)
            let due = ContinuousClock.now.advanced(by: .seconds(seconds))
            for piece in pieces {
                var rest = piece[...]
                while !rest.isEmpty {
                    guard ContinuousClock.now < due else { throw ReaderTooSlow() }
                    try await writer.write(ByteBuffer(bytes: rest.prefix(ServerSettings.pieceBytes)))
                    rest = rest.dropFirst(ServerSettings.pieceBytes)
                }
            }
            try await writer.finish(nil)
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
