import { useEffect, useRef, useState } from 'react';
import { session } from '../session';
import { IdleTimer } from '../session/idle';
import { announce } from '../ui/announce';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { useShellText } from './text';

/** Ask other tabs, and renew the server's own idle clock, at most this often. */
const QUIET_MS = 5_000;
/** Renew when less than this is left of the access token while the person works. */
const RENEW_MS = 60_000;

/** Warns before an idle session ends and ends it in time. */
export function IdleGuard() {
  const t = useShellText();
  const [remaining, setRemaining] = useState<number | null>(null);
  const timer = useRef<IdleTimer | null>(null);
  const stay = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    let told = 0;
    const idle = new IdleTimer(
      () => Date.now(),
      (phase) => {
        if (phase === 'over') void session.signOut('timed_out');
        if (phase === 'active') setRemaining(null);
      },
    );
    timer.current = idle;
    const onActivity = () => {
      if (idle.phase !== 'active') return;
      idle.activity();
      const now = Date.now();
      if (now - told < QUIET_MS) return;
      told = now;
      session.tellActivity();
      if (session.expiresWithin(RENEW_MS)) void session.refresh().catch(() => undefined);
    };
    const interval = setInterval(() => {
      idle.tick();
      if (idle.phase === 'warning') setRemaining(Math.ceil(idle.remaining() / 1000));
    }, 1000);
    const stopListening = session.onActivityElsewhere(() => idle.extend());
    const events = ['keydown', 'pointerdown', 'wheel'] as const;
    for (const event of events) document.addEventListener(event, onActivity, { passive: true });
    return () => {
      clearInterval(interval);
      stopListening();
      for (const event of events) document.removeEventListener(event, onActivity);
    };
  }, []);

  const words =
    remaining === null
      ? ''
      : remaining >= 60
        ? t('minutesSeconds', {
            minutes: t('minutes', { count: Math.floor(remaining / 60) }),
            seconds: t('seconds', { count: remaining % 60 }),
          })
        : t('seconds', { count: remaining });

  const speak = remaining !== null && remaining % 30 === 0;
  useEffect(() => {
    if (speak) announce(t('idleText', { time: words }));
  }, [speak, words, t]);

  if (remaining === null) return null;
  const extend = () => {
    timer.current?.extend();
    session.tellActivity();
    void session.refresh().catch(() => undefined);
  };
  return (
    <Dialog title={t('idleTitle')} onClose={extend} initialFocus={stay}>
      <p>{t('idleText', { time: words })}</p>
      <div className="qm-actions">
        <Button ref={stay} onClick={extend}>
          {t('idleStay')}
        </Button>
        <Button kind="secondary" onClick={() => void session.signOut('signed_out')}>
          {t('idleLeave')}
        </Button>
      </div>
    </Dialog>
  );
}
