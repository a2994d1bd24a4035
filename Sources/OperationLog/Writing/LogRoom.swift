import CLinux
import Glibc

/// Room on the disk for what this process appends: blocks beyond the end of the file, which keeps its size (`fallocate(2)` with
/// `FALLOC_FL_KEEP_SIZE`). Appending takes them, whoever appends.
///
/// So what one process keeps adds up with what all others keep: each says in the segment's ``SegmentClaims`` how much it may
/// still append, and appends no more; whoever keeps more sees to blocks for all that is claimed. This holds for all processes
/// that write to the segment, and for as long as it is the live one.
///
/// Where the file system cannot keep blocks, there is room as long as it says so (`statvfs(3)`) with some to spare: others may
/// take it meanwhile.
struct LogRoom {
    /// Why nothing can be kept.
    enum Fault {
        case system(errno: CInt)
        /// Another process has kept the claims to itself for too long.
        case locked
    }

    /// What may be appended without asking again; its blocks are there. It is this process's claim.
    private var claim = SegmentClaims.none
    private var isSupported = true

    /// How much more is kept than is asked for, in bytes, so that it need not be asked for again and again: an eighth of the
    /// file, within these limits.
    private static let spare: ClosedRange<Int64> = 16_384...262_144
    /// What must be free beyond what is asked for, where nothing can be kept.
    private static let margin: Int64 = 1 << 20

    /// Whether so many bytes can be appended with what has been kept.
    func covers(_ bytes: Int64) -> Bool { !isSupported || bytes <= claim.count }

    /// - Parameters:
    ///   - bytes: what is appended next.
    ///   - later: what must be there for what is appended later.
    ///   - descriptor: the file, open for writing.
    ///   - patience: how long to wait for another process that looks at the claims, in milliseconds.
    /// - Returns: why there is no room; `nil` where there is.
    mutating func keep(_ bytes: Int64, later: Int64, of descriptor: CInt, patience: Int) -> Fault? {
        let wanted = bytes + later
        guard wanted > claim.count else { return nil }
        guard SegmentLock.takeRoom(descriptor, patience: patience) else { return .locked }
        defer { SegmentLock.releaseRoom(descriptor) }
        let others = SegmentClaims.ofOthers(descriptor)
        // Only now: what another has appended meanwhile and claims no more is in the size then.
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .system(errno: errno) }
        let (size, claimed) = (Int64(status.st_size), others.total)
        guard size + claimed + wanted <= Self.fileSizeLimit else { return .system(errno: EFBIG) }
        if isSupported {
            let spare = min(max(size / 8, Self.spare.lowerBound), Self.spare.upperBound)
            for length in [wanted + spare, wanted] {
                switch Self.allocate(claimed + length, from: size, of: descriptor) {
                case nil:
                    claim = others.move(claim, to: length, descriptor)
                    return nil
                case .some(let code) where [ENOSPC, EDQUOT, EFBIG].contains(code):
                    if length == wanted { return .system(errno: code) }
                default: isSupported = false
                }
                guard isSupported else { break }
            }
        }
        if later + claimed > 0, let code = Self.freeRoomFault(claimed + wanted, descriptor) {
            return .system(errno: code)
        }
        claim = others.move(claim, to: later, descriptor)
        return nil
    }

    /// So many bytes have been appended.
    mutating func take(_ bytes: Int64, of descriptor: CInt) {
        guard isSupported, bytes > 0 else { return }
        claim = SegmentClaims.lower(claim, by: bytes, descriptor)
    }

    /// - Returns: the `errno` of what failed.
    private static func allocate(_ length: Int64, from size: Int64, of descriptor: CInt) -> CInt? {
        while fallocate(descriptor, CInt(FALLOCATE_KEEP_SIZE), off_t(size), off_t(length)) != 0 {
            if errno != EINTR { return errno }
        }
        return nil
    }

    /// `ulimit -f` in bytes.
    private static var fileSizeLimit: Int64 {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { return .max }
        return Int64(clamping: limit.rlim_cur)
    }

    /// Whether the file system says that it has so much room, with some to spare. One that does not know its size
    /// (`f_blocks` of 0, as of ramfs) says nothing.
    ///
    /// - Returns: `ENOSPC` where it has not.
    static func freeRoomFault(_ bytes: Int64, _ descriptor: CInt) -> CInt? {
        var status = statvfs()
        guard fstatvfs(descriptor, &status) == 0, status.f_blocks > 0 else { return nil }
        let (free, overflows) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflows || free >= UInt64(bytes + margin) ? nil : ENOSPC
    }
}
