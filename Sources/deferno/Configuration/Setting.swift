import ArgumentParser
import OperationCatalogue

/// A setting, with the type of its value. What it is called and what it does is written once, in ``Settings``; the options'
/// help, the variables, the file's keys, `config show` and the documentation's test read it from there.
struct Setting<Value: SettingValue>: Sendable {
    let definition: SettingDefinition
    /// What holds where nobody says anything.
    let standard: Value

    /// - Parameters:
    ///   - flag: the option with its dashes; `nil` for none.
    ///   - standard: what holds where nobody says anything.
    ///   - otherwise: the same in words, where the value alone does not tell.
    init(
        _ key: String,
        flag: String? = nil,
        variable: String,
        scope: SettingDefinition.Scope = .everywhere,
        standard: Value,
        otherwise: String? = nil,
        isSecret: Bool = false,
        _ summary: String
    ) {
        self.standard = standard
        definition = SettingDefinition(
            key: key,
            flag: flag,
            variable: variable,
            scope: scope,
            summary: summary,
            otherwise: otherwise ?? standard.json.plainText,
            isSecret: isSecret
        ) { input throws(SettingFault) in _ = try Value(input) }
    }

    /// The help of its option.
    func help(valueName: String? = nil) -> ArgumentHelp {
        ArgumentHelp(
            "\(definition.summary)", discussion: "Default: \(definition.defaultSources)", valueName: valueName)
    }
}

/// The same without the type, for readers that go through all settings.
struct SettingDefinition: Sendable {
    /// Its name in the file and in `config show`.
    let key: String
    let flag: String?
    let variable: String
    let scope: Scope
    let summary: String
    /// What holds where nobody says anything, in words.
    let otherwise: String
    /// Whether its value must never be shown.
    let isSecret: Bool
    /// Throws what is wrong with a value.
    let check: @Sendable (SettingInput) throws(SettingFault) -> Void

    /// Where in the file it may stand.
    enum Scope: Sendable {
        /// At the top and in each profile.
        case everywhere
        case topLevel
        case notInFile
    }

    /// Where the value comes from without the option, in words.
    var defaultSources: String {
        let file = scope == .notInFile ? "" : ", \(key) in config.yaml"
        return "$\(variable)\(file), or else \(otherwise)"
    }
}

/// A value that a setting can have.
protocol SettingValue: Sendable {
    init(_ input: SettingInput) throws(SettingFault)
    /// The value as `config show` prints it.
    var json: JSONValue { get }
    /// The value with the user's home folder in the place of `~`, where it names a file.
    ///
    /// - Throws: a fault where there is no home folder.
    func expanded(inHome home: String?) throws(SettingFault) -> Self
}

extension SettingValue {
    func expanded(inHome home: String?) throws(SettingFault) -> Self { self }
}

/// A setting that may be left open.
extension Optional: SettingValue where Wrapped: SettingValue {
    init(_ input: SettingInput) throws(SettingFault) {
        self = .some(try Wrapped(input))
    }

    var json: JSONValue {
        switch self {
        case .none: .null
        case .some(let value): value.json
        }
    }

    func expanded(inHome home: String?) throws(SettingFault) -> Wrapped? {
        guard let value = self else { return nil }
        return .some(try value.expanded(inHome: home))
    }
}

/// What somebody wrote as a setting's value, unchecked.
enum SettingInput: Hashable, Sendable {
    case text(String)
    case list([String])

    /// The text of a value that clients' configurations may hold as a reference to something else: one that nobody has
    /// put the value in the place of is refused by its name.
    func expandedText(expecting expectation: String) throws(SettingFault) -> String {
        let text = try text(expecting: expectation)
        guard let name = text.unexpandedReference else { return text }
        throw SettingFault(
            """
            holds the reference ${\(name)}, in whose place nobody has put a value: the program that started deferno does not do \
            that. Write \(expectation) itself
            """,
            concernsSecret: true)
    }

    /// The text, where a single value is expected.
    ///
    /// - Parameter expectation: what values look like, in words.
    func text(expecting expectation: String) throws(SettingFault) -> String {
        guard case .text(let text) = self else { throw SettingFault("expected \(expectation), found a list") }
        guard !text.utf8.contains(0) else { throw SettingFault("must not hold a NUL character (U+0000)") }
        return text
    }
}

/// What is wrong with a setting's value.
struct SettingFault: Error, Hashable {
    /// A sentence without the setting's name.
    let message: String
    /// Whether the line that holds the value must not be shown either.
    let concernsSecret: Bool

    init(_ message: String, concernsSecret: Bool = false) {
        self.message = message
        self.concernsSecret = concernsSecret
    }
}

extension String {
    /// The name in a `${NAME}`, `${env:NAME}` or `${NAME:-...}` within the text, without what follows the name.
    var unexpandedReference: String? {
        guard contains("${") else { return nil }
        let reference = /\$\{([A-Za-z_][A-Za-z0-9_.]*(?::[A-Za-z0-9_][A-Za-z0-9_\-]*)?)[^{}]*\}/
        return firstMatch(of: reference).map { String($0.1) }
    }
}

extension JSONValue {
    /// The value as a table shows it: texts without quotes, lists with commas.
    var plainText: String {
        switch self {
        case .null: ""
        case .string(let text): text
        case .array(let elements): elements.map(\.plainText).joined(separator: ",")
        default: "\(JSONText(self))"
        }
    }
}
