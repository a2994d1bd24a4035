import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// The way of a connection's bytes to requests and of answers to bytes. As Hummingbird's own for HTTP/1 (`HTTP1Channel`), but
/// with a ``ConnectionGuard`` where a message still has its version.
struct HTTPConnection: ServerChildChannel, HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: HTTPChannelHandler.Responder
    let connections: OpenConnections
    /// For a request to come whole once its head has.
    let bodyTime: TimeAmount

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = ServerSettings.mostHeaderBytes
            limits.maxHeaderListSize = ServerSettings.mostHeaderBytes
            limits.maxHeaderFieldCount = ServerSettings.mostHeaderFields
            // Answers' fields are checked where they are made, pipelined requests wait in the asynchronous channel, and what
            // is no HTTP is answered by whoever reads from that.
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: HTTPResponseEncoder.Configuration(), withDecoderLimitConfiguration: limits)
            try pipeline.addHandler(ConnectionGuard(connections, bodyTime: bodyTime))
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(
                HTTPConnectionStateHandler(idleTimeout: ServerSettings.idleTime, logger: logger))
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel,
                configuration: NIOAsyncChannel.Configuration(isOutboundHalfClosureEnabled: true))
        }
    }

    func handle(value: Value, logger: Logger) async {
        await handleHTTP(asyncChannel: value, logger: logger)
    }
}
