import OperationCatalogue
import RESTBackend

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
            do { self = .http(try HTTPAddress(text)) } catch {
                throw SettingFault(error.message, concernsSecret: error.concernsSecret)
            }
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
