// Starts Swagger UI on the served contract. The validator is off: it would send the contract's address to another site.
let signIn = null;

window.ui = window.SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: '/api/openapi.json',
  // The address names the operation that is open, as /docs/#/<tag>/<operation id>; opened anew, it opens the operation.
  deepLinking: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
  displayRequestDuration: true,
  // Areas first: hundreds of operations at once are slow to draw and hard to survey.
  docExpansion: 'none',
  filter: true,
  validatorUrl: null,
  presets: [window.SwaggerUIBundle.presets.apis],
  plugins: [
    (system) => {
      signIn ??= window.portalSignIn(system);
      return signIn.plugin();
    },
    // The paths of operations stand inside of buttons; as links there, assistive technology could not tell them apart.
    ({ React }) => ({
      components: { DeepLink: ({ text }) => React.createElement('span', { className: 'nostyle' }, text) },
    }),
  ],
  requestInterceptor: (request) => signIn.keepFresh(request),
  layout: 'BaseLayout',
});

// An address with another operation, put into a page that is open already.
window.addEventListener('hashchange', () => {
  window.ui.layoutActions.parseDeepLinkHash(decodeURIComponent(window.location.hash));
});

function operation(node) {
  const block = node.closest('.opblock');
  return block?.querySelector('.opblock-summary-path')?.textContent ?? 'the operation';
}

const named = (name) => (node) => node.setAttribute('aria-label', name(node));
const level = (number) => (node) => node.setAttribute('aria-level', number);

// What Swagger UI leaves without a name, out of order or out of the keyboard's reach; each is mended once.
const mendings = [
  ['textarea.body-param__text', named(() => 'Request body')],
  ['table.responses-table', named((node) => `Responses of ${operation(node)}`)],
  ['.responses-inner [role="region"]', named((node) => `Responses of ${operation(node)}`)],
  ['select.content-type', named(() => 'Content type')],
  ['#servers', named(() => 'Server')],
  ['.operation-filter-input', named(() => 'Filter by area')],
  ['h3.opblock-tag, .models > h4, .modal-ux-header h3', level(2)],
  ['h4:not(.models > h4), .auth-container h5, .auth-container h6, .scopes h2', level(3)],
  ['.opblock h5', level(4)],
  ['.curl-command .copy-to-clipboard button', named(() => 'Copy the command')],
  ['.highlight-code > .copy-to-clipboard button', named(() => 'Copy the answer')],
  ['.close-modal', named(() => 'Close')],
  ['.scopes h2 a', asButton],
  ['.highlight-code > pre, pre.microlight, .model-box', (node) => node.setAttribute('tabindex', '0')],
  ['.modal-ux', asDialog],
];

// Names that leave out what stands on the button; Swagger UI sets them anew when somebody is authorized or no longer.
const renamed = {
  'Apply given OAuth2 credentials': 'Authorize with client id and secret',
  'Apply credentials': 'Authorize with a token',
  'Remove authorization': 'Logout',
};

/** A link without an address, as a button that the keyboard reaches. */
function asButton(node) {
  node.setAttribute('role', 'button');
  node.setAttribute('tabindex', '0');
  node.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    node.click();
  });
}

let opener = null;

/** The box of "Authorize": takes the focus, and ends with Escape. */
function asDialog(node) {
  opener = document.activeElement;
  node.setAttribute('role', 'dialog');
  node.setAttribute('aria-modal', 'true');
  node.setAttribute('aria-label', 'Available authorizations');
  node.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') node.querySelector('.close-modal')?.click();
  });
  (node.querySelector('input') ?? node.querySelector('button'))?.focus();
}

const mended = new WeakMap();

function mend() {
  for (const [selector, how] of mendings) {
    for (const node of document.querySelectorAll(selector)) {
      const done = mended.get(node) ?? new Set();
      if (done.has(how)) continue;
      mended.set(node, done.add(how));
      how(node);
    }
  }
  for (const [from, to] of Object.entries(renamed)) {
    for (const node of document.querySelectorAll(`[aria-label="${from}"]`)) node.setAttribute('aria-label', to);
  }
  if (opener && !document.querySelector('.modal-ux')) {
    opener.focus();
    opener = null;
  }
}

new MutationObserver(mend).observe(document.getElementById('swagger-ui'), { childList: true, subtree: true });
