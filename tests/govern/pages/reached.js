() => {
  const at = document.activeElement;
  if (at === document.body) return "the page ended";
  const box = at.getBoundingClientRect();
  if (!box.width || !box.height) return "nobody sees where the keyboard is";
  const same = (one) => one === at || (at.type === "radio" && one.type === "radio" && one.name === at.name);
  window.wanted = new Set([...window.wanted].filter((one) => !same(one)));
  return [...window.wanted].map((one) => one.outerHTML.slice(0, 80)).join("\n");
}
