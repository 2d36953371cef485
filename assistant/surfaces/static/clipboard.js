// The one way to the clipboard.

/** Copies a text; whether the browser let it be copied. */
export async function copied(content) {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(content);
      return true;
    } catch {
      // not allowed here: the old way below
    }
  }
  const before = document.activeElement;
  const box = document.createElement("textarea");
  box.value = content;
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  if (before) before.focus({ preventScroll: true });
  return done;
}
