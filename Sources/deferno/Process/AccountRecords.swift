import OperationCatalogue

/// The lines of the last records of each account, so that what others do, however much, takes nothing from anybody's page.
struct AccountRecords {
    fileprivate struct Ring {
        var lines: [[UInt8]] = []
        var bytes = 0
        /// Of its last record, in the order of all.
        var lastUse = 0
    }

    private var rings: [String: Ring] = [:]
    private var uses = 0

    /// Records of one account.
    fileprivate static let mostRecords = 200
    /// Bytes of their lines, where there is more than one.
    fileprivate static let mostBytes = 262_144
    /// Accounts, those that did something last.
    fileprivate static let mostAccounts = 256

    /// - Parameter account: its identifier.
    mutating func add(_ line: UnsafeRawBufferPointer, of account: String) {
        if rings[account] == nil, rings.count >= Self.mostAccounts,
            let oldest = rings.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
        {
            rings[oldest] = nil
        }
        uses += 1
        rings[account, default: Ring()].add(line, use: uses)
    }

    /// The oldest first.
    func lines(of account: String) -> [[UInt8]] { rings[account]?.lines ?? [] }
}

extension AccountRecords.Ring {
    fileprivate mutating func add(_ line: UnsafeRawBufferPointer, use: Int) {
        lastUse = use
        lines.append(Array(line))
        bytes += line.count
        // Some at a time: taking away the first of an array moves all others.
        guard lines.count > 2 * AccountRecords.mostRecords || bytes > 2 * AccountRecords.mostBytes else { return }
        while lines.count > 1, lines.count > AccountRecords.mostRecords || bytes > AccountRecords.mostBytes {
            bytes -= lines.removeFirst().count
        }
    }
}
