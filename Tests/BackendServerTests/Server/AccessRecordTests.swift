import OperationCatalogue
import OperationPipeline
import Testing

@testable import BackendServer

@Suite("Records of requests")
struct AccessRecordTests {
    @Test("are few however many requests nobody is signed in for, and none is lost from the count")
    func probes() async {
        let recorder = MemoryRecorder()
        let records = AccessRecords(recorder, period: .seconds(3600))
        for _ in 0..<9000 { await records.add(request("/health", 200, from: "127.0.0.1")) }
        for number in 0..<500 { await records.add(request("/\(number)", 404, from: "127.0.0.1")) }
        for _ in 0..<100 { await records.add(request("/sign-in", 429, from: "127.0.0.1", by: "ada")) }
        await records.handOver()
        #expect(recorder.served.count == 6)
        for (status, count) in [(200, 9000), (404, 500), (429, 100)] {
            let alike = recorder.served.filter { $0.status == status }
            #expect(alike.count == 2)
            #expect(alike.reduce(0) { $0 + ($1.sum?.count ?? 1) } == count)
        }
        let sum = recorder.served.first { $0.status == 404 && $0.sum != nil }
        #expect(sum?.path == "/499" && sum?.user == nil)
    }

    @Test("stand for each request on somebody's behalf")
    func users() async {
        let recorder = MemoryRecorder()
        let records = AccessRecords(recorder)
        for status in [200, 201, 303, 503] {
            for _ in 0..<300 { await records.add(request("/tasks", status, from: "127.0.0.1", by: "ada")) }
        }
        await records.handOver()
        #expect(recorder.served.count == 1200 && recorder.served.allSatisfy { $0.sum == nil })
    }

    @Test("of refused requests of one account are few too, wherever it asks from, and say how many they were and whose")
    func refused() async {
        let recorder = MemoryRecorder()
        let records = AccessRecords(recorder, period: .seconds(3600))
        // As many accounts as there are sums of strangers, and more.
        let users = (0..<ServerSettings.mostAccessSums + 8).map { "user\($0)" }
        for number in 0..<100 {
            for (user, status) in users.flatMap({ user in [401, 403, 404, 422].map { (user, $0) } }) {
                await records.add(request("/\(number)", status, from: "198.51.\(number).1", by: user))
            }
        }
        // Strangers have their share all the same.
        for _ in 0..<100 { await records.add(request("/x", 401, from: "192.0.2.1")) }
        await records.handOver()
        #expect(recorder.served.count == 2 * (4 * users.count + 1))
        for user in users {
            let sum = recorder.served.first { $0.user == user && $0.status == 404 && $0.sum != nil }
            #expect(sum?.sum?.count == 99 && sum?.path == "/99")
        }
        #expect(recorder.served.contains { $0.user == nil && $0.address == "192.0.2.1" && $0.sum?.count == 99 })
    }

    @Test("do not grow with the number of addresses either: of one network they are one, and too many networks are")
    func addresses() async {
        let recorder = MemoryRecorder()
        let records = AccessRecords(recorder, period: .seconds(3600))
        for number in 0..<5000 { await records.add(request("/x", 401, from: "2001:db8::\(String(number, radix: 16))")) }
        await records.handOver()
        #expect(recorder.served.count == 2)
        for number in 0..<5000 { await records.add(request("/x", 401, from: "198.51.\(number / 250).\(number % 250)")) }
        await records.handOver()
        let many = recorder.served.dropFirst(2)
        #expect(many.count == ServerSettings.mostAccessSums + 1)
        #expect(many.last?.address == "*" && many.last?.sum?.count == 5000 - ServerSettings.mostAccessSums)
    }

    @Test("of what is summed up come by themselves, each period anew")
    func periods() async throws {
        let recorder = MemoryRecorder()
        let records = AccessRecords(recorder, period: .milliseconds(50))
        func count() -> Int { recorder.served.reduce(0) { $0 + ($1.sum?.count ?? 1) } }
        for round in 1...2 {
            for _ in 0..<10 { await records.add(request("/health", 200, from: "127.0.0.1")) }
            while count() < 10 * round { try await Task.sleep(for: .milliseconds(10)) }
        }
        #expect(count() == 20)
    }

    private func request(
        _ path: String, _ status: Int, from address: String, by user: String? = nil
    ) -> ServedRequest {
        ServedRequest(
            method: "GET", path: path, status: status, address: address, user: user, agent: nil, trace: nil, bytes: 2,
            nanoseconds: 1000)
    }
}
