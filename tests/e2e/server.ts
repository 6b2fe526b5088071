// Starts and stops the real binary for the journeys. The demo world is made once, in a folder that every
// test then copies: a fresh database per test costs a copy, not a load.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const TEMPLATE = resolve(import.meta.dirname, '../../target/e2e/world');

/** What `quaymaster demo --json` prints: who may sign in, and how. */
export interface DemoWorld {
  base_url: string;
  people: DemoPerson[];
  [more: string]: unknown;
}

export interface DemoPerson {
  role: string;
  user_id: string;
  password: string;
  email: string;
  answers: { question: string; answer: string }[];
  [more: string]: unknown;
}

function binary(): string {
  const path = process.env.QUAYMASTER_BIN;
  if (!path)
    throw new Error('QUAYMASTER_BIN must name the server; run the journeys with tests/scripts/e2e.sh');
  return path;
}

async function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      if (address === null || typeof address === 'string') return failed(new Error('no port'));
      probe.close(() => done(address.port));
    });
  });
}

/** The server's settings for a folder of its own, from the environment, as an operator would set them. */
function environment(port: number): NodeJS.ProcessEnv {
  return {
    ...process.env,
    QUAYMASTER_SERVER__LISTEN: `127.0.0.1:${port}`,
    QUAYMASTER_SERVER__BASE_URL: `http://localhost:${port}`,
  };
}

export class Server {
  readonly url: string;
  readonly folder: string;
  private readonly child: ChildProcess;
  private output = '';
  private ended = false;

  private constructor(folder: string, port: number, demo: boolean) {
    this.folder = folder;
    this.url = `http://localhost:${port}`;
    // The server keeps its data in var/ under the working folder.
    const args = demo ? ['serve', '--demo'] : ['serve'];
    this.child = spawn(binary(), args, { cwd: folder, env: environment(port) });
    const keep = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
    this.child.once('error', (error) => {
      this.output += String(error);
      this.ended = true;
    });
    this.child.once('exit', () => {
      this.ended = true;
    });
  }

  /** Starts the server in `folder` and waits until it answers. */
  static async start(folder: string, options: { demo?: boolean; patience?: number } = {}): Promise<Server> {
    const server = new Server(folder, await freePort(), options.demo ?? true);
    const deadline = Date.now() + (options.patience ?? 60_000);
    while (!(await server.ready())) {
      if (server.ended || Date.now() > deadline) {
        await server.stop();
        throw new Error(`the server did not become ready:\n${server.output}`);
      }
      await new Promise((done) => setTimeout(done, 25));
    }
    return server;
  }

  private async ready(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`)).ok;
    } catch {
      return false;
    }
  }

  /** Everything the server has printed so far. */
  log(): string {
    return this.output;
  }

  async stop(): Promise<void> {
    if (this.ended) return;
    const gone = new Promise<void>((done) => this.child.once('exit', () => done()));
    this.child.kill('SIGTERM');
    await gone;
  }
}

/** Makes the demo world in `TEMPLATE`. */
export async function makeWorld(): Promise<void> {
  const server = await Server.start(TEMPLATE, { patience: 300_000 });
  const { stdout } = await promisify(execFile)(binary(), ['demo', '--json'], {
    cwd: TEMPLATE,
    env: environment(Number(new URL(server.url).port)),
    maxBuffer: 64 * 1024 * 1024,
  });
  await writeFile(join(TEMPLATE, 'demo.json'), stdout);
  await server.stop();
}

export async function readWorld(): Promise<DemoWorld> {
  return JSON.parse(await readFile(join(TEMPLATE, 'demo.json'), 'utf8'));
}

/** Runs `use` with a server on its own copy of the demo world, or on an empty folder. */
export async function withServer(
  use: (server: Server) => Promise<void>,
  options: { demo: boolean } = { demo: true },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'quaymaster-e2e-'));
  try {
    if (options.demo) await cp(TEMPLATE, folder, { recursive: true });
    const server = await Server.start(folder, options);
    try {
      await use(server);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
