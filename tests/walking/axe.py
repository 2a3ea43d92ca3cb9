"""What axe-core finds on a page: what a blind, a colour-blind or a clumsy reader stumbles over."""

from axe_playwright_python.base import AXE_SCRIPT

OPTIONS = {"resultTypes": ["violations"], "preload": False, "iframes": False}
RUN = "options => axe.run(document, options).then(found => found.violations)"


def find_faults(page):
    """Return each violation on the page as it is loaded, with the element that has it."""
    page.evaluate(AXE_SCRIPT)
    return [
        f"{each['id']}: {node['html'][:120]}"
        for each in page.evaluate(RUN, OPTIONS)
        for node in each["nodes"]
    ]
