// The application that this tab works on. Its token comes from the start of the application or from the
// mailed link, and stays in the tab's own storage: a shared computer forgets it with the tab.
import { useCallback, useEffect, useState } from 'react';
import { type Application, getApplication } from '../../api/gen';
import { forgetLinkToken, linkParam, linkToken } from '../../session/link-token';

const KEY = 'qm.application';

export interface Kept {
  id: string;
  token: string;
}

export function keep(kept: Kept) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Without storage a reload needs the mailed link again.
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was stored.
  }
}

export function keptApplication(): Kept | null {
  const token = linkToken();
  const id = linkParam('application');
  if (token && id) {
    keep({ id, token });
    forgetLinkToken();
    return { id, token };
  }
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    if (typeof stored === 'object' && stored && 'id' in stored && 'token' in stored) {
      return { id: String(stored.id), token: String(stored.token) };
    }
  } catch {
    // Unreadable: as if there were none.
  }
  return null;
}

/** Where and as whom the calls about an application are made. */
export const about = ({ id, token }: Kept) => ({ path: { id }, headers: { 'Application-Token': token } });

/** The link that opens the application anywhere. */
export const returnLink = ({ id, token }: Kept) =>
  `${window.location.origin}/apply/status#${new URLSearchParams({ application: id, token })}`;

export function useApplication() {
  const [kept, setKept] = useState(keptApplication);
  const [application, setApplication] = useState<Application | null>(null);
  const [error, setError] = useState<unknown>(null);
  const load = useCallback(async () => {
    if (!kept) return;
    try {
      setError(null);
      setApplication((await getApplication(about(kept))).data);
    } catch (caught) {
      setError(caught);
    }
  }, [kept]);
  useEffect(() => {
    if (kept) void load();
  }, [kept, load]);
  return {
    kept,
    application,
    error,
    load,
    setApplication,
    begin: (next: Kept, first: Application) => {
      keep(next);
      setApplication(first);
      setKept(next);
    },
    close: () => {
      forget();
      setKept(null);
      setApplication(null);
      setError(null);
    },
  };
}
