import OperationCatalogue
import OperationPipeline

/// What carries an operation out at the backend's API.
typealias RESTHandler =
    @Sendable (RESTBackend, any CatalogueOperation, OperationRequest) async -> OperationResult

extension HandlerTable<RESTHandler> {
    /// Most operations are one request to their endpoint; the others come first.
    static let api = HandlerTable(
        [
            .on(StartAuth.self) { await $0.startAuth($1, $2) },
            .on(CompleteAuth.self) { await $0.completeAuth($1, $2) },
            .on(Logout.self) { await $0.logout($1, $2) },
            .on(MoveTask.self) { await $0.move($1, $2) },
        ]
            + Catalogue.standard.operations.filter { $0.definition.endpoint != nil }.map { operation in
                Entry(operation) { await $0.send($1, for: $2) }
            })
}

extension HandlerTable<RESTHandler>.Entry {
    fileprivate static func on<Operation: CatalogueOperation>(
        _ type: Operation.Type,
        _ body: @escaping @Sendable (RESTBackend, Operation, OperationRequest) async -> OperationResult
    ) -> Self {
        Self(type) { backend, operation, request in
            guard let operation = operation as? Operation else { return .failed(.unsupported(operation)) }
            return await body(backend, operation, request)
        }
    }
}
