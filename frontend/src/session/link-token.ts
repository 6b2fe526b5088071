// Secrets that arrive in mailed links stand behind the # and are taken out of the address at once, so
// that they reach neither the history, nor a log, nor a shoulder.
let token: string | null = null;
let params = new URLSearchParams();

function take() {
  const given = new URLSearchParams(window.location.hash.slice(1));
  const found = given.get('token');
  if (!found) return false;
  token = found;
  params = given;
  window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
  return true;
}

/** To be called once, before the router reads the address. */
export function takeLinkToken() {
  take();
  window.addEventListener('hashchange', () => {
    // The same page opened again with another link, in the same tab.
    const fresh = window.location.hash.includes('token=');
    if (fresh) window.location.reload();
  });
}

export const linkToken = () => token;

/** What else the link names beside its token. */
export const linkParam = (name: string) => params.get(name);

/** After its use, so that going back does not offer a link that is spent. */
export function forgetLinkToken() {
  token = null;
  params = new URLSearchParams();
}
