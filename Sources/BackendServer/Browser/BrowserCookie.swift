/// The cookies of the pages.
enum BrowserCookie: String, Sendable {
    /// Who is signed in.
    case session = "deferno_session"
    /// What the forms of somebody who is not signed in must send.
    case form = "deferno_form"
    /// That the browser has signed in before.
    case device = "deferno_device"
}
