/// Somebody who is signed in and looks at a page.
package struct Visitor: Hashable, Sendable {
    package let name: String
    /// What every form on the page sends in ``FormField/csrf``.
    package let formToken: String

    package init(name: String, formToken: String) {
        self.name = name
        self.formToken = formToken
    }
}
