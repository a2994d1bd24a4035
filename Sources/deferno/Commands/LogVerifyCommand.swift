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
            against the keys that the log itself names, which whoever wrote it anew could have changed. Ends with 0 for a \
            log that is intact, 65 for one that is not, 74 for one that cannot be read.
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

    @Option(help: "The form of the report: ndjson or text. Default: text on a terminal, else ndjson.")
    var output: OutputForm?

    @Argument(help: "Files of the log, if not all of it.")
    var files: [String] = []

    func run() throws {
        let keys = try key.map { try Self.publicKey($0) }
        let progress = VerificationProgress()
        let verification: LogVerification
        do {
            if files.isEmpty {
                let path = try options.resolved().path
                verification = try LogVerification.ofLog(at: path, trusting: keys) { progress.show($0, of: $1) }
            } else {
                verification = try LogVerification.ofFiles(files, trusting: keys) { progress.show($0, of: $1) }
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
    }

    private static func publicKey(_ text: String) throws -> LogPublicKey {
        if let key = LogPublicKey(text) { return key }
        guard let file = fopen(text, "re") else {
            throw ValidationError(
                "--key: '\(text)' is neither the 32 bytes of an Ed25519 public key in base64 nor a file that can be read"
            )
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        guard let key = LogPublicKey(String(decoding: bytes[..<count], as: UTF8.self)) else {
            throw ValidationError(
                "--key: \(text) holds no Ed25519 public key (PEM, or 32 bytes in base64); "
                    + "name the file that 'deferno log keygen' wrote with .pub at the end")
        }
        return key
    }
}
