// The map from ASVS 5.0 requirements to the tests that show them. docs/asvs.csv is written by hand, one
// row per requirement of level 1 and 2: id, level, held_by (what in the code holds it, or "n/a: reason"),
// shown_by (several joined by "; "). Both columns empty means open. Something is shown by a test or a setting of
// the build, "path::name", or, where a document is what is asked for, by a section, "docs/FILE.md#Heading".
//
//   node asvs.mjs write   put the tables into docs/SECURITY.md
//   node asvs.mjs check   fail when the document differs, or a row names a test or a section that is not there
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const DOCUMENT = 'docs/SECURITY.md';
const BEGIN = '<!-- generated from docs/asvs.csv by `make docs`: begin -->';
const END = '<!-- generated: end -->';
const mode = process.argv[2];
const problems = [];

// Quoted fields may hold commas; there are no line breaks inside fields.
const split = (line) =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) =>
    (m[1]?.replaceAll('""', '"') ?? m[2]).trim(),
  );

const rows = readFileSync('docs/asvs.csv', 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line, i) => {
    const fields = split(line);
    if (fields.length !== 4) problems.push(`docs/asvs.csv line ${i + 2} has ${fields.length} fields, not 4`);
    const [id, level, heldBy = '', shownBy = ''] = fields;
    return {
      id,
      level,
      heldBy,
      proofs: shownBy
        .split(';')
        .map((t) => t.trim())
        .filter(Boolean),
    };
  });

const isSection = (proof) => /^docs\/[A-Z]+\.md#/.test(proof);

/** Whether a document has a section of this name with something in it. */
function hasSection(file, heading) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const at = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  const rest = lines.slice(at + 1);
  const next = rest.findIndex((line) => /^#+ /.test(line));
  return at >= 0 && rest.slice(0, next < 0 ? undefined : next).some((line) => line.trim() !== '');
}

/** Whether a file has a test of this name: a function in Rust, a title or a setting elsewhere. */
const hasTest = (file, name) =>
  readFileSync(file, 'utf8').includes(file.endsWith('.rs') ? `fn ${name}(` : name);

const seen = new Set();
for (const { id, heldBy, proofs } of rows) {
  if (seen.has(id)) problems.push(`${id} stands twice`);
  seen.add(id);
  if (proofs.length > 0 && !heldBy) problems.push(`${id} names tests but not what holds it`);
  if (heldBy && !heldBy.startsWith('n/a: ') && proofs.length === 0)
    problems.push(`${id} is claimed without a test`);
  for (const proof of proofs) {
    const mark = isSection(proof) ? '#' : '::';
    const [path, ...rest] = proof.split(mark);
    const name = rest.join(mark);
    if (!name) problems.push(`${id}: "${proof}" is not path::name`);
    else if (!existsSync(path)) problems.push(`${id}: no file ${path}`);
    else if (!(isSection(proof) ? hasSection : hasTest)(path, name)) problems.push(`${id}: no ${proof}`);
  }
}

const outside = rows.filter((r) => r.heldBy.startsWith('n/a: '));
const covered = rows.filter((r) => r.proofs.length > 0);
const written = covered.filter((r) => r.proofs.every(isSection));
const open = rows.filter((r) => !r.heldBy);
const chapters = new Map();
for (const { id } of open) {
  const chapter = id.split('.')[0];
  chapters.set(chapter, [...(chapters.get(chapter) ?? []), id]);
}
const cell = (text) => text.replaceAll('|', '\\|');
const anchor = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
const shown = (proof) => {
  if (!isSection(proof)) return `\`${cell(proof)}\``;
  const [path, heading] = proof.split('#');
  const file = path === DOCUMENT ? '' : path.replace('docs/', '');
  return `[${heading}](${file}#${anchor(heading)})`;
};
const table = [
  `Of ${rows.length} requirements of level 1 and 2, ${covered.length - written.length} are shown by tests, ${written.length} are met by a document, ${outside.length} do not apply, ${open.length} are open.`,
  '',
  '| id | held by | shown by |',
  '|---|---|---|',
  ...covered.map((r) => `| ${r.id} | ${cell(r.heldBy)} | ${r.proofs.map(shown).join(', ')} |`),
  '',
  '### Does not apply',
  '',
  '| id | why |',
  '|---|---|',
  ...outside.map((r) => `| ${r.id} | ${cell(r.heldBy.slice('n/a: '.length))} |`),
  '',
  '### Open',
  '',
  'Not yet shown; some of these hold in part.',
  '',
  ...[...chapters].map(([chapter, ids]) => `- ${chapter}: ${ids.join(', ')}`),
].join('\n');

const text = readFileSync(DOCUMENT, 'utf8');
const from = text.indexOf(BEGIN);
const to = text.indexOf(END);
if (from < 0 || to < from) throw new Error(`${DOCUMENT} lacks the marks of the generated part`);
const fresh = `${text.slice(0, from + BEGIN.length)}\n\n${table}\n\n${text.slice(to)}`;

if (mode === 'write') writeFileSync(DOCUMENT, fresh);
else if (mode !== 'check') problems.push('usage: asvs.mjs write|check');
else if (fresh !== text) problems.push(`${DOCUMENT} is not what docs/asvs.csv says; run make docs`);
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
