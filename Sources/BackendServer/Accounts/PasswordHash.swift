import Crypto
import CryptoExtras
import OperationCatalogue
import OperationPipeline

/// What is kept of a password: scrypt (RFC 7914) with its parameters beside the result, so that they can be raised later.
struct PasswordHash: Hashable, Sendable {
    let parameters: Parameters
    let salt: [UInt8]
    let key: [UInt8]

    struct Parameters: Hashable, Sendable {
        /// The binary logarithm of scrypt's N.
        let cost: Int
        /// scrypt's r.
        let blockSize: Int
        /// scrypt's p.
        let parallelism: Int

        /// 128 MiB for each (OWASP Password Storage Cheat Sheet, "scrypt": N = 2^17, r = 8, p = 1).
        static let recommended = Parameters(cost: 17, blockSize: 8, parallelism: 1)
        /// For tests, which must not wait: 16 KiB.
        static let quick = Parameters(cost: 4, blockSize: 8, parallelism: 1)
    }

    /// - Throws: what the library throws, where there is not enough memory.
    init(of password: String, parameters: Parameters) throws {
        var generator = SystemRandomNumberGenerator()
        salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        self.parameters = parameters
        key = try Self.key(of: password, salt: salt, parameters)
    }

    func matches(_ password: String) throws -> Bool {
        SecretHash.isEqual(key, try Self.key(of: password, salt: salt, parameters))
    }

    private static func key(of password: String, salt: [UInt8], _ parameters: Parameters) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            from: Array(password.utf8), salt: salt, outputByteCount: 32, rounds: 1 << parameters.cost,
            blockSize: parameters.blockSize, parallelism: parameters.parallelism)
        return key.withUnsafeBytes { Array($0) }
    }
}

extension PasswordHash {
    /// `scrypt$17$8$1$SALT$KEY`, the last two in hexadecimal digits.
    var text: String {
        let numbers = "\(parameters.cost)$\(parameters.blockSize)$\(parameters.parallelism)"
        return "scrypt$\(numbers)$\(salt.hexadecimal)$\(key.hexadecimal)"
    }

    init?(text: String) {
        let parts = text.split(separator: "$")
        guard parts.count == 6, parts[0] == "scrypt", let cost = Int(parts[1]), (1...30).contains(cost),
            let blockSize = Int(parts[2]), let parallelism = Int(parts[3]), let salt = [UInt8](hexadecimal: parts[4]),
            let key = [UInt8](hexadecimal: parts[5])
        else { return nil }
        parameters = Parameters(cost: cost, blockSize: blockSize, parallelism: parallelism)
        self.salt = salt
        self.key = key
    }
}

/// Hashes passwords on threads of its own, two at most at once: more would take the memory of everything else.
final class PasswordHasher: Sendable {
    private let parameters: PasswordHash.Parameters
    private let gate = BlockingGate(width: 2)

    init(_ parameters: PasswordHash.Parameters) { self.parameters = parameters }

    func hash(_ password: String) async throws(OperationError) -> PasswordHash {
        try await run { [parameters] in try PasswordHash(of: password, parameters: parameters) }
    }

    /// Takes as long where there is no such account, so that the time does not tell.
    func verify(_ password: String, _ hash: PasswordHash?) async throws(OperationError) -> Bool {
        guard let hash else {
            _ = try await self.hash(password)
            return false
        }
        return try await run { try hash.matches(password) }
    }

    private func run<Value>(_ body: () throws -> Value) async throws(OperationError) -> Value {
        do {
            return try await gate.run(body)
        } catch {
            throw OperationError(.internalError, "the password could not be checked: try again", cause: "\(error)")
        }
    }
}

extension [UInt8] {
    var hexadecimal: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    init?(hexadecimal text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            append(byte)
        }
    }
}
