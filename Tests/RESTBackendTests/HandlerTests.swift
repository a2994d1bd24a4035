import OperationCatalogue
import Testing

@testable import RESTBackend

@Suite("What the client of the API does for each operation")
struct HandlerTests {
    @Test("There is a handler for every operation of the catalogue")
    func complete() {
        #expect(HandlerTable<RESTHandler>.api.missing(of: .standard) == [])
    }

    @Test("No two operations are at the same endpoint, but one that can do less than another there")
    func endpoints() {
        let endpoints = Catalogue.standard.definitions.filter { $0.narrows == nil }.compactMap(\.endpoint)
            .map { "\($0.method.rawValue) \($0.path)" }
        #expect(Set(endpoints).count == endpoints.count)
    }
}
