import { createElement, type ReactNode, useMemo } from 'react';

/** What a text may consist of. Anything else is shown as the text inside it. */
const PLAIN = new Set(
  'p ul ol li em strong del code pre blockquote hr br table thead tbody tr td'.split(' '),
);

const leadsSomewhere = (address: string) =>
  /^(https?:\/\/|mailto:|\/(?!\/))/i.test(address) && !address.includes('\\');

function levelsIn(root: ParentNode): string[] {
  const found = [...root.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((one) => one.localName);
  return [...new Set(found)].sort();
}

function show(node: Node, key: string, levels: string[], level: number): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent;
  if (!(node instanceof Element)) return null;
  const name = node.localName;
  if (name === 'script' || name === 'style' || name === 'template') return null;
  const inside = [...node.childNodes].map((child, index) => show(child, `${key}.${index}`, levels, level));
  if (name === 'a') {
    const to = node.getAttribute('href') ?? '';
    if (!leadsSomewhere(to)) return <span key={key}>{inside}</span>;
    return (
      <a key={key} className="usa-link" href={to}>
        {inside}
      </a>
    );
  }
  if (levels.includes(name)) {
    return createElement(`h${Math.min(level + levels.indexOf(name), 6)}`, { key }, ...inside);
  }
  if (name === 'th') {
    return (
      <th key={key} scope="col">
        {inside}
      </th>
    );
  }
  if (name === 'hr' || name === 'br') return createElement(name, { key });
  // A table's parts hold no loose text.
  const parts = ['table', 'thead', 'tbody', 'tr'].includes(name)
    ? inside.filter((part) => typeof part !== 'string')
    : inside;
  if (!PLAIN.has(name)) return <span key={key}>{parts}</span>;
  return createElement(name, { key }, ...parts);
}

/**
 * The server's HTML of a text, built anew from the few elements that a text needs: nothing of it reaches the
 * page as HTML. Its highest heading becomes `level`, so that it stands below the page's own.
 */
export function RichText({ html, level = 2 }: { html: string; level?: number }) {
  const parts = useMemo(() => {
    const { body } = new DOMParser().parseFromString(html, 'text/html');
    const levels = levelsIn(body);
    return [...body.childNodes].map((node, index) => show(node, String(index), levels, level));
  }, [html, level]);
  return <div className="qm-rich">{parts}</div>;
}
