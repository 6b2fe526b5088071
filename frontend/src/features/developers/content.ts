// What the page shows: the texts of texts/*.md, and the programs of examples/ as they stand there. A test runs each of them
// against the server, so what is copied from the page works.
import { languages as LANGUAGES } from '../../routes/search';

const texts = import.meta.glob('./texts/*.md', { query: '?raw', import: 'default', eager: true }) as Record<
  string,
  string
>;
const examples = import.meta.glob('./examples/*', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>;

export { LANGUAGES };
export type Language = (typeof LANGUAGES)[number];

export interface Example {
  language: Language;
  /** The name of the file, also in the line that runs it. */
  file: string;
  run: string;
  source: string;
}

/** File and command by language, for each thing that is shown. */
const FILES = {
  firstCalls: {
    curl: ['first-calls.sh', 'sh first-calls.sh'],
    python: ['first_calls.py', 'python3 first_calls.py'],
    typescript: ['first-calls.ts', 'node first-calls.ts'],
    rust: ['first_calls.rs', 'cargo run'],
  },
  asProgram: {
    curl: ['list-accounts.sh', 'sh list-accounts.sh'],
    python: ['list_accounts.py', 'python3 list_accounts.py'],
    typescript: ['list-accounts.ts', 'node list-accounts.ts'],
    rust: ['list_accounts.rs', 'cargo run'],
  },
} satisfies Record<string, Partial<Record<Language, [file: string, run: string]>>>;

export type Thing = keyof typeof FILES;

/** The examples of one thing, in the order of the languages. */
export function examplesOf(thing: Thing): Example[] {
  const files: Partial<Record<Language, [string, string]>> = FILES[thing];
  return LANGUAGES.flatMap((language) => {
    const [file, run] = files[language] ?? [];
    const source = examples[`./examples/${file}`];
    return file && run && source ? [{ language, file, run, source }] : [];
  });
}

/** The operations that the examples use, each with its place in the reference. */
export const CALLS = {
  firstCalls: [
    ['POST /sessions', 'sessions/create_session'],
    ['GET /accounts/{id}/users', 'users/list_users'],
    ['GET /accounts/{id}/sub-accounts', 'structure/list_sub_accounts'],
    ['PATCH /accounts/{id}/sub-accounts/{sub_id}', 'structure/update_sub_account'],
    ['POST /accounts/{id}/sub-accounts/{sub_id}/identifiers', 'structure/add_identifier'],
    [
      'DELETE /accounts/{id}/sub-accounts/{sub_id}/identifiers/{identifier_id}',
      'structure/remove_identifier',
    ],
    ['DELETE /sessions/current', 'sessions/end_current_session'],
  ],
  asProgram: [
    ['POST /oauth/token', 'api-clients/create_token'],
    ['GET /accounts', 'accounts/list_accounts'],
  ],
} as const satisfies Record<Thing, readonly (readonly [call: string, address: string])[]>;

export const SECTIONS = [
  'signing-in',
  'refusals',
  'paging',
  'versions',
  'idempotency',
  'limits',
  'compatibility',
  'changelog',
] as const;
export type Section = (typeof SECTIONS)[number];

export const textOf = (section: Section): string => texts[`./texts/${section}.md`] ?? '';
