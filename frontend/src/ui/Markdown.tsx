import type { ReactNode } from 'react';

type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'list'; ordered: boolean; items: string[] }
  | { kind: 'picture'; name: string; alt: string }
  | { kind: 'paragraph'; text: string };

/** Splits the small part of Markdown that our texts use: headings, lists, pictures, paragraphs. HTML stays text. */
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
      const picture = /^!\[([^\]]+)\]\(([a-z-]+)\)$/.exec(line);
      const item = /^\s*(?:[-*]|(\d+)[.)])\s+(.*)$/.exec(line);
      const last = blocks.at(-1);
      if (heading) {
        flush();
        blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' });
      } else if (picture) {
        flush();
        blocks.push({ kind: 'picture', alt: picture[1] ?? '', name: picture[2] ?? '' });
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
  text.split(/(\*\*[^*]+\*\*|`[^`]+`|\[[^\]]+\]\([^)\s]+\))/).map((part, index) => {
    // The parts of one text never change places.
    const key = `${index}`;
    if (part.startsWith('**') && part.endsWith('**') && part.length > 4)
      return <strong key={key}>{part.slice(2, -2)}</strong>;
    if (part.startsWith('`') && part.endsWith('`') && part.length > 2)
      return <code key={key}>{part.slice(1, -1)}</code>;
    // Nothing but own paths, secure addresses and mail becomes a link.
    const link = /^\[([^\]]+)\]\((\/(?!\/)\S*|https:\/\/\S+|mailto:\S+)\)$/.exec(part);
    if (link)
      return (
        <a key={key} className="usa-link" href={link[2]}>
          {link[1]}
        </a>
      );
    return part;
  });

/** Shows Markdown with headings below the page's own. */
export function Markdown({
  source,
  picture,
}: {
  source: string;
  /** The address of a picture by its name; a picture without one is left out. */
  picture?: (name: string) => string | undefined;
}) {
  return parseBlocks(source).map((block, index) => {
    const key = `${index}`;
    if (block.kind === 'heading') {
      return block.level <= 1 ? (
        <h2 key={key}>{inline(block.text)}</h2>
      ) : (
        <h3 key={key}>{inline(block.text)}</h3>
      );
    }
    if (block.kind === 'picture') {
      const src = picture?.(block.name);
      return src ? (
        <p key={key}>
          <img className="qm-picture" src={src} alt={block.alt} loading="lazy" />
        </p>
      ) : null;
    }
    if (block.kind === 'paragraph') return <p key={key}>{inline(block.text)}</p>;
    const items = block.items.map((item) => <li key={item}>{inline(item)}</li>);
    return block.ordered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>;
  });
}
