/* What a page is built of, and the parts of a long one. */
(() => {
  const LONG = 5000;                      // elements; beyond that a page is a book of chapters
  const chapters = () => (document.querySelectorAll("*").length > LONG
    ? [...document.querySelectorAll("body > header > nav, main > section")] : []);

  /* An element with its attributes: what they say counts where it changes how it looks or behaves. */
  const WORDS = ["class", "style", "role", "type", "hidden", "lang"];
  const tellAttribute = ({ name, value }) => {
    if (WORDS.includes(name) || /^aria-(hidden|current|expanded|live|pressed|disabled)$/.test(name)) return `${name}=${value}`;
    return value.trim() ? name : `${name}=`;
  };
  const tellElement = (element) => {
    const attributes = [...element.attributes].map(tellAttribute).sort().join(" ");
    const says = [...element.childNodes].some((each) => each.nodeType === Node.TEXT_NODE && each.data.trim());
    return `${element.tagName} ${attributes} ${says ? "text" : ""}`;
  };

  /* A number for a text, with 53 bits: only to be told apart, among some thousands. */
  const sumOf = (text) => {
    let high = 0xdeadbeef, low = 0x41c6ce57;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      high = Math.imul(high ^ unit, 2654435761);
      low = Math.imul(low ^ unit, 1597334677);
    }
    high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
    low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
    return 4294967296 * (2097151 & low) + (high >>> 0);
  };

  window.tellKind = () => {
    const sums = new Map();
    for (const element of document.querySelectorAll("*")) {
      const above = sums.get(element.parentElement) || 0;
      sums.set(element, sumOf(`${above}>${tellElement(element)}`));
    }
    return sumOf([...new Set(sums.values())].sort().join(" "));
  };

  window.openAll = () => {
    for (const each of document.querySelectorAll("details")) each.open = true;
  };

  /* Chapters that are not shown are taken out: even hidden ones would be gone through. */
  const parts = chapters().map((chapter) => {
    const place = document.createComment("");
    chapter.before(place);
    return { chapter, place };
  });
  window.countParts = () => Math.max(parts.length, 1);
  window.showPart = (number) => parts.forEach(({ chapter, place }, index) => {
    if (index === number) place.after(chapter); else chapter.remove();
  });
  window.showParts = () => parts.forEach(({ chapter, place }) => place.after(chapter));
})();
