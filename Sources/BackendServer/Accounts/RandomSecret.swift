import Crypto
import OperationCatalogue

/// Secrets from the system's generator, which is a cryptographic one (Swift's `SystemRandomNumberGenerator`: getrandom(2)).
enum RandomSecret {
    /// 256 bits in base64url (RFC 4648 section 5) without padding: 43 characters.
    static func make() -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<43).map { _ in alphabet[Int.random(in: 0..<64, using: &generator)] }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The short code that a person carries from the browser to a program.
enum SignInCode {
    /// Without what is easily taken for something else: 0 and O, 1, I and L.
    static let alphabet = Array("23456789ABCDEFGHJKMNPQRSTUVWXYZ".utf8)
    static let length = 8

    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A code as people type it: in either case, with spaces and hyphens in it.
    static func normalised(_ text: String) -> String {
        String(text.uppercased().filter { $0 != "-" && !$0.isWhitespace })
    }
}

/// What is kept of a secret of 256 random bits: its SHA-256. No slower hash is needed where nothing can be guessed.
enum SecretHash {
    static func of(_ secret: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(secret.utf8)))
    }

    /// Takes the same time wherever two texts of one length differ.
    static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    static func isEqual(_ left: String, _ right: String) -> Bool {
        isEqual(of(left), of(right))
    }
}
