import NIOCore
import NIOHTTP1
import NIOHTTP2

/// Ends a connection whose answer has a status that is none (RFC 9110 section 15: 100 to 599): the client takes any below 200
/// for an interim answer, and the process would end when the body of such a one comes.
final class StatusGuard: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    struct ImpossibleStatus: Error {
        let code: UInt
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data), !(100..<1000).contains(head.status.code) else {
            return context.fireChannelRead(data)
        }
        context.fireErrorCaught(ImpossibleStatus(code: head.status.code))
        context.close(promise: nil)
    }

    /// Puts one behind what makes answers out of the bytes of a connection.
    static func install(inConnection channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
            try pipeline.addHandler(StatusGuard(), position: .after(decoder))
        }
    }

    /// The same for a stream of HTTP/2.
    static func install(inStream channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let codec = try pipeline.handler(type: HTTP2FramePayloadToHTTP1ClientCodec.self)
            try pipeline.addHandler(StatusGuard(), position: .after(codec))
        }
    }
}
