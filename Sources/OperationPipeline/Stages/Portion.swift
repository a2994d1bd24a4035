import Synchronization

extension AsyncStream where Element == [OperationInFlight] {
    /// Cuts arrays down to what the backend can have under way at once, so that no intent is recorded long before its
    /// effect: after a crash every intent without an outcome may have happened.
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
                defer { rest = rest.dropFirst(size) }
                return Array(rest.prefix(size))
            }
        })
    }
}
