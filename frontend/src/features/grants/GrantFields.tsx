import type { GrantRights, GrantSubAccount } from '../../api/gen';
import { Checkbox } from '../../ui/Checkbox';
import { FieldSet } from '../../ui/FieldSet';
import { RadioGroup } from '../../ui/RadioGroup';
import { TextField } from '../../ui/TextField';
import { useText } from './text';

interface ScopeProps {
  /** Those that may be named; null when the other side's are not known. */
  subAccounts: Pick<GrantSubAccount, 'id' | 'name' | 'activity'>[] | null;
  scope: string;
  /** Whether "all" is a choice. */
  offerAll?: boolean;
}

/** Which part of an account: everything or named sub-accounts, with or without the account's own profile. */
export function ScopeFields({ subAccounts, scope, offerAll = true }: ScopeProps) {
  const t = useText();
  return (
    <>
      {subAccounts === null ? (
        <input type="hidden" name="scope" value="all" />
      ) : offerAll ? (
        <RadioGroup
          name="scope"
          label={t('scope')}
          options={[
            { value: 'all', label: t('scopeAllChoice'), hint: t('scopeAllHint') },
            { value: 'named', label: t('scopeNamed') },
          ]}
        />
      ) : (
        <input type="hidden" name="scope" value="named" />
      )}
      {subAccounts !== null && scope === 'named' ? (
        <FieldSet name="chosen" label={t('subAccounts')}>
          {subAccounts.map((one) => (
            <Checkbox
              key={one.id}
              name={`chosen.${one.id}`}
              label={one.name}
              hint={t(`common:activity.${one.activity}`)}
            />
          ))}
        </FieldSet>
      ) : null}
      <TopLevelField />
    </>
  );
}

export function TopLevelField() {
  const t = useText();
  return <Checkbox name="top_level" label={t('topLevel')} hint={t('topLevelHint')} />;
}

const ALL: GrantRights = { structure: true, records: 'all', reports: true, users: true };

/** What may be seen and used; with a limit, only what it includes. */
export function RightsFields({ limit = ALL, label }: { limit?: GrantRights; label?: string }) {
  const t = useText();
  const records = (['none', 'own_filings', 'all'] as const).filter(
    (value) => value === 'none' || limit.records === 'all' || limit.records === value,
  );
  return (
    <FieldSet name="rights" label={label ?? t('rights')} hint={t('rightsHint')}>
      {limit.structure ? (
        <Checkbox
          name="rights.structure"
          label={t('rightChoice.structure')}
          hint={t('rightHint.structure')}
        />
      ) : (
        <Hidden name="rights.structure" />
      )}
      {limit.reports ? (
        <Checkbox name="rights.reports" label={t('rightChoice.reports')} hint={t('rightHint.reports')} />
      ) : (
        <Hidden name="rights.reports" />
      )}
      {limit.users ? (
        <Checkbox name="rights.users" label={t('rightChoice.users')} hint={t('rightHint.users')} />
      ) : (
        <Hidden name="rights.users" />
      )}
      <RadioGroup
        name="rights.records"
        label={t('rightChoice.records')}
        options={records.map((value) => ({
          value,
          label: t(`recordsChoice.${value}`),
          hint: t(`recordsHint.${value}`),
        }))}
      />
    </FieldSet>
  );
}

/** A right that is no choice here: an unticked box that the form still reads. */
const Hidden = ({ name }: { name: string }) => <input type="checkbox" name={name} hidden tabIndex={-1} />;

/** When it ends. */
export function EndFields({ end, offerYear = true }: { end: string; offerYear?: boolean }) {
  const t = useText();
  return (
    <>
      <RadioGroup
        name="end"
        label={t('end')}
        options={[
          ...(offerYear ? [{ value: 'year', label: t('endYear') }] : []),
          { value: 'day', label: t('endDay') },
          { value: 'open', label: t('endOpen'), hint: t('endOpenHint') },
        ]}
      />
      {end === 'day' ? (
        <TextField name="ends" type="date" label={t('endsOn')} hint={t('endsOnHint')} />
      ) : (
        <input type="hidden" name="ends" value="" />
      )}
    </>
  );
}
