/* Television: five keys. Written for old set-top browsers: no arrow functions, no modules. */
(function () {
  "use strict";
  var KEYS = { 37: "left", 38: "up", 39: "right", 40: "down" };
  // Back on a remote: Backspace, Escape, and the codes of Tizen, webOS, HbbTV and Android boxes.
  var BACK = { 8: 1, 27: 1, 166: 1, 461: 1, 10009: 1 };

  function stops() {
    var found = document.querySelectorAll('a[href], button:not([disabled]), video[controls], audio[controls], summary, .poem[tabindex], .spoken[tabindex]');
    return Array.prototype.filter.call(found, function (el) { return el.offsetWidth > 0; });
  }
  function middle(box) { return { x: box.left + box.width / 2, y: box.top + box.height / 2 }; }

  /* The nearest stop in one direction: distance along it, plus twice the drift to the side; what stands level with
     this one, however tall it is, drifts little. */
  function next(from, way) {
    var here = from.getBoundingClientRect(), at = middle(here), best = null, least = Infinity;
    stops().forEach(function (el) {
      var box = el.getBoundingClientRect(), to = middle(box);
      var along = way === "left" ? here.left - box.right : way === "right" ? box.left - here.right
        : way === "up" ? here.top - box.bottom : box.top - here.bottom;
      var aside = way === "left" || way === "right" ? Math.abs(to.y - at.y) : Math.abs(to.x - at.x);
      var level = way === "left" || way === "right" ? box.top < here.bottom && box.bottom > here.top
        : box.left < here.right && box.right > here.left;
      if (el === from || along < -6) return;
      if ((way === "left" || way === "right") && !level && aside > here.height) return;
      if (level) aside = aside / 20;
      var cost = along + aside * 2;
      if (cost < least) { least = cost; best = el; }
    });
    return best;
  }
  function first() {
    return document.querySelector("[autofocus]") || document.querySelector("main a[href], main button") || stops()[0];
  }
  function isHome() { return !document.referrer || history.length < 2; }

  document.addEventListener("keydown", function (key) {
    if (BACK[key.keyCode]) {
      // On the first page the box itself takes the key: Back never traps.
      if (!isHome()) { key.preventDefault(); history.back(); }
      return;
    }
    var way = KEYS[key.keyCode], from = document.activeElement;
    if (!way) return;
    if (from && (from.tagName === "VIDEO" || from.tagName === "AUDIO") && (way === "left" || way === "right")) return;
    if (from && (way === "left" || way === "right") && from.scrollWidth > from.clientWidth + 2) {
      var before = from.scrollLeft;
      from.scrollLeft += (way === "left" ? -0.6 : 0.6) * from.clientWidth;
      if (from.scrollLeft !== before) { key.preventDefault(); return; }
    }
    var to = !from || from === document.body ? first() : next(from, way);
    key.preventDefault();
    if (to) { to.focus(); to.scrollIntoView({ block: "nearest" }); }
    else if (way === "down" || way === "up") window.scrollBy(0, (way === "down" ? 0.6 : -0.6) * window.innerHeight);
  });

  var clock = document.querySelector("[data-clock]");
  function tell() {
    clock.textContent = new Date().toLocaleString(document.documentElement.lang, { month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false });
  }
  if (clock) { tell(); setInterval(tell, 15000); }
  if (document.activeElement === document.body && first()) first().focus();
})();
