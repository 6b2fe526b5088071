import type { AuditEvent } from '../../api/gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { DataTable } from '../../ui/DataTable';
import { Disclosure } from '../../ui/Disclosure';
import { useText } from './text';
import { codeWords, useActionWords } from './words';

/** Recorded acts, each with what stood before and after. */
export function EventTable({ events, stale }: { events: AuditEvent[]; stale?: boolean }) {
  const t = useText();
  const me = useMe();
  const actionWords = useActionWords();
  return (
    <DataTable
      caption={t('title')}
      rows={events}
      rowKey={(event) => event.id}
      stale={stale}
      columns={[
        { key: 'at', header: t('when'), cell: (event) => formatDateTime(event.at, me.time_zone) },
        {
          key: 'who',
          header: t('who'),
          cell: (event) => (
            <>
              {event.actor
                ? event.actor.user_id
                  ? `${event.actor.name} (${event.actor.user_id})`
                  : event.actor.name
                : t(`actorKind.${event.actor_kind}`)}
              {event.actor && event.actor_kind === 'staff' ? (
                <span className="qm-muted"> {t('actorKind.staff')}</span>
              ) : null}
              {event.on_behalf_of_account_id ? (
                <div className="qm-muted qm-small">{t('onBehalf')}</div>
              ) : null}
            </>
          ),
        },
        { key: 'what', header: t('what'), rowHeader: true, cell: (event) => actionWords(event.action) },
        {
          key: 'whom',
          header: t('whom'),
          cell: (event) => event.subject_label ?? codeWords(event.subject_kind),
        },
        {
          key: 'details',
          header: t('details'),
          cell: (event) => (
            <Disclosure label={t('details')} name={t('detailsOf', { action: actionWords(event.action) })}>
              {event.reason ? <p>{t('reason', { reason: event.reason })}</p> : null}
              {event.permit ? <p>{t('permit', { permit: event.permit })}</p> : null}
              <Values title={t('before')} value={event.before} />
              <Values title={t('after')} value={event.after} />
              <p className="qm-muted qm-small">
                {event.ip ? `${event.ip} ` : null}
                {event.request_id ? t('request', { id: event.request_id }) : null}
              </p>
            </Disclosure>
          ),
        },
      ]}
    />
  );
}

function Values({ title, value }: { title: string; value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <>
      <strong>{title}</strong>
      <pre className="qm-pre">{JSON.stringify(value, null, 2)}</pre>
    </>
  );
}
