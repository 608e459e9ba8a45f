/* Turning by key on the pages that read: a chapter, a picture. Written for old set-top browsers too. */
(function () {
  "use strict";
  var tv = document.documentElement.getAttribute("data-face") === "tv";
  function turn(way) {
    var link = document.querySelector("main a[rel=" + way + "]");
    if (link) location.href = link.href;
    return Boolean(link);
  }
  function typing(at) { return /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName); }
  /* A text longer than the screen is read by Up and Down before the focus moves on. */
  function read(step) {
    var before = window.pageYOffset;
    window.scrollBy(0, step * 0.8 * window.innerHeight);
    return window.pageYOffset !== before;
  }
  document.addEventListener("keydown", function (key) {
    if (key.altKey || key.ctrlKey || key.metaKey || typing(key.target) || document.querySelector("[data-pdf]:not([hidden])")) return;
    var inside = key.target.closest && key.target.closest("[data-text], .plate"), done = false;
    if (tv && !inside) return;
    if (inside && inside.scrollWidth > inside.clientWidth + 2 && (key.keyCode === 37 || key.keyCode === 39)) return;
    if (key.keyCode === 37) done = turn("prev");
    else if (key.keyCode === 39) done = turn("next");
    else if (tv && (key.keyCode === 38 || key.keyCode === 40)) done = read(key.keyCode === 38 ? -1 : 1);
    if (done) { key.preventDefault(); key.stopPropagation(); }
  }, true);
  var text = document.querySelector("[data-text]");
  if (tv && text) { text.setAttribute("autofocus", ""); text.focus({ preventScroll: true }); }
})();
