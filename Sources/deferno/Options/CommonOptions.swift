import ArgumentParser
import OperationCatalogue
import OperationPipeline

/// The options of every command that carries out operations.
struct CommonOptions: ParsableArguments {
    @Option(
        name: .customLong("base-url"),
        help: ArgumentHelp(
            "The backend: sqlite: for the embedded store, sqlite:PATH for one at another place.",
            discussion: "Default: $DEFERNO_BASE_URL, or else sqlite:",
            valueName: "address"
        )
    )
    var baseURL: String?

    @Option(
        name: .customLong("log"),
        help: ArgumentHelp(
            "Where the record of operations goes: a path, - for standard error, or none.",
            discussion: "Default: $XDG_STATE_HOME/deferno/operations.ndjson",
            valueName: "path"
        )
    )
    var log: String?

    @Flag(name: .customLong("read-only"), help: "Refuse every operation that changes something.")
    var isReadOnly = false

    @Option(
        name: .customLong("allow"),
        help: ArgumentHelp("Refuse every operation but these, separated by commas.", valueName: "operations")
    )
    var allowed: String?

    @Flag(name: .customLong("no-destroy"), help: "Refuse operations that take something away, such as delete_task.")
    var refusesDestruction = false

    func validate() throws {
        for name in allowedNames ?? [] where Catalogue.standard.definition(of: name) == nil {
            throw ValidationError("--allow: unknown operation '\(name)'; 'deferno call' lists them")
        }
    }

    private var allowedNames: [String]? {
        allowed?.split(separator: ",").map(String.init)
    }

    /// The operations that the options refuse, without ``isReadOnly``.
    var refusedNames: [String] {
        let policy = AdmissionPolicy(
            allowedOperations: allowedNames.map { Set($0) }, confirmsDestruction: !refusesDestruction)
        return Catalogue.standard.definitions.filter { policy.refusal(of: $0) != nil }.map(\.name)
    }

    var policy: AdmissionPolicy {
        AdmissionPolicy(
            isReadOnly: isReadOnly,
            allowedOperations: allowedNames.map { Set($0) },
            confirmsDestruction: !refusesDestruction
        )
    }
}
