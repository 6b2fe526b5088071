// The guides as written in guides/*.md: `# title`, a paragraph that says what it is for, then the text.
const sources = import.meta.glob('./guides/*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>;
const files = import.meta.glob('./pictures/*.png', {
  query: '?url',
  import: 'default',
  eager: true,
}) as Record<string, string>;

/** The order of the list on the help page. */
export const GUIDES = [
  'resetting-locks',
  'resetting-passwords',
  'account-structure',
  'clients-accounts',
  'understanding-reports',
  'navigating-reports',
  'running-reports',
  'customizing-reports',
  'advanced-reports',
  'terms-and-sharing',
  'getting-support',
] as const;
export type GuideSlug = (typeof GUIDES)[number];

export interface Guide {
  slug: string;
  title: string;
  summary: string;
  body: string;
}

function guide(slug: string): Guide | null {
  const source = sources[`./guides/${slug}.md`];
  if (source === undefined) return null;
  const [head = '', summary = '', ...body] = source.trim().split(/\n\s*\n/);
  return {
    slug,
    title: head.replace(/^#\s+/, ''),
    summary: summary.trim(),
    body: body.join('\n\n').replace(/^##/gm, '#'),
  };
}

export const guides: Guide[] = GUIDES.map(guide).filter((one) => one !== null);
export const findGuide = (slug: string) => guides.find((one) => one.slug === slug) ?? null;

/** The address of a picture by the name that guides use for it. */
export const pictureUrl = (name: string): string | undefined => files[`./pictures/${name}.png`];

/** Whether a text holds all words of a search. */
export function fits(query: string, ...texts: string[]): boolean {
  const text = texts.join(' ').toLocaleLowerCase('en');
  return query
    .toLocaleLowerCase('en')
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => text.includes(word));
}
