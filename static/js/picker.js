// Suggestions for the text fields inside [data-picker]: a combobox with a list box (WAI-ARIA 1.2), loaded by every page.
// data-picker       the address that answers ?q= with {"results": [{value, label, detail, group, url, id}]}
// data-picker-target  a hidden field that gets the id of what was chosen
// data-picker-many  the field lists several: the last one is suggested for, and replaced
// data-picker-go    what is chosen is gone to (its url) instead of being written into the field
// Without this script the field stays a plain text field and the server resolves what was typed.
const WAIT = 150;

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  made.append(...children);
  return made;
}

// The label with the beginnings that were typed set bold.
function marked(label, words) {
  return label.split(/(\s+)/).map((part) => {
    const bare = part.toLowerCase().replace(/^[^\p{L}\p{N}]+/u, "");
    const skipped = part.length - bare.length;
    const typed = bare && words.find((word) => bare.startsWith(word));
    if (!typed) return part;
    const end = skipped + typed.length;
    const bold = element("b", {}, part.slice(skipped, end));
    return [part.slice(0, skipped), bold, part.slice(end)];
  }).flat();
}

function enhance(box, index) {
  const input = box.querySelector("input:not([type=hidden])");
  if (!input) return;
  const target = box.dataset.pickerTarget ? box.querySelector(`input[type=hidden][name="${CSS.escape(box.dataset.pickerTarget)}"]`) : null;
  const goes = "pickerGo" in box.dataset;
  const many = "pickerMany" in box.dataset;
  const list = element("div", { class: "picker-list", id: `picker-${index}`, role: "listbox", "aria-label": "Suggestions" });
  const status = element("div", { class: "visually-hidden", role: "status" });
  list.hidden = true;
  box.append(list, status);
  Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })
    .forEach(([name, value]) => input.setAttribute(name, value));

  let items = [];
  let options = [];
  let active = -1;
  let timer = 0;
  let request = null;

  // What is asked for, and what stands before it in a field that lists several.
  function parts() {
    const before = many ? input.value.match(/^.*[,;\s]/s)?.[0] ?? "" : "";
    return [before, input.value.slice(before.length).trim()];
  }

  function close() {
    clearTimeout(timer);
    request?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(next) {
    active = next;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
    if (options[active]) {
      input.setAttribute("aria-activedescendant", options[active].id);
      options[active].scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function choose(item) {
    close();
    if (goes && item.url) {
      location.assign(item.url);
      return;
    }
    input.value = parts()[0] + item.value;
    if (target) target.value = item.id ?? "";
    status.textContent = `${item.label ?? item.value} chosen.`;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function optionFor(item, i, words) {
    const option = element("div", { id: `${list.id}-${i}`, role: "option", "aria-selected": "false" }, ...marked(item.label ?? item.value, words));
    if (item.detail) option.append(element("small", {}, item.detail));
    option.addEventListener("mousedown", (event) => { event.preventDefault(); });
    option.addEventListener("click", () => choose(item));
    return option;
  }

  function counted(results) {
    if (!results.length) return "No suggestions. What you typed can stay.";
    const groups = new Map();
    results.forEach((item) => item.group && groups.set(item.group, (groups.get(item.group) ?? 0) + 1));
    const said = [...groups].map(([group, number]) => `${group.toLowerCase()} ${number}`).join(", ");
    return `${results.length} suggestion${results.length === 1 ? "" : "s"}${said ? `: ${said}` : ""}. Down arrow to choose.`;
  }

  function show(results, typed) {
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    items = results;
    options = results.map((item, i) => optionFor(item, i, words));
    const parts = [];
    options.forEach((option, i) => {
      const group = results[i].group;
      if (!group) { parts.push(option); return; }
      if (group !== results[i - 1]?.group) {
        const id = `${list.id}-group-${i}`;
        parts.push(element("div", { role: "group", "aria-labelledby": id }, element("div", { id, class: "picker-group", role: "presentation" }, group)));
      }
      parts.at(-1).append(option);
    });
    list.replaceChildren(...parts);
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = results.length === 0;
    input.setAttribute("aria-expanded", String(results.length > 0));
    status.textContent = counted(results);
  }

  async function ask() {
    const words = parts()[1];
    request?.abort();
    if (!words) { close(); return; }
    request = new AbortController();
    try {
      const address = new URL(box.dataset.picker, location.href);
      address.searchParams.set("q", words);
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: request.signal });
      if (!answer.ok) { close(); return; }
      const { results } = await answer.json();
      if (document.activeElement === input) show(results ?? [], words);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  input.addEventListener("input", () => {
    if (target) target.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("blur", close);
  input.form?.addEventListener("submit", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) { ask(); return; }
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + items.length + (active < 0 && step < 0 ? 1 : 0)) % items.length);
    } else if ((event.key === "Home" || event.key === "End") && open && active >= 0) {
      event.preventDefault();
      mark(event.key === "Home" ? 0 : items.length - 1);
    } else if (event.key === "Enter" && open && active >= 0) {
      event.preventDefault();
      choose(items[active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab" && open && active >= 0 && !goes) {
      choose(items[active]);
    }
  });
}

document.querySelectorAll("[data-picker]").forEach(enhance);
