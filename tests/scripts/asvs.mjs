// The map from ASVS 5.0 requirements to the tests that show them. docs/asvs.csv is written by hand, one
// row per requirement of level 1 and 2: id, level, held_by (what in the code holds it, or "n/a: reason"),
// shown_by (tests, "path::name", several joined by "; "). Both columns empty means open.
//
//   node asvs.mjs write   put the tables into docs/SECURITY.md
//   node asvs.mjs check   fail when the document differs, or a row names a test that is not there
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
      tests: shownBy
        .split(';')
        .map((t) => t.trim())
        .filter(Boolean),
    };
  });

const seen = new Set();
for (const { id, heldBy, tests } of rows) {
  if (seen.has(id)) problems.push(`${id} stands twice`);
  seen.add(id);
  if (tests.length > 0 && !heldBy) problems.push(`${id} names tests but not what holds it`);
  if (heldBy && !heldBy.startsWith('n/a: ') && tests.length === 0)
    problems.push(`${id} is claimed without a test`);
  for (const test of tests) {
    const [path, ...name] = test.split('::');
    if (name.length === 0) problems.push(`${id}: "${test}" is not path::name`);
    else if (!existsSync(path)) problems.push(`${id}: no file ${path}`);
    else if (!readFileSync(path, 'utf8').includes(name.join('::'))) problems.push(`${id}: no test ${test}`);
  }
}

const outside = rows.filter((r) => r.heldBy.startsWith('n/a: '));
const covered = rows.filter((r) => r.tests.length > 0);
const open = rows.filter((r) => !r.heldBy);
const chapters = new Map();
for (const { id } of open) {
  const chapter = id.split('.')[0];
  chapters.set(chapter, [...(chapters.get(chapter) ?? []), id]);
}
const cell = (text) => text.replaceAll('|', '\\|');
const table = [
  `Of ${rows.length} requirements of level 1 and 2, ${covered.length} are shown by tests, ${outside.length} do not apply, ${open.length} are open.`,
  '',
  '| id | held by | shown by (test) |',
  '|---|---|---|',
  ...covered.map(
    (r) => `| ${r.id} | ${cell(r.heldBy)} | ${r.tests.map((t) => `\`${cell(t)}\``).join(', ')} |`,
  ),
  '',
  '### Does not apply',
  '',
  '| id | why |',
  '|---|---|',
  ...outside.map((r) => `| ${r.id} | ${cell(r.heldBy.slice('n/a: '.length))} |`),
  '',
  '### Open',
  '',
  'Not yet shown by a test; some of these already hold.',
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
