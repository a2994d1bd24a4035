/// The mark of the program: a flame that burns low, for what can wait.
package enum Icon {
    private static let outline = """
        M12 2.5c.6 3.4-.6 5-2.2 6.8C8 11.3 6 13 6 16a6 6 0 0 0 12 0c0-2-.8-3.7-2-5-.3 1.3-.9 2.2-1.8 2.8\
        .3-4.2-.6-8.5-2.2-11.3z
        """

    /// The file for the browser's tab.
    package static let text = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#d2552b" d="\(outline)"/></svg>
        """

    /// The mark in a page, beside the name that says the same.
    static let flame: HTML = """
        <svg class="flame" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false">\
        <path d="\(outline)"/></svg>
        """
}
