// Another language: the same page, with all that its address says by the time of the click.
document.addEventListener("click", (event) => {
  const other = event.target.closest("a.language");
  if (!other) return;
  const url = new URL(location.href);
  url.searchParams.set("lang", other.lang);
  other.href = url.href;
});
