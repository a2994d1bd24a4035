import OperationCatalogue

extension RequestDraft {
    /// The request for an operation, by what the catalogue says of its endpoint.
    ///
    /// - Returns: `nil` for an operation that the backend has no endpoint for.
    init?(for operation: any CatalogueOperation) {
        let definition = operation.definition
        guard let endpoint = definition.endpoint else { return nil }
        self.init(
            endpoint.method, Self.path(of: operation, at: endpoint),
            body: endpoint.takesBody ? Self.body(of: operation) : nil, repetition: Repetition(of: operation),
            answer: AnswerForm(of: operation))
        if definition.session == .begins || definition.session == .completes {
            isConfidential = true
            needsToken = false
        }
    }

    private static func path(of operation: any CatalogueOperation, at endpoint: HTTPEndpoint) -> String {
        let path = operation.subject.map { endpoint.path.replacing("*", with: $0.description) } ?? endpoint.path
        let query = operation.queryValues.map { field, value in
            "\(endpoint.namesInQuery[field] ?? field)=\(PercentEncoding.encoded(value))"
        }
        return query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
    }

    private static func body(of operation: any CatalogueOperation) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 256)
        writer.beginObject()
        operation.writeBody(to: &writer)
        writer.endObject()
        return writer.takeBytes()
    }
}

extension Repetition {
    init(of operation: any CatalogueOperation) {
        let definition = operation.definition
        self =
            if !definition.isWrite {
                .read
            } else if let task = operation.newTask {
                .namedCreate(task)
            } else if !definition.isIdempotent {
                .unsafe
            } else if operation.subject == nil {
                // It overwrites no task, so that a repeat undoes nothing that others have done in between.
                .idempotent
            } else if definition.effectOnOthers == .removesTask, let payload = operation.payloadOfEmptyAnswer {
                .deletion(payload)
            } else {
                .overwriting
            }
    }
}

extension AnswerForm {
    init(of operation: any CatalogueOperation) {
        if let payload = operation.payloadOfEmptyAnswer {
            self = .nothing(payload)
        } else if case .list = operation.definition.payload {
            self = .array
        } else {
            self = .object
        }
    }
}
