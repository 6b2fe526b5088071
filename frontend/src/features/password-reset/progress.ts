// What the first step learned and the second needs. In memory only: the id is a secret of this reset.
import type { PasswordReset } from '../../api/gen';

let current: PasswordReset | null = null;
let minutes = 30;

export const resetProgress = {
  start: (reset: PasswordReset) => {
    current = reset;
  },
  current: () => current,
  sent: (linkMinutes: number) => {
    current = null;
    minutes = linkMinutes;
  },
  linkMinutes: () => minutes,
};
