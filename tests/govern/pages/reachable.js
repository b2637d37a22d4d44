() => {
  const all = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']");
  const open = [...all].filter((at) => at.checkVisibility() && !at.disabled && at.type !== "hidden" && at.tabIndex >= 0);
  const groups = new Set(); // Tab enters a group of radio buttons once
  const first = (at) => at.type !== "radio" || (!groups.has(at.name) && groups.add(at.name));
  window.wanted = new Set(open.filter(first));
  window.unseen = "";
  document.addEventListener("focusin", ({ target: at }) => {
    const box = at.getBoundingClientRect();
    if (!box.width || !box.height) window.unseen = `nobody sees where the keyboard is: ${at.outerHTML.slice(0, 80)}`;
    const same = (one) => one === at || (at.type === "radio" && one.type === "radio" && one.name === at.name);
    window.wanted = new Set([...window.wanted].filter((one) => !same(one)));
  });
  return window.wanted.size;
}
