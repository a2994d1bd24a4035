import Glibc
package import OperationCatalogue
import YAMLEvents

/// Where scripts come from.
package enum ScriptSource: Hashable, Sendable {
    case file(String)
    case standardInput

    /// The name in messages and records.
    package var name: String {
        switch self {
        case .file(let path): path
        case .standardInput: "-"
        }
    }
}

/// What the check of a file has found.
package struct ScriptCheck: Sendable {
    package var faults: [ScriptFault] = []
    /// How many faults there are, of which the first ``maximumFaults`` are kept.
    package var faultCount = 0
    /// What is probably not meant so: at most ``maximumFaults`` of them.
    package var warnings: [ScriptFault] = []
    package var scriptCount = 0
    package var stepCount = 0
    /// The file as it was then.
    var version: FileVersion?
    /// The ids of the steps whose results later steps refer to.
    package var referredIDs: Set<String> = []
    /// The names of all variables that the scripts define or refer to.
    package var variableNames: Set<String> = []
    /// The SHA-256 of the file.
    package var digest: String?
    /// The variables of its scripts, of several that define one name the first; nothing secret can be read in them.
    package private(set) var variables = JSONObject()
    /// The names of these.
    private var known: Set<String> = []
    /// The environment variables that the scripts name and that are not UTF-8.
    package var unreadableEnvironment: [String] = []

    package static let maximumFaults = 100

    package init(referredIDs: Set<String> = []) {
        self.referredIDs = referredIDs
    }

    mutating func add(_ faults: [ScriptFault]) {
        faultCount += faults.count
        self.faults += faults.prefix(max(0, Self.maximumFaults - self.faults.count))
    }

    mutating func warn(_ warnings: [ScriptFault]) {
        self.warnings += warnings.prefix(max(0, Self.maximumFaults - self.warnings.count))
    }
}

extension ScriptSource {
    /// Opens it for reading.
    ///
    /// - Throws: a fault at the file's beginning that says why it cannot be read.
    package func open() throws(ScriptFault) -> OpenScript {
        switch self {
        case .standardInput:
            return OpenScript(descriptor: STDIN_FILENO, isOwned: false)
        case .file(let path):
            let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw ScriptFault(.start, "cannot be opened: \(String(cString: strerror(errno)))")
            }
            return OpenScript(descriptor: descriptor, isOwned: true)
        }
    }

    /// Whether it can be read more than once: a regular file, and no pipe.
    package var isReadTwice: Bool {
        guard case .file(let path) = self else { return false }
        var status = stat()
        // What cannot be looked at is reported when it is opened.
        guard stat(path, &status) == 0 else { return true }
        return status.st_mode & S_IFMT == S_IFREG || status.st_mode & S_IFMT == S_IFDIR
    }

    /// Reads it to the end as a stream and returns everything that is wrong with its scripts.
    ///
    /// - Parameter isCancelled: asked again and again; once it says so, the check ends with what it has found.
    package func check(
        overrides: JSONObject,
        isCancelled: () -> Bool = { false }
    ) -> ScriptCheck {
        var check = ScriptCheck()
        do {
            let script = try open()
            check.version = script.version
            let digest = ScriptDigest()
            var reader = try script.reader(overrides: overrides, keepsPlaces: true, digest)
            var checker = ScriptChecker()
            try check.read(&reader, &checker, isCancelled)
            check.digest = digest.hexadecimal
            check.referredIDs = checker.referredIDs
            if check.scriptCount == 0, check.faultCount == 0 {
                check.add([.noScript])
            }
        } catch {
            check.add([error])
        }
        return check
    }
}

extension ScriptCheck {
    fileprivate mutating func read(
        _ reader: inout ScriptReader,
        _ checker: inout ScriptChecker,
        _ isCancelled: () -> Bool
    ) throws(ScriptFault) {
        while !isCancelled() {
            let item: ScriptItem?
            do { item = try reader.next() } catch { throw ScriptFault(error) }
            switch item {
            case nil: return
            case .begin(let header):
                scriptCount += 1
                checker.begin(header)
                variableNames.formUnion(header.variableNames)
                add(header)
                unreadableEnvironment += header.environment.unreadable
                warn(header.warnings)
            case .step(let step):
                stepCount += 1
                step.forEachReference { reference, _ in
                    if reference.root == .vars, let name = reference.firstName { variableNames.insert(name) }
                }
                add(checker.faults(of: step))
                warn(step.warnings)
            case .faulty(let faults, let id):
                checker.passOver(id)
                add(faults)
            case .end: break
            }
        }
    }
}

extension ScriptCheck {
    private mutating func add(_ header: ScriptHeader) {
        guard !header.variables.isEmpty else { return }
        let safe = VariableRedaction.safe(header.variables, hiding: header.environmentVariables)
        for member in safe.members where known.insert(member.key).inserted {
            variables.append(member.key, member.value)
        }
    }
}

/// What tells one state of a file from another.
struct FileVersion: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let seconds: Int64
    private let nanoseconds: Int64

    init?(of descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        seconds = Int64(status.st_mtim.tv_sec)
        nanoseconds = Int64(status.st_mtim.tv_nsec)
    }
}

/// An open script file; closed with the last reference.
package final class OpenScript: Sendable {
    let descriptor: Int32
    private let isOwned: Bool

    init(descriptor: Int32, isOwned: Bool) {
        self.descriptor = descriptor
        self.isOwned = isOwned
    }

    /// The file as it is now.
    var version: FileVersion? { FileVersion(of: descriptor) }

    deinit {
        if isOwned { close(descriptor) }
    }

    /// - Parameters:
    ///   - overrides: variables from the command line.
    ///   - keepsPlaces: whether steps know the places of their arguments: what a check needs.
    ///   - digest: gets the bytes that are read.
    package func reader(
        overrides: JSONObject, keepsPlaces: Bool, _ digest: ScriptDigest? = nil
    ) throws(ScriptFault) -> ScriptReader {
        do {
            let composer = try YAMLComposer(
                fileDescriptor: descriptor, placesOf: ExpressionPlaces.marker, findsCuts: keepsPlaces
            ) { digest?.add($0) }
            return ScriptReader(composer, overrides: overrides, keepsPlaces: keepsPlaces, of: self)
        } catch {
            throw ScriptFault(error)
        }
    }
}
