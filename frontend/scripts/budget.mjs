// Fails the build when a page would load more than its budget. The size of a page is what its route
// chunk and everything that chunk imports statically weigh, gzip, counted once.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const KB = 1000;
const sizes = new Map();
const gz = (file) => {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length);
  return sizes.get(file);
};
const closure = (key, seen = new Set()) => {
  if (seen.has(key) || !manifest[key]) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
};
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const shell = Object.keys(manifest).find((key) => key.endsWith('app/Shell.tsx'));
const page = (key, withShell) => {
  const all = closure(entry);
  if (withShell && shell) closure(shell, all);
  closure(key, all);
  return [...all].reduce((sum, k) => sum + gz(manifest[k].file), 0);
};

let failed = false;
const rows = [];
const check = (name, bytes, limit) => {
  rows.push([name, bytes, limit]);
  if (bytes > limit) failed = true;
};
const isSignIn = (key) => /features\/(sign-in|password-reset|welcome)\//.test(key);
const isPublic = (key) => isSignIn(key) || /features\/(apply|objection)\//.test(key);
for (const key of Object.keys(manifest)) {
  if (!/^src\/features\/.*Page\.tsx$/.test(key)) continue;
  const name = key.replace('src/features/', '').replace('.tsx', '');
  check(name, page(key, !isPublic(key)), isSignIn(key) ? 150 * KB : 220 * KB);
}
const css = new Set(
  Object.values(manifest)
    .flatMap((m) => [...(m.css ?? []), m.file])
    .filter((f) => f.endsWith('.css')),
);
check(
  'all style sheets',
  [...css].reduce((sum, f) => sum + gz(f), 0),
  32 * KB,
);
const fonts = new Set(
  Object.values(manifest)
    .flatMap((m) => [...(m.assets ?? []), m.file])
    .filter((f) => f.endsWith('.woff2')),
);
check(
  'fonts',
  [...fonts].reduce((sum, f) => sum + readFileSync(new URL(f, dist)).length, 0),
  30 * KB,
);

rows.sort((a, b) => b[1] / b[2] - a[1] / a[2]);
for (const [name, bytes, limit] of rows) {
  const mark = bytes > limit ? 'OVER' : 'ok  ';
  console.log(`${mark} ${(bytes / KB).toFixed(1).padStart(6)} of ${limit / KB} kB  ${name}`);
}
if (!rows.some(([name]) => name.startsWith('sign-in/'))) {
  console.error('budget: no sign-in page found in the build manifest');
  failed = true;
}
process.exit(failed ? 1 : 0);
