/// The door to calls that may block: SQLite, files, credentials, syncs, names of hosts.
///
/// A few threads of its own carry out what is handed to them, in the order in which it came; whoever hands it over waits
/// without a thread. So however many ask, the threads that all tasks share are never waited for by those that hold them.
/// A gate is as wide as what is behind it can work at once: what has four connections has four threads, and no thread of
/// theirs ever waits for a connection.
///
/// The task keeps its identity inside: `Task.isCancelled` and its local values are what they are outside.
package final class BlockingGate: TaskExecutor {
    private let room: BlockingRoom

    /// - Parameter width: how many calls can be under way at once, at least 1.
    package init(width: Int) {
        room = BlockingRoom(width: max(1, width))
    }

    deinit { room.close() }

    /// Carries out `body` on one of the gate's threads and returns what it returns. From inside the same gate it is carried out
    /// where it is.
    package func run<Value, Failure: Error>(_ body: () throws(Failure) -> Value) async throws(Failure) -> Value {
        try await withTaskExecutorPreference(self) { () async throws(Failure) -> Value in
            BlockingWork.begins()
            return try body()
        }
    }

    /// Carries out `body` on one of the gate's threads, one day, and does not wait for it.
    func later(_ body: @escaping @Sendable () -> Void) { room.add(body) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let executor = asUnownedTaskExecutor()
        let job = UnownedJob(job)
        room.add { job.runSynchronously(on: executor) }
    }
}

/// Where blocking work begins: the check that it does so on a thread that nobody else needs.
package enum BlockingWork {
    /// Stops a debug build where the current thread is one of those that all tasks share (promise 8 of the design). Threads of a
    /// ``BlockingGate``, and those that carry out no task, may block.
    @inline(__always)
    package static func begins() {
        assert(isPermitted, "blocking work on a thread that all tasks share: it belongs behind a BlockingGate")
    }

    static var isPermitted: Bool { BlockingRoom.isCurrentThread || withUnsafeCurrentTask { $0 == nil } }
}
