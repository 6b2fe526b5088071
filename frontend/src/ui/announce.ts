// Messages for screen readers. One polite live region lives in the root layout.
let region: HTMLElement | null = null;

export function setRegion(element: HTMLElement | null) {
  region = element;
}

export function announce(text: string) {
  if (!region) return;
  // Emptied first, so that the same sentence twice is spoken twice.
  region.textContent = '';
  setTimeout(() => {
    if (region) region.textContent = text;
  }, 50);
}
