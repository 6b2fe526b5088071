// What the server says about itself: asked once a load, without the query cache, because every page
// shows it and the sign-in page is to stay small.
import { useEffect, useState } from 'react';
import { getSetup, type Setup } from '../api/gen';

let asked: Promise<Setup | null> | null = null;
let known: Setup | null = null;

async function ask(): Promise<Setup | null> {
  try {
    known = (await getSetup()).data;
  } catch {
    // Only the banner and the version depend on it; the next load asks again.
    known = null;
  }
  return known;
}

export function useSetup(): Setup | null {
  const [setup, setSetup] = useState(known);
  useEffect(() => {
    let current = true;
    asked ??= ask();
    void asked.then((answer) => {
      if (current) setSetup(answer);
    });
    return () => {
      current = false;
    };
  }, []);
  return setup;
}
