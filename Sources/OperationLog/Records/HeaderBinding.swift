/// What a header says of what stood before it in the log, whoever wrote that (the article <doc:RecordForm>).
enum HeaderBinding: Hashable {
    /// The last record of the same segment: where its line begins, in bytes, and its hash.
    case after(offset: Int64, hash: RecordDigest)
    /// The segment before: so many of its bytes, uncompressed, from its start, and their SHA-256.
    case segment(bytes: Int64, digest: RecordDigest)
}
