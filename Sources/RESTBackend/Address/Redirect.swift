/// Where a redirect leads, and whether it may be followed.
enum Redirect: Hashable, Sendable {
    /// The same host: another path, or the step from `http` to `https`.
    case within(Origin, target: String)
    /// Somewhere that the token, and what the request says, were not meant for.
    case elsewhere(String)

    /// - Parameters:
    ///   - location: the `Location` header (RFC 9110 section 10.2.2), absolute or beginning with a slash.
    ///   - origin: where the request went.
    init(to location: String, from origin: Origin) {
        let shown = String(location.prefix(200))
        guard location.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            self = .elsewhere(shown)
            return
        }
        var place = location[...]
        var target = origin
        if place.hasPrefix("//") { place = "\(origin.scheme.rawValue):\(place)" }
        if let (scheme, rest) = Origin.Scheme.split(place) {
            let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            guard let named = try? Origin(scheme: scheme, authority: authority) else {
                self = .elsewhere(shown)
                return
            }
            target = named
            place = rest[authority.endIndex...]
        }
        place = place.prefix { $0 != "#" }
        guard place.hasPrefix("/"), target == origin || target == origin.secured else {
            self = .elsewhere(shown)
            return
        }
        self = .within(target, target: String(place))
    }
}
