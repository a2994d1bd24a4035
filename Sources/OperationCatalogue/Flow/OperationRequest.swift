/// What was asked, unchecked, with where it came from. A class, since every stage hands it on.
package final class OperationRequest: Sendable {
    package let operation: String
    package let arguments: JSONObject
    /// The arguments that are lists of any length, by name; none of them is in ``arguments``.
    package let lists: [String: JSONTextList]
    /// The name that whoever asked gave to it, given back with the outcome.
    package let id: String?
    /// Names the request among those of its run: a create derives the new task's identifier from it, so that a repeat of
    /// the same request in the same run finds the first one's result.
    package let key: RequestKey?
    package let caller: Caller
    /// The position of the step in its script, from 1.
    package let step: Int?
    package let place: SourcePlace?
    package let trace: TraceContext?
    /// How it has ended before it began, where whoever read it knows that already: it leaves its record, and goes no further.
    package let verdict: Verdict?
    /// Whether whoever asks reads a long payload piece by piece, so that it need not be in memory as a whole:
    /// ``OperationResult/spooled(_:)``. Others get every payload whole.
    package let takesPieces: Bool

    package enum Verdict: Sendable {
        /// Something is wrong with it.
        case faulty(OperationError)
        /// It is not to be tried: why, or `nil` where a condition of its own is not met.
        case skipped(OperationError?)
    }

    package init(
        _ operation: String,
        _ arguments: JSONObject,
        lists: [String: JSONTextList] = [:],
        id: String? = nil,
        key: RequestKey? = nil,
        caller: Caller,
        step: Int? = nil,
        place: SourcePlace? = nil,
        trace: TraceContext? = nil,
        verdict: Verdict? = nil,
        takesPieces: Bool = false
    ) {
        self.operation = operation
        self.arguments = arguments
        self.lists = lists
        self.id = id
        self.key = key
        self.caller = caller
        self.step = step
        self.place = place
        self.trace = trace
        self.verdict = verdict
        self.takesPieces = takesPieces
    }

    /// The same request with other arguments.
    package func with(_ arguments: JSONObject) -> OperationRequest {
        OperationRequest(
            operation,
            arguments,
            lists: lists,
            id: id,
            key: key,
            caller: caller,
            step: step,
            place: place,
            trace: trace,
            verdict: verdict,
            takesPieces: takesPieces
        )
    }
}

/// The name of a request among those of its run.
package struct RequestKey: Hashable, Sendable {
    private let name: String
    private let position: Position?

    private struct Position: Hashable {
        let script: Int
        let step: Int
        let element: Int?
    }

    /// A key that somebody has chosen.
    package init(_ text: String) {
        (name, position) = (text, nil)
    }

    /// The key of a step, by the number of its script among all of the run, its own number in the script, and that of one
    /// element of its `for_each`. Put into words only when it is asked for, since most requests never are.
    package init(file: String, script: Int, step: Int, element: Int?) {
        (name, position) = (file, Position(script: script, step: step, element: element))
    }

    /// The key in words: `first-week.yaml#1.5`, with an element `first-week.yaml#1.5.2`.
    package var text: String {
        guard let position else { return name }
        let text = "\(name)#\(position.script).\(position.step)"
        return position.element.map { "\(text).\($0)" } ?? text
    }
}

/// Who asks, through which door, in which run: shared by all requests of one caller.
package final class Caller: Sendable {
    package let door: Door
    /// The user on whose behalf it is done: the local account's name, or the user of a session.
    package let user: String
    /// The program that asks, as it names itself (MCP `clientInfo`).
    package let client: Client?
    /// Names all operations of one script run or one session.
    package let run: UniqueIdentifier
    /// What a remote backend is to be shown instead of the process's own credential.
    package let credential: Secret?
    /// Whose tasks a store that several share is to work on; `nil` for those of the machine's own user.
    package let owner: UniqueIdentifier?

    package init(
        door: Door,
        user: String,
        client: Client? = nil,
        run: UniqueIdentifier = .version7(),
        credential: Secret? = nil,
        owner: UniqueIdentifier? = nil
    ) {
        self.door = door
        self.user = user
        self.client = client
        self.run = run
        self.credential = credential
        self.owner = owner
    }

    package struct Client: Hashable, Sendable {
        package let name: String
        package let version: String

        package init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }
}

/// The ways in.
package enum Door: String, Hashable, Sendable, CaseIterable {
    case mcp, cli, batch, pipe, http
}

/// A place in a file that a person wrote.
package struct SourcePlace: Hashable, Sendable {
    /// The path as it was given; `-` for standard input.
    package let file: String
    /// From 1.
    package let line: Int
    /// From 1, in Unicode characters.
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}
