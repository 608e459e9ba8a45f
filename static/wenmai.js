/* What makes pages smoother; every page works without it. Texts come from data attributes, never from here. */
(() => {
  "use strict";

  // Copy: <button data-copy="#selector" data-done="已复制" hidden>
  for (const button of document.querySelectorAll("[data-copy]")) {
    const source = document.querySelector(button.dataset.copy);
    if (!source || !navigator.clipboard) continue;
    const label = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(source.textContent.trim());
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }

  // A menu made of <details> closes on Escape and when the reader turns elsewhere.
  for (const menu of document.querySelectorAll("details.menu")) {
    menu.addEventListener("keydown", (key) => {
      if (key.key !== "Escape") return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    document.addEventListener("click", (click) => { if (!menu.contains(click.target)) menu.open = false; });
    menu.addEventListener("focusout", (move) => { if (move.relatedTarget && !menu.contains(move.relatedTarget)) menu.open = false; });
  }

  // Suggestions under the search box: a combobox with a list, as WAI-ARIA describes it.
  for (const input of document.querySelectorAll("input[data-suggest]")) combobox(input);

  function combobox(input) {
    const list = document.createElement("ul");
    let choice = -1, asked = 0, timer = 0;
    list.id = `${input.id}-offer`;
    list.className = "offer";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.dataset.offer);
    list.hidden = true;
    input.form.append(list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id], ["autocomplete", "off"]]) input.setAttribute(name, value);

    const close = () => { list.hidden = true; choice = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const take = (text) => { input.value = text; close(); input.form.requestSubmit(); };
    const point = (at) => {
      choice = at;
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
      if (at >= 0) input.setAttribute("aria-activedescendant", list.children[at].id);
    };
    const show = (texts) => {
      list.replaceChildren(...texts.map((text, i) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${i}`;
        item.setAttribute("role", "option");
        item.textContent = text;
        item.addEventListener("mousedown", (press) => { press.preventDefault(); take(text); });
        return item;
      }));
      list.hidden = texts.length === 0;
      input.setAttribute("aria-expanded", String(!list.hidden));
      point(-1);
    };
    const ask = async () => {
      const turn = ++asked, text = input.value.trim();
      if (!text) return close();
      try {
        const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(text)}`);
        const { suggestions } = await answer.json();
        if (turn === asked && document.activeElement === input) show(suggestions);
      } catch { close(); }
    };
    input.addEventListener("input", (typed) => {
      clearTimeout(timer);
      if (!typed.isComposing) timer = setTimeout(ask, 150);
    });
    input.addEventListener("compositionend", ask);
    input.addEventListener("blur", () => { asked++; close(); });
    input.addEventListener("keydown", (key) => {
      if (list.hidden || key.isComposing) return;
      const last = list.children.length - 1;
      if (key.key === "ArrowDown") point(choice < last ? choice + 1 : 0);
      else if (key.key === "ArrowUp") point(choice > 0 ? choice - 1 : last);
      else if (key.key === "Escape") close();
      else if (key.key === "Enter" && choice >= 0) take(list.children[choice].textContent);
      else return;
      key.preventDefault();
    });
  }
})();
