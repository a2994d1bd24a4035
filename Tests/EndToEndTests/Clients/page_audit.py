"""What a browser finds on a page: what cannot be read, pressed, reached or heard."""

# Texts whose contrast with what is behind them is below WCAG 2.2's 4.5 to 1, or 3 to 1 where they are large.
UNREADABLE = r"""
(() => {
  const channels = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((value) => {
      value /= 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let current = element; current; current = current.parentElement) {
      const colour = channels(getComputedStyle(current).backgroundColor);
      if (colour[3] === 1) return colour;
      if (colour[3] !== 0) throw new Error('half transparent: ' + current.outerHTML);
    }
    throw new Error('nothing behind');
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let count = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    const isDrawn = element.ownerSVGElement && !['title', 'desc'].includes(element.localName);
    if (!text || !element.checkVisibility() || element.closest('.unseen') || element.ownerSVGElement && !isDrawn) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
    const levels = [channels(isDrawn ? style.fill : style.color), behind(element)].map(luminance);
    const contrast = (Math.max(...levels) + 0.05) / (Math.min(...levels) + 0.05);
    count += 1;
    if (contrast < (isLarge ? 3 : 4.5)) found.push(`${text}: ${contrast.toFixed(2)}`);
  }
  return {count, found};
})()
"""

# What can be pressed and is smaller than 24 CSS pixels (WCAG 2.2, 2.5.8; links in a sentence are excepted).
TOO_SMALL = """
[...document.querySelectorAll('button, summary, input:not([type=hidden]), nav a')]
  .filter((element) => element.checkVisibility() && !element.closest('details:not([open]) > form'))
  .map((element) => [element.textContent.trim() || element.id, element.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)
"""

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

# Where the focus is, and whether that is seen.
FOCUS = """
(() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const style = getComputedStyle(element);
  return {name: element.outerHTML.slice(0, 80), seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2};
})()
"""

CONTROLS = {"button", "link", "textbox", "DisclosureTriangle", "checkbox", "combobox", "searchbox"}


def audit(checks, page, name):
    """Checks a page that is open, as it is set for the window that it is in."""
    checks.equal(page.evaluate(TOO_WIDE), 0, f"{name}: nothing to scroll sideways")
    texts = page.evaluate(UNREADABLE)
    checks.that(texts["count"] > 3 and not texts["found"], f"{name}: every text can be read", texts)
    checks.equal(page.evaluate(TOO_SMALL), [], f"{name}: whatever can be pressed is large enough")
    checks.equal(nameless(page), [], f"{name}: every control has a name")


def nameless(page):
    """The controls that a screen reader could not name."""
    nodes = [node for node in page.accessibility_tree() if not node.get("ignored")]
    return [
        node["role"]["value"]
        for node in nodes
        if node["role"]["value"] in CONTROLS and not node.get("name", {}).get("value", "").strip()
    ]


def walk_by_keyboard(checks, page, name, most=60):
    """Goes through the page with the Tab key: the skip link comes first, every stop is seen, and the walk ends."""
    stops = []
    for _ in range(most):
        page.tab()
        focus = page.evaluate(FOCUS)
        if focus is None or stops and focus["name"] == stops[0]["name"]:
            break
        stops.append(focus)
    checks.that(stops and 'class="skip"' in stops[0]["name"], f"{name}: Tab leads to the skip link first", stops[:1])
    checks.that(0 < len(stops) < most, f"{name}: the walk through the page ends after {len(stops)} stops")
    checks.equal([stop for stop in stops if not stop["seen"]], [], f"{name}: the focus is always seen")
