/* What of a page the Tab key reaches, and whether one sees where one is. */
(() => {
  const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";
  const isStop = (element) => {
    if (element.disabled || element.type === "hidden" || element.tabIndex < 0) return false;
    return element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
  };
  /* The choices of a group are one stop; the arrows lead on. */
  const keyOf = (element) => (element.type === "radio" ? `radio ${element.name}` : element);
  const tell = (element) => `<${element.tagName.toLowerCase()} ${element.id || element.className || ""}> ` +
    `${(element.textContent.trim() || element.name || element.getAttribute("aria-label") || "").slice(0, 24)}`;

  /* A field that is hidden behind its label is seen and hit there. */
  const faceOf = (element) => (element.matches(".hush") && element.labels && element.labels[0]) || element;

  const hasRing = (element) => {
    const shown = (each) => {
      const style = getComputedStyle(each);
      return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    };
    return shown(faceOf(element));
  };

  const isCovered = (element) => {
    const rect = element.getBoundingClientRect();
    const x = Math.min(Math.max((rect.left + rect.right) / 2, 0), innerWidth - 1);
    const heights = [rect.top + 2, (rect.top + rect.bottom) / 2, rect.bottom - 2];
    return !heights.some((y) => {
      const top = y >= 0 && y < innerHeight && document.elementFromPoint(x, y);
      return top && (element.contains(top) || top.contains(element));
    });
  };

  const wanted = new Map();
  const reached = new Set();
  const faults = new Set();
  for (const each of document.querySelectorAll(STOPS)) if (isStop(each)) wanted.set(keyOf(each), each);

  const judge = () => {
    const element = document.activeElement;
    if (!element || element === document.body) return;
    const key = keyOf(element);
    if (reached.has(key)) return;
    reached.add(key);
    if (!hasRing(element)) faults.add(`no ring: ${tell(element)}`);
    if (isCovered(faceOf(element))) faults.add(`covered: ${tell(element)}`);
  };
  document.addEventListener("keydown", judge, true);

  window.keyboardStops = () => wanted.size;
  window.keyboardFaults = () => {
    judge();
    for (const [key, element] of wanted) if (!reached.has(key) && element.isConnected) faults.add(`not reached: ${tell(element)}`);
    return [...faults];
  };
})();
