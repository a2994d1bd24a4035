import OperationCatalogue
import OperationPipeline
import Synchronization

/// A request whose operations are under way.
final class Exchange: Sendable {
    let id: RequestID
    let context: RequestContext
    let calls: [OperationCall]
    let ending: @Sendable ([Conclusion]) throws(ProtocolError) -> Ending
    /// Where the reply goes if the request came in an array.
    let group: ReplyGroup?
    let progressToken: JSONText?
    /// How long the request was, in bytes.
    let size: Int
    private let begun = MonotonicClock.now
    private let state: Mutex<State>

    private struct State {
        var conclusions: [Conclusion?]
        var submissions: [Submission] = []
    }

    init(
        _ request: JSONRPCRequest,
        in context: RequestContext,
        calls: [OperationCall],
        ending: @escaping @Sendable ([Conclusion]) throws(ProtocolError) -> Ending,
        group: ReplyGroup?,
        size: Int
    ) {
        id = request.id
        progressToken = request.progressToken
        self.context = context
        self.calls = calls
        self.ending = ending
        self.group = group
        self.size = size
        state = Mutex(State(conclusions: Array(repeating: nil, count: calls.count)))
    }

    func begin(with submissions: [Submission]) {
        state.withLock { $0.submissions = submissions }
    }

    /// Takes the conclusion of one operation.
    ///
    /// - Returns: all conclusions, in the order of the calls, when this was the last one.
    func conclude(_ index: Int, _ conclusion: Conclusion) -> [Conclusion]? {
        state.withLock { state in
            state.conclusions[index] = conclusion
            let conclusions = state.conclusions.compactMap { $0 }
            guard conclusions.count == calls.count else { return nil }
            state.submissions = []
            return conclusions
        }
    }

    /// Takes the operations back.
    func cancel() {
        let submissions = state.withLock { state in
            defer { state.submissions = [] }
            return state.submissions
        }
        for submission in submissions { submission.cancel() }
    }

    /// How far the request is, from 0 to the number of its operations: those that have ended count whole, and the one under
    /// way by a part that rises at every look and never reaches one.
    func progress(deadline: Duration) -> Double {
        let ended = state.withLock { state in state.conclusions.count { $0 != nil } }
        let elapsed = Double(MonotonicClock.now - begun) / 1e9
        return Double(ended) + elapsed / (elapsed + deadline / .seconds(1))
    }

    /// Whole seconds since the request came.
    var seconds: UInt64 { (MonotonicClock.now - begun) / 1_000_000_000 }
}
