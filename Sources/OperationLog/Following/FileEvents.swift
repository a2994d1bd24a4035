import Glibc

/// Waits for changes of a folder and of files (inotify(7)). What has changed is not looked at: an event only says that it is
/// worth looking, so an event that the system drops when too many pile up (`IN_Q_OVERFLOW`) costs nothing, since the one that
/// tells of it wakes as well.
final class FileEvents {
    private let descriptor: CInt
    /// The watch of the folder, or of the nearest one above that there is.
    private var folder: (path: String, watch: CInt)?

    private static let changes = UInt32(
        IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF
    )

    /// `nil` where the system has no more of them (`fs.inotify.max_user_instances`).
    init?() {
        descriptor = inotify_init1(CInt(IN_CLOEXEC | IN_NONBLOCK))
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Watches a folder, and until that exists the nearest one above it that does.
    func watchFolder(_ path: String) {
        var current = path
        while true {
            let watch = inotify_add_watch(descriptor, current, Self.changes | UInt32(IN_ONLYDIR))
            if watch >= 0 {
                if let folder, folder.watch != watch { inotify_rm_watch(descriptor, folder.watch) }
                folder = (current, watch)
                return
            }
            let above = LogFolder.folder(of: current)
            guard above != current, errno == ENOENT || errno == ENOTDIR else { return }
            current = above
        }
    }

    /// Watches an open file, whatever it is called and wherever it is.
    ///
    /// - Returns: what ``forget(_:)`` takes.
    func watchFile(_ file: CInt) -> CInt {
        inotify_add_watch(descriptor, "/proc/self/fd/\(file)", UInt32(IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB))
    }

    func forget(_ watch: CInt) {
        if watch >= 0 { inotify_rm_watch(descriptor, watch) }
    }

    /// Why the waiting has ended.
    enum Wake {
        case change, stop, outputClosed, timeout
    }

    /// Waits until something has changed.
    ///
    /// - Parameters:
    ///   - stop: a descriptor that can be read from once it is time to stop.
    ///   - output: a descriptor whose reader may go away; -1 for none.
    ///   - timeout: milliseconds; -1 for ever.
    func wait(stop: CInt, output: CInt, timeout: CInt) -> Wake {
        var requests = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
            pollfd(fd: output, events: 0, revents: 0),
        ]
        while poll(&requests, nfds_t(requests.count), timeout) < 0, errno == EINTR {}
        if requests[1].revents != 0 { return .stop }
        if requests[2].revents & Int16(POLLERR) != 0 { return .outputClosed }
        guard requests[0].revents != 0 else { return .timeout }
        drain()
        return .change
    }

    private func drain() {
        withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 8) { buffer in
            while read(descriptor, buffer.baseAddress, buffer.count) > 0 {}
        }
    }
}
