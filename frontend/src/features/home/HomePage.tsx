import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { listMyNeedsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { rememberAccount, useMembership } from '../../app/account';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { StateTag } from '../../ui/StateTag';
import { OpenPhrases } from '../cases/OpenPhrases';
import { NeedRow } from './NeedRow';
import { ReportsCard } from './ReportsCard';
import { useText } from './text';

export default function HomePage() {
  const t = useText();
  const me = useMe();
  const membership = useMembership();
  const navigate = useNavigate();
  const needs = useQuery({ ...listMyNeedsOptions(), staleTime: 0 });
  return (
    <Page
      title={t('title', { name: me.given_name })}
      lead={
        me.last_sign_in_at
          ? t('lastSignIn', { time: formatDateTime(me.last_sign_in_at, me.time_zone) })
          : undefined
      }
      about={t('about')}
    >
      <OpenPhrases />
      <Card title={t('needsTitle')}>
        <Loaded query={needs} rows={3}>
          {(list) =>
            list.items.length === 0 ? (
              <p>{t('nothing')}</p>
            ) : (
              <ul className="qm-plain-list">
                {list.items.map((need) => (
                  <NeedRow key={`${need.kind}-${need.account_id}`} need={need} memberships={me.memberships} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Card>
      {me.memberships.length > 0 ? (
        <Card title={t('accountsTitle')}>
          <ul className="qm-plain-list">
            {me.memberships.map((one) => {
              const inUse = one.account_id === membership?.account_id;
              return (
                <li key={one.account_id} className="qm-row">
                  <span>
                    <strong>{one.account_name}</strong>{' '}
                    <span className="qm-muted">
                      {one.account_number}, {one.company_name}, {t(`common:role.${one.role}`)}
                    </span>
                  </span>
                  {inUse ? (
                    <StateTag tone="info" icon="check">
                      {t('inUse')}
                    </StateTag>
                  ) : (
                    <Button
                      kind="link"
                      aria-label={`${t('switchTo')}: ${one.account_name}`}
                      onClick={() => {
                        rememberAccount(one.account_number);
                        void navigate({ to: '/', search: { account: one.account_number } });
                      }}
                    >
                      {t('switchTo')}
                    </Button>
                  )}
                </li>
              );
            })}
          </ul>
        </Card>
      ) : me.staff_role ? null : (
        <Card>
          <p>{t('noAccounts')}</p>
        </Card>
      )}
      {/* Last, so that nothing moves when it arrives. */}
      <ReportsCard />
    </Page>
  );
}
