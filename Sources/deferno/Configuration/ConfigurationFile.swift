import BatchFrontend
import Glibc
import OperationCatalogue
import YAMLEvents

/// What `config.yaml` says, checked.
struct ConfigurationFile: Sendable {
    /// The path as it was given.
    let path: String
    /// The settings that hold for all, by key.
    var entries: [String: Entry] = [:]
    /// The settings of each profile, by its name and their key.
    var profiles: [String: [String: Entry]] = [:]

    struct Entry: Sendable {
        let input: SettingInput
        /// Where its key stands.
        let mark: YAMLMark
    }

    init(path: String) {
        self.path = path
    }
}

/// What is wrong with a configuration file.
struct ConfigurationFileFault: Error, Hashable {
    let fault: PlacedFault
    /// Whether the line must not be shown, since it may hold a secret.
    let hidesLine: Bool

    init(_ path: String, _ mark: YAMLMark, _ message: String, hidesLine: Bool = false) {
        fault = PlacedFault(file: path, fault: ScriptFault(mark, message))
        self.hidesLine = hidesLine
    }
}

/// Everything that is wrong with a configuration file.
struct ConfigurationFileFaults: Error {
    let faults: [ConfigurationFileFault]
}

extension ConfigurationFile {
    /// What a file may hold: more is no configuration.
    private static var limits: YAMLLimits {
        var limits = YAMLLimits()
        limits.scalarBytes = 1 << 20
        limits.composedBytes = 1 << 20
        limits.aliasedNodes = 10_000
        limits.depth = 16
        return limits
    }

    /// Reads the file. One that is not there costs the attempt to open it.
    ///
    /// - Parameter mustExist: whether a file that is not there is a fault, since somebody has named it.
    /// - Returns: `nil` when it is not there.
    static func read(_ path: String, mustExist: Bool) throws(ConfigurationFileFaults) -> ConfigurationFile? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if !mustExist, errno == ENOENT || errno == ENOTDIR { return nil }
            let message = "cannot be opened: \(String(cString: strerror(errno)))"
            throw ConfigurationFileFaults(faults: [ConfigurationFileFault(path, .start, message)])
        }
        defer { close(descriptor) }
        var reader = ConfigurationFileReader(path: path)
        do {
            var composer = try YAMLComposer(fileDescriptor: descriptor, limits: limits)
            let root = try composer.composeDocument()
            if let root { reader.take(root) }
            // Reading on finds what is wrong behind the first document.
            if let second = try composer.composeDocument() {
                reader.fault(second.mark, "expected one document, found a second one")
            }
        } catch {
            reader.fault(error.mark, error.message)
        }
        guard reader.faults.isEmpty else {
            throw ConfigurationFileFaults(faults: reader.faults.sorted { $0.fault.fault.mark < $1.fault.fault.mark })
        }
        return reader.file
    }
}
