import Synchronization

extension AsyncStream where Element == [OperationInFlight] {
    /// Cuts arrays down to what the backend can have under way at once, and to half as many writes as may stand in the record
    /// without having ended: while one half is carried out, the intents of the other can be recorded.
    func portion(for backend: any Backend) -> AsyncStream<[OperationInFlight]> {
        let size = backend.capacity.batchSize * backend.capacity.concurrentBatches
        let upstream = PulledIterator(self)
        let rest = Mutex<ArraySlice<OperationInFlight>>([])
        return AsyncStream(unfolding: {
            if rest.withLock({ $0.isEmpty }) {
                guard let operations = await upstream.next() else { return nil }
                rest.withLock { $0 = operations[...] }
            }
            return rest.withLock { rest in
                let portion = rest.prefix(rest.portionLength(ofAtMost: size))
                rest = rest.dropFirst(portion.count)
                return Array(portion)
            }
        })
    }
}

extension ArraySlice<OperationInFlight> {
    fileprivate func portionLength(ofAtMost size: Int) -> Int {
        var writes = 0
        for (position, operation) in enumerated().prefix(size) where operation.isPendingWrite {
            if writes == PipelineLimits.writesInPortion { return position }
            writes += 1
        }
        return Swift.min(size, count)
    }
}
