import OperationCatalogue

extension LogScan {
    /// Gives each operation that the filter accepts to `body` until that returns `false`, in the order in which they ended;
    /// those whose fate is not known come last. See ``OperationPairing`` for what an operation looks like.
    ///
    /// - Parameter runs: given the records that say that a run begins or ends, where the filter lets them through.
    /// - Returns: how many of the files are logs that could be read.
    package func operations(
        of filter: LogFilter, runs: ((LogRecord) -> Bool)? = nil, _ body: (LogRecord) -> Bool
    ) -> Int {
        var pairing = OperationPairing()
        var goesOn = true
        func give(_ operation: LogRecord) {
            if goesOn, filter.accepts(operation) { goesOn = body(operation) }
        }
        let runs = filter.acceptsRuns ? runs : nil
        // An outcome is wanted where its intent was, whatever stands in it; an intent where only its outcome may name the task,
        // such as a child that it made; and another run's operation where it could settle one of this run.
        let wantsIntents = filter.task != nil
        let settling = filter.isSelective ? Self.settling(byNewTasks: filter.run != nil) : []
        let readable = run(wanting: { line in
            if wantsIntents, Self.isIntent(line) { return true }
            if pairing.waitsForAny, settling.contains(where: { $0.isIn(line) }) { return true }
            return Self.operation(of: line).map { pairing.waits(for: $0) } ?? false
        }) { record, _ in
            if let runs, record.isOfRun {
                if filter.accepts(record) { goesOn = runs(record) }
            } else {
                pairing.add(record, give)
            }
            return goesOn
        }
        pairing.finish(give)
        return readable
    }

    /// Texts one of which stands in every line that can settle an operation.
    private static func settling(byNewTasks: Bool) -> [ByteNeedle] {
        let makers = Catalogue.standard.definitions.filter { $0.newTaskField != nil }.map(\.name)
        return [ByteNeedle("\"settles\":\"")] + (byNewTasks ? makers.map { ByteNeedle("\"op\":\"\($0)\"") } : [])
    }

    private static let intent = ByteNeedle("\"kind\":\"intent\"")

    private static func isIntent(_ line: UnsafeRawBufferPointer) -> Bool {
        intent.isIn(UnsafeRawBufferPointer(rebasing: line.prefix(64)))
    }

    private static let identifier = ByteNeedle(",\"id\":\"")
    /// What every record begins with ends well before.
    private static let frame = 256

    /// The operation that a record of this program belongs to, from the beginning of its line alone.
    private static func operation(of line: UnsafeRawBufferPointer) -> UniqueIdentifier? {
        let beginning = UnsafeRawBufferPointer(rebasing: line.prefix(frame))
        guard let place = identifier.position(in: beginning) else { return nil }
        let text = beginning.dropFirst(place + 7).prefix(UniqueIdentifier.textLength)
        return UniqueIdentifier(String(decoding: text, as: UTF8.self))
    }
}
