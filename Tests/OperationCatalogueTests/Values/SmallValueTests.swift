import OperationCatalogue
import Testing

@Suite("Secrets")
struct SecretTests {
    @Test("A secret never shows, whatever prints it, alone or inside something")
    func hidden() {
        struct Holder {
            let token: Secret
            let maybe: Secret?
        }
        let secret = Secret("hunter2")
        let holder = Holder(token: secret, maybe: secret)
        var dumped = ""
        dump(holder, to: &dumped)
        dump(secret, to: &dumped)
        let texts = [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\(holder)", "\([secret])",
            String(reflecting: holder), String(describing: Optional(secret)), "\(["token": secret])", dumped,
            "\(Mirror(reflecting: secret).children.map { "\($0)" })",
        ]
        for text in texts { #expect(!text.contains("hunter2")) }
        #expect("\(secret)" == Secret.redacted)
        #expect(secret.reveal() == "hunter2")
    }

    @Test("Secrets compare by what they hide")
    func comparison() {
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
    }
}

@Suite("What a change says of a field")
struct PatchTests {
    @Test("Absent keeps, null clears, a value sets")
    func applied() {
        #expect(Patch<Int>.unchanged.applied(to: 1) == 1)
        #expect(Patch<Int>.unchanged.applied(to: nil) == nil)
        #expect(Patch<Int>.clear.applied(to: 1) == nil)
        #expect(Patch.set(2).applied(to: 1) == 2)
        #expect(Patch.set(2).applied(to: nil) == 2)
        #expect(!Patch<Int>.unchanged.isPresent)
        #expect(Patch<Int>.clear.isPresent)
        #expect(Patch.set(2).isPresent)
    }
}

@Suite("Where a task stands")
struct TaskStatusTests {
    @Test("The words on the wire, and what they mean for a parent")
    func words() {
        #expect(
            TaskStatus.allCases.map(\.rawValue) == ["open", "in-progress", "in-review", "done", "dropped", "pruned"])
        #expect(TaskStatus.allCases.filter(\.isActive) == [.open, .inProgress, .inReview])
        #expect(TaskStatus.allCases.filter(\.isFinished) == [.done, .dropped])
    }
}

@Suite("Outcomes")
struct OutcomeTests {
    @Test("The duration is given in milliseconds, cut to a microsecond")
    func milliseconds() {
        let result = OperationResult.ok(JSONText(.null))
        #expect(Outcome(result: result, nanoseconds: 1_999).milliseconds == 0.001)
        #expect(Outcome(result: result, nanoseconds: 1_900_000).milliseconds == 1.9)
        #expect(Outcome(result: result, nanoseconds: 0).milliseconds == 0)
    }

    @Test("A status and an error go together")
    func status() {
        let error = OperationError(.notFound, "task not found")
        #expect(OperationResult.ok(JSONText(.null)).status == .ok)
        #expect(OperationResult.ok(JSONText(.null)).error == nil)
        #expect(OperationResult.failed(error).status == .failed)
        #expect(OperationResult.unknown(error).status == .unknown)
        #expect(OperationResult.unknown(error).error == error)
    }
}
