package import OperationCatalogue

/// The resources that an agent is offered, and what their URIs mean.
package struct ResourceCatalogue: Sendable {
    package let resources: [ResourceDefinition]
    package let templates: [ResourceDefinition]

    /// Those whose operation the selection permits.
    package init(_ selection: ToolSelection) {
        let permitted = ResourceDefinition.all.filter { selection.allowsUse(of: $0.operation) }
        resources = permitted.filter { !$0.isTemplate }
        templates = permitted.filter(\.isTemplate)
    }

    /// What has to be done to read a resource.
    ///
    /// Scheme and host compare without regard to case, and percent-encoded characters count as what they stand for (RFC
    /// 3986 section 6.2.2).
    ///
    /// - Throws: ``ResourceFault`` for a URI that names nothing here.
    package func read(_ uri: String) throws(ResourceFault) -> ResourceRead {
        if let reference = URIReference(uri), reference.scheme == ResourceDefinition.scheme {
            for resource in resources + templates {
                if let arguments = resource.arguments(in: reference) {
                    return try ResourceRead(resource, arguments, askedFor: uri)
                }
            }
        }
        throw .unknown(uri)
    }
}

extension ResourceDefinition {
    /// What stands in the places of the arguments; `nil` where the URI is none of this resource.
    fileprivate func arguments(in reference: URIReference) -> [(name: String, text: String)]? {
        guard reference.host == host, reference.segments.count == segments.count else { return nil }
        var arguments: [(name: String, text: String)] = []
        for (segment, text) in zip(segments, reference.segments) {
            switch segment {
            case .literal(let literal): if literal != text { return nil }
            case .argument(let name): arguments.append((name, text))
            }
        }
        return arguments
    }
}

/// The reading of a resource: the operation to carry out, and how its payload is shown.
package struct ResourceRead: Sendable {
    package let resource: ResourceDefinition
    package let arguments: JSONObject
    /// The URI in its one normal form: that under which changes of the resource are told.
    package let uri: String
    /// The URI as the client wrote it.
    package let requestedURI: String

    /// A resource that is no template.
    init(_ resource: ResourceDefinition) {
        self.resource = resource
        arguments = [:]
        uri = resource.uri
        requestedURI = uri
    }

    /// A task.
    init(task: UniqueIdentifier) {
        resource = .task
        arguments = [TaskFields.taskID.name: task.json]
        uri = Self.uri(ofTask: task)
        requestedURI = uri
    }

    fileprivate init(
        _ resource: ResourceDefinition, _ texts: [(name: String, text: String)], askedFor requestedURI: String
    ) throws(ResourceFault) {
        self.resource = resource
        self.requestedURI = requestedURI
        guard let text = texts.first?.text else {
            arguments = [:]
            uri = resource.uri
            return
        }
        guard let id = UniqueIdentifier(text) else { throw .invalidTaskID(requestedURI, text) }
        arguments = [TaskFields.taskID.name: id.json]
        uri = Self.uri(ofTask: id)
    }

    package var operation: OperationDefinition { resource.operation }

    /// The normal form of a task's URI.
    package static func uri(ofTask id: UniqueIdentifier) -> String {
        "\(ResourceDefinition.scheme)://\(ResourceDefinition.task.host)/\(id)"
    }

    /// The most bytes of a payload that are given out, as a string within the reply: a host may put a resource before a model as
    /// it is.
    static let bound = 1 << 20

    /// Appends the member `contents` of a `ReadResourceResult` into an object that has begun: the payload, and where it is
    /// not whole a text that says so.
    func writeMembers(_ payload: Excerpt, _ selection: ToolSelection, to writer: inout JSONWriter) {
        writer.key("contents")
        writer.beginArray()
        writeContents(payload.text, to: &writer)
        if let note = payload.note(on: self, selection) {
            writeContents(as: "text/plain", to: &writer) { $0.string(note) }
        }
        writer.endArray()
    }

    /// Appends the resource's contents, `{uri, mimeType, text}`: the text is the payload.
    func writeContents(_ payload: JSONText, to writer: inout JSONWriter) {
        writeContents(as: ResourceDefinition.mimeType, to: &writer) { $0.string(payload) }
    }

    private func writeContents(
        as mimeType: String, to writer: inout JSONWriter, _ writeText: (inout JSONWriter) -> Void
    ) {
        writer.beginObject()
        writer.key("uri")
        writer.string(requestedURI)
        writer.key("mimeType")
        writer.string(mimeType)
        writer.key("text")
        writeText(&writer)
        writer.endObject()
    }
}

/// Why a URI cannot be read.
package enum ResourceFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// It names no resource that is offered.
    case unknown(String)
    /// It names a task by something that is no UUID.
    case invalidTaskID(String, String)

    /// The URI as it was given.
    package var uri: String {
        switch self {
        case .unknown(let uri), .invalidTaskID(let uri, _): uri
        }
    }

    /// What was expected, with at most a hundred characters of what was given.
    package var description: String {
        switch self {
        case .unknown(let uri):
            "Resource not found: \(uri.quotedBeginning); resources/list and resources/templates/list name those there are"
        case .invalidTaskID(_, let text):
            "Resource not found: a task is named by its UUID, found \(text.quotedBeginning)"
        }
    }
}

extension String {
    /// The text in quotes, cut after a hundred characters, for error messages.
    var quotedBeginning: String { String(unicodeScalars.prefix(100)).debugDescription }
}
