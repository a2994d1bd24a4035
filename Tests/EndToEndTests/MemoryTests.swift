import Foundation
import Testing

@Suite("Constant memory", .serialized)
struct MemoryTests {
    static let large = DefernoBinary.runsLongTests ? 1_000_000 : 60_000

    enum Form: CaseIterable {
        case steps, documents

        var opening: String { self == .steps ? "steps:\n" : "" }
        var line: String {
            self == .steps ? "- {op: whoami}\n" : "--- {\"op\":\"whoami\"}\n"
        }
    }

    @Test("Many steps need no more memory than few, as a file", arguments: Form.allCases)
    func fileOfAnyLength(form: Form) throws {
        let small = try peak(of: 10_000, form)
        let large = try peak(of: Self.large, form)
        #expect(large < small + 8 * 1024, "\(small) KiB for 10,000, \(large) KiB for \(Self.large)")
        #expect(large < 64 * 1024)
    }

    @Test("Many creates need no more memory than few, with the log")
    func createsOfAnyNumber() throws {
        let small = try peakOfCreates(3000)
        let large = try peakOfCreates(Self.large / 5)
        #expect(large < small + 16 * 1024, "\(small) KiB for 3,000, \(large) KiB for \(Self.large / 5)")
        #expect(large < 64 * 1024)
    }

    @Test("Large steps are held a few at a time, whatever their number")
    func largeSteps() throws {
        let home = try Home()
        let text = String(repeating: "a", count: 512 << 10)
        let step = "- {op: create_task, args: {title: Large, description: \(text)}}\n"
        try home.write("steps:\n" + String(repeating: step, count: 120))
        let finished = try home.run(["batch", "run", "script.yaml", "--quiet"], within: 120)
        #expect(finished.end == .exit(0))
        #expect(finished.peakMemory < 192 * 1024, "\(finished.peakMemory) KiB for 120 steps of 512 KiB")
    }

    private func peak(of count: Int, _ form: Form) throws -> Int {
        let home = try Home()
        try home.write(form.opening + String(repeating: form.line, count: count))
        let finished = try home.run(["batch", "run", "script.yaml", "--quiet", "--log", "none"], within: 300)
        #expect(finished.end == .exit(0))
        return finished.peakMemory
    }

    private func peakOfCreates(_ count: Int) throws -> Int {
        let home = try Home()
        try home.write(creates(count))
        let finished = try home.run(["batch", "run", "script.yaml", "--quiet"], within: 300)
        #expect(finished.end == .exit(0))
        return finished.peakMemory
    }
}
