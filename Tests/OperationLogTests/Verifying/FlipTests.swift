import Foundation
import OperationCatalogue
import Testing

@testable import OperationLog

@Suite("Every single byte of a log")
struct FlipTests {
    /// They make digits of digits, letters of letters, other letters' cases, and bytes that are no text.
    static let changes: [UInt8] = [0x01, 0x20, 0x03, 0x80, 0x02]

    /// `DEFERNO_LONG_TESTS=1` asks for every change of every byte, in place of one each.
    static let rounds = ProcessInfo.processInfo.environment["DEFERNO_LONG_TESTS"] == "1" ? 0..<changes.count : 0..<1

    @Test("Whatever byte is changed, that is found, at its line and no other", arguments: rounds)
    func flips(round: Int) async throws {
        let bytes = ForgedLog.sample().bytes
        try #require(verified(bytes).isIntact)
        let faults = await Self.faults(of: bytes) { index in Self.changes[(index + round) % Self.changes.count] }
        #expect(faults == [])
    }

    @Test("A byte that becomes a newline is found at its line")
    func newlines() async {
        let bytes = ForgedLog.sample().bytes
        let faults = await Self.faults(of: bytes) { index in
            bytes[index] == UInt8(ascii: "\n") ? 0x08 : bytes[index] ^ UInt8(ascii: "\n")
        }
        #expect(faults == [])
    }

    private static func faults(of bytes: [UInt8], change: @escaping @Sendable (Int) -> UInt8) async -> [String] {
        let parts = 8
        return await withTaskGroup(of: [String].self) { group in
            for part in 0..<parts {
                group.addTask {
                    stride(from: part, to: bytes.count, by: parts).compactMap { index in
                        fault(of: bytes, flipping: index, with: change(index))
                    }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// What is wrong with what the verifier says of one changed byte; `nil` for nothing.
    private static func fault(of bytes: [UInt8], flipping index: Int, with change: UInt8) -> String? {
        var changed = bytes
        changed[index] ^= change
        let line = bytes[..<index].count { $0 == UInt8(ascii: "\n") } + 1
        // A byte that becomes a newline makes two lines of one.
        let lines = line...(changed[index] == UInt8(ascii: "\n") ? line + 1 : line)
        let findings = verified(changed).findings.filter(\.kind.isFault)
        guard findings.count == 1, let finding = findings.first else {
            return "byte \(index) of line \(line): \(findings)"
        }
        return finding.lines.lowerBound >= lines.lowerBound && finding.lines.upperBound <= lines.upperBound
            ? nil : "byte \(index) of line \(line): \(finding)"
    }
}
