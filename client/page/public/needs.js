/**
 * Owns the words where the page's own script, as page.ts or start.ts, did not start, since its page would stay empty. A script of its
 * own, in the language of older browsers, so that one that cannot read those can still read this.
 */

window.addEventListener("load", () => {
  if ("scenecast" in window || "scenecastStart" in window) return;
  const needs = [
    ["ResizeObserver", "ResizeObserver" in window],
    ["AbortController", "AbortController" in window],
    ["dialogs", "HTMLDialogElement" in window],
    ["Array.findLast", "findLast" in Array.prototype],
    ["sizes by container (CSS)", "CSS" in window && CSS.supports("width", "1cqw")],
  ];
  const missing = needs.filter(([, isThere]) => !isThere).map(([name]) => name);
  const detail = document.getElementById("needs-detail");
  if (missing.length > 0) {
    detail.textContent = `It lacks ${missing.join(", ")}. Chrome and Edge from 105 on, Firefox from 110 on and Safari from 16.4 on have what is needed.`;
  }
  document.getElementById("needs").hidden = false;
});
