// What the search of the header finds without asking the server, and how the typed words match.
export interface Item {
  id: string;
  label: string;
  /** Shown behind the label and searched too. */
  note?: string;
  run: () => void;
}

export interface Group {
  key: string;
  title: string;
  items: Item[];
}

/** Without case and accents, so that "jose" finds José. */
export const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();

/** 0 starts with it, 1 a word starts with it, 2 contains every word, null does not fit. */
function rank(item: Item, wanted: string): number | null {
  const label = plain(item.label);
  if (label.startsWith(wanted)) return 0;
  const text = `${label} ${plain(item.note ?? '')}`;
  const words = wanted.split(/\s+/);
  if (!words.every((word) => text.includes(word))) return null;
  return words.every((word) => text.startsWith(word) || text.includes(` ${word}`)) ? 1 : 2;
}

/** The items that fit, best first; all of them while nothing is typed. */
export function matching(items: Item[], typed: string): Item[] {
  const wanted = plain(typed);
  if (!wanted) return items;
  return items
    .map((item) => ({ item, place: rank(item, wanted) }))
    .filter((one): one is { item: Item; place: number } => one.place !== null)
    .sort((a, b) => a.place - b.place)
    .map((one) => one.item);
}

/** Of several items that say the same only the first stays, over all groups; empty groups go. */
export function withoutRepeats(groups: Group[]): Group[] {
  const seen = new Set<string>();
  return groups
    .map((group) => ({
      ...group,
      items: group.items.filter((item) => {
        const says = plain(`${item.label} ${item.note ?? ''}`);
        if (seen.has(says)) return false;
        seen.add(says);
        return true;
      }),
    }))
    .filter((group) => group.items.length > 0);
}

/** Where an arrow key leads from `index`, round the ends. */
export function step(index: number, count: number, key: string): number {
  if (count === 0) return -1;
  if (key === 'ArrowDown') return (index + 1) % count;
  if (key === 'ArrowUp') return (index - 1 + count) % count;
  return index;
}
