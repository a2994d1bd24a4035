/// The vocabulary: every operation there is, by name. The one place that lists them.
package struct Catalogue: Sendable {
    /// In the order in which people meet them.
    package static let standard = Catalogue(of: [
        StartAuth.self, CompleteAuth.self, Logout.self, WhoAmI.self, ListTasks.self, GetTask.self, CreateTask.self,
        UpdateTask.self, SetTaskStatus.self, SplitTask.self, FoldTask.self, MergeTask.self, MoveTask.self,
        DeleteTask.self, GetDailyTasks.self, GetMoodHistory.self, SearchTasks.self,
        ExportTasks.self, ImportTasks.self,
    ])

    package let operations: [any CatalogueOperation.Type]
    package let definitions: [OperationDefinition]
    private let entries: [String: Entry]

    private struct Entry: Sendable {
        let definition: OperationDefinition
        let make: @Sendable (inout ArgumentReader) -> any CatalogueOperation
    }

    package init(of operations: [any CatalogueOperation.Type]) {
        self.operations = operations
        definitions = operations.map { $0.definition }
        var entries: [String: Entry] = [:]
        for operation in operations { entries[operation.definition.name] = Self.entry(operation) }
        self.entries = entries
    }

    private static func entry<Operation: CatalogueOperation>(_ type: Operation.Type) -> Entry {
        Entry(definition: type.definition) { Operation(&$0) }
    }

    /// The definition of the operation with this name.
    package func definition(of name: String) -> OperationDefinition? {
        entries[name]?.definition
    }

    /// Checks a request's operation and arguments; every fault there is comes in one error.
    ///
    /// - Parameter lists: arguments beside the others that are held as their texts.
    /// - Parameter unknownValues: names of arguments whose values are not known yet; their names are checked, their
    ///   values are taken for good, and the returned operation is then of no use.
    /// - Parameter faults: what is known to be wrong with the arguments already.
    /// - Throws: ``ErrorCode/unknownOperation`` or ``ErrorCode/invalidArguments``.
    package func resolve(
        _ name: String,
        _ arguments: JSONObject,
        lists: [String: JSONTextList] = [:],
        ignoringValuesOf unknownValues: Set<String> = [],
        besides faults: [ArgumentFault] = []
    ) throws(OperationError) -> (definition: OperationDefinition, operation: any CatalogueOperation) {
        guard let entry = entries[name] else {
            let hint = nearest(to: name, among: definitions.map(\.name)).map { "; did you mean \($0)?" }
            throw OperationError(
                .unknownOperation,
                "unknown operation \(String(name.unicodeScalars.prefix(100)).debugDescription)\(hint ?? "")"
            )
        }
        var reader = ArgumentReader(arguments, lists: lists, ignoringValuesOf: unknownValues)
        let operation = entry.make(&reader)
        reader.refuseTheRest(of: entry.definition)
        let all = reader.faults + faults
        guard all.isEmpty else {
            let sentence = all.map { "\($0.place): \($0.message)" }.joined(separator: "; ")
            throw OperationError(.invalidArguments, "\(name): \(sentence)", faults: all)
        }
        return (entry.definition, operation)
    }
}
