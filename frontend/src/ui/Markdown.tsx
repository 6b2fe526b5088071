import type { ReactNode } from 'react';

type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'list'; ordered: boolean; items: string[] }
  | { kind: 'paragraph'; text: string };

/** Splits the small part of Markdown that our texts use: headings, lists, paragraphs. HTML stays text. */
export function parseBlocks(source: string): Block[] {
  const blocks: Block[] = [];
  for (const chunk of source.replaceAll('\r\n', '\n').split(/\n\s*\n/)) {
    let rest: string[] = [];
    const flush = () => {
      const text = rest.join(' ').trim();
      if (text) blocks.push({ kind: 'paragraph', text });
      rest = [];
    };
    for (const line of chunk.split('\n')) {
      const heading = /^(#{1,4})\s+(.*)$/.exec(line);
      const item = /^\s*(?:[-*]|(\d+)[.)])\s+(.*)$/.exec(line);
      const last = blocks.at(-1);
      if (heading) {
        flush();
        blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' });
      } else if (item) {
        flush();
        const ordered = item[1] !== undefined;
        if (last?.kind === 'list' && last.ordered === ordered) last.items.push(item[2] ?? '');
        else blocks.push({ kind: 'list', ordered, items: [item[2] ?? ''] });
      } else if (rest.length === 0 && last?.kind === 'list' && /^\s+\S/.test(line)) {
        last.items[last.items.length - 1] += ` ${line.trim()}`;
      } else {
        rest.push(line.trim());
      }
    }
    flush();
  }
  return blocks;
}

const inline = (text: string): ReactNode[] =>
  text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part, index) => {
    // The parts of one text never change places.
    const key = `${index}`;
    if (part.startsWith('**') && part.endsWith('**') && part.length > 4)
      return <strong key={key}>{part.slice(2, -2)}</strong>;
    if (part.startsWith('`') && part.endsWith('`') && part.length > 2)
      return <code key={key}>{part.slice(1, -1)}</code>;
    return part;
  });

/** Shows Markdown with headings below the page's own. */
export function Markdown({ source }: { source: string }) {
  return parseBlocks(source).map((block, index) => {
    const key = `${index}`;
    if (block.kind === 'heading') {
      return block.level <= 1 ? (
        <h2 key={key}>{inline(block.text)}</h2>
      ) : (
        <h3 key={key}>{inline(block.text)}</h3>
      );
    }
    if (block.kind === 'paragraph') return <p key={key}>{inline(block.text)}</p>;
    const items = block.items.map((item) => <li key={item}>{inline(item)}</li>);
    return block.ordered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>;
  });
}
