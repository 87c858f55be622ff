// Suggestions for the text fields inside [data-picker], as an ARIA combobox with a list box.
// Without this script the field stays a plain text field and the server resolves what was typed.
const WAIT = 150;

function enhance(box, index) {
  const input = box.querySelector("input:not([type=hidden])");
  if (!input) return;
  const target = box.dataset.pickerTarget ? box.querySelector(`input[type=hidden][name="${CSS.escape(box.dataset.pickerTarget)}"]`) : null;
  const list = document.createElement("ul");
  list.className = "picker-list";
  list.id = `picker-${index}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  const status = document.createElement("div");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  box.append(list, status);
  Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })
    .forEach(([name, value]) => input.setAttribute(name, value));

  let items = [];
  let active = -1;
  let timer = 0;
  let request = null;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(next) {
    active = next;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
    const option = list.children[active];
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function choose(item) {
    input.value = item.value;
    if (target) target.value = item.id ?? "";
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show(results) {
    items = results;
    list.replaceChildren(...results.map((item, i) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${i}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(item.label ?? item.value);
      if (item.detail) {
        const detail = document.createElement("small");
        detail.textContent = item.detail;
        option.append(detail);
      }
      option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(item); });
      return option;
    }));
    active = -1;
    list.hidden = results.length === 0;
    input.setAttribute("aria-expanded", String(results.length > 0));
    status.textContent = results.length ? `${results.length} suggestions` : "No suggestions. You can leave what you typed.";
  }

  async function ask() {
    const words = input.value.trim();
    request?.abort();
    if (!words) { close(); return; }
    request = new AbortController();
    try {
      const address = new URL(box.dataset.picker, location.href);
      address.searchParams.set("q", words);
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: request.signal });
      if (!answer.ok) { close(); return; }
      const { results } = await answer.json();
      if (document.activeElement === input) show(results ?? []);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  input.addEventListener("input", () => {
    if (target) target.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("blur", () => { clearTimeout(timer); close(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) { ask(); return; }
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + items.length + (active < 0 && step < 0 ? 1 : 0)) % items.length);
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      choose(items[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab" && !list.hidden && active >= 0) {
      choose(items[active]);
    }
  });
}

document.querySelectorAll("[data-picker]").forEach(enhance);
