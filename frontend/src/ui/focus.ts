// Who gets the focus when a dialog closes. Nothing outside a modal dialog can be focused while it is
// open, so whatever wants the focus then is remembered until it closes.
let waiting: HTMLElement | null = null;

/** Focuses an element now, or when the open dialog closes. */
export function takeFocus(element: HTMLElement | null) {
  if (!element) return;
  const dialog = document.querySelector('dialog[open]');
  if (dialog && !dialog.contains(element)) waiting = element;
  else element.focus();
}

/** After a dialog: to what asked for the focus meanwhile, else the opener, else the page's heading. */
export function returnFocus(opener: HTMLElement | null) {
  // Once the page has settled: the opener may be removed by what the dialog did.
  setTimeout(() => {
    // The body as opener means that a key opened it while nothing had the focus.
    const target = [waiting, opener].find((element) => element?.isConnected && element !== document.body);
    waiting = null;
    if (target) target.focus();
    else document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  });
}
