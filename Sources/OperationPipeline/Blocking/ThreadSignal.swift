import Glibc

/// A counting semaphore (POSIX.1-2024, `sem_wait`), for threads that may wait.
///
/// Unchecked: the semaphore is made to be used by several threads, and its place never moves.
final class ThreadSignal: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func raise() { sem_post(semaphore) }

    func wait() {
        while sem_wait(semaphore) != 0, errno == EINTR {}
    }
}
