import Glibc
import OperationCatalogue
import OperationPipeline

/// Reads scripts on a thread of its own, a little ahead of whoever takes them: reading may block, as on a pipe, and must
/// not hold up the rest.
///
/// Items go over many at a time, since waking another thread costs more than reading a step. What comes through a pipe
/// goes over as soon as the pipe is empty.
final class ScriptPump: Sendable {
    /// How many items go over at a time, at most.
    static let portionSize = 256
    /// How much text may be gathered before it goes over, in bytes of UTF-8: steps can be large.
    static let portionBytes = 1 << 20
    /// How many portions are read ahead at most.
    static let portionsAhead = 2

    private let portions = PullQueue<[Item]>(PullQueue.Budget(count: ScriptPump.portionsAhead))

    enum Item: Sendable {
        case script(ScriptItem)
        /// Reading came to a bad end.
        case failure(ScriptFault)

        var isFault: Bool {
            switch self {
            case .script(.faulty), .failure: true
            case .script: false
            }
        }
    }

    /// - Parameters:
    ///   - check: what the check of the file has found; without one, steps know the places of their arguments, since they are
    ///     checked when their turn comes.
    ///   - digest: gets the bytes that are read.
    init(_ source: ScriptSource, overrides: JSONObject, check: ScriptCheck?, digest: ScriptDigest? = nil) {
        // The thread keeps the queue alone, so that it ends when nobody takes from it any more.
        let thread = BlockingThread { [portions] in
            Self.read(source, overrides, check, digest) { portions.addWaiting($0) }
            portions.end()
        }
        guard thread == nil else { return }
        portions.add([[.failure(.noThread)]])
        portions.end()
    }

    deinit { portions.end() }

    /// What has been read, at least one item; empty at the end.
    func next() async -> [Item] { await portions.next { _ in 1 }?.first ?? [] }

    /// - Parameter give: waits until there is room; says whether anybody still wants it.
    private static func read(
        _ source: ScriptSource, _ overrides: JSONObject, _ check: ScriptCheck?, _ digest: ScriptDigest?,
        give: ([Item]) -> Bool
    ) {
        var portion: [Item] = []
        var bytes = 0
        do throws(ScriptFault) {
            let script = try source.open()
            let mayBlock = !source.isReadTwice
            var reader = try script.reader(overrides: overrides, keepsPlaces: check == nil, digest)
            try script.mustBe(check)
            while let item = try next(&reader, of: script, check) {
                portion.append(.script(item))
                bytes += reader.stepBytes
                let isFull = portion.count == portionSize || bytes >= portionBytes
                if isFull || mayBlock && !script.hasInput {
                    // A file that is changed while it is carried out is not what was checked.
                    try script.mustBe(check)
                    guard give(portion) else { return }
                    portion = []
                    portion.reserveCapacity(portionSize)
                    bytes = 0
                }
            }
            try script.mustBe(check)
        } catch {
            // What was read after a change is not to be carried out either.
            if error == .changed { portion = [] }
            portion.append(.failure(error))
        }
        if !portion.isEmpty { _ = give(portion) }
    }

    private static func next(
        _ reader: inout ScriptReader,
        of script: OpenScript,
        _ check: ScriptCheck?
    ) throws(ScriptFault) -> ScriptItem? {
        do {
            return try reader.next()
        } catch {
            // A file that was good when it was checked is broken since somebody is writing it.
            try script.mustBe(check)
            throw ScriptFault(error)
        }
    }
}

extension OpenScript {
    /// Throws if the file is not what was checked any more.
    fileprivate func mustBe(_ check: ScriptCheck?) throws(ScriptFault) {
        if let version = check?.version, version != self.version { throw .changed }
    }

    /// Whether a read would return at once.
    fileprivate var hasInput: Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) != 0
    }
}
