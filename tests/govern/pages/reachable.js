() => {
  const all = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']");
  const open = [...all].filter((at) => at.checkVisibility() && !at.disabled && at.type !== "hidden" && at.tabIndex >= 0);
  const groups = new Set(); // Tab enters a group of radio buttons once
  const first = (at) => at.type !== "radio" || (!groups.has(at.name) && groups.add(at.name));
  window.wanted = new Set(open.filter(first));
  return window.wanted.size;
}
