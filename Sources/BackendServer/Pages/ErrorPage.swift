import OperationCatalogue

/// The page that says why a request for a page came to nothing, and what to do.
package struct ErrorPage: Hashable, Sendable {
    package let kind: Kind

    package enum Kind: Hashable, Sendable {
        case notFound
        case forbidden
        /// The form's token is not the visitor's, or its origin is another site.
        case formExpired
        case tooManyRequests(seconds: Int)
        /// The link was used, has expired, or never was.
        case setupLinkInvalid
        /// The reference is what the server's own messages name the fault by.
        case internalError(reference: String?)
    }

    package init(_ kind: Kind) {
        self.kind = kind
    }

    /// The HTTP status to send it with.
    package var status: Int {
        switch kind {
        case .notFound, .setupLinkInvalid: 404
        case .forbidden, .formExpired: 403
        case .tooManyRequests: 429
        case .internalError: 500
        }
    }

    package var html: String {
        Document(
            title: title,
            content: """
                <section class="card">
                <p class="status-code">\(status)</p>
                <h1>\(title)</h1>
                <p class="lead">\(sentence)</p>
                <p><a href="\(PagePath.home)">To your tasks</a></p>
                </section>
                """
        ).html.text
    }

    private var title: String {
        switch kind {
        case .notFound: "There is no such page"
        case .forbidden: "This is not yours to see"
        case .formExpired: "Please send that again"
        case .tooManyRequests: "That was too often"
        case .setupLinkInvalid: "This link does not work"
        case .internalError: "Something went wrong here"
        }
    }

    private var sentence: HTML {
        switch kind {
        case .notFound:
            "Look whether the whole address was copied, or begin at your tasks."
        case .forbidden:
            """
            You are signed in as somebody who may not do this. Sign in as somebody else, or ask whoever runs this server.
            """
        case .formExpired:
            """
            Nothing was changed. The form was not made for you, or its page had been open for too long: go back, load \
            that page anew and send it once more.
            """
        case .tooManyRequests(let seconds):
            "Nothing was done. Please wait \(Timestamp.waiting(seconds: seconds)) and try again."
        case .setupLinkInvalid:
            """
            It was used already, is too old, or was not copied whole. Whoever runs this server makes a new one with \
            <code>deferno serve user reset</code>.
            """
        case .internalError(let reference):
            "The fault is the server’s, not yours. Please try again in a while.\(mention(of: reference))"
        }
    }

    private func mention(of reference: String?) -> HTML? {
        reference.map { " In the server’s messages it is called <code>\($0)</code>." }
    }
}
