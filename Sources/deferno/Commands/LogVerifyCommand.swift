import ArgumentParser
import Glibc
import OperationCatalogue
import OperationLog

/// `deferno log verify`: whether the log is as it was written.
struct LogVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that nobody has changed the log, and say what cannot be proven.",
        discussion: """
            Reads all files of the log, rotated and compressed ones too, or just the files named, and prints a line for each \
            finding, a verdict, and what the log cannot prove; in a pipe as NDJSON. Without --key, signatures are held \
            against the keys that the log itself names, which whoever wrote it anew could have changed. With --expect, an \
            end of the log that 'deferno log head' printed earlier must still be in it, with everything before it as it was. \
            Ends with 0 for a log that is intact, 65 for one that is not, or that was expected and is empty or missing, 1 with \
            --strict for one that leaves something open, 74 for one that cannot be read.
            """
    )

    enum OutputForm: String, CaseIterable, ExpressibleByArgument {
        case ndjson, text
    }

    @OptionGroup var options: LogOptions

    @Option(
        help: ArgumentHelp(
            "A public key that the log must be signed with: its file or its base64; may be given several times.",
            valueName: "key"))
    var key: [String] = []

    @Option(
        help: ArgumentHelp(
            "An end that must be in the log, as 'deferno log head' printed it; or @ and a file that holds it.",
            valueName: "head"))
    var expect: String?

    @Flag(help: "End with 1 where anything cannot be proven.")
    var strict = false

    @Option(help: "The form of the report: ndjson or text. Default: text on a terminal, else ndjson.")
    var output: OutputForm?

    @Argument(help: "Files of the log, if not all of it.")
    var files: [String] = []

    func run() throws {
        let keys = try key.map { try Self.publicKey($0) }
        let head = try expect.map { try Self.head($0) }
        let progress = VerificationProgress()
        let verification: LogVerification
        do {
            if files.isEmpty {
                let (configuration, path) = try options.resolved()
                verification = try LogVerification.ofLog(
                    at: path, trusting: keys, expecting: head, isExpected: configuration.log.source != .standard
                ) { progress.show($0, of: $1) }
            } else {
                verification = try LogVerification.ofFiles(files, trusting: keys, expecting: head) {
                    progress.show($0, of: $1)
                }
            }
        } catch let error as OperationError {
            progress.clear()
            throw error.reported()
        }
        progress.clear()
        let report = VerificationReport(verification, isHeldAgainstKeys: !keys.isEmpty)
        let isText = output.map { $0 == .text } ?? StandardStream.output.isTerminal
        StandardStream.output.writeNow(isText ? report.text : report.lines)
        if let status = StandardStream.output.failureStatus { throw status.exitCode }
        if !verification.isIntact { throw ExitStatus.badData.exitCode }
        if strict, !verification.doubts(isHeldAgainstKeys: !keys.isEmpty).isEmpty {
            throw ExitStatus.operationFailed.exitCode
        }
    }

    private static func head(_ text: String) throws -> LogHead {
        let content: String
        if text.hasPrefix("@") {
            guard let bytes = bytes(of: String(text.dropFirst())) else {
                throw ValidationError("--expect: the file '\(text.dropFirst())' cannot be read")
            }
            content = String(decoding: bytes, as: UTF8.self)
        } else {
            content = text
        }
        guard let head = LogHead(content) else {
            throw ValidationError(
                "--expect: expected what 'deferno log head' prints, one word that begins with deferno-log-head:1:, "
                    + "found \(content.quotedExcerpt)")
        }
        return head
    }

    /// The beginning of a file; `nil` where it cannot be opened.
    private static func bytes(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes[..<count])
    }

    private static func publicKey(_ text: String) throws -> LogPublicKey {
        if let key = LogPublicKey(text) { return key }
        guard let bytes = bytes(of: text) else {
            throw ValidationError(
                "--key: '\(text)' is neither the 32 bytes of an Ed25519 public key in base64 nor a file that can be read"
            )
        }
        guard let key = LogPublicKey(String(decoding: bytes, as: UTF8.self)) else {
            throw ValidationError(
                "--key: \(text) holds no Ed25519 public key (PEM, or 32 bytes in base64); "
                    + "name the file that 'deferno log keygen' wrote with .pub at the end")
        }
        return key
    }
}
