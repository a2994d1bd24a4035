package import OperationCatalogue

/// A token in the list of somebody's tokens.
package struct TokenEntry: Hashable, Sendable {
    /// Names the token; is not the token.
    package let id: String
    package let name: String
    package let created: Timestamp
    /// `nil` for one that was never used.
    package let lastUsed: Timestamp?

    package init(id: String, name: String, created: Timestamp, lastUsed: Timestamp?) {
        self.id = id
        self.name = name
        self.created = created
        self.lastUsed = lastUsed
    }

    func item(for visitor: Visitor, at now: Timestamp) -> HTML {
        """
        <li>
        <div class="what">
        <strong><bdi>\(name)</bdi></strong>
        <p class="hint">Made \(created.element(created.ago(at: now))), \(use(at: now)).</p>
        </div>
        <details class="change">
        <summary>Rename<span class="unseen"> \(name)</span></summary>
        <form class="inline" method="post" action="\(PagePath.renameToken)">
        \(FormField.csrf.hidden(visitor.formToken))
        \(FormField.token.hidden(id))
        <div class="field">
        <label for="name-\(id)">New name</label>
        <input id="name-\(id)" name="\(FormField.name)" type="text" value="\(name)" maxlength="100" required="required"/>
        </div>
        <button type="submit">Rename</button>
        </form>
        </details>
        <details class="change">
        <summary>Revoke<span class="unseen"> \(name)</span></summary>
        <form class="inline" method="post" action="\(PagePath.revokeToken)">
        \(FormField.csrf.hidden(visitor.formToken))
        \(FormField.token.hidden(id))
        <p>A program that uses it is signed out at once.</p>
        <button class="danger" type="submit">Revoke</button>
        </form>
        </details>
        </li>
        """
    }

    private func use(at now: Timestamp) -> HTML {
        lastUsed.map { "last used \($0.element($0.ago(at: now)))" } ?? "never used"
    }
}
