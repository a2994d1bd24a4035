/// A whole page: the frame that all pages share, around the part that each has of its own.
struct Document {
    let title: String
    /// Shown with the navigation; `nil` where nobody is signed in.
    var visitor: Visitor?
    /// The page of the navigation that this is.
    var current: PagePath?
    /// Pages that hold one thing are set narrower.
    var isNarrow = true
    /// Pages work without it.
    var script: PagePath?
    let content: HTML

    var html: HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <meta name="robots" content="noindex"/>
        <title>\(title) · deferno</title>
        <link rel="icon" href="\(PagePath.icon)" type="image/svg+xml"/>
        <link rel="stylesheet" href="\(PagePath.stylesheet)"/>\(scriptElement)
        </head>
        <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="top">
        <a class="brand" href="\(PagePath.home)">\(Icon.flame)deferno</a>\(navigation)
        </header>
        <main id="content" class="\(isNarrow ? "narrow" : "wide")" tabindex="-1">
        \(content)
        </main>
        </body>
        </html>

        """
    }

    private var scriptElement: HTML? {
        script.map { "\n<script src=\"\($0)\" defer=\"defer\"></script>" }
    }

    private var navigation: HTML? {
        visitor.map { visitor in
            """

            <nav aria-label="Main">
            \(link(to: .home, "Tasks"))
            \(link(to: .tokens, "Tokens"))
            </nav>
            <form class="visitor" method="post" action="\(PagePath.signOut)">
            \(FormField.csrf.hidden(visitor.formToken))
            <bdi class="name">\(visitor.name)</bdi>
            <button class="quiet" type="submit">Sign out</button>
            </form>
            """
        }
    }

    private func link(to path: PagePath, _ name: String) -> HTML {
        path == current
            ? "<a href=\"\(path)\" aria-current=\"page\">\(name)</a>" : "<a href=\"\(path)\">\(name)</a>"
    }
}
