import BatchFrontend
import OperationCatalogue
import Testing

@testable import deferno

@Suite("The exit status of a batch")
struct BatchStatusTests {
    struct Batch: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var summary = BatchSummary()
        let status: deferno.ExitStatus

        init(_ description: String, _ status: deferno.ExitStatus, _ change: (inout BatchSummary) -> Void) {
            testDescription = description
            self.status = status
            change(&summary)
        }
    }

    static let batches: [Batch] = [
        Batch("everything done", .success) { ($0.ok, $0.effects) = (3, 3) },
        Batch("nothing asked for", .success) { _ in },
        Batch("a fault and nothing done", .badData) { $0.faults = 1 },
        Batch("a fault behind a step that was done", .operationFailed) { ($0.faults, $0.ok) = (1, 1) },
        Batch("a fault behind a step of unknown fate", .operationFailed) { ($0.faults, $0.unknown) = (1, 1) },
        Batch("bad arguments and nothing done", .badData) { ($0.failed, $0.codes) = (1, [.invalidArguments]) },
        Batch("a bad reference behind a read", .operationFailed) {
            ($0.ok, $0.failed, $0.codes) = (1, 1, [.invalidReference])
        },
        Batch("an operation that nobody knows", .badData) { ($0.failed, $0.codes) = (1, [.unknownOperation]) },
        Batch("a lock and nothing done", .tryAgain) { ($0.failed, $0.codes) = (1, [.backendBusy]) },
        Batch("a lock behind reads", .tryAgain) { ($0.ok, $0.failed, $0.codes) = (5, 1, [.backendBusy]) },
        Batch("a lock behind a write", .operationFailed) {
            ($0.ok, $0.effects, $0.failed, $0.codes) = (1, 1, 1, [.backendBusy])
        },
        Batch("a rate limit and an unknown fate", .operationFailed) {
            ($0.unknown, $0.effects, $0.failed, $0.codes) = (1, 1, 1, [.rateLimited])
        },
        Batch("a file that was changed before it began", .tryAgain) { ($0.hasChangedFile, $0.faults) = (true, 1) },
        Batch("a file that was changed in the middle", .operationFailed) {
            ($0.hasChangedFile, $0.faults, $0.ok, $0.effects) = (true, 1, 7, 7)
        },
        Batch("not permitted behind a step that was done", .notPermitted) {
            ($0.ok, $0.effects, $0.failed, $0.codes) = (1, 1, 1, [.notPermitted])
        },
        Batch("unreachable", .unavailable) { ($0.failed, $0.codes) = (1, [.backendUnreachable]) },
        Batch("different failures", .operationFailed) { ($0.failed, $0.codes) = (2, [.backendBusy, .notFound]) },
        Batch("a log that failed", .inputOutput) { ($0.ok, $0.effects, $0.lacksRecords) = (1, 1, true) },
        Batch("a log that could not be written", .inputOutput) {
            ($0.failed, $0.codes) = (2, [.notFound, .logUnavailable])
        },
    ]

    @Test("Bad data and a second try are only spoken of where nothing is done yet", arguments: batches)
    func statuses(batch: Batch) {
        #expect(deferno.ExitStatus(batch.summary) == batch.status)
    }

    @Test("How far a batch came is said where it did not come to its end")
    func extent() {
        var summary = BatchSummary()
        func text(_ total: Int?) -> String { BatchText.summary(summary, of: total) }
        (summary.ok, summary.effects) = (3, 3)
        #expect(text(3) == "3 steps: 3 ok")
        #expect(text(nil) == "3 steps: 3 ok")
        (summary.faults, summary.hasChangedFile) = (1, true)
        #expect(text(12) == "stopped after 3 of 12 steps: 3 ok, 1 fault")
        #expect(text(nil) == "stopped after 3 steps: 3 ok, 1 fault")
        (summary.faults, summary.hasChangedFile) = (0, false)
        (summary.ok, summary.failed, summary.skipped, summary.hasStopped) = (1, 1, 3, true)
        #expect(text(5) == "stopped after 2 of 5 steps: 1 ok, 1 failed, 3 skipped")
    }
}
