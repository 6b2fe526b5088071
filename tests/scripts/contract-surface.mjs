// What a client of the contract can rely on, one promise a line, and which promises a new contract breaks.
//
//   node contract-surface.mjs check    fail when a promise of openapi/released.txt is broken and
//                                      openapi/accepted-breaks.md does not name it with a reason
//   node contract-surface.mjs release  the contract as it is becomes what is promised from now on
//
// A line says where it stands (`out` what the server answers, `in` what it takes, `call` an operation), the
// name, and the shape. Growing is no break: new operations, answers with more fields or more words, requests
// with more optional fields. Descriptions and examples are not promised.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const CONTRACT = 'openapi/openapi.json';
const RELEASED = 'openapi/released.txt';
const ACCEPTED = 'openapi/accepted-breaks.md';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const name = (ref) => ref.split('/').at(-1);

/** A schema in one line, without what it means: type, format and the schemas that it is made of. */
function shape(schema = {}) {
  if (schema.$ref) return name(schema.$ref);
  const parts = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (parts) return parts.map(shape).join('|');
  const type = [schema.type ?? 'any'].flat().join('|');
  if (schema.items) return `${type} of ${shape(schema.items)}`;
  if (schema.additionalProperties && typeof schema.additionalProperties === 'object') {
    return `${type} to ${shape(schema.additionalProperties)}`;
  }
  return schema.format ? `${type} ${schema.format}` : type;
}

/** The names of the schemas that a schema is made of. */
function refs(node, found = new Set()) {
  if (Array.isArray(node)) for (const each of node) refs(each, found);
  else if (node && typeof node === 'object') {
    if (typeof node.$ref === 'string') found.add(name(node.$ref));
    for (const [key, value] of Object.entries(node)) if (key !== 'example') refs(value, found);
  }
  return found;
}

/** Everything reachable from these schemas. */
function reachable(from, schemas) {
  const seen = new Set();
  const open = [...from];
  while (open.length > 0) {
    const next = open.pop();
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...refs(schemas[next]));
  }
  return seen;
}

function schemaLines(direction, id, schema, lines) {
  const at = `${direction} ${id}`;
  for (const word of schema.enum ?? []) lines.add(`${at} word ${word}`);
  const required = new Set(schema.required ?? []);
  for (const [field, value] of Object.entries(schema.properties ?? {})) {
    lines.add(`${at}.${field}: ${shape(value)}`);
    // An answer always has the field; a request has to bring it.
    if (required.has(field)) lines.add(`${at}.${field} ${direction === 'in' ? 'needed' : 'always'}`);
    for (const word of value.enum ?? []) lines.add(`${at}.${field} word ${word}`);
    for (const bound of ['maxLength', 'maxItems', 'maximum']) {
      if (direction === 'in' && value[bound] !== undefined)
        lines.add(`${at}.${field} ${bound} ${value[bound]}`);
    }
  }
  // A schema that is a choice or a list of others, or a plain value.
  if (!schema.properties && !schema.enum) lines.add(`${at}: ${shape(schema)}`);
}

/** Every promise of a contract. */
export function surface(contract) {
  const lines = new Set();
  const schemas = contract.components?.schemas ?? {};
  const taken = new Set();
  const answered = new Set();
  for (const [path, item] of Object.entries(contract.paths)) {
    for (const method of METHODS.filter((m) => item[m])) {
      const operation = item[method];
      const call = `call ${method.toUpperCase()} ${path}`;
      lines.add(call);
      for (const p of operation.parameters ?? []) {
        lines.add(`${call} ${p.in} ${p.name}: ${shape(p.schema)}`);
        if (p.required) lines.add(`${call} ${p.in} ${p.name} needed`);
        for (const found of refs(p.schema)) taken.add(found);
      }
      for (const [type, body] of Object.entries(operation.requestBody?.content ?? {})) {
        lines.add(`${call} takes ${type}: ${shape(body.schema)}`);
        for (const found of refs(body.schema)) taken.add(found);
      }
      for (const [status, answer] of Object.entries(operation.responses ?? {})) {
        if (!status.startsWith('2')) continue;
        lines.add(`${call} answers ${status}`);
        for (const [type, body] of Object.entries(answer.content ?? {})) {
          lines.add(`${call} answers ${status} ${type}: ${shape(body.schema)}`);
          for (const found of refs(body.schema)) answered.add(found);
        }
      }
    }
  }
  for (const [direction, roots] of [
    ['in', taken],
    ['out', answered],
  ]) {
    for (const id of reachable(roots, schemas)) schemaLines(direction, id, schemas[id] ?? {}, lines);
  }
  return [...lines].sort();
}

/** The bound in a line of a request, when it is one. */
const bound = (line) => /^(in .*) (maxLength|maxItems|maximum) (\d+)$/.exec(line);

/** The promises of `before` that `after` does not keep, each as a line that says which. */
export function breaks(before, after) {
  const old = new Set(before);
  const now = new Set(after);
  const broken = [];
  for (const line of before) {
    if (now.has(line)) continue;
    // What was needed and no longer is, is no break.
    if (line.endsWith(' needed')) continue;
    const limit = bound(line);
    if (limit) {
      const next = after.map(bound).find((b) => b && b[1] === limit[1] && b[2] === limit[2]);
      // A limit may rise or go.
      if (!next || Number(next[3]) >= Number(limit[3])) continue;
    }
    broken.push(`gone: ${line}`);
  }
  for (const line of after) {
    if (old.has(line)) continue;
    if (line.endsWith(' needed')) {
      // New calls and new schemas may need what they like; those that clients use already may not.
      const of = line.startsWith('call ') ? line.split(' ').slice(0, 3).join(' ') : null;
      const schema = of ?? line.slice(0, line.indexOf('.') + 1);
      if (of ? old.has(of) : before.some((l) => l.startsWith(schema))) broken.push(`new: ${line}`);
    }
    const limit = bound(line);
    if (
      limit &&
      !before.some((l) => bound(l)?.[1] === limit[1]) &&
      before.some((l) => l.startsWith(`${limit[1]}:`))
    ) {
      broken.push(`new: ${line}`);
    }
  }
  return broken;
}

/** The breaks that the list of accepted ones names: "- `line`: reason". */
export function accepted(text) {
  return new Set([...text.matchAll(/^- `([^`]+)`: \S.*$/gm)].map((m) => m[1]));
}

function main(mode) {
  const lines = surface(JSON.parse(readFileSync(CONTRACT, 'utf8')));
  if (mode === 'release') {
    writeFileSync(RELEASED, `${lines.join('\n')}\n`);
    return 0;
  }
  const named = accepted(readFileSync(ACCEPTED, 'utf8'));
  const found = breaks(readFileSync(RELEASED, 'utf8').trimEnd().split('\n'), lines);
  const unnamed = found.filter((line) => !named.has(line));
  for (const line of unnamed)
    console.error(
      `${line}\n  breaks clients of the released contract; keep it, or name it with a reason in ${ACCEPTED}`,
    );
  const idle = [...named].filter((line) => !found.includes(line));
  for (const line of idle) console.error(`${ACCEPTED} names a break that there is not: ${line}`);
  return unnamed.length + idle.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exit(main(process.argv[2]));
