import OperationCatalogue

/// The settings with their values and sources, for people and for programs.
struct ConfigurationReport {
    private let rows: [Row]

    private struct Row {
        let setting: SettingDefinition
        let value: JSONValue
        let source: String
    }

    init(_ configuration: Configuration) {
        rows = configuration.rows.map { row in
            let saved = row.setting.isSecret && row.value.isNull ? configuration.savedToken : nil
            return Row(setting: row.setting, value: saved?.value ?? row.value, source: saved?.source ?? "\(row.source)")
        }
    }

    /// For programs: `{"read_only":{"value":false,"from":"default"},...}`, in one line.
    var line: String {
        var object = JSONObject(minimumCapacity: rows.count)
        for row in rows {
            object.append(row.setting.key, ["value": row.value, "from": .string(row.source)])
        }
        return "\(JSONText(.object(object)))\n"
    }

    /// For people.
    var table: String {
        let lines = rows.map { row in
            let value = row.value.isNull ? "(\(row.setting.otherwise))" : row.value.plainText
            return (row.setting.key, value.escapedForTerminal, row.source.escapedForTerminal)
        }
        let keyWidth = lines.map(\.0.count).max() ?? 0
        let valueWidth = min(60, lines.map(\.1.count).max() ?? 0)
        return lines.map { "\($0.padded(to: keyWidth))  \($1.padded(to: valueWidth))  \($2)\n" }.joined()
    }
}

extension Configuration {
    /// What stands for the saved token, and where that is; `nil` where the backend gets none.
    fileprivate var savedToken: (value: JSONValue, source: String)? {
        guard case .http(let address) = baseURL.value, let credentials else { return nil }
        do {
            guard let saved = try tokens(for: address).saved() else { return nil }
            return (saved.token.json, credentials.path)
        } catch {
            return (.null, "\(credentials.path), which is refused")
        }
    }
}
