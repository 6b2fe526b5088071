// Runs once before all journeys: makes the demo world they copy.
import { mkdir, rm } from 'node:fs/promises';
import { makeWorld, TEMPLATE } from './server';

export default async function globalSetup(): Promise<void> {
  await rm(TEMPLATE, { recursive: true, force: true });
  await mkdir(TEMPLATE, { recursive: true });
  await makeWorld();
}
