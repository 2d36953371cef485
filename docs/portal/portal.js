// The portal's own buttons speak to the widget. Its script loads beside the page and may not be there yet, or ever.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || !window.Plainclause) return;
  if (button.dataset.ask) window.Plainclause.ask(button.dataset.ask);
  else if ("open" in button.dataset) window.Plainclause.open();
});
