import Glibc

/// The signals by which the system ends a process that writes beyond the file size limit, or to a pipe without a reader.
package enum FailedWriteSignals {
    /// Sees to it that both are errors of the write instead. Handlers that the process has set stay.
    package static func ignore() {
        for number in [SIGXFSZ, SIGPIPE] {
            var action = sigaction()
            // SIG_DFL is the null handler.
            if sigaction(number, nil, &action) == 0, action.__sigaction_handler.sa_handler == nil {
                signal(number, SIG_IGN)
            }
        }
    }
}
