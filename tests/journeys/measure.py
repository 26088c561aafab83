"""What every page must hold, measured in the browser at the widths people use."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page

AXE = (
    Path(__file__).resolve().parent.parent.parent / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
).read_text(encoding="utf-8")
WIDTHS = (1280, 1366, 390)

_FRAME = """async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(done));
    await drawn();
    await drawn();  // scripts that watch sizes have answered
    return {
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        headings: document.querySelectorAll("h1").length,
        language: document.documentElement.lang,
    };
}"""
_AXE = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
    .flatMap((found) => found.nodes.map((node) => `${found.id}: ${node.target.join(" ")} ${node.failureSummary}`))"""


def faults(page: Page) -> list[str]:
    """What is wrong with the page shown: accessibility, overflow, headings, language, at each width."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        frame = page.evaluate(_FRAME)
        if frame["wide"] > 0:
            found.append(f"{width}: overflows by {frame['wide']} px")
        if frame["headings"] != 1:
            found.append(f"{width}: {frame['headings']} h1")
        if not frame["language"]:
            found.append(f"{width}: no lang")
        if width != 1366:  # the same style sheet rules apply as at 1280
            found += [f"{width}: {line}" for line in page.evaluate(_AXE)]
    return found


class Window:
    """One window of one person: axe is put into every page, with the content security policy left on.

    `complaints` is what the console said; that a refused page has its status is no complaint.
    """

    def __init__(self, context: BrowserContext) -> None:
        context.add_init_script(AXE)
        self.page = page = context.new_page()
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message) -> None:
        own_status = "Failed to load resource" in message.text and message.location["url"] == self.page.url
        if message.type in {"error", "warning"} and not own_status:
            self.complaints.append(message.text)
