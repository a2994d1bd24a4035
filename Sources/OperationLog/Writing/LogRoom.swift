import CLinux
import Glibc

/// Room on the disk for records that must be written later: blocks beyond the end of the file, which keeps its size
/// (`fallocate(2)` with `FALLOC_FL_KEEP_SIZE`). Appending takes them, whoever appends: several processes on one log, each of which
/// keeps room from the same end on, can still run out of it together.
///
/// Where the file system cannot do that, there is room as long as it says so (`statvfs(3)`) with some to spare: others may
/// take it meanwhile.
struct LogRoom {
    /// Up to where blocks are there.
    private var end: Int64 = 0
    private var isSupported = true

    /// How much more is kept than is asked for, in bytes, so that it need not be asked for again and again: an eighth of the
    /// file, within these limits.
    private static let spare: ClosedRange<Int64> = 16_384...262_144
    /// What must be free beyond what is asked for, where nothing can be kept.
    private static let margin: Int64 = 1 << 20

    /// - Parameters:
    ///   - size: the file's, in bytes.
    ///   - descriptor: open for writing.
    /// - Returns: the `errno` of why there is no room; `nil` where there is.
    mutating func keep(_ bytes: Int64, from size: Int64, of descriptor: CInt) -> CInt? {
        guard size + bytes > end else { return nil }
        guard size + bytes <= Self.fileSizeLimit else { return EFBIG }
        guard isSupported else { return Self.freeRoomFault(bytes, descriptor) }
        let spare = min(max(size / 8, Self.spare.lowerBound), Self.spare.upperBound)
        for length in [bytes + spare, bytes] {
            var code = allocate(length, from: size, of: descriptor)
            while code == EINTR { code = allocate(length, from: size, of: descriptor) }
            switch code {
            case nil: return nil
            case ENOSPC?, EDQUOT?, EFBIG?: if length == bytes { return code }
            default:
                isSupported = false
                return Self.freeRoomFault(bytes, descriptor)
            }
        }
        return nil
    }

    private mutating func allocate(_ length: Int64, from size: Int64, of descriptor: CInt) -> CInt? {
        guard fallocate(descriptor, CInt(FALLOCATE_KEEP_SIZE), off_t(size), off_t(length)) == 0 else {
            return errno
        }
        end = size + length
        return nil
    }

    /// `ulimit -f` in bytes.
    private static var fileSizeLimit: Int64 {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { return .max }
        return Int64(clamping: limit.rlim_cur)
    }

    /// Whether the file system says that it has so much room, with some to spare.
    ///
    /// - Returns: `ENOSPC` where it has not.
    static func freeRoomFault(_ bytes: Int64, _ descriptor: CInt) -> CInt? {
        var status = statvfs()
        guard fstatvfs(descriptor, &status) == 0 else { return nil }
        let (free, overflows) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflows || free >= UInt64(bytes + margin) ? nil : ENOSPC
    }
}
