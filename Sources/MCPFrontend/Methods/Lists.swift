import OperationCatalogue

extension Methods {
    /// One page of a list (MCP, server/utilities/pagination).
    ///
    /// - Parameter name: the member that the elements stand in.
    func list<Element>(
        _ name: String, _ elements: [Element], _ params: JSONObject, _ json: (Element) -> JSONValue
    ) throws(ProtocolError) -> ResultBody {
        let isFirst = params["cursor"]?.isNull ?? true
        let cursor: String? = isFirst ? nil : try params.text("cursor")
        let page: Page<Element>
        do {
            page = try Page(of: elements, named: name, from: cursor, size: pageSize)
        } catch {
            throw ProtocolError(.invalidParams, "params.cursor: \(error)")
        }
        var members: JSONObject = [name: .array(page.elements.map(json))]
        if let next = page.nextCursor { members["nextCursor"] = .string(next) }
        return ResultBody(caching: .fixed, members: members)
    }
}
