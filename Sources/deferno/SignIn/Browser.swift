import Glibc
import OperationCatalogue
import OperationPipeline
import RESTBackend

/// Opens pages in the user's browser, where there is one.
struct Browser: Sendable {
    let environment: EnvironmentVariables

    static let program = "xdg-open"

    /// Begins to open a page, and does not wait for it.
    ///
    /// - Returns: whether there was a display and a program to open it with. Only web pages are opened: the address comes
    ///   from the backend.
    func open(_ address: String) -> Bool {
        guard (try? HTTPAddress(page: address)) != nil, let path else { return false }
        let null = Glibc.open("/dev/null", O_RDWR | O_CLOEXEC)
        guard null >= 0 else { return false }
        defer { close(null) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in 0...2 { posix_spawn_file_actions_adddup2(&actions, null, Int32(descriptor)) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A session of its own: the interrupt key of our terminal is not for the browser. Neither are the signals that we
        // ignore and hold back.
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var mask = EndingSignals.inherited
        posix_spawnattr_setsigmask(&attributes, &mask)
        let flags = Self.newSession | Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, flags)
        var words = [strdup(path), strdup(address), nil]
        var variables = inherited
        defer { for text in words + variables { free(text) } }
        var identifier = pid_t()
        guard posix_spawn(&identifier, path, &actions, &attributes, &words, &variables) == 0 else { return false }
        // So that it does not stay as a zombie, which costs nothing where there is no thread for it.
        _ = BlockingThread { [identifier] in waitpid(identifier, nil, 0) }
        return true
    }

    /// `POSIX_SPAWN_SETSID` of glibc's spawn.h, which only GNU sources see.
    private static let newSession: Int16 = 0x80

    /// Where the program is, if there is a display to show anything on.
    private var path: String? {
        guard environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil else { return nil }
        let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").filter { $0.hasPrefix("/") }
        return folders.map { "\($0)/\(Self.program)" }.first { access($0, X_OK) == 0 }
    }

    /// The environment for the browser: ours without the token.
    private var inherited: [UnsafeMutablePointer<CChar>?] {
        var variables: [UnsafeMutablePointer<CChar>?] = []
        var next = environ
        while let variable = next.pointee {
            let isToken = strncmp(variable, "DEFERNO_TOKEN=", 14) == 0
            if !isToken { variables.append(strdup(variable)) }
            next += 1
        }
        return variables + [nil]
    }
}

extension HTTPAddress {
    /// The address of a web page, whatever it asks of the page.
    fileprivate init(page: String) throws(AddressFault) {
        let address = page.prefix { $0 != "?" && $0 != "#" }
        guard page.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw AddressFault("no address of a page", concernsSecret: false)
        }
        try self.init(String(address))
    }
}
