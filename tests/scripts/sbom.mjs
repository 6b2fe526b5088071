// Turns `cargo metadata` (standard input) and the two lock files into a CycloneDX bill of materials on
// standard output: what is linked into the binary, what builds it (scope "excluded") and what the
// single-page app ships. The same input gives the same bytes: no time stamp, no random serial number.
//
// Usage: cargo metadata … | node sbom.mjs Cargo.lock frontend/package-lock.json
import { readFileSync } from 'node:fs';

const [cargoLock, packageLock] = process.argv.slice(2);
const metadata = JSON.parse(readFileSync(0, 'utf8'));
const lock = JSON.parse(readFileSync(packageLock, 'utf8'));
const ROOT = 'quaymaster-server';

// Checksums stand only in Cargo.lock; every package there is a flat table of strings.
const checksums = new Map();
for (const block of readFileSync(cargoLock, 'utf8').split('[[package]]')) {
  const field = (name) => block.match(new RegExp(`^${name} = "(.*)"$`, 'm'))?.[1];
  if (field('checksum')) checksums.set(`${field('name')} ${field('version')}`, field('checksum'));
}

const packages = new Map(metadata.packages.map((p) => [p.id, p]));
const nodes = new Map(metadata.resolve.nodes.map((n) => [n.id, n]));
const root = metadata.packages.find((p) => p.name === ROOT);
if (!root) throw new Error(`${ROOT} is not in the workspace`);
const isMacro = (id) => packages.get(id).targets.some((t) => t.kind.includes('proc-macro'));

// What a package pulls in: `linked` goes into the binary, the rest only runs while it is built.
const edges = (id) =>
  nodes.get(id).deps.flatMap((dep) => {
    const kinds = dep.dep_kinds.map((k) => k.kind).filter((kind) => kind !== 'dev');
    return kinds.length === 0 ? [] : [{ id: dep.pkg, linked: kinds.includes(null) && !isMacro(dep.pkg) }];
  });
const walk = (follow) => {
  const seen = new Set([root.id]);
  for (const id of seen) for (const edge of edges(id)) if (follow(edge)) seen.add(edge.id);
  return seen;
};
const linked = walk((edge) => edge.linked);
const all = walk(() => true);

const purl = (p) => `pkg:cargo/${p.name}@${p.version}`;
const byRef = (a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : a['bom-ref'] > b['bom-ref'] ? 1 : 0);
const licenses = (text) => (text ? { licenses: [{ expression: text.replaceAll('/', ' OR ') }] } : {});

const components = [...all]
  .filter((id) => id !== root.id)
  .map((id) => {
    const p = packages.get(id);
    const checksum = checksums.get(`${p.name} ${p.version}`);
    return {
      type: 'library',
      'bom-ref': purl(p),
      name: p.name,
      version: p.version,
      scope: linked.has(id) ? 'required' : 'excluded',
      ...(checksum ? { hashes: [{ alg: 'SHA-256', content: checksum }] } : {}),
      ...licenses(p.license),
      purl: purl(p),
    };
  });

const npm = Object.entries(lock.packages)
  .filter(([path, p]) => path.startsWith('node_modules/') && !p.dev && !p.optional && !p.link)
  .map(([path, p]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const ref = `pkg:npm/${name.replace('@', '%40')}@${p.version}`;
    const [algorithm, digest] = (p.integrity ?? '').split('-');
    return {
      type: 'library',
      'bom-ref': ref,
      name,
      version: p.version,
      scope: 'required',
      ...(algorithm === 'sha512'
        ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] }
        : {}),
      ...licenses(p.license),
      purl: ref,
    };
  });
const frontend = {
  type: 'application',
  'bom-ref': 'quaymaster-frontend',
  name: 'quaymaster-frontend',
  version: lock.packages[''].version,
  ...licenses(lock.packages[''].license),
};
// The same release nested twice in node_modules is one component.
const shipped = [...new Map(npm.map((c) => [c['bom-ref'], c])).values()];

const dependencies = [...all].map((id) => ({
  ref: purl(packages.get(id)),
  dependsOn: [...new Set(edges(id).map((edge) => purl(packages.get(edge.id))))]
    .concat(id === root.id ? [frontend['bom-ref']] : [])
    .sort(),
}));
dependencies.push({ ref: frontend['bom-ref'], dependsOn: shipped.map((c) => c['bom-ref']).sort() });
dependencies.sort((a, b) => (a.ref < b.ref ? -1 : 1));

const bom = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    component: {
      type: 'application',
      'bom-ref': purl(root),
      name: 'quaymaster',
      version: root.version,
      ...licenses(root.license),
      purl: purl(root),
    },
  },
  components: [frontend, ...components, ...shipped].sort(byRef),
  dependencies,
};
process.stdout.write(`${JSON.stringify(bom, null, 2)}\n`);
