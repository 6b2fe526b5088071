import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CALLS, examplesOf, LANGUAGES, SECTIONS, textOf } from './content';

interface Contract {
  info: { version: string };
  paths: Record<string, Record<string, { tags: string[]; operationId: string }>>;
}

const contract: Contract = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../openapi/openapi.json'), 'utf8'),
);

describe('the page for developers', () => {
  it.each([...CALLS.firstCalls, ...CALLS.asProgram])(
    'leads from %s to its place in the reference',
    (call, address) => {
      const [method = '', path = ''] = call.split(' ');
      const operation = contract.paths[`/api/v1${path}`]?.[method.toLowerCase()];
      expect(`${operation?.tags[0]}/${operation?.operationId}`).toBe(address);
    },
  );

  it.each([
    ['firstCalls', ['QUAYMASTER_URL', 'QUAYMASTER_USER', 'QUAYMASTER_PASSWORD']],
    ['asProgram', ['QUAYMASTER_URL', 'QUAYMASTER_CLIENT_ID', 'QUAYMASTER_CLIENT_SECRET']],
  ] as const)('has %s in every language', (thing, names) => {
    const examples = examplesOf(thing);
    expect(examples.map((one) => one.language)).toEqual([...LANGUAGES]);
    for (const { source } of examples) for (const name of names) expect(source).toContain(name);
  });

  it.each(SECTIONS)('has a text for %s', (section) => {
    expect(textOf(section).length).toBeGreaterThan(100);
  });

  it('begins its changelog with the version of the contract', () => {
    expect(textOf('changelog').split('\n')[0]).toBe(`# ${contract.info.version}`);
  });
});
