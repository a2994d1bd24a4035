import BackendContract
import OperationCatalogue
import OperationPipeline
import RESTBackend
import Testing

let someID = "7ac8513c-4037-43fe-a89a-721019f76527"
let someTask = #"{"id":"\#(someID)","title":"Water the plants","description":"Both balconies","status":"open"}"#
let someCreate: JSONObject = [
    "title": "Water the plants", "description": "Both balconies", "id": .string(someID),
]

extension RESTSettings {
    /// Hardly a pause between tries, and more time for all of them than a busy machine needs.
    static var brisk: RESTSettings {
        var settings = RESTSettings()
        settings.deadline = .seconds(20)
        settings.connectTimeout = .seconds(15)
        settings.readTimeout = .seconds(15)
        settings.retries.firstDelay = .milliseconds(5)
        settings.retries.longestDelay = .milliseconds(20)
        return settings
    }

    /// The same with deadlines that a test can wait for.
    static var short: RESTSettings {
        var settings = RESTSettings.brisk
        settings.connectTimeout = .milliseconds(300)
        settings.readTimeout = .milliseconds(300)
        settings.deadline = .milliseconds(700)
        return settings
    }
}

/// The result of one operation over a backend of its own.
func call(
    _ name: String, _ arguments: JSONObject = [:], at address: String, tokens: any TokenStore = MemoryTokenStore(),
    settings: RESTSettings = .brisk, credential: String? = nil
) async throws -> OperationResult {
    let backend = try backend(at: address, tokens: tokens, settings: settings)
    let result = try await backend.call(name, arguments, credential: credential)
    await backend.close()
    return result
}

func backend(
    at address: String, tokens: any TokenStore = MemoryTokenStore(), settings: RESTSettings = .brisk
) throws -> RESTBackend {
    let location = try HTTPAddress(address)
    return try RESTBackend(location: location, tokens: tokens, settings: settings)
}

extension RESTBackend {
    func call(
        _ name: String, _ arguments: JSONObject = [:], credential: String? = nil, trace: TraceContext? = nil
    ) async throws -> OperationResult {
        let (definition, operation) = try Catalogue.standard.resolve(name, arguments)
        let caller = Caller(door: .cli, user: "tester", credential: credential.map { Secret($0) })
        let request = OperationRequest(name, arguments, caller: caller, trace: trace)
        let invocation = Invocation(id: .version7(), definition: definition, operation: operation, request: request)
        let results = await execute(OperationBatch([invocation]))
        #expect(results.count == 1)
        return try #require(results.first)
    }
}

extension OperationResult {
    /// The payload as it is written.
    var text: String? {
        if case .ok(let text, _) = self { return text.description }
        return nil
    }
}
