import OperationCatalogue
import RESTBackend

/// Finds out what holds: options over the environment over the file over what is built in. Within the file, the profile's
/// settings come before those for all.
struct ConfigurationResolver {
    /// What the command line says, by the settings' keys.
    let flags: [String: SettingInput]
    let environment: EnvironmentVariables
    private var file: ConfigurationFile?
    private var profile: ProfileName?
    private var rows: [Configuration.Row] = []

    init(flags: [String: SettingInput], environment: EnvironmentVariables) {
        self.flags = flags
        self.environment = environment
    }

    private enum Layer {
        case flag, variable, profile, file
    }

    private static let layers: [Layer] = [.flag, .variable, .profile, .file]

    /// What a command is for.
    enum Purpose {
        case operations
        /// To sign in: the profile need not exist yet, and where no backend is named it is the seed's.
        case signIn
        /// To sign out: a saved sign-in that is refused names no backend, and stops nobody from removing it.
        case signOut
    }

    /// - Throws: the first thing that is wrong with an option or a variable, or everything that is wrong with the file.
    mutating func resolve(for purpose: Purpose) throws(ConfigurationFailure) -> Configuration {
        try readFile()
        let profile = try value(of: Settings.profile)
        self.profile = profile.value
        let credentials = CredentialsFile(of: profile.value, in: environment)
        if let name = profile.value, purpose != .signIn { try check(name, profile.source, credentials) }
        return Configuration(
            profile: profile,
            baseURL: try baseURL(credentials, purpose),
            token: try value(of: Settings.token),
            allowsInsecureHTTP: try value(of: Settings.allowsInsecureHTTP),
            log: try value(of: Settings.log),
            logKeeping: try logKeeping(),
            isReadOnly: try value(of: Settings.isReadOnly),
            allowedOperations: try value(of: Settings.allowedOperations),
            refusesDestruction: try value(of: Settings.refusesDestruction),
            deadline: try value(of: Settings.deadline),
            logLevel: try value(of: Settings.logLevel),
            credentials: credentials,
            rows: rows
        )
    }

    private mutating func logKeeping() throws(ConfigurationFailure) -> LogKeeping {
        LogKeeping(
            sync: try value(of: Settings.logSync),
            rotation: try value(of: Settings.logRotation),
            compresses: try value(of: Settings.compressesLog),
            keep: try value(of: Settings.logKeep),
            keepFor: try value(of: Settings.logKeepFor),
            isRequired: try value(of: Settings.isLogRequired),
            key: try value(of: Settings.logKey)
        )
    }

    private mutating func readFile() throws(ConfigurationFailure) {
        let named = try first(Settings.config, in: [.flag, .variable])
        let path = named?.value?.text ?? environment.configurationFolder.map { $0 + "/deferno/config.yaml" }
        if let path {
            do {
                file = try ConfigurationFile.read(path, mustExist: named != nil)
            } catch {
                throw .file(error)
            }
        }
        let value: JSONValue = if let file { .string(file.path) } else { .null }
        rows.append(
            Configuration.Row(setting: Settings.config.definition, value: value, source: named?.source ?? .standard))
    }

    /// Refuses a profile that is nowhere: a misspelt name must not bring operations to another backend.
    private func check(
        _ name: ProfileName, _ source: SettingSource, _ credentials: CredentialsFile?
    ) throws(ConfigurationFailure) {
        guard file?.profiles[name.text] == nil, credentials?.exists != true else { return }
        let hint = nearest(to: name.text, among: file?.profiles.keys.sorted() ?? []).map { "; did you mean \($0)?" }
        throw .usage(
            "\(source): there is no profile \(name.text)\(hint ?? ""); write it into config.yaml under profiles, "
                + "or sign in with 'deferno auth login --profile \(name.text)'")
    }

    /// The backend. What belongs to a profile comes before what holds for all, so its sign-in comes before the file's top.
    private mutating func baseURL(
        _ credentials: CredentialsFile?, _ purpose: Purpose
    ) throws(ConfigurationFailure) -> Resolved<BackendAddress> {
        var found = try named([.flag, .variable, .profile])
        if found == nil, profile != nil { found = try saved(credentials, purpose) }
        if found == nil { found = try named([.file]) }
        if found == nil, profile == nil { found = try saved(credentials, purpose) }
        let standard: BackendAddress = purpose == .signIn ? .http(.seed) : .store("sqlite:")
        let address = found ?? Resolved(value: standard, source: .standard)
        rows.append(
            Configuration.Row(setting: Settings.baseURL.definition, value: address.value.json, source: address.source))
        return address
    }

    private func named(_ layers: [Layer]) throws(ConfigurationFailure) -> Resolved<BackendAddress>? {
        guard let found = try first(Settings.baseURL, in: layers), let address = found.value else { return nil }
        return Resolved(value: address, source: found.source)
    }

    private func saved(
        _ credentials: CredentialsFile?, _ purpose: Purpose
    ) throws(ConfigurationFailure) -> Resolved<BackendAddress>? {
        guard let credentials else { return nil }
        do {
            guard let saved = try credentials.read() else { return nil }
            return Resolved(value: .http(saved.address), source: .credentials(credentials.path))
        } catch {
            if purpose == .signOut { return nil }
            throw .credentials(error)
        }
    }
}

// MARK: - Single settings

extension ConfigurationResolver {
    private mutating func value<Value>(of setting: Setting<Value>) throws(ConfigurationFailure) -> Resolved<Value> {
        let found = try first(setting, in: Self.layers) ?? Resolved(value: setting.standard, source: .standard)
        rows.append(Configuration.Row(setting: setting.definition, value: found.value.json, source: found.source))
        return found
    }

    private func first<Value>(
        _ setting: Setting<Value>, in layers: [Layer]
    ) throws(ConfigurationFailure) -> Resolved<Value>? {
        for layer in layers {
            guard let (input, source) = input(of: setting.definition, in: layer) else { continue }
            do {
                let value = try Value(input).expanded(inHome: environment.home)
                return Resolved(value: value, source: source)
            } catch {
                throw .usage("\(source): \(error.message)")
            }
        }
        return nil
    }

    private func input(of setting: SettingDefinition, in layer: Layer) -> (SettingInput, SettingSource)? {
        switch layer {
        case .flag:
            return flags[setting.key].map { ($0, .flag(setting.flag ?? setting.key)) }
        case .variable:
            return environment[setting.variable].map { (.text($0), .variable(setting.variable)) }
        case .profile:
            guard let file, let profile, let entry = file.profiles[profile.text]?[setting.key] else { return nil }
            return (entry.input, .file(file.path, entry.mark))
        case .file:
            guard let file, let entry = file.entries[setting.key] else { return nil }
            return (entry.input, .file(file.path, entry.mark))
        }
    }
}
