// Some acts ask for a proof of identity that is at most ten minutes old. The request that was refused for
// want of one waits here until the person has entered the password again, or has thought better of it.
type Answer = (proven: boolean) => void;

let waiting: Answer[] = [];
const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};

/** Resolves to true once the person has proved to be who they are; false when they gave up. */
export function askForProof(): Promise<boolean> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    tell();
  });
}

export function settleProof(proven: boolean) {
  const answers = waiting;
  waiting = [];
  tell();
  for (const answer of answers) answer(proven);
}

export const proofIsAsked = () => waiting.length > 0;

export function onProofChange(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
