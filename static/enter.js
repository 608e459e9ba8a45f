// Pages of one's account: passkeys, a wait that is counted down, a code that can be asked for again.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  function options(given) {
    const asked = { ...given.publicKey, challenge: bytes(given.publicKey.challenge) };
    if (asked.user) asked.user = { ...asked.user, id: bytes(asked.user.id) };
    for (const list of ["allowCredentials", "excludeCredentials"]) {
      if (asked[list]) asked[list] = asked[list].map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return asked;
  }

  function plain(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return {
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  }

  // <form data-passkey="get|create" data-options="id of the JSON, or nothing: asked from the form's address">
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const problem = form.querySelector("[data-problem]");
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (problem) problem.hidden = true;
      try {
        const listed = document.getElementById(form.dataset.options || "");
        const given = listed
          ? JSON.parse(listed.textContent)
          : await (await fetch(form.action, { headers: { Accept: "application/json" } })).json();
        const asked = { publicKey: options(given.creation_options || given.request_options) };
        if (form.dataset.passkey === "create") {
          asked.publicKey.authenticatorSelection = {
            ...asked.publicKey.authenticatorSelection,
            residentKey: "required", requireResidentKey: true, userVerification: "required",
          };
        }
        form.elements.credential.value = JSON.stringify(plain(await navigator.credentials[form.dataset.passkey](asked)));
        form.submit();
      } catch (failure) {
        if (problem) problem.hidden = false;
        else throw failure;
      }
    });
  }

  // A button that may be pressed after so many seconds; without this script the server says how long is left.
  for (const button of document.querySelectorAll("button[data-after]")) {
    const words = button.textContent;
    const until = Date.now() + Number(button.dataset.after) * 1000;
    button.disabled = true;
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      button.disabled = left > 0;
      button.textContent = left > 0 ? `${words.trim()} (${left})` : words;
      if (left > 0) setTimeout(tick, 250);
    };
    tick();
  }
})();
