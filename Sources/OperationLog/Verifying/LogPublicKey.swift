import Crypto
import FoundationEssentials

/// The public key of a log's signatures: Ed25519 (RFC 8032).
package struct LogPublicKey: Sendable {
    private let key: Curve25519.Signing.PublicKey
    /// The 32 bytes in base64, as a header has them.
    package let text: String

    /// What stands before the 32 bytes in a SubjectPublicKeyInfo (RFC 8410 section 4).
    private static let prefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    /// Reads a key as `deferno log keygen` and `openssl pkey -pubout` write it (PEM, RFC 7468 and RFC 8410), or its 32 bytes
    /// in base64; `nil` where the text is neither.
    package init?(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.filter { !$0.isWhitespace } }
        let bytes: Data
        if let begin = lines.firstIndex(of: "-----BEGINPUBLICKEY-----") {
            guard let end = lines.firstIndex(of: "-----ENDPUBLICKEY-----"), begin < end,
                let der = Data(base64Encoded: lines[(begin + 1)..<end].joined()),
                der.count == Self.prefix.count + 32, der.starts(with: Self.prefix)
            else { return nil }
            bytes = der.suffix(32)
        } else {
            guard lines.count == 1, let raw = Data(base64Encoded: lines[0]), raw.count == 32 else { return nil }
            bytes = raw
        }
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return nil }
        self.key = key
        self.text = bytes.base64EncodedString()
    }

    /// Whether a signature, in base64, is one of this key over a record's hash. One whose text could be written in another
    /// way is none.
    func isSignature(_ signature: String, of hash: RecordDigest) -> Bool {
        guard let bytes = Data(base64Encoded: signature), bytes.base64EncodedString() == signature else { return false }
        return key.isValidSignature(bytes, for: Data((LogKey.purpose + hash.text).utf8))
    }
}
