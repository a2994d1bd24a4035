/// A version of the Model Context Protocol that this server speaks.
package enum ProtocolVersion: String, Hashable, Sendable, CaseIterable, Comparable {
    case november2024 = "2024-11-05"
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"
    case november2025 = "2025-11-25"
    /// The first one without a handshake: every request carries its version and the client's capabilities.
    case july2026 = "2026-07-28"

    /// Whether requests stand alone, each with its own `_meta`, so that there is no `initialize` and no session.
    package var isStateless: Bool { self >= .july2026 }

    /// The newest version that begins with a handshake.
    package static let newestWithHandshake = ProtocolVersion.november2025

    package static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool {
        left.rawValue < right.rawValue
    }
}
