// Starts Swagger UI on the served contract. The validator is off: it would send the contract's address to another site.
window.ui = window.SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: '/api/openapi.json',
  // Deep links would put a link inside every button, which assistive technology cannot tell apart.
  deepLinking: false,
  tryItOutEnabled: true,
  persistAuthorization: false,
  displayRequestDuration: true,
  docExpansion: 'list',
  filter: true,
  validatorUrl: null,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
});

// Names what Swagger UI leaves without a name, and puts its headings into order below the page's own.
const names = [
  ['textarea.body-param__text', () => 'Request body'],
  ['table.responses-table', (node) => `Responses of ${operation(node)}`],
  ['.responses-inner [role="region"]', (node) => `Responses of ${operation(node)}`],
  ['select.content-type', () => 'Content type'],
];

function operation(node) {
  const block = node.closest('.opblock');
  return block?.querySelector('.opblock-summary-path')?.textContent ?? 'the operation';
}

function mend() {
  for (const [selector, name] of names) {
    for (const node of document.querySelectorAll(`${selector}:not([aria-label])`)) {
      node.setAttribute('aria-label', name(node));
    }
  }
  for (const node of document.querySelectorAll('h3.opblock-tag:not([aria-level]), .models > h4:not([aria-level])')) {
    node.setAttribute('aria-level', '2');
  }
  for (const node of document.querySelectorAll('h4:not([aria-level])')) {
    node.setAttribute('aria-level', '3');
  }
}

new MutationObserver(mend).observe(document.getElementById('swagger-ui'), { childList: true, subtree: true });
