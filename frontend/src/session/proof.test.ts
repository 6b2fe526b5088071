import { describe, expect, it, vi } from 'vitest';
import { askForProof, onProofChange, proofIsAsked, settleProof } from './proof';

describe('the proof of identity', () => {
  it('is asked once for all that wait, and answers them all', async () => {
    const heard = vi.fn();
    const stop = onProofChange(heard);
    const answers = Promise.all([askForProof(), askForProof()]);
    expect(proofIsAsked()).toBe(true);
    settleProof(true);
    expect(await answers).toEqual([true, true]);
    expect(proofIsAsked()).toBe(false);
    expect(heard).toHaveBeenCalledTimes(3);
    stop();
  });

  it('can be given up, and is asked anew the next time', async () => {
    const first = askForProof();
    settleProof(false);
    expect(await first).toBe(false);
    const second = askForProof();
    expect(proofIsAsked()).toBe(true);
    settleProof(true);
    expect(await second).toBe(true);
  });
});
