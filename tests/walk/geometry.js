// What of the page's text cannot be read: beyond the window's edge, cut off by its box, out of its button, or under other
// text. Returns sentences. What scrolls, what is folded, and what only screen readers get is left alone.
() => {
  const view = document.documentElement.clientWidth,
    problems = [];
  const hides = (style, axis) => ["hidden", "clip"].includes(style[`overflow${axis}`]);
  const scrolls = (style, axis) => ["auto", "scroll"].includes(style[`overflow${axis}`]);
  const say = (what, part) => problems.push(`${what}: «${part.text.slice(0, 50)}» in ${part.path}`);
  const path = (element) => {
    const names = [];
    for (let e = element; e && e !== document.body && names.length < 4; e = e.parentElement)
      names.unshift(e.localName + (e.id ? `#${e.id}` : e.classList.length ? `.${e.classList[0]}` : ""));
    return names.join(" > ");
  };
  const layer = (element) => {
    for (let e = element; e; e = e.parentElement)
      if (
        ["fixed", "sticky"].includes(getComputedStyle(e).position) ||
        e.matches("dialog, .menu__panel, .filter__panel, .composer .dups")
      )
        return e;
    return document.body;
  };
  const unseen = (element) => {
    const style = getComputedStyle(element);
    return style.clipPath === "inset(50%)" || style.opacity === "0" || element.matches(".vh, .skip");
  };
  const parts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode,
      element = node.parentElement,
      text = node.data.trim();
    if (!text || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (element.closest("svg, noscript, script, option, [aria-hidden=true] kbd")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    let hidden = !boxes.length,
      rolls = false,
      cut = "";
    const part = { text, path: path(element), element, boxes };
    for (let e = element; e && !hidden; e = e.parentElement) {
      const style = getComputedStyle(e),
        frame = e.getBoundingClientRect();
      if (unseen(e)) hidden = true;
      if (e === document.body || e === document.documentElement) break;
      for (const [axis, low, high] of [
        ["X", "left", "right"],
        ["Y", "top", "bottom"],
      ]) {
        if (scrolls(style, axis)) rolls = true;
        const clamps = style.webkitLineClamp !== "none" || style.textOverflow === "ellipsis";
        if (
          hides(style, axis) &&
          !clamps &&
          !rolls &&
          boxes.some((box) => box[low] < frame[low] - 2 || box[high] > frame[high] + 2)
        )
          cut = `cut off by ${path(e)}`;
        if (hides(style, axis) && clamps) rolls = true;
      }
      if (
        e.matches("button, .btn, .st, .badge, .icon-btn, .vote") &&
        !rolls &&
        boxes.some(
          (box) =>
            box.left < frame.left - 1 ||
            box.right > frame.right + 1 ||
            box.top < frame.top - 3 ||
            box.bottom > frame.bottom + 3,
        )
      )
        cut ||= `sticks out of ${path(e)}`;
      if (style.position === "fixed") break;
    }
    if (hidden) continue;
    if (cut) say(cut, part);
    else if (!rolls && boxes.some((box) => box.right > view + 1 || box.left < -1))
      say("beyond the edge of the window", part);
    if (!rolls) parts.push(part);
  }
  for (const part of parts) part.layer = layer(part.element);
  for (let i = 0; i < parts.length; i++)
    for (let j = i + 1; j < parts.length; j++) {
      const [one, other] = [parts[i], parts[j]];
      if (one.layer !== other.layer) continue;
      const over = one.boxes.some((a) =>
        other.boxes.some(
          (b) =>
            Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > Math.min(a.height, b.height) / 2.5,
        ),
      );
      if (over) say(`over «${other.text.slice(0, 30)}» of ${other.path}`, one);
    }
  const wide = document.documentElement.scrollWidth - view;
  if (wide > 0) problems.push(`the page is ${wide} px wider than the window`);
  return [...new Set(problems)].slice(0, 12);
};
