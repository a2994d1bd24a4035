import Glibc
import OperationCatalogue

/// The address of a backend that speaks HTTP, in one form, so that two ways to write it are equal: host in lower case, no
/// default port, no slash at the end (RFC 3986 section 6.2).
struct HTTPAddress: Hashable, Sendable {
    let isSecure: Bool
    /// A name, an IPv4 address, or an IPv6 address in its brackets.
    let host: String
    /// `nil` for the scheme's own.
    let port: UInt16?
    /// Empty, or with a slash in front and none behind.
    let path: String

    /// The backend that the seed takes where none is named: the one that signing in begins with.
    static let seed = HTTPAddress(isSecure: false, host: "127.0.0.1", port: 3000, path: "")

    /// The address as it is shown and saved.
    var text: String {
        "\(isSecure ? "https" : "http")://\(host)\(port.map { ":\($0)" } ?? "")\(path)"
    }

    /// - Throws: what is wrong with it. An address that holds a user or password is not quoted.
    init(_ text: String) throws(SettingFault) {
        guard let separator = text.firstRange(of: "://") else { throw Self.fault(text, "has no scheme") }
        switch text[..<separator.lowerBound].lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: throw Self.fault(text, "has an unknown scheme")
        }
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else {
            throw SettingFault(
                "an address must not hold a user or a password; sign in with 'deferno auth login'", concernsSecret: true
            )
        }
        (host, port) = try Self.hostAndPort(authority, isSecure, of: text)
        path = try Self.path(rest[authority.endIndex...], of: text)
    }

    private init(isSecure: Bool, host: String, port: UInt16?, path: String) {
        (self.isSecure, self.host, self.port, self.path) = (isSecure, host, port, path)
    }

    private static func hostAndPort(
        _ authority: Substring, _ isSecure: Bool, of text: String
    ) throws(SettingFault) -> (String, UInt16?) {
        let hostEnd: Substring.Index
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else { throw fault(text, "has no ] behind its host") }
            hostEnd = authority.index(after: bracket)
            guard isIPv6(String(authority[..<hostEnd].dropFirst().dropLast())) else {
                throw fault(text, "has no IPv6 address in its brackets")
            }
        } else {
            hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
            let isName = authority[..<hostEnd].utf8.allSatisfy { byte in
                byte.isLetterOrDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: "_")
            }
            guard isName, hostEnd > authority.startIndex else {
                throw fault(text, "has no host, or one that is no name")
            }
        }
        let host = authority[..<hostEnd].lowercased()
        guard hostEnd < authority.endIndex else { return (host, nil) }
        let digits = authority[hostEnd...].dropFirst()
        guard authority[hostEnd] == ":", digits.utf8.allSatisfy(\.isDigit), let port = UInt16(digits), port > 0 else {
            throw fault(text, "has a port that is no number from 1 to 65535")
        }
        return (host, port == (isSecure ? 443 : 80) ? nil : port)
    }

    private static func path(_ rest: Substring, of text: String) throws(SettingFault) -> String {
        guard !rest.contains("?"), !rest.contains("#") else {
            throw fault(text, "must end with its path: no ? and no #")
        }
        let isPath = rest.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"<>\\^`{|}".utf8.contains($0) }
        guard isPath else { throw fault(text, "has a character in its path that must be percent-encoded") }
        return String(rest.reversed().drop { $0 == "/" }.reversed())
    }

    private static func fault(_ text: String, _ what: String) -> SettingFault {
        // A password can stand in places where only a look at the whole finds it.
        if text.contains("@") {
            return SettingFault("the address \(what); expected https://host or http://host:port", concernsSecret: true)
        }
        return SettingFault(
            "the address \(String(text.unicodeScalars.prefix(200)).debugDescription) \(what); "
                + "expected https://host or http://host:port")
    }

    private static func isIPv6(_ text: String) -> Bool {
        var octets = in6_addr()
        return inet_pton(AF_INET6, text, &octets) == 1
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate var isLetterOrDigit: Bool {
        isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}

/// A backend's address, whatever kind it is.
enum BackendAddress: SettingValue, Hashable {
    /// The embedded store: `sqlite:`, or `sqlite:PATH`.
    case store(String)
    case http(HTTPAddress)

    init(_ input: SettingInput) throws(SettingFault) {
        let expectation = "https://..., http://..., sqlite: or sqlite:PATH"
        let text = try input.expandedText(expecting: expectation)
        let scheme = text.prefix { $0 != ":" }.lowercased()
        if text.hasPrefix(Self.storeScheme) {
            try String(text.dropFirst(Self.storeScheme.count)).refuseOthersHome()
            self = .store(text)
        } else if scheme == "https" || scheme == "http" {
            self = .http(try HTTPAddress(text))
        } else if text.contains("@") {
            throw SettingFault("unknown backend; expected \(expectation)", concernsSecret: true)
        } else {
            throw SettingFault("unknown backend '\(String(text.unicodeScalars.prefix(200)))'; expected \(expectation)")
        }
    }

    var text: String {
        switch self {
        case .store(let address): address
        case .http(let address): address.text
        }
    }

    var json: JSONValue { .string(text) }

    private static let storeScheme = "sqlite:"

    func expanded(inHome home: String?) throws(SettingFault) -> BackendAddress {
        guard case .store(let address) = self else { return self }
        return .store(Self.storeScheme + (try String(address.dropFirst(Self.storeScheme.count)).inHome(home)))
    }
}
