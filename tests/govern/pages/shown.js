() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const own = document.documentElement.lang;
  const texts = [document.title];
  while (walk.nextNode()) {
    const at = walk.currentNode.parentElement;
    if (at.closest("[lang]").lang === own && !at.closest("script, style")) texts.push(walk.currentNode.data);
  }
  for (const at of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
    for (const name of ["aria-label", "title", "placeholder", "alt"]) texts.push(at.getAttribute(name) ?? "");
  }
  return texts.join("\n");
}
