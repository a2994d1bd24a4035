import NIOCore
import NIOPosix
import Synchronization

/// A connection that bytes go over as they are.
final class RawConnection: Sendable {
    private let channel: any Channel
    private let received: Received

    /// - Parameter address: `http://127.0.0.1:PORT`.
    init(to address: String) async throws {
        let received = Received()
        self.received = received
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(Receiver(received)) }
            .connect(host: "127.0.0.1", port: Int(address.split(separator: ":").last ?? "") ?? 0).get()
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    /// Everything that has come, once this is in it; or once the server has ended the connection.
    func text(with part: String) async throws -> String {
        while true {
            let (text, hasEnded) = received.now
            if text.contains(part) || hasEnded { return text }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Everything that comes until the server ends the connection.
    func textToTheEnd() async throws -> String {
        while !received.now.hasEnded { try await Task.sleep(for: .milliseconds(5)) }
        return received.now.text
    }

    var hasEnded: Bool { received.now.hasEnded }

    func close() async { try? await channel.close() }

    /// The answer to one request, after which the connection ends.
    static func answer(_ address: String, _ request: String) async throws -> String {
        let connection = try await RawConnection(to: address)
        try await connection.send(request)
        let text = try await connection.textToTheEnd()
        await connection.close()
        return text
    }
}

private final class Received: Sendable {
    private let state = Mutex<(bytes: [UInt8], hasEnded: Bool)>(([], false))

    var now: (text: String, hasEnded: Bool) {
        state.withLock { (String(decoding: $0.bytes, as: UTF8.self), $0.hasEnded) }
    }

    func add(_ buffer: ByteBuffer) { state.withLock { $0.bytes += buffer.readableBytesView } }
    func end() { state.withLock { $0.hasEnded = true } }
}

private final class Receiver: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let received: Received

    init(_ received: Received) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { received.add(unwrapInboundIn(data)) }
    func channelInactive(context: ChannelHandlerContext) { received.end() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { received.end() }
}
