import { useQuery } from '@tanstack/react-query';
import { listMyNeedsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Card } from '../../ui/Card';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { useText } from './text';

export default function HomePage() {
  const t = useText();
  const me = useMe();
  const needs = useQuery(listMyNeedsOptions());
  return (
    <Page
      title={t('title', { name: me.given_name })}
      lead={
        me.last_sign_in_at
          ? t('lastSignIn', { time: formatDateTime(me.last_sign_in_at, me.time_zone) })
          : undefined
      }
    >
      <Card title={t('needsTitle')}>
        <Loaded query={needs} rows={3}>
          {(list) => (list.items.length === 0 ? <p>{t('nothing')}</p> : <p>{list.items.length}</p>)}
        </Loaded>
      </Card>
    </Page>
  );
}
