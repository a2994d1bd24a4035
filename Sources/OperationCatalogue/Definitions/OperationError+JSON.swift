extension OperationError {
    /// Appends the error as it stands in an outcome on every wire: `{"code","status","message",...}`.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("code")
        writer.string(code.rawValue)
        if let status {
            writer.key("status")
            writer.integer(status)
        }
        if let backendCode {
            writer.key("backend_code")
            writer.string(backendCode)
        }
        writer.key("message")
        writer.string(message)
        if let cause {
            writer.key("cause")
            writer.string(cause)
        }
        if let existing {
            writer.key("existing")
            writer.raw(existing)
        }
        writer.endObject()
    }
}
