import Glibc

/// How many files, and so how many connections, the process can have open.
enum OpenFiles {
    private static let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// Raises the limit (RLIMIT_NOFILE) to `wanted`, or as far as the system lets it.
    ///
    /// - Returns: what it is now.
    static func raiseLimit(to wanted: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(files, &limit) == 0 else { return wanted }
        let now = Int(clamping: limit.rlim_cur)
        guard now < wanted else { return now }
        limit.rlim_cur = min(rlim_t(wanted), limit.rlim_max)
        return setrlimit(files, &limit) == 0 ? Int(clamping: limit.rlim_cur) : now
    }
}
