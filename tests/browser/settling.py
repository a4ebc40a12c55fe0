"""When a page has come to rest."""

from __future__ import annotations

from typing import Any

# no element has come or gone for a while, fonts are there, and two frames have been painted since
SETTLED = """() => new Promise(resolve => {
  let timer = null;
  const done = async () => {
    watch.disconnect();
    await document.fonts.ready;
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  };
  const again = () => { clearTimeout(timer); timer = setTimeout(done, 250); };
  const watch = new MutationObserver(changes => {
    const moved = changes.flatMap(each => [...each.addedNodes, ...each.removedNodes]);
    if (moved.some(node => node.nodeType === 1)) again();
  });
  watch.observe(document.body, { childList: true, subtree: true });
  again();
})"""


def settle(page: Any) -> None:
    """Wait until the page is at rest; a console's page is only once it hears from the server."""
    if page.locator("#link").count():
        page.wait_for_selector("#link .good")
    page.evaluate(SETTLED)
