/* Kiosk: keys for numbers; after a quiet minute a visible countdown, then home, with cookies and session cleared by the server. */
(function () {
  "use strict";
  function quiet() {
    var box = document.querySelector(".idle");
    if (!box) return;
    var limit = Number(box.dataset.idle), warn = Number(box.dataset.warn), last = Date.now();
    var seconds = box.querySelector("[data-seconds]");

    function wake() { last = Date.now(); box.hidden = true; }
    function playing() {
      return Array.prototype.some.call(document.querySelectorAll("video, audio"), function (media) { return !media.paused && !media.ended; });
    }
    ["pointerdown", "keydown", "wheel", "touchstart", "scroll"].forEach(function (name) {
      document.addEventListener(name, wake, { passive: true, capture: true });
    });
    box.querySelector("[data-stay]").addEventListener("click", wake);
    setInterval(function () {
      if (playing()) { wake(); return; }
      var left = limit - Math.floor((Date.now() - last) / 1000);
      if (left <= 0) { location.replace(box.dataset.reset); return; }
      if (left > warn) return;
      if (box.hidden) { box.hidden = false; box.querySelector("[data-stay]").focus({ preventScroll: true }); }
      seconds.textContent = left;
    }, 500);
  }
  quiet();

  // At a door: what was answered or typed is gone after a while; what is scanned meets the field wherever the focus is.
  var door = document.querySelector("[data-forget]"), asked = door && door.querySelector("input[inputmode]");
  if (door) {
    var since = Date.now();
    document.addEventListener("keydown", function (press) {
      since = Date.now();
      if (asked && press.key.length === 1 && press.key !== " ") asked.focus();
    }, true);
    document.addEventListener("pointerdown", function () { since = Date.now(); }, true);
    setInterval(function () {
      var rests = door.hasAttribute("data-start") && !(asked && asked.value);
      if (!rests && Date.now() - since > door.dataset.forget * 1000) location.replace(door.dataset.to);
    }, 500);
  }

  document.querySelectorAll("[data-keys]").forEach(function (keys) {
    var field = keys.closest("form").querySelector("input[inputmode]");
    if (!field) return;
    field.inputMode = "none"; // no other keyboard over these keys
    keys.addEventListener("click", function (press) {
      var key = press.target.dataset.key;
      if (!key) return;
      press.preventDefault(); // without this script the server does what follows
      field.value = key === "clear" ? "" : key === "back" ? field.value.slice(0, -1) : (field.value + key).slice(0, 20);
    });
  });

  var back = document.querySelector("[data-back]");
  if (back && history.length > 1) { back.hidden = false; back.addEventListener("click", function () { history.back(); }); }
})();
