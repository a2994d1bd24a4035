import Dispatch
import Glibc
import OperationCatalogue

/// Where `deferno call` reads its arguments from, when they are no words: one JSON object, of any size.
enum CallInput: Hashable, Sendable {
    case standardInput
    case file(String)

    /// `-`, or `@` and a path; `nil` for words that are arguments themselves.
    init?(_ words: [String]) {
        guard words.count == 1, let word = words.first else { return nil }
        if word == "-" {
            self = .standardInput
        } else if word.hasPrefix("@"), word != "@" {
            self = .file(String(word.dropFirst()))
        } else {
            return nil
        }
    }

    private var name: String {
        switch self {
        case .standardInput: "standard input"
        case .file(let path): path
        }
    }

    /// Reads it to its end, on a thread that may wait for it.
    func object() async throws(CallArguments.Fault) -> JSONObject {
        let result = await withCheckedContinuation { continuation in
            DispatchQueue(label: "deferno.call.input").async { continuation.resume(returning: read()) }
        }
        return try result.get()
    }

    private func read() -> Result<JSONObject, CallArguments.Fault> {
        do throws(CallArguments.Fault) {
            return .success(try object(in: try bytes()))
        } catch {
            return .failure(error)
        }
    }

    private func object(in bytes: [UInt8]) throws(CallArguments.Fault) -> JSONObject {
        // Programs on Windows begin files with a byte order mark, which RFC 8259 lets a reader pass over.
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        let value: JSONValue
        do {
            value = try JSONReader.value(text)
        } catch {
            let (line, column) = error.position(in: text)
            throw CallArguments.Fault(message: "\(name):\(line):\(column): not valid JSON: \(error.message)")
        }
        guard case .object(let object) = value else {
            throw CallArguments.Fault(
                message: "\(name): expected one JSON object with the operation's fields, found "
                    + value.shortDescription)
        }
        return object
    }

    private func bytes() throws(CallArguments.Fault) -> [UInt8] {
        guard case .file(let path) = self else { return try bytes(of: STDIN_FILENO) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault("cannot be opened", errno) }
        defer { close(descriptor) }
        return try bytes(of: descriptor)
    }

    private func bytes(of descriptor: Int32) throws(CallArguments.Fault) -> [UInt8] {
        var status = stat()
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        var bytes: [UInt8] = []
        if isFile { bytes.reserveCapacity(max(Int(status.st_size), 0)) }
        var block = [UInt8](repeating: 0, count: Self.blockSize)
        while true {
            let count = Glibc.read(descriptor, &block, block.count)
            let failure = errno
            if count > 0 {
                bytes.append(contentsOf: block[..<count])
            } else if count == 0 {
                return bytes
            } else if failure == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&waiting, 1, -1)
            } else if failure != EINTR {
                throw fault("cannot be read", failure)
            }
        }
    }

    /// How much is read at a time, in bytes.
    private static let blockSize = 256 << 10

    private func fault(_ what: String, _ number: Int32) -> CallArguments.Fault {
        CallArguments.Fault(message: "\(name): \(what): \(String(cString: strerror(number)))")
    }
}
