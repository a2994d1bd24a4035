import OperationCatalogue
import OperationLog
import Testing

/// Reads a log as commands do.
enum Reading {
    struct Result {
        var operations: [JSONValue] = []
        var faults: [LogScan.Fault] = []
        var readable = 0
    }

    static func operations(_ paths: String..., filter: LogFilter = LogFilter()) -> Result {
        operations(of: paths, filter: filter)
    }

    static func operations(of paths: [String], filter: LogFilter = LogFilter()) -> Result {
        var result = Result()
        var faults: [LogScan.Fault] = []
        let scan = LogScan(paths, for: filter) { faults.append($0) }
        result.readable = scan.operations(of: filter) { operation in
            result.operations.append(operation.tree)
            return true
        }
        result.faults = faults
        return result
    }

    static func filtered(_ path: String, _ change: (inout LogFilter) throws -> Void) rethrows -> [JSONValue] {
        var filter = LogFilter()
        try change(&filter)
        return operations(path, filter: filter).operations
    }
}

/// Lines of a log that say no more than a test needs.
enum Line {
    /// The identifier of this number.
    static func id(_ number: Int) -> String {
        UniqueIdentifier(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 + UInt64(number)).description
    }

    static func time(_ second: Int) -> String {
        Timestamp(seconds: 1_795_852_800 + Int64(second)).text(fractionDigits: 6)
    }

    static func header(_ second: Int) -> String {
        "{\"v\":4,\"kind\":\"header\",\"time\":\"\(time(second))\",\"writer\":\"\(id(second))\",\"seq\":0}\n"
    }

    static func intent(_ id: Int, _ op: String = "create_task", _ args: JSONValue = [:], at second: Int = 0) -> String {
        "{\"v\":4,\"kind\":\"intent\",\"time\":\"\(time(second))\",\"id\":\"\(Line.id(id))\",\"op\":\"\(op)\","
            + "\"args\":\(JSONText(args))}\n"
    }

    /// - Parameter more: other members.
    static func outcome(
        _ id: Int, _ op: String = "create_task", _ status: String = "ok", _ more: JSONObject = [:], at second: Int = 0
    ) -> String {
        let more = more.members.map { ",\"\($0.key)\":\(JSONText($0.value))" }.joined()
        return "{\"v\":4,\"kind\":\"outcome\",\"time\":\"\(time(second))\",\"id\":\"\(Line.id(id))\",\"op\":\"\(op)\","
            + "\"status\":\"\(status)\"\(more)}\n"
    }
}
