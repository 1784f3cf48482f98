// Whether single letters act, whether somebody writes just now, and the row of a list where the reader stands.
export const enabled = () => document.documentElement.dataset.keys !== "off";
export const typing = (element) =>
  element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]");
export const here = () => document.querySelector("[data-here]");
