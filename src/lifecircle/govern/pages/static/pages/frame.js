/* Lets the keyboard scroll what is wider than the window; browsers that do so alone lose nothing.
   Asks before signing out where something is kept on the device. */
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
  /* Signing out wipes the device: what a survey keeps there (surveys/device.js) would be lost. */
  const out = document.querySelector("form.who");
  out?.addEventListener("submit", (event) => {
    if (Number(localStorage.getItem("lifecircle-unsent")) && !confirm(out.dataset.unsent)) event.preventDefault();
  });
}
