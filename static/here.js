/* On pages of children: tells the server that the page is in use, so that a long page or a film counts in full. Written
   for old set-top browsers: no arrow functions, no modules. Texts come from the server. */
(function () {
  "use strict";
  var own = document.currentScript || document.querySelector("script[data-here]");
  var EVERY = 45000, IDLE = 600000;
  var touched = Date.now(), timer = 0, asking = false;

  function media() { return Array.prototype.slice.call(document.querySelectorAll("video, audio")); }
  function plays() { return media().some(function (one) { return !one.paused && !one.ended; }); }
  function inUse() { return plays() || (!document.hidden && Date.now() - touched < IDLE); }

  function warn(words) {
    var place = document.querySelector("[data-time-left]");
    if (!place || place.textContent.trim() === words) return;
    place.parentNode.hidden = false;
    // a region that was hidden is announced only if its words come after it is shown
    setTimeout(function () { place.textContent = words; }, 200);
  }
  function heard(text) {
    var said;
    try { said = JSON.parse(text); } catch (odd) { return; }
    if (said.page) {
      media().forEach(function (one) { one.pause(); });
      location.assign(said.page);
    } else if (said.warning) warn(said.warning);
    next(said.next_s * 1000);
  }
  function tell() {
    if (asking || !inUse()) return next(EVERY);
    asking = true;
    var ask = new XMLHttpRequest();
    ask.open("POST", own.getAttribute("data-here"));
    ask.setRequestHeader("X-CSRFToken", own.getAttribute("data-token"));
    ask.onloadend = function () {
      asking = false;
      if (ask.status === 200) heard(ask.responseText);
      else if (ask.status === 0 || ask.status >= 500) next(EVERY);
    };
    ask.send();
  }
  function next(wait) { clearTimeout(timer); timer = setTimeout(tell, Math.max(1000, Math.min(wait || EVERY, EVERY))); }

  ["pointerdown", "keydown", "scroll", "touchstart", "mousemove"].forEach(function (name) {
    document.addEventListener(name, function () { touched = Date.now(); }, { passive: true, capture: true });
  });
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) { touched = Date.now(); tell(); }
  });
  document.addEventListener("play", function () { next(1000); }, true);
  next(EVERY);
})();
