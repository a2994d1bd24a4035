import OperationCatalogue
import SQLiteFile
import Testing

@Suite("A failure of SQLite")
struct FailureSentenceTests {
    @Test(
        "becomes a sentence that names the file and says what to do",
        arguments: [
            (8, "cannot be written: make the file"), (1032, "cannot be written"), (14, "cannot be opened"),
            (5, "try again"), (13, "free some space"), (11, "restore it from a backup"),
            (26, "is not an SQLite database"),
            (10, "check the disk"), (522, "check the disk"), (7, "not enough memory"), (1, "failed unexpectedly"),
        ]
    )
    func sentence(code: Int32, part: String) {
        let error = OperationError(SQLiteFailure(code: code, message: "words of SQLite"), of: "the task store /a/b.db")
        #expect(error.code == (code == 5 ? .backendBusy : .backendFailed))
        #expect(error.message.contains("/a/b.db"))
        #expect(error.message.contains(part))
        #expect(error.cause == "SQLite: words of SQLite (code \(code))")
    }
}
