import Glibc
import OperationCatalogue
import Synchronization

/// The descriptors of an open log; closed with the last reference.
final class LogDescriptor: Sendable {
    /// `nil` for standard error, which is not closed.
    let path: String?
    let writing: CInt
    /// To look at what is there, and to hold the segment's lock: only for a regular file that this user may read.
    let reading: CInt?
    let isRegular: Bool
    /// The `errno` of a sync that failed; 0 for none.
    private let syncErrno = Atomic<CInt>(0)

    init(path: String?, writing: CInt, reading: CInt?, isRegular: Bool) {
        self.path = path
        self.writing = writing
        self.reading = reading
        self.isRegular = isRegular
    }

    deinit {
        guard path != nil else { return }
        close(writing)
        if let reading { close(reading) }
    }

    /// Whether it has a disk to be brought to: pipes and terminals have none.
    var canSync: Bool { isRegular }

    /// Brings what was written to the disk, unless that has failed before: after a failure the system may count pages as
    /// written that are lost, so later calls would prove nothing.
    ///
    /// - Returns: what is wrong; `nil` for nothing.
    func sync() -> OperationError? {
        if let syncFailure { return syncFailure }
        while fdatasync(writing) != 0 {
            let code = errno
            if code == EINTR { continue }
            syncErrno.store(code, ordering: .releasing)
            return syncFailure
        }
        return nil
    }

    /// Why nothing that is written from now on can be trusted to reach the disk; `nil` where it can.
    var syncFailure: OperationError? {
        let code = syncErrno.load(ordering: .acquiring)
        return code == 0 ? nil : LogFailure.notSynced(path ?? "", errno: code).error
    }
}
