import OperationCatalogue

extension [OperationInFlight] {
    /// Puts the intent of every write into the record before it goes on; where that fails, the writes end here, unless the
    /// record is not required, and the reads go on. It does not wait until the records are safe: whoever carries the writes
    /// out does, so that the next intents can be recorded meanwhile.
    func recordIntents(in recorder: any OperationRecorder) async -> [OperationInFlight] {
        // An intent stands only for what is about to begin.
        var operations = withoutUnwanted()
        let writes = operations.indices.filter { operations[$0].isPendingWrite }
        guard !writes.isEmpty else { return operations }
        let intents = writes.compactMap { operations[$0].pending }
        do throws(OperationError) {
            let receipt = try await recorder.record(intents: intents)
            for index in writes {
                operations[index].hasIntent = true
                operations[index].receipt = receipt
            }
        } catch {
            guard recorder.isRequired else { return operations }
            for index in writes { operations[index].end(.failed(error)) }
        }
        return operations
    }
}
