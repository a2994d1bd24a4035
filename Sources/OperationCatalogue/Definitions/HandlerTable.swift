/// What a backend does for each operation: one entry for each, found by the operation's type.
package struct HandlerTable<Handler: Sendable>: Sendable {
    private let handlers: [ObjectIdentifier: Handler]

    package struct Entry: Sendable {
        let operation: any CatalogueOperation.Type
        let handler: Handler

        package init(_ operation: any CatalogueOperation.Type, _ handler: Handler) {
            self.operation = operation
            self.handler = handler
        }
    }

    /// Of two entries for the same operation the first holds.
    package init(_ entries: [Entry]) {
        handlers = Dictionary(
            entries.map { (ObjectIdentifier($0.operation), $0.handler) }, uniquingKeysWith: { first, _ in first })
    }

    /// The handler for an operation; `nil` where the table lacks it, which ``missing(of:)`` tells before.
    package subscript(operation: any CatalogueOperation) -> Handler? { handlers[ObjectIdentifier(type(of: operation))] }

    /// The names of the operations that the table has no entry for.
    package func missing(of catalogue: Catalogue) -> [String] {
        catalogue.operations.filter { handlers[ObjectIdentifier($0)] == nil }.map { $0.definition.name }
    }
}

extension OperationError {
    /// Of an operation that a backend has no handler for.
    package static func unsupported(_ operation: any CatalogueOperation) -> OperationError {
        OperationError(.notPermitted, "\(operation.definition.name): this backend cannot carry it out")
    }
}
