import Crypto
package import OperationCatalogue

extension UniqueIdentifier {
    /// The identifier of the task that `request` creates: derived from the run and the request's key (UUID version 5, RFC
    /// 9562 section 5.5, with the run as the namespace), so that the same request of the same run always names the same
    /// task; a new one where the request has no key.
    static func forNewTask(in request: OperationRequest) -> UniqueIdentifier {
        guard let key = request.key else { return .version7() }
        return version5(namespace: request.caller.run, name: key.text)
    }

    /// The identifier that a name has within a namespace (UUID version 5, RFC 9562 section 5.5).
    package static func version5(namespace: UniqueIdentifier, name: String) -> UniqueIdentifier {
        var hash = Insecure.SHA1()
        namespace.withOctets { hash.update(bufferPointer: $0) }
        var name = name
        name.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        return hash.finalize().withUnsafeBytes { UniqueIdentifier(octets: $0, version: 5) }
    }
}
