package import OperationCatalogue
package import YAMLEvents

/// What a stream of scripts consists of.
package enum ScriptItem: Sendable {
    /// A script begins; its steps follow.
    case begin(ScriptHeader)
    case step(Step)
    /// Something that cannot be carried out, within a script or in the place of one. `id` is that of the step, if it was
    /// to have one, so that what refers to it is no fault of its own.
    case faulty([ScriptFault], id: FaultyStepID = .none)
    /// The script that began last has ended.
    case end
}

/// What is known of the id of a step that is faulty.
package enum FaultyStepID: Hashable, Sendable {
    case none
    case named(String)
    /// The step could not be read far enough.
    case unknown
}

/// Reads scripts as a stream: never more than one step is held, however many a script has.
package struct ScriptReader: ~Copyable {
    private var composer: YAMLComposer
    private var place = Place.betweenDocuments
    private var header = HeaderReader()
    private var stepCount = 0
    /// What is to be given before anything more is read.
    private var pending: [ScriptItem] = []

    private enum Place {
        case betweenDocuments, inSteps, ended
    }

    private let keepsPlaces: Bool
    /// What the composer reads from, held so that it stays open as long as there is something to read.
    private let script: OpenScript?

    /// - Parameters:
    ///   - overrides: variables from the command line, which beat those of the scripts.
    ///   - keepsPlaces: whether steps know the places of their arguments: what a check needs.
    ///   - script: what the composer reads from, if it is to be kept open.
    package init(
        _ composer: consuming YAMLComposer,
        overrides: JSONObject,
        keepsPlaces: Bool,
        of script: OpenScript? = nil
    ) {
        self.script = script
        self.composer = composer
        self.keepsPlaces = keepsPlaces
        header.overrides = overrides
    }

    /// How much text the step that was read last holds, in bytes of UTF-8.
    var stepBytes: Int { composer.composedBytes }

    /// The next item; `nil` at the end of the stream.
    ///
    /// - Throws: when the text is no YAML, or more than the reader holds; nothing can be read after that.
    package mutating func next() throws(YAMLError) -> ScriptItem? {
        while true {
            if !pending.isEmpty { return pending.removeFirst() }
            switch place {
            case .inSteps:
                do throws(YAMLError) {
                    if let node = try composer.composeNext() { return step(node) }
                } catch {
                    stepCount += 1
                    return try skip(to: Self.depthOfSteps, after: error, id: .unknown)
                }
                do throws(YAMLError) {
                    try readAfterSteps()
                } catch {
                    pending.append(.end)
                    place = .betweenDocuments
                    return try skip(to: 0, after: error)
                }
            case .betweenDocuments:
                do throws(YAMLError) {
                    try readDocumentStart()
                } catch {
                    return try skip(to: 0, after: error)
                }
            case .ended: return nil
            }
        }
    }

    private mutating func readDocumentStart() throws(YAMLError) {
        let event = try composer.next()
        switch event {
        case .streamStart, .documentStart, .documentEnd:
            break
        case .streamEnd:
            place = .ended
        case .mappingStart(let start):
            header.begin()
            try readRoot(start.mark)
        case .scalar(let scalar, _) where scalar.style == .plain && scalar.value.isEmpty:
            // A document with nothing in it, as between two `---`.
            break
        default:
            let node = try composer.compose(startingWith: event)
            let message = "expected a script (name, vars, on_error, steps) or an operation (op, args)"
            pending.append(.faulty([ScriptFault(node?.mark ?? .start, message)]))
        }
    }

    /// Reads the pairs of a document's root up to its steps or to its end.
    private mutating func readRoot(_ mark: YAMLMark) throws(YAMLError) {
        stepCount = 0
        while let key = try composer.composeNext() {
            guard key.scalar?.value == "steps" else {
                guard let value = try composer.composeNext() else { return }
                header.take(YAMLPair(key: key, value: value))
                continue
            }
            header.takeSteps(key)
            let event = try composer.next()
            guard case .sequenceStart = event else {
                let node = try composer.compose(startingWith: event)
                header.fault(node?.mark ?? key.mark, "steps: expected a list of steps")
                continue
            }
            beginScript()
            place = .inSteps
            return
        }
        finishWithoutSteps(mark)
    }

    private mutating func beginScript() {
        let faults = header.finishScript()
        pending.append(.begin(header.header))
        if !faults.isEmpty { pending.append(.faulty(faults)) }
    }

    /// A document without a list of steps is one operation, or nothing that can be carried out.
    private mutating func finishWithoutSteps(_ mark: YAMLMark) {
        guard header.isOperation else {
            let missing = header.hasSteps ? [] : [ScriptFault(mark, "a script needs steps, a list")]
            pending.append(.faulty(header.finishScript() + missing))
            return
        }
        let reading = StepReader.read(header.pairs, at: mark, number: 1, isLiteral: header.isWireForm, keepsPlaces)
        let faults = header.faults + reading.faults
        pending.append(.begin(header.bareHeader))
        if !faults.isEmpty { pending.append(.faulty(faults)) }
        if faults.isEmpty, let step = reading.step { pending.append(.step(step)) }
        pending.append(.end)
    }

    /// Reads on to the end of a step or a document that has a fault in what it says, though it is good YAML, so that what
    /// comes behind it is not lost.
    private mutating func skip(
        to depth: Int, after error: YAMLError, id: FaultyStepID = .none
    ) throws(YAMLError) -> ScriptItem {
        guard error.leavesReadable else { throw error }
        while composer.depth > depth { _ = try composer.next() }
        return .faulty([ScriptFault(error)], id: id)
    }

    /// The collections that are open between two steps: the root and the list.
    private static let depthOfSteps = 2

    private mutating func step(_ node: YAMLNode) -> ScriptItem {
        stepCount += 1
        guard case .mapping(let pairs) = node.content else {
            return .faulty([ScriptFault(node.mark, "expected a step: a mapping with op and args")])
        }
        let reading = StepReader.read(
            pairs, at: node.mark, number: stepCount, isLiteral: header.header.isLiteral, keepsPlaces)
        guard let step = reading.step, reading.faults.isEmpty else {
            return .faulty(reading.faults, id: reading.id.map { .named($0) } ?? .none)
        }
        return .step(step)
    }

    private mutating func readAfterSteps() throws(YAMLError) {
        while let key = try composer.composeNext() {
            guard let value = try composer.composeNext() else { break }
            let faults = header.faults(afterSteps: YAMLPair(key: key, value: value))
            if !faults.isEmpty { pending.append(.faulty(faults)) }
        }
        pending.append(.end)
        place = .betweenDocuments
    }
}

extension YAMLError {
    /// Whether the events go on after it.
    fileprivate var leavesReadable: Bool {
        switch kind {
        case .duplicateKey, .undefinedAlias, .recursiveAlias, .mergeValue, .tag, .value: true
        case .syntax, .encoding, .limit, .inputOutput, .outOfMemory: false
        }
    }
}
