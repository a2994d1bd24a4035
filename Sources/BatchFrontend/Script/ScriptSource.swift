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
    package var scriptCount = 0
    package var stepCount = 0
    /// The ids of the steps whose results later steps refer to.
    package var referredIDs: Set<String> = []
    /// The names of all variables that the scripts define.
    package var variableNames: Set<String> = []

    package static let maximumFaults = 100

    mutating func add(_ faults: [ScriptFault]) {
        faultCount += faults.count
        self.faults += faults.prefix(max(0, Self.maximumFaults - self.faults.count))
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
    package func check(against catalogue: Catalogue, overrides: JSONObject) -> ScriptCheck {
        var check = ScriptCheck()
        do {
            let script = try open()
            var reader = try script.reader(overrides: overrides, keepsPlaces: true)
            var checker = ScriptChecker(catalogue: catalogue)
            try check.read(&reader, &checker)
            check.referredIDs = checker.referredIDs
            if check.scriptCount == 0, check.faultCount == 0 {
                check.add([ScriptFault(.start, "holds no script: expected steps, or an operation (op, args)")])
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
        _ checker: inout ScriptChecker
    ) throws(ScriptFault) {
        while true {
            let item: ScriptItem?
            do { item = try reader.next() } catch { throw ScriptFault(error) }
            switch item {
            case nil: return
            case .begin(let header):
                scriptCount += 1
                checker.begin(header)
                for member in header.variables.members { variableNames.insert(member.key) }
            case .step(let step):
                stepCount += 1
                add(checker.faults(of: step))
            case .faulty(let faults): add(faults)
            case .end: break
            }
        }
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

    deinit {
        if isOwned { close(descriptor) }
    }

    /// - Parameters:
    ///   - overrides: variables from the command line.
    ///   - keepsPlaces: whether steps know the places of their arguments: what a check needs.
    package func reader(overrides: JSONObject, keepsPlaces: Bool) throws(ScriptFault) -> ScriptReader {
        do {
            let composer = try YAMLComposer(fileDescriptor: descriptor)
            return ScriptReader(composer, overrides: overrides, keepsPlaces: keepsPlaces, of: self)
        } catch {
            throw ScriptFault(error)
        }
    }
}
