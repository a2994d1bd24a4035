package import YAMLEvents

/// What is wrong with a script, and where.
package struct ScriptFault: Error, Hashable, Sendable {
    package let mark: YAMLMark
    /// A sentence without a full stop, which follows `file.yaml:12:7: error: `.
    package let message: String

    package init(_ mark: YAMLMark, _ message: String) {
        self.mark = mark
        self.message = message
    }

    static let noScript = ScriptFault(.start, "holds no script: expected steps, or an operation (op, args)")
    /// A file that is not what was checked, noticed in the middle of it.
    static let changed = ScriptFault(
        .start,
        "the file was changed while it was carried out: what is left of it was not; look at what was done before you run it"
    )
    /// The same, where nothing at all was done.
    static let changedBefore = ScriptFault(
        .start, "the file was changed since it was checked; nothing was carried out: run it again")
    static let noThread = ScriptFault(
        .start, "cannot be read: this user's processes have used up the system's threads; run it again with fewer")

    init(_ error: YAMLError) {
        self.init(error.mark, error.message)
    }
}

/// A fault with the file it is in.
package struct PlacedFault: Hashable, Sendable {
    /// The path as it was given; `-` for standard input.
    package let file: String
    package let fault: ScriptFault
    /// Whether it keeps nothing from being carried out.
    package let isWarning: Bool

    package init(file: String, fault: ScriptFault, isWarning: Bool = false) {
        self.file = file
        self.fault = fault
        self.isWarning = isWarning
    }

    /// `file.yaml:12:7: error: what is wrong`, the form that editors and terminals can jump to.
    package var headline: String {
        "\(file):\(fault.mark.line):\(fault.mark.column): \(isWarning ? "warning" : "error"): \(fault.message)"
    }
}
