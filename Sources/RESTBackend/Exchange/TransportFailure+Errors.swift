import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

extension TransportFailure {
    /// What an error of the client's means. Its own description is not used where it could repeat what was sent.
    init(_ error: any Error, wasSent: Bool, settings: RESTSettings) {
        let (kind, reason) = Self.meaning(of: error, settings)
        // What broke before anything was sent is a connection that never stood.
        self.init(kind: kind == .interruption && !wasSent ? .connection : kind, reason: reason, wasSent: wasSent)
    }

    private static func meaning(of error: any Error, _ settings: RESTSettings) -> (Kind, String) {
        switch error {
        case is Exchange.TooLarge: (.tooLarge, "\(settings.maximumAnswerSize) bytes")
        case let error as HTTPClientError: meaning(of: error, settings)
        case let error as NIOConnectionError: meaning(of: error, settings)
        case let error as IOError: (.interruption, words(error.errnoCode))
        case let error as HTTPParserError: (.interruption, "it is not HTTP (\(error))")
        case let error as NIOSSLError: (.interruption, "TLS: \(error)")
        case let error as BoringSSLError: (.interruption, "TLS: \(error)")
        case let error as ChannelError: meaning(of: error, settings)
        case is NIOSSLExtraError: (.interruption, "TLS: the certificate is not the host's")
        default: (.interruption, "\(type(of: error))")
        }
    }

    private static func meaning(of error: HTTPClientError, _ settings: RESTSettings) -> (Kind, String) {
        switch error {
        case .cancelled: (.cancelled, "")
        case .alreadyShutdown: (.closed, "")
        case .deadlineExceeded: (.timeout, "\(settings.deadline)")
        case .readTimeout: (.timeout, "\(settings.readTimeout)")
        case .connectTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout, .httpProxyHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            (.timeout, "\(settings.connectTimeout)")
        case .remoteConnectionClosed: (.interruption, "it was closed")
        case .proxyAuthenticationRequired: (.connection, "the proxy wants a user and a password")
        case .invalidProxyResponse: (.connection, "the proxy gave no usable answer")
        default: (.interruption, error.shortDescription)
        }
    }

    private static func meaning(of error: ChannelError, _ settings: RESTSettings) -> (Kind, String) {
        if case .connectTimeout = error { return (.timeout, "\(settings.connectTimeout)") }
        return (.interruption, "\(error)")
    }

    private static func meaning(of error: NIOConnectionError, _ settings: RESTSettings) -> (Kind, String) {
        let failures = error.connectionErrors.map(\.error)
        if !failures.isEmpty, failures.allSatisfy({ ($0 as? ChannelError).map(isConnectTimeout) == true }) {
            return (.timeout, "\(settings.connectTimeout)")
        }
        if let failure = failures.lazy.compactMap({ $0 as? IOError }).first {
            return (.connection, words(failure.errnoCode))
        }
        let isUnresolved = failures.isEmpty && (error.dnsAError != nil || error.dnsAAAAError != nil)
        return (.connection, isUnresolved ? "the name \(error.host) is not known" : "no address could be reached")
    }

    private static func isConnectTimeout(_ error: ChannelError) -> Bool {
        if case .connectTimeout = error { return true }
        return false
    }

    /// The system's words for one of its error numbers.
    private static func words(_ code: CInt) -> String {
        String(cString: strerror(code))
    }
}
