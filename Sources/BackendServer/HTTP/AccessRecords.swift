import OperationCatalogue
import OperationPipeline
import Synchronization

/// Brings what was answered into the log, many requests at a time: nobody waits for these records.
///
/// A request on somebody's behalf that was not refused has a record of its own. Those of nobody, and those that were refused (4xx),
/// could make the log grow as fast as anybody likes: of each network, or each account, and status the first in a while has a
/// record, and one more sums up those that came after it.
final class AccessRecords: Sendable {
    private let recorder: any OperationRecorder
    private let period: Duration
    private let state = Mutex(State())

    private struct State {
        var waiting: [ServedRequest] = []
        /// Whether somebody will come for what waits.
        var isDue = false
        var sums = AccessSums()
        /// Whether somebody will come for the sums.
        var isSumDue = false

        mutating func take() -> [ServedRequest] {
            defer { waiting = [] }
            return waiting
        }

        /// - Returns: what is to be handed over now, and whether somebody has to come for what waits, and for the sums.
        mutating func add(_ served: ServedRequest) -> (full: [ServedRequest]?, isFirst: Bool, isFirstSum: Bool) {
            var isFirstSum = false
            if AccessSums.sumsUp(served) {
                isFirstSum = !isSumDue
                isSumDue = true
                if sums.add(served) { return (nil, false, isFirstSum) }
            }
            waiting.append(served)
            if waiting.count >= AccessRecords.most { return (take(), false, isFirstSum) }
            defer { isDue = true }
            return (nil, !isDue, isFirstSum)
        }
    }

    /// When so many have come together they are handed over at once, by whoever brought the last; that bounds what waits.
    private static let most = 256
    /// How long a record waits for others.
    private static let pause: Duration = .milliseconds(100)

    /// - Parameter period: over which requests are summed up.
    init(_ recorder: any OperationRecorder, period: Duration = ServerSettings.accessPeriod) {
        self.recorder = recorder
        self.period = period
    }

    func add(_ served: ServedRequest) async {
        let (full, isFirst, isFirstSum) = state.withLock { $0.add(served) }
        if let full { await recorder.record(served: full) }
        if isFirst { after(Self.pause) { await $0.handOverWaiting() } }
        if isFirstSum { after(period) { await $0.handOverSums() } }
    }

    private func after(_ time: Duration, _ body: @escaping @Sendable (AccessRecords) async -> Void) {
        Task { [weak self] in
            try? await Task.sleep(for: time)
            if let self { await body(self) }
        }
    }

    /// Hands over everything, also what is summed up.
    func handOver() async {
        await handOverWaiting()
        await handOverSums()
    }

    private func handOverWaiting() async {
        let waiting = state.withLock { state in
            state.isDue = false
            return state.take()
        }
        await recorder.record(served: waiting)
    }

    private func handOverSums() async {
        let sums = state.withLock { state in
            state.isSumDue = false
            return state.sums.take()
        }
        await recorder.record(served: sums)
    }
}

/// Requests that are counted, in place of a record for each.
private struct AccessSums {
    /// What is alike of those that are summed up.
    private enum Kind: Hashable {
        case strangers(network: String, status: Int)
        /// Wherever the account is used from: nobody has many by changing places.
        case account(String, status: Int)

        init(_ served: ServedRequest) {
            self =
                if let user = served.user {
                    .account(user, status: served.status)
                } else {
                    .strangers(network: ClientNetwork.of(served.address), status: served.status)
                }
        }
    }

    private struct Sum {
        var count = 0
        var last: ServedRequest
    }

    /// Of a kind of which only the first has come, which has its record, the count is 0.
    private var sums: [Kind: Sum] = [:]
    /// How many kinds of strangers there are among them.
    private var networks = 0

    static func sumsUp(_ served: ServedRequest) -> Bool {
        served.user == nil || (400..<500).contains(served.status)
    }

    /// - Returns: whether it is counted; else it has a record of its own.
    mutating func add(_ served: ServedRequest) -> Bool {
        let kind = Kind(served)
        if sums[kind] != nil {
            count(served, as: kind)
        } else if served.user != nil || networks < ServerSettings.mostAccessSums {
            if served.user == nil { networks += 1 }
            sums[kind] = Sum(last: served)
            return false
        } else {
            let many = ServerSettings.manyAddresses
            count(served.with(address: many), as: .strangers(network: many, status: served.status))
        }
        return true
    }

    private mutating func count(_ served: ServedRequest, as kind: Kind) {
        let count = (sums[kind]?.count ?? 0) + 1
        sums[kind] = Sum(
            count: count, last: served.with(sum: ServedRequest.Sum(count: count, until: .now)))
    }

    mutating func take() -> [ServedRequest] {
        defer { (sums, networks) = ([:], 0) }
        return sums.values.filter { $0.count > 0 }.map(\.last)
    }
}

extension ServedRequest {
    fileprivate func with(address: String? = nil, sum: Sum? = nil) -> ServedRequest {
        ServedRequest(
            method: method, path: path, status: status, address: address ?? self.address, user: user, agent: agent,
            trace: trace, bytes: bytes, nanoseconds: nanoseconds, sum: sum ?? self.sum)
    }
}
