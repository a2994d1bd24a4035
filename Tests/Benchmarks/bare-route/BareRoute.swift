import Glibc
import Hummingbird
import Logging

/// The least that Hummingbird can cost: one route that answers with a fixed body. Prints its port.
@main
enum BareRoute {
    /// A task as the API shows it.
    private static let body = """
        {"id":"7ac8513c-4037-43fe-a89a-721019f76527","title":"Water the plants","description":"Both balconies","status":"open",\
        "labels":["house"],"parent_id":null,"children":[],"next_task_id":null,"assignee":null,\
        "complete_by":"2026-04-26T06:59:00Z","productive":0.5,"desire":0.25,"mood_start":null,"mood_finish":null,\
        "pinned":false,"date_created":"2026-04-18T20:08:13.919016817Z","updated_at":null,"finished_at":null,"rev":1,\
        "actions":[{"kind":"Created","recorded_at":"2026-04-18T20:08:13.919016817Z"}],"ref":"ada-1","org_slug":"ada",\
        "sequence":1,"type":"task"}
        """

    static func main() async throws {
        let router = Router()
        router.get("/tasks/:id") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
        }
        var logger = Logger(label: "bare-route")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                print(channel.localAddress?.port ?? 0)
                fflush(nil)
            }, logger: logger)
        try await application.runService()
    }
}
