import Foundation
import Glibc
import Testing

/// A file system of its own with so many KiB; gone with the test.
final class Disk {
    enum Kind {
        /// In memory (tmpfs).
        case usual
        /// ext2 in a file: files without extents know no `fallocate(2)`.
        case withoutFallocate
        /// ramfs, which knows neither `fallocate(2)` nor its size.
        case inMemory
    }

    let folder: TemporaryFolder
    /// Holds what the file system lies in.
    private let image: TemporaryFolder

    /// `nil` where this user may not mount.
    init?(kibibytes: Int, kind: Kind = .usual) throws {
        folder = try TemporaryFolder()
        image = try TemporaryFolder()
        guard geteuid() == 0 else { return nil }
        switch kind {
        case .usual: guard Self.mount("tmpfs", "tmpfs", ["size=\(kibibytes)k"], folder) else { return nil }
        case .inMemory: guard Self.mount("ramfs", "ramfs", ["mode=700"], folder) else { return nil }
        case .withoutFallocate:
            let file = image("image")
            try #require(Self.run("/sbin/mkfs.ext2", ["-q", "-F", "-m", "0", file, "\(kibibytes)k"]))
            guard Self.mount("ext2", file, ["loop"], folder) else { return nil }
        }
    }

    deinit { _ = Self.run("/bin/umount", ["-l", folder.path]) }

    /// Takes all the room that is left, but for so many bytes.
    func fill(leaving bytes: Int = 0) throws {
        let descriptor = open(folder("filling"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let chunk = [UInt8](repeating: 0, count: 4096)
        while write(descriptor, chunk, chunk.count) > 0 {}
        try #require(errno == ENOSPC)
        var status = stat()
        try #require(fstat(descriptor, &status) == 0)
        if bytes > 0 { try #require(ftruncate(descriptor, status.st_size - off_t(bytes)) == 0) }
    }

    private static func mount(_ kind: String, _ source: String, _ options: [String], _ folder: TemporaryFolder) -> Bool
    {
        run("/bin/mount", ["-t", kind, "-o", options.joined(separator: ","), source, folder.path])
    }

    private static func run(_ program: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
