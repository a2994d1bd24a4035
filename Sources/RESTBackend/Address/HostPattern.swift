import Glibc

/// The hosts that go without a proxy: all, a name with what is below it, or the addresses of a network.
enum HostPattern: Hashable, Sendable {
    case all
    case name(String)
    /// An address of 4 or 16 bytes, of which so many bits count.
    case network([UInt8], bits: Int)

    /// - Parameter text: in lower case: `*`, `example.com`, `.example.com`, `*.example.com`, `192.0.2.7`, `192.0.2.0/24`,
    ///   `2001:db8::/32`.
    init(_ text: Substring) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if text == "*" {
            self = .all
        } else if let address = Self.address(String(parts[0])), parts.count == 1 || Int(parts[1]) != nil {
            self = .network(address, bits: min(parts.count > 1 ? Int(parts[1]) ?? 0 : 128, address.count * 8))
        } else {
            self = .name(
                String(text.hasPrefix("*.") ? text.dropFirst(2) : text.hasPrefix(".") ? text.dropFirst() : text))
        }
    }

    /// - Parameter host: a name in lower case or an address without brackets.
    func fits(_ host: String) -> Bool {
        switch self {
        case .all: true
        case .name(let name): host == name || host.hasSuffix("." + name)
        case .network(let network, let bits): Self.address(host).map { Self.isSame($0, network, bits: bits) } ?? false
        }
    }

    private static func isSame(_ left: [UInt8], _ right: [UInt8], bits: Int) -> Bool {
        guard left.count == right.count else { return false }
        let whole = bits / 8
        guard left[..<whole] == right[..<whole] else { return false }
        guard bits % 8 > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF00 >> (bits % 8))
        return left[whole] & mask == right[whole] & mask
    }

    /// The bytes of an address; `nil` for a name.
    private static func address(_ text: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }
}
