import Crypto
import FoundationEssentials
package import OperationCatalogue

/// The private key that signs a log's checkpoints: Ed25519 (RFC 8032).
package struct LogKey: Sendable {
    /// What stands before a record's hash in the text that is signed, so that the signature means nothing elsewhere.
    package static let purpose = "deferno-log-checkpoint:"

    private let key: Curve25519.Signing.PrivateKey
    /// The 32 bytes of the public key in base64.
    package let publicKey: String

    private init(_ key: Curve25519.Signing.PrivateKey) {
        self.key = key
        publicKey = key.publicKey.rawRepresentation.base64EncodedString()
    }

    /// A new key from the system's generator.
    package static func generate() -> LogKey { LogKey(Curve25519.Signing.PrivateKey()) }

    /// The signature of a record's hash, in base64; empty where the library fails to make one, which it does not for a key
    /// that it has taken.
    func signature(of hash: [UInt8]) -> String {
        let text = Data(Self.purpose.utf8) + Data(hash)
        return (try? key.signature(for: text))?.base64EncodedString() ?? ""
    }
}

// MARK: - As text

extension LogKey {
    /// What stands before the 32 bytes in a PKCS #8 private key (RFC 8410 section 7) and in a public key (section 4).
    private static let privatePrefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
    private static let publicPrefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    /// Reads a private key as ``privatePEM`` and `openssl genpkey -algorithm ed25519` write it (RFC 7468, RFC 8410); `nil`
    /// where the text is none.
    package init?(pem: String) {
        let lines = pem.split(whereSeparator: \.isNewline).map { $0.filter { !$0.isWhitespace } }
        guard let begin = lines.firstIndex(of: "-----BEGINPRIVATEKEY-----"),
            let end = lines.firstIndex(of: "-----ENDPRIVATEKEY-----"), begin < end,
            let der = Data(base64Encoded: lines[(begin + 1)..<end].joined()),
            der.count == Self.privatePrefix.count + 32, der.starts(with: Self.privatePrefix),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: der.suffix(32))
        else { return nil }
        self.init(key)
    }

    /// The private key as a PEM text: a secret.
    package var privatePEM: Secret {
        Secret(Self.pem("PRIVATE KEY", Data(Self.privatePrefix) + key.rawRepresentation))
    }

    /// The public key as a PEM text, which `openssl` reads.
    package var publicPEM: String {
        Self.pem("PUBLIC KEY", Data(Self.publicPrefix) + key.publicKey.rawRepresentation)
    }

    private static func pem(_ label: String, _ der: Data) -> String {
        "-----BEGIN \(label)-----\n\(der.base64EncodedString())\n-----END \(label)-----\n"
    }
}
