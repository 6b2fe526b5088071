/** A fresh key for a creating POST, so that a repeat by the network makes nothing twice. */
export function idempotencyKey() {
  // randomUUID exists only where the page was served safely; this works on any host.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return { 'Idempotency-Key': Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') };
}
