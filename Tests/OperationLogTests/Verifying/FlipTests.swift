import Crypto
import OperationCatalogue
import Testing

@testable import OperationLog

@Suite("Every single byte of a log")
struct FlipTests {
    /// Each bit of each byte would take eight times as long; these changes make digits of digits, letters of letters, other
    /// letters' cases, and bytes that are no text.
    @Test(
        "Whatever byte is changed, that is found, at its line and no other",
        arguments: [0x01, 0x02, 0x03, 0x20, 0x80] as [UInt8])
    func flips(change: UInt8) async throws {
        let bytes = ForgedLog.sample().bytes
        try #require(verified(bytes).isIntact)
        let parts = 8
        let faults = await withTaskGroup(of: [String].self) { group in
            for part in 0..<parts {
                group.addTask {
                    stride(from: part, to: bytes.count, by: parts).compactMap { index in
                        Self.fault(of: bytes, flipping: index, with: change)
                    }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(faults == [])
    }

    @Test("A byte that becomes a newline is found at its line")
    func newlines() throws {
        let bytes = ForgedLog.sample().bytes
        let faults = bytes.indices.compactMap { index in
            bytes[index] == UInt8(ascii: "\n")
                ? nil : Self.fault(of: bytes, flipping: index, with: bytes[index] ^ UInt8(ascii: "\n"))
        }
        #expect(faults == [])
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
