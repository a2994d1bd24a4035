package import OperationCatalogue
import Synchronization

/// Takes one payload as it is made, into a file. There is none before the first part comes, so that a payload which is
/// shorter costs nothing.
package final class PayloadSpool: JSONDrain {
    package let size = Spools.partBytes
    private let spools: Spools
    private let state: Mutex<State>

    private struct State {
        var file: SpoolFile?
        var count = 0
        var elements: JSONElementCount?
    }

    /// - Parameter countsElements: whether the payload is an array whose elements are to be counted.
    package init(in spools: Spools, countsElements: Bool = false) {
        self.spools = spools
        state = Mutex(State(elements: countsElements ? JSONElementCount() : nil))
    }

    package func buffer() -> [UInt8] { spools.buffer() }

    /// Blocks: to be called where operations are carried out.
    ///
    /// - Throws: ``ErrorCode/backendFailed``, with the status 507 where there is no room.
    package func take(_ bytes: [UInt8]) throws(OperationError) {
        BlockingWork.begins()
        try state.withLock { state throws(OperationError) in try add(bytes, to: &state) }
    }

    /// The payload, once all of it has come.
    ///
    /// - Parameter rest: what was not worth a part of its own: of a short payload, all of it.
    /// - Throws: as ``take(_:)``.
    package func end(with rest: consuming [UInt8]) throws(OperationError) -> OperationResult {
        var last = consume rest
        let spooled = try state.withLock { state throws(OperationError) -> SpooledPayload? in
            guard let file = state.file else { return nil }
            try add(last, to: &state)
            state.file = nil
            return SpooledPayload(file: file, count: state.count, elements: state.elements?.count)
        }
        guard let spooled else { return .ok(JSONText(trusted: last)) }
        spools.keep(&last)
        return .spooled(spooled)
    }

    private func add(_ bytes: [UInt8], to state: inout State) throws(OperationError) {
        let file: SpoolFile
        if let known = state.file { file = known } else { file = try SpoolFile(in: spools) }
        state.file = file
        try file.write(bytes, at: state.count)
        state.count += bytes.count
        state.elements?.add(bytes)
    }
}

/// A payload in its file.
private struct SpooledPayload: SpooledText {
    let file: SpoolFile
    let count: Int
    let elements: Int?

    func piece(at offset: Int, ofAtMost length: Int) async throws(OperationError) -> [UInt8] {
        try await file.spools.gate.run { () throws(OperationError) in
            try file.read(min(length, count - offset), at: offset)
        }
    }
}
