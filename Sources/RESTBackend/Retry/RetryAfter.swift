import OperationCatalogue

/// The `Retry-After` header (RFC 9110 section 10.2.3): seconds, or a moment.
enum RetryAfter {
    /// How long to wait; `nil` for a header that says nothing. What lies behind is zero.
    static func duration(_ text: String, now: Timestamp) -> Duration? {
        if !text.isEmpty, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) {
            // A year is as good as any longer time.
            return .seconds(min(Int64(text) ?? .max, 31_536_000))
        }
        guard let moment = date(text) else { return nil }
        return .seconds(min(max(0, moment.seconds - now.seconds), 31_536_000))
    }

    /// An HTTP date in the form that is to be sent, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
    private static func date(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
