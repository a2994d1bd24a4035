import Glibc

/// The network that a client is in: what limits hold for, since its addresses are one person's to choose from. Of IPv4 a
/// single address, of IPv6 the first 64 bits (RFC 4291 section 2.5.4: the rest names an interface).
enum ClientNetwork {
    /// - Parameter address: as ``PeerAddress/plain(_:)`` has it; what is no address stands for itself.
    static func of(_ address: String) -> String { prefix(of: address, bytes: 8) ?? address }

    /// The first 48 bits of an IPv6 address, which is what a site gets (RFC 6177); of any other address the network.
    static func site(of address: String) -> String { prefix(of: address, bytes: 6) ?? address }

    private static func prefix(of address: String, bytes count: Int) -> String? {
        var parsed = in6_addr()
        guard inet_pton(AF_INET6, address, &parsed) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &parsed) { Array($0.prefix(count)) }
        let groups = stride(from: 0, to: count, by: 2).map {
            String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16)
        }
        return groups.joined(separator: ":") + "::/\(8 * count)"
    }
}

/// The address at the other end of a connection, as a text.
enum PeerAddress {
    /// An address without what proxies and sockets put around it: `::ffff:192.0.2.7`, `192.0.2.7:4711`, `[2001:db8::1]:4711`.
    static func plain(_ text: String) -> String {
        var text = text[...]
        if text.first == "[", let end = text.firstIndex(of: "]") {
            text = text[text.index(after: text.startIndex)..<end]
        } else if let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") {
            text = text[..<colon]
        }
        return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : String(text)
    }

    static func isLoopback(_ text: String) -> Bool { text.hasPrefix("127.") || text == "::1" }
}
