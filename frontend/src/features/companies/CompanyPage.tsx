import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Company, StaffRole } from '../../api/gen';
import { getCompanyOptions, listAccountsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDate } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { ANY_STAFF } from '../../app/staff';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { CompanyOverview } from '../support/CompanyOverview';
import { AccountCard } from './AccountCard';
import { ChangeDialog } from './ChangeDialog';
import { NewAccountDialog } from './NewAccountDialog';
import { Subsidiaries } from './Subsidiaries';
import { useText } from './text';

const route = getRouteApi('/member/support/companies/$companyId');

export default function CompanyPage() {
  const t = useText();
  const { companyId } = route.useParams();
  const query = useQuery(getCompanyOptions({ path: { id: companyId } }));
  return (
    <StaffPage
      title={query.data?.name ?? t('one')}
      crumbs={[{ label: t('back'), to: '/companies' }]}
      roles={ANY_STAFF}
    >
      {(role) => (
        <Loaded query={query} rows={10}>
          {(company) => <CompanyView key={company.id} company={company} role={role} />}
        </Loaded>
      )}
    </StaffPage>
  );
}

function CompanyView({ company, role }: { company: Company; role: StaffRole }) {
  const t = useText();
  const { case: caseId } = route.useSearch();
  const [done, setDone] = useState<string | null>(null);
  const [dialog, setDialog] = useState<'change' | 'account' | null>(null);
  const manages = role === 'registrar';
  const accounts = useQuery(listAccountsOptions({ query: { company_id: company.id, limit: 200 } }));
  const close = () => setDialog(null);
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <Card
        title={t('facts')}
        side={
          manages ? (
            <Button kind="secondary" small onClick={() => setDialog('change')}>
              {t('rename')}
            </Button>
          ) : null
        }
      >
        <Facts
          items={[
            [t('party'), company.party ? `${company.party.name} (${company.party.key})` : t('noParty')],
            [t('created'), formatDate(company.created_at)],
          ]}
        />
      </Card>
      <CompanyOverview companyId={company.id} caseId={caseId} />
      <Subsidiaries company={company} manages={manages} onDone={setDone} />
      <div className="qm-card__head">
        <h2>{t('accounts')}</h2>
        {manages ? <Button onClick={() => setDialog('account')}>{t('newAccount')}</Button> : null}
      </div>
      <Loaded query={accounts} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState kind="nothing" title={t('noAccounts')}>
              {t('noAccountsText')}
            </EmptyState>
          ) : (
            page.items.map((account) => (
              <AccountCard key={account.id} account={account} role={role} onDone={setDone} />
            ))
          )
        }
      </Loaded>
      {dialog === 'change' ? (
        <ChangeDialog company={company} onDone={() => setDone(t('changed'))} onClose={close} />
      ) : null}
      {dialog === 'account' ? <NewAccountDialog company={company} onDone={setDone} onClose={close} /> : null}
    </>
  );
}
