/* Lets the keyboard scroll what is wider than the window; browsers that do so alone lose nothing. */
{
  const BROAD = ".list, .twin > :not(.map)";
  const measure = () => {
    for (const at of document.querySelectorAll(BROAD)) {
      if (at.scrollWidth > at.clientWidth && getComputedStyle(at).overflowX === "auto") at.tabIndex = 0;
    }
  };
  addEventListener("resize", measure);
  document.addEventListener("htmx:afterSettle", measure);
  measure();
}
