import Synchronization

extension AsyncStream where Element == [OperationInFlight] {
    /// Cuts arrays down to what the backend can have under way at once, so that intents are not recorded long before their
    /// effects: after a crash every intent without an outcome may have happened. Operations of one sequence can still be
    /// ahead by as many batches as the backend carries out at once, since they wait for one another.
    func portion(for backend: any Backend) -> AsyncStream<[OperationInFlight]> {
        let size = backend.capacity.batchSize * backend.capacity.concurrentBatches
        let upstream = PulledIterator(self)
        let rest = Mutex<ArraySlice<OperationInFlight>>([])
        return AsyncStream(unfolding: {
            if rest.withLock({ $0.isEmpty }) {
                guard let operations = await upstream.next() else { return nil }
                if operations.count <= size { return operations }
                rest.withLock { $0 = operations[...] }
            }
            return rest.withLock { rest in
                defer { rest = rest.count > size ? rest.dropFirst(size) : [] }
                return Array(rest.prefix(size))
            }
        })
    }
}
