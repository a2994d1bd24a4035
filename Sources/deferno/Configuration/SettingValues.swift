import OperationCatalogue

extension Bool: SettingValue {
    init(_ input: SettingInput) throws(SettingFault) {
        let text = try input.text(expecting: "true or false")
        switch text.lowercased() {
        case "true", "yes", "on", "1": self = true
        case "false", "no", "off", "0": self = false
        default: throw SettingFault("expected true or false, found \(text.quotedExcerpt)")
        }
    }
}

/// The path of a file.
struct FilePath: SettingValue {
    let text: String

    init(_ input: SettingInput) throws(SettingFault) {
        text = try input.expandedText(expecting: "a path")
        guard !text.isEmpty else { throw SettingFault("expected a path") }
        try text.refuseOthersHome()
    }

    private init(text: String) { self.text = text }

    func expanded(inHome home: String?) throws(SettingFault) -> FilePath {
        FilePath(text: try text.inHome(home))
    }

    var json: JSONValue { .string(text) }
}

/// Where the record of operations goes.
enum LogChoice: SettingValue, Hashable {
    case nowhere
    case standardError
    case file(String)

    init(_ input: SettingInput) throws(SettingFault) {
        switch try input.expandedText(expecting: "a path, - or none") {
        case "": throw SettingFault("expected a path, - or none")
        case "none": self = .nowhere
        case "-": self = .standardError
        case let path:
            try path.refuseOthersHome()
            self = .file(path)
        }
    }

    func expanded(inHome home: String?) throws(SettingFault) -> LogChoice {
        guard case .file(let path) = self else { return self }
        return .file(try path.inHome(home))
    }

    var json: JSONValue {
        switch self {
        case .nowhere: "none"
        case .standardError: "-"
        case .file(let path): .string(path)
        }
    }
}

/// Names of operations of the catalogue: a list, or one text with commas.
struct OperationNames: SettingValue {
    let names: [String]

    init(_ input: SettingInput) throws(SettingFault) {
        names =
            switch input {
            case .text(let text): text.split(separator: ",").map { $0.trimmed }
            case .list(let texts): texts
            }
        for name in names where Catalogue.standard.definition(of: name) == nil {
            let known = Catalogue.standard.definitions.map(\.name)
            let hint = nearest(to: name, among: known).map { "did you mean \($0)?" } ?? "'deferno call' lists them"
            throw SettingFault("unknown operation '\(name.prefix(60))'; \(hint)")
        }
    }

    var json: JSONValue { .array(names.map(JSONValue.string)) }
}

extension Duration: SettingValue {
    /// `30`, `30s`, `1.5s`, `500ms` or `2m`; from a millisecond to an hour.
    init(_ input: SettingInput) throws(SettingFault) {
        let expectation = "a time from 1ms to 60m, such as 30s, 500ms or 2m"
        let text = try input.text(expecting: expectation)
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let milliseconds: Double? =
            switch text[number.endIndex...] {
            case "ms": 1
            case "", "s": 1000
            case "m": 60_000
            default: nil
            }
        guard let milliseconds, let count = Double(number), (1...3_600_000).contains(count * milliseconds) else {
            throw SettingFault("expected \(expectation), found \(text.quotedExcerpt)")
        }
        self = .milliseconds(Int64((count * milliseconds).rounded()))
    }

    var json: JSONValue {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}

/// The name of a profile, which is a part of a file's name.
struct ProfileName: SettingValue, Hashable {
    let text: String

    init(_ input: SettingInput) throws(SettingFault) {
        let expectation = "a name of letters, digits, '.', '_' and '-' that begins with a letter or digit"
        text = try input.text(expecting: expectation)
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isName, (1...64).contains(text.utf8.count), !text.hasPrefix("."), !text.hasPrefix("-"),
            !text.hasPrefix("_")
        else { throw SettingFault("expected \(expectation), found \(text.quotedExcerpt)") }
    }

    var json: JSONValue { .string(text) }
}

/// How much the program says about itself. A name that is no level is kept: it only brings a warning, so that a variable
/// which was set for the seed stops nothing.
struct LogLevelName: SettingValue {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    init(_ input: SettingInput) throws(SettingFault) {
        text = try input.text(expecting: "a level such as warning")
    }

    var json: JSONValue { .string(text) }
}

extension Secret: SettingValue {
    /// A token: what a request's header can carry (RFC 6750 section 2.1 allows less); white space around it is dropped.
    init(_ input: SettingInput) throws(SettingFault) {
        let text = try input.expandedText(expecting: "the token")
        guard let token = Secret(token: text[...].trimmed) else {
            throw SettingFault(
                "holds a character that no token has, such as a space or a newline", concernsSecret: true)
        }
        self = token
    }

    /// A token, or `nil` where the text cannot be one: it is empty, very long, or not printable ASCII without spaces.
    init?(token text: String) {
        guard (1...8192).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        self.init(text)
    }
}

extension String {
    /// The beginning of it, in quotes.
    var quotedExcerpt: String { String(unicodeScalars.prefix(60)).debugDescription }

    /// Refuses a path in the home folder of another user, which only a shell would look up.
    func refuseOthersHome() throws(SettingFault) {
        guard hasPrefix("~"), self != "~", !hasPrefix("~/") else { return }
        throw SettingFault(
            """
            \(quotedExcerpt) begins with a user's name behind ~, which is not looked up here: write the whole path, or ~/... for \
            your own home folder
            """)
    }

    /// The path with the home folder in the place of a `~` at its beginning.
    func inHome(_ home: String?) throws(SettingFault) -> String {
        guard self == "~" || hasPrefix("~/") else { return self }
        guard let home else { throw SettingFault("there is no home folder for ~: set HOME, or write the whole path") }
        return home + dropFirst()
    }
}

extension Substring {
    /// The text without white space around it.
    var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
