/// The trace that a request belongs to (W3C Trace Context).
package struct TraceContext: Hashable, Sendable {
    /// 32 hexadecimal digits.
    package let traceID: String
    /// 16 hexadecimal digits.
    package let spanID: String
    /// Whether whoever asks records the trace.
    package let isSampled: Bool
    /// What vendors have added, as it came (`tracestate`, section 3.3); `nil` for nothing.
    package let state: String?

    /// Beyond so many bytes a `tracestate` is not handed on (section 3.3.1.5 asks for 512 at least).
    private static let longestState = 4096

    package init(traceID: String, spanID: String, isSampled: Bool = true, state: String? = nil) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
        self.state = state
    }

    /// - Parameters:
    ///   - traceparent: `00-<trace-id>-<parent-id>-<flags>` (section 3.2); of a later version what is known of it.
    ///   - tracestate: passed over where no header can carry it.
    /// - Returns: `nil` for one that is absent or malformed.
    package init?(traceparent: String?, tracestate: String? = nil) {
        guard let parts = traceparent?.split(separator: "-", omittingEmptySubsequences: false), parts.count >= 4,
            parts[0].isHexadecimal(2), parts[0] != "ff", parts[1].isHexadecimal(32), parts[2].isHexadecimal(16),
            parts[0] != "00" || parts.count == 4, parts[3].isHexadecimal(2),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }),
            let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        let isGood = tracestate.map {
            !$0.isEmpty && $0.utf8.count <= Self.longestState && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        }
        self.init(
            traceID: String(parts[1]), spanID: String(parts[2]), isSampled: flags & 1 == 1,
            state: isGood == true ? tracestate : nil)
    }

    /// As a header has it. Of the flags only the one that is defined is handed on (section 3.2.2.5).
    package var traceparent: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }
}

extension Substring {
    /// Whether this is that many lower-case hexadecimal digits.
    fileprivate func isHexadecimal(_ count: Int) -> Bool {
        utf8.count == count && utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }
}
