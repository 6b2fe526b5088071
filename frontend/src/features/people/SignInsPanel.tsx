import { useState } from 'react';
import { endUserSession } from '../../api/gen';
import { formatDateTime } from '../../app/format';
import { OutcomeTag } from '../../app/OutcomeTag';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { ProblemAlert } from '../../ui/ProblemAlert';
import type { PanelProps } from './panel';
import { useRefreshPeople } from './refresh';
import { useText } from './text';

/** Open sessions, which can be ended here, and the recent sign-ins with their outcome. */
export function SignInsPanel({ membership, person, onDone }: PanelProps) {
  const t = useText();
  const me = useMe();
  const refresh = useRefreshPeople(membership.account_id);
  const [error, setError] = useState<unknown>(null);
  const time = (value: string) => formatDateTime(value, me.time_zone);
  return (
    <>
      {error ? <ProblemAlert error={error} focus /> : null}
      <Card title={t('sessions')}>
        {person.sessions.length === 0 ? (
          <p>{t('noSessions')}</p>
        ) : (
          <DataTable
            caption={t('sessions')}
            rows={person.sessions}
            rowKey={(session) => session.id}
            columns={[
              { key: 'device', header: t('device'), rowHeader: true, cell: (session) => session.device },
              { key: 'network', header: t('network'), cell: (session) => session.network },
              { key: 'started', header: t('started'), cell: (session) => time(session.created_at) },
              { key: 'used', header: t('lastUsed'), cell: (session) => time(session.last_used_at) },
              {
                key: 'end',
                header: t('common:actions'),
                cell: (session) => (
                  <Button
                    kind="link"
                    aria-label={t('endSessionName', { device: session.device })}
                    onClick={async () => {
                      setError(null);
                      try {
                        await endUserSession({
                          path: { id: membership.account_id, user_id: person.id, session_id: session.id },
                        });
                        onDone(t('sessionEnded'));
                        await refresh(person.id);
                      } catch (caught) {
                        setError(caught);
                      }
                    }}
                  >
                    {t('endSession')}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Card>
      <Card title={t('signIns')}>
        {person.recent_sign_ins.length === 0 ? (
          <p>{t('noSignIns')}</p>
        ) : (
          <DataTable
            caption={t('signIns')}
            rows={person.recent_sign_ins}
            rowKey={(event) => event.at + event.outcome}
            columns={[
              { key: 'at', header: t('when'), rowHeader: true, cell: (event) => time(event.at) },
              {
                key: 'outcome',
                header: t('result'),
                cell: (event) => <OutcomeTag outcome={event.outcome} />,
              },
              { key: 'device', header: t('device'), cell: (event) => event.device },
              { key: 'network', header: t('network'), cell: (event) => event.network },
            ]}
          />
        )}
      </Card>
    </>
  );
}
