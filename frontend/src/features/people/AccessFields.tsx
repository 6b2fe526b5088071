import type { SubAccount } from '../../api/gen';
import { DataTable } from '../../ui/DataTable';
import { SelectCell } from '../../ui/SelectCell';
import { TextField } from '../../ui/TextField';
import { useText } from './text';

const LEVELS = {
  structure: ['none', 'read', 'write'],
  records: ['none', 'read'],
  reports: ['none', 'run', 'share'],
} as const;

/** The rights per sub-account and the limit to ports, for somebody who is an Account User. */
export function AccessFields({ subAccounts, role }: { subAccounts: SubAccount[]; role: string }) {
  const t = useText();
  if (role !== 'user') return <p className="qm-muted">{t('accessAll')}</p>;
  return (
    <>
      <h2>{t('accessTitle')}</h2>
      <p className="qm-muted">{t('accessHint')}</p>
      <DataTable
        caption={t('accessTitle')}
        rows={subAccounts.map((subAccount, index) => ({ subAccount, index }))}
        rowKey={(row) => row.subAccount.id}
        columns={[
          {
            key: 'sub',
            header: t('subAccount'),
            rowHeader: true,
            cell: ({ subAccount, index }) => (
              <>
                {subAccount.name}
                <div className="qm-muted qm-small">{t(`common:activity.${subAccount.activity}`)}</div>
                <input type="hidden" name={`access.${index}.sub_account_id`} value={subAccount.id} />
              </>
            ),
          },
          ...(['structure', 'records', 'reports'] as const).map((right) => ({
            key: right,
            header: t(`common:rightName.${right}`),
            cell: ({ subAccount, index }: { subAccount: SubAccount; index: number }) => (
              <SelectCell
                name={`access.${index}.${right}`}
                label={`${subAccount.name}: ${t(`common:rightName.${right}`)}`}
                options={LEVELS[right].map((value) => ({ value, label: t(`common:right.${value}`) }))}
              />
            ),
          })),
        ]}
      />
      <TextField name="port_codes" label={t('portCodes')} hint={t('portCodesHint')} optional literal />
    </>
  );
}
