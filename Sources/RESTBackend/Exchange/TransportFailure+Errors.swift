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

    static let proxyWantsUser = "the proxy wants a user and a password"

    private static func meaning(of error: any Error, _ settings: RESTSettings) -> (Kind, String) {
        switch error {
        case is Exchange.TooLarge: (.tooLarge, "\(settings.maximumAnswerSize) bytes")
        case let error as HTTPClientError: meaning(of: error, settings)
        case let error as NIOConnectionError: meaning(of: error, settings)
        case let error as IOError: (.interruption, words(error.errnoCode))
        case let error as StatusGuard.ImpossibleStatus: (.interruption, "HTTP has no status \(error.code)")
        case let error as HTTPParserError: (.interruption, "it is not HTTP (\(error))")
        case is NIOSSLError, is BoringSSLError: (.interruption, wordsOfTLS(error, settings))
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
        case .proxyAuthenticationRequired: (.connection, proxyWantsUser)
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
        if let failure = failures.first { return (.connection, meaning(of: failure, settings).1) }
        let isUnresolved = failures.isEmpty && (error.dnsAError != nil || error.dnsAAAAError != nil)
        return (.connection, isUnresolved ? "the name \(error.host) is not known" : "no address could be reached")
    }

    private static func isConnectTimeout(_ error: ChannelError) -> Bool {
        if case .connectTimeout = error { return true }
        return false
    }

    /// What a TLS library says names files of the machine that it was built on; only the name of the failure is kept.
    private static func wordsOfTLS(_ error: any Error, _ settings: RESTSettings) -> String {
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "TLS: this machine does not trust its certificate, or it is for another host"
        }
        if text.contains("failedToLoadCertificate") || text.contains("noSuchFilesystemObject"),
            let file = settings.trustRootsFile
        {
            return "TLS: no certificates could be read from \(file), which SSL_CERT_FILE names"
        }
        let marker = "OPENSSL_internal:"
        guard let range = text.firstRange(of: marker) else {
            return "TLS: \(text.prefix { $0.isLetter || $0.isNumber })"
        }
        return "TLS: \(text[range.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" })"
    }

    /// The system's words for one of its error numbers.
    private static func words(_ code: CInt) -> String {
        String(cString: strerror(code))
    }
}
