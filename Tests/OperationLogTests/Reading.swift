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
