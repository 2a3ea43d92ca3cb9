/* What a reader would not see whole: text off the page, cut by its box, or printed over other text. */
(() => {
  const SLACK = 1.5;
  const BESIDE = 44;                      // seven days beside each other leave no more, however large the text
  const BOXES = ".btn, .badge, .card, .input, .notice, .pick, .tabs a, .dock a, .next, .result";
  const round = (rect) => [rect.left, rect.top, rect.right, rect.bottom].map(Math.round).join(" ");
  const isShown = (element) => {
    for (let each = element; each; each = each.parentElement) {
      if (each.matches(".hush, .skip, [hidden], title, script, style, select")) return false;
      const style = getComputedStyle(each);
      if (style.display === "none" || style.visibility === "hidden") return false;
    }
    return true;
  };

  const linesOf = (text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    return [...range.getClientRects()].filter((rect) => rect.width > 0.5 && rect.height > 0.5);
  };

  const listTexts = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const text = walker.currentNode;
      if (!text.data.trim() || !isShown(text.parentElement)) continue;
      for (const rect of linesOf(text)) found.push({ text, rect, says: text.data.trim().slice(0, 20) });
    }
    return found;
  };

  const isCutBy = (box, rect, clips) => {
    const frame = box.getBoundingClientRect();
    const isAside = rect.left < frame.left - SLACK || rect.right > frame.right + SLACK;
    const middle = (rect.top + rect.bottom) / 2;
    return isAside || (clips && (middle < frame.top || middle > frame.bottom));
  };

  const judgeText = ({ text, rect, says }) => {
    if (rect.left < -SLACK || rect.right > innerWidth + SLACK) return `off the page: ${says} [${round(rect)}]`;
    for (let box = text.parentElement; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (/auto|scroll/.test(style.overflowX)) return null;
      const clips = style.overflowX !== "visible";
      if ((clips || box.matches(BOXES)) && isCutBy(box, rect, clips)) {
        return `out of its ${box.className || box.tagName}: ${says} [${round(rect)}]`;
      }
    }
    return null;
  };

  /* The boxes of Chinese glyphs reach into the next line; what is printed is in their middle. */
  const isOver = (one, other) => {
    const heart = (rect) => [rect.top + rect.height * 0.3, rect.bottom - rect.height * 0.3];
    const [top, bottom] = heart(one), [otherTop, otherBottom] = heart(other);
    return Math.min(one.right, other.right) - Math.max(one.left, other.left) > 3 &&
      Math.min(bottom, otherBottom) - Math.max(top, otherTop) > 1;
  };

  const listOverprints = (texts) => {
    const fixed = (text) => text.parentElement.closest(".dock");
    const found = [];
    texts.forEach((one, index) => {
      for (const other of texts.slice(index + 1)) {
        if (one.text === other.text || Boolean(fixed(one.text)) !== Boolean(fixed(other.text))) continue;
        if (isOver(one.rect, other.rect)) found.push(`${one.says} over ${other.says}`);
      }
    });
    return found;
  };

  const widthOf = (text, style) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const spacing = parseFloat(style.letterSpacing) || 0;
    return pen.measureText(text).width + spacing * text.length;
  };

  const judgeField = (field) => {
    const style = getComputedStyle(field);
    const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const told = [field.value];
    if (field.tagName === "SELECT") told[0] = field.options[field.selectedIndex]?.text || "";
    const faults = told.filter((text) => text && widthOf(text, style) > room + SLACK).map((text) => `value cut: ${text}`);
    if (field.placeholder && widthOf(field.placeholder, getComputedStyle(field, "::placeholder")) > room + SLACK) {
      faults.push(`placeholder cut: ${field.placeholder}`);
    }
    return faults;
  };

  const listSmallTargets = (least) => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((each) => isShown(each) && each.type !== "hidden" && !each.closest("label"))
    .filter((each) => getComputedStyle(each).display !== "inline")
    .map((each) => [each, each.getBoundingClientRect()])
    .filter(([each, rect]) => rect.height < least - 0.5 || rect.width < (each.closest("td") ? BESIDE : least) - 0.5)
    .map(([each, rect]) => `small: ${each.textContent.trim() || each.name} ${Math.round(rect.width)}×${Math.round(rect.height)}`);

  const listWide = () => [...document.body.querySelectorAll("*")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
    .map((each) => each.getAttribute("class") || each.tagName)
    .slice(0, 5);

  window.findFaults = (least) => {
    const faults = [];
    const wide = document.scrollingElement.scrollWidth;
    if (wide > innerWidth + 1) faults.push(`sideways by ${wide - innerWidth}: ${listWide()}`);
    const texts = listTexts();
    faults.push(...texts.map(judgeText).filter(Boolean), ...listOverprints(texts));
    for (const field of document.querySelectorAll(".input")) if (isShown(field.parentElement)) faults.push(...judgeField(field));
    if (least) faults.push(...listSmallTargets(least));
    return [...new Set(faults)];
  };

  /* As Android's browsers do it: the root grows, and with it every length told in rem. */
  window.growRoot = (times) => {
    const root = document.documentElement;
    root.style.fontSize = "";
    root.style.fontSize = `${parseFloat(getComputedStyle(root).fontSize) * times}px`;
  };

  /* As iPhones do it: every text grows by itself, and nothing around it does. */
  window.growTexts = (times) => {
    const all = [...document.body.querySelectorAll("*")].filter((each) => !(each instanceof SVGElement));
    const sizes = all.map((each) => parseFloat(getComputedStyle(each).fontSize));
    all.forEach((each, index) => { each.style.fontSize = `${sizes[index] * times}px`; });
  };

  window.shrink = () => {
    document.documentElement.style.fontSize = "";
    for (const each of document.body.querySelectorAll("*")) each.style.fontSize = "";
  };
})();
