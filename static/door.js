// The door of one session without a network: answers by the list that came with the page, notes, sends later.
"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");
  const list = read("door-list"), words = read("door-words"), page = document.querySelector("[data-door]");
  if (!list || !page) return;
  const $ = (name) => page.querySelector(`[data-door-${name}]`);
  const answer = $("answer"), parts = $("parts"), form = page.querySelector("form");
  const say = (kind, text) => {
    answer.className = `notice answer ${kind}`;
    answer.textContent = text;
    navigator.vibrate?.(kind === "good" ? 80 : [200, 100, 200]);
  };
  if (!crypto.subtle || !navigator.serviceWorker) return say("bad", words.https);

  const NAME = `door:${list.seq}`, bytes = (text) => new TextEncoder().encode(text);
  const hex = (buffer) => [...new Uint8Array(buffer)].map((one) => one.toString(16).padStart(2, "0")).join("");
  const fold = (text) => text.toUpperCase().replace(/\s/g, "").slice(0, 40);
  const tickets = new Map(list.tickets.map((one) => [one[0], one]));
  const noted = JSON.parse(localStorage.getItem(NAME) ?? '{"scans":[],"sent":0}');
  const clock = (at) => new Date(at).toLocaleTimeString([], { hour12: false });

  const keep = () => {
    try {
      localStorage.setItem(NAME, JSON.stringify(noted));
    } catch {
      say("bad", words.full);
      return false;
    }
    show();
    return true;
  };
  const show = () => {
    const own = noted.scans.filter((one) => one.good).reduce((sum, one) => sum + one.heads, 0);
    $("inside").textContent = Math.max(list.inside + own, 0);
    const waits = noted.scans.length - noted.sent;
    $("waits").textContent = waits ? words.waits.replace("%s", waits) : words.sent;
    $("send").hidden = !waits;
  };
  const note = (scan) => {
    noted.scans.push({ n: noted.scans.length + 1, at: new Date().toISOString(), ...scan });
    if (keep()) return true;
    noted.scans.pop();
    return false;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const code = fold(form.elements.token.value);
    form.reset();
    parts.replaceChildren();
    if (!/^[2-9A-Z]+\.[2-9A-Z]{16}$/.test(code)) return say("bad", words.forged);
    const hash = hex(await crypto.subtle.digest("SHA-256", bytes(`${list.salt}:${code}`))).slice(0, 32);
    const ticket = tickets.get(hash), same = noted.scans.filter((one) => one.code === code), before = same[0];
    const came = same.reduce((sum, one) => sum + (one.good ? one.heads : 0), ticket?.[3] ?? 0);
    const missing = ticket ? ticket[1] - came : 1;
    const scan = { code, heads: Math.max(missing, 1), good: Boolean(ticket) && missing > 0 };
    if (scan.good && came) scan.more = true;
    if (!note(scan)) return;
    if (!ticket) return say("bad", words.unlisted);
    if (!scan.good) return say("bad", `${words.used} ${before ? clock(before.at) : ""} ${ticket[2]}`);
    const now = Date.now();
    const odd = now < Date.parse(list.from) ? words.early : now > Date.parse(list.until) ? words.late : "";
    say(odd ? "warn" : "good", `✓ ${words.good.replace("%s", scan.heads)} · ${ticket[2]} ${odd}`);
    const last = noted.scans.at(-1);
    for (let heads = 1; heads < Math.min(missing, 10); heads++) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet";
      button.textContent = words.part.replace("%s", heads);
      button.addEventListener("click", () => {
        if (last.n <= noted.sent) return;
        last.heads = heads;
        if (keep()) say("good", `✓ ${words.good.replace("%s", heads)} · ${ticket[2]}`);
      });
      parts.append(button);
    }
  });
  for (const [name, heads] of [["in", 1], ["out", -1]]) {
    $(name).addEventListener("click", () => {
      parts.replaceChildren();
      if (note({ code: "", heads, good: true })) say("good", words[name].replace("%s", 1));
    });
  }

  let busy = false;
  const send = async () => {
    const some = noted.scans.slice(noted.sent, noted.sent + 500);
    if (busy || !some.length) return;
    busy = true;
    try {
      const scans = some.map(({ n, code, heads, at, more }) => ({ n, code, heads, at, more }));
      const body = bytes(JSON.stringify({ form: list.form, clock: new Date().toISOString(), scans }));
      const raw = Uint8Array.from(list.key.match(/../g), (pair) => parseInt(pair, 16));
      const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
      const mark = hex(await crypto.subtle.sign("HMAC", key, body));
      const said = await fetch(page.dataset.to, { method: "POST", body, headers: { "Wenmai-Door": mark } });
      const came = await said.json();
      if (!said.ok) return say("bad", `${words.refused} ${came.words}`);
      noted.sent += some.length;
      keep();
      for (const one of came.scans.filter((each) => !["counted", "heads", "rest"].includes(each.outcome) || each.doubts.length)) {
        const line = document.createElement("li");
        line.textContent = `${clock(one.at)} · ${one.words}`;
        $("odd").append(line);
      }
    } catch {
      return say("warn", words.fails);
    } finally {
      busy = false;
    }
    await send();
  };
  $("send").addEventListener("click", send);
  addEventListener("online", send);

  const policy = window.trustedTypes?.createPolicy("door", { createScriptURL: (url) => url });
  const at = page.dataset.worker;
  (async () => {
    await navigator.serviceWorker.register(policy ? policy.createScriptURL(at) : at);
    const needed = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((one) => one.href || one.src);
    const kept = await caches.open("door-1");
    await kept.addAll([location.href, ...needed]);
    await navigator.serviceWorker.ready;
    page.dataset.ready = "yes";
    $("ready").hidden = false;
  })().catch(() => say("warn", words.unkept));
  show();
})();
