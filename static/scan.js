// A page with a field for what stands in a QR code: the telephone's camera reads it where the browser can.
"use strict";
(() => {
  const form = document.querySelector("form[data-scan]");
  const begin = form?.querySelector("[data-scan-begin]");
  if (!begin) return;
  const field = form.elements.token;
  if (matchMedia("(pointer: fine)").matches) field.focus();
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  begin.hidden = false;
  begin.addEventListener("click", async () => {
    const picture = form.querySelector("[data-scan-picture]");
    const problem = form.querySelector("[data-scan-problem]");
    problem.hidden = true;
    let stream;
    try {
      const reader = new BarcodeDetector({ formats: ["qr_code"] });
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      picture.srcObject = stream;
      picture.hidden = false;
      await picture.play();
      const look = async () => {
        const [found] = await reader.detect(picture);
        if (!found) return requestAnimationFrame(() => look().catch(fail));
        for (const track of stream.getTracks()) track.stop();
        field.value = found.rawValue;
        form.requestSubmit();
      };
      const fail = (failure) => {
        for (const track of stream.getTracks()) track.stop();
        picture.hidden = true;
        problem.hidden = false;
        throw failure;
      };
      await look();
    } catch (failure) {
      picture.hidden = true;
      problem.hidden = false;
    }
  });
})();
