import BackendServer
import Testing

/// What holds for every page in every state.
@Suite("The pages")
struct PageTests {
    @Test("Each is as it was agreed on", arguments: PageSample.all)
    func isAsAgreed(_ sample: PageSample) throws {
        try GoldenPage.expect(sample.html, at: "\(sample.name).html")
    }

    @Test(
        "So is each file that they load",
        arguments: [
            (PagePath.stylesheet, Stylesheet.text), (.liveScript, LiveScript.text), (.codeScript, CodeScript.text),
            (.icon, Icon.text),
        ])
    func fileIsAsAgreed(path: PagePath, text: String) throws {
        try GoldenPage.expect(text, at: String(path.rawValue.dropFirst()))
    }

    @Test("The folder of the agreed pages holds no others")
    func hasNoOthers() throws {
        #expect(try GoldenPage.names() == Set(PageSample.all.map { "\($0.name).html" } + ["assets"]))
    }

    @Test("No text that somebody wrote makes an element, an attribute or a broken page")
    func textsStayTexts() throws {
        for (plain, hostile) in zip(PageSample.all, PageSample.hostile) {
            let structure = try Markup(plain.html).structure
            #expect(try Markup(hostile.html).structure == structure, "\(plain.name)")
            #expect(!hostile.html.contains("<script>"), "\(plain.name)")
        }
    }

    @Test("Every form carries the visitor's token and goes to a path of this server by POST", arguments: PageSample.all)
    func formsCarryToken(_ sample: PageSample) throws {
        let page = try Markup(sample.html)
        for (index, form) in page.elements.enumerated() where form.name == "form" {
            let fields = page.all("input").filter { $0.form == index }
            let tokens = fields.filter { $0.attributes["name"] == FormField.csrf.rawValue }
            #expect(tokens.map { $0.attributes["value"] } == [PageSample.formToken])
            #expect(form.attributes["method"] == "post")
            #expect(PagePath.allCases.map(\.rawValue).contains(form.attributes["action"] ?? ""))
        }
    }

    @Test("Every field has a name that the server knows, and a label where it is seen", arguments: PageSample.all)
    func fieldsAreKnown(_ sample: PageSample) throws {
        let page = try Markup(sample.html)
        let labels = Set(page.all("label").compactMap { $0.attributes["for"] })
        for field in page.all("input", "button") where field.attributes["type"] != "button" {
            if let name = field.attributes["name"] { #expect(FormField(rawValue: name) != nil, "\(name)") }
            let isSeen = field.name == "input" && field.attributes["type"] != "hidden"
            if isSeen { #expect(labels.contains(field.attributes["id"] ?? ""), "\(field)") }
        }
    }

    @Test("There is no inline style or script, and nothing from elsewhere", arguments: PageSample.all)
    func keepsToPolicy(_ sample: PageSample) throws {
        let page = try Markup(sample.html)
        #expect(page.all("style", "iframe", "object", "embed", "base", "img").isEmpty)
        for element in page.elements {
            #expect(!element.attributes.keys.contains { $0 == "style" || $0.hasPrefix("on") }, "\(element)")
            for address in ["href", "src", "action"].compactMap({ element.attributes[$0] }) {
                #expect(address.hasPrefix("#") || address.hasPrefix("/") && !address.hasPrefix("//"), "\(address)")
            }
        }
        for script in page.all("script") { #expect(script.text.isEmpty && script.attributes["src"] != nil) }
    }

    @Test("A reader finds its way: language, title, landmarks, one main heading, unique ids", arguments: PageSample.all)
    func isAccessible(_ sample: PageSample) throws {
        let page = try Markup(sample.html)
        #expect(page.all("html").first?.attributes["lang"] == "en")
        #expect(page.all("title").first { $0.path == ["html", "head"] }?.text.hasSuffix(" · deferno") == true)
        #expect(page.all("main").count == 1 && page.all("header").count == 1 && page.all("h1").count == 1)
        let ids = page.elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        let references = ["for", "aria-labelledby", "aria-describedby"]
        for element in page.elements {
            for id in references.compactMap({ element.attributes[$0] }).flatMap({ $0.split(separator: " ") }) {
                #expect(ids.contains(String(id)), "\(id)")
            }
        }
        #expect(page.all("a").first?.attributes["href"] == "#content" && ids.contains("content"))
    }
}
