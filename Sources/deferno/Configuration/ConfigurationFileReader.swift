import OperationCatalogue
import YAMLEvents

/// Takes the settings out of a configuration file's document and collects every fault on the way.
struct ConfigurationFileReader {
    private(set) var file: ConfigurationFile
    private(set) var faults: [ConfigurationFileFault] = []

    init(path: String) {
        file = ConfigurationFile(path: path)
    }

    mutating func fault(_ mark: YAMLMark, _ message: String, hidesLine: Bool = false) {
        faults.append(ConfigurationFileFault(file.path, mark, message, hidesLine: hidesLine))
    }

    mutating func take(_ root: YAMLNode) {
        for pair in pairs(of: root, expecting: "a mapping of settings such as read_only: true") {
            if pair.key.scalar?.value == Settings.profilesKey {
                takeProfiles(pair.value)
            } else if let (key, entry) = entry(pair, inProfile: false) {
                file.entries[key] = entry
            }
        }
    }

    private mutating func takeProfiles(_ node: YAMLNode) {
        let profilePairs = pairs(of: node, expecting: "profiles: a mapping of names to settings")
        for pair in profilePairs {
            let name: ProfileName
            do {
                name = try ProfileName(.text(pair.key.scalar?.value ?? ""))
            } catch {
                fault(pair.key.mark, "profiles: \(error.message)")
                continue
            }
            var entries: [String: ConfigurationFile.Entry] = [:]
            for setting in pairs(of: pair.value, expecting: "\(name.text): a mapping of settings") {
                if let (key, entry) = entry(setting, inProfile: true) { entries[key] = entry }
            }
            file.profiles[name.text] = entries
        }
    }

    /// The pairs of a mapping; none of what is empty.
    private mutating func pairs(of node: YAMLNode, expecting expectation: String) -> [YAMLPair] {
        if let pairs = node.pairs { return pairs }
        if !isNull(node) { fault(node.mark, "expected \(expectation)") }
        return []
    }

    private mutating func entry(_ pair: YAMLPair, inProfile: Bool) -> (String, ConfigurationFile.Entry)? {
        let mark = pair.key.mark
        guard let key = pair.key.scalar?.value else {
            fault(mark, "expected a key such as read_only, found a list or a mapping")
            return nil
        }
        guard let setting = Settings.all.first(where: { $0.key == key && $0.isAllowed(inProfile: inProfile) }) else {
            refuse(key, at: mark, inProfile: inProfile)
            return nil
        }
        guard !isNull(pair.value), let input = input(of: pair.value, for: key) else { return nil }
        do {
            try setting.check(input)
        } catch {
            fault(pair.value.mark, "\(key): \(error.message)", hidesLine: error.concernsSecret)
            return nil
        }
        return (key, ConfigurationFile.Entry(input: input, mark: mark))
    }

    /// Says why a key cannot stand where it does.
    private mutating func refuse(_ key: String, at mark: YAMLMark, inProfile: Bool) {
        if inProfile,
            key == Settings.profilesKey || Settings.all.contains(where: { $0.key == key && $0.scope == .topLevel })
        {
            return fault(mark, "\(key) belongs at the top of the file, not into a profile")
        }
        let shown = String(key.unicodeScalars.prefix(100))
        if Self.namesOfSecrets.contains(where: { key.lowercased().contains($0) }) {
            let advice = "sign in with 'deferno auth login', or set \(Settings.token.definition.variable)"
            return fault(mark, "\(shown): secrets do not belong in this file; \(advice)", hidesLine: true)
        }
        if let setting = Settings.all.first(where: { $0.key == key }) {
            let others = [setting.flag, setting.variable].compactMap(\.self).joined(separator: " or ")
            return fault(mark, "\(key) cannot be set in this file; use \(others)")
        }
        let known =
            Settings.all.filter { $0.isAllowed(inProfile: inProfile) }.map(\.key)
            + (inProfile ? [] : [Settings.profilesKey])
        let hint =
            nearest(to: key, among: known).map { "did you mean \($0)?" }
            ?? "expected one of \(known.joined(separator: ", "))"
        fault(mark, "unknown key \(shown); \(hint)")
    }

    /// What the names of keys hold under which people put secrets.
    private static let namesOfSecrets = ["token", "secret", "password", "passwd", "credential", "bearer", "auth"]

    private mutating func input(of node: YAMLNode, for key: String) -> SettingInput? {
        switch node.content {
        case .scalar(let scalar):
            return .text(scalar.value)
        case .sequence(let items):
            var texts: [String] = []
            for item in items {
                guard let scalar = item.scalar else {
                    fault(item.mark, "\(key): expected a list of single values")
                    return nil
                }
                texts.append(scalar.value)
            }
            return .list(texts)
        case .mapping:
            fault(node.mark, "\(key): expected a single value, found a mapping")
            return nil
        }
    }

    private mutating func isNull(_ node: YAMLNode) -> Bool {
        guard node.scalar != nil else { return false }
        do {
            return try node.coreValue() == .null
        } catch {
            fault(error.mark, error.message)
            return true
        }
    }
}

extension SettingDefinition {
    func isAllowed(inProfile: Bool) -> Bool {
        switch scope {
        case .everywhere: true
        case .topLevel: !inProfile
        case .notInFile: false
        }
    }
}
