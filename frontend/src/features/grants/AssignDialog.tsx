import { useMemo } from 'react';
import * as z from 'zod/mini';
import { assignGrantPerson, type GrantPerson } from '../../api/gen';
import { FormDialog } from '../../ui/FormDialog';
import { RadioGroup } from '../../ui/RadioGroup';
import { RightsFields } from './GrantFields';
import { rightsSchema } from './grant-form';
import { PersonChoice } from './PersonChoice';
import type { PanelProps } from './panel';
import { useText } from './text';
import { partyName } from './words';

interface Props extends PanelProps {
  /** Null: somebody is still to be chosen. */
  person: GrantPerson | null;
  onClose: () => void;
}

/** Passes a received grant on to one of the own people, in full or in part. */
export function AssignDialog({ membership, grant, person, onDone, onClose }: Props) {
  const t = useText();
  const schema = useMemo(
    () =>
      z.object({
        find: z.optional(z.string()),
        user: z.string().check(z.minLength(1, t('personMissing'))),
        extent: z.enum(['full', 'part']),
        rights: z.optional(rightsSchema(t('rightsMissing'))),
      }),
    [t],
  );
  const name = person?.person.name ?? '';
  return (
    <FormDialog
      title={person ? t('assignChangeName', { name }) : t('assignTitle')}
      schema={schema}
      defaultValues={{
        find: '',
        user: person?.person.id ?? '',
        extent: person?.assigned_rights ? 'part' : 'full',
        rights: person?.assigned_rights ?? grant.rights,
      }}
      submitLabel={t('assignSubmit')}
      onSubmit={async (values) => {
        const { data } = await assignGrantPerson({
          path: { id: grant.id, user_id: values.user },
          body: { rights: values.extent === 'part' ? (values.rights ?? null) : null },
        });
        onDone(t('assigned', { name: data.person.name, company: partyName(grant.grantor) }));
      }}
      onClose={onClose}
    >
      {(values) => (
        <>
          <p>{t('assignText', { company: partyName(grant.grantor) })}</p>
          {person ? (
            <input type="hidden" name="user" value={person.person.id} />
          ) : (
            <PersonChoice accountId={membership.account_id} typed={values.find ?? ''} />
          )}
          <RadioGroup
            name="extent"
            label={t('extent')}
            options={[
              { value: 'full', label: t('extentFull'), hint: t('extentFullHint') },
              { value: 'part', label: t('extentPart') },
            ]}
          />
          {values.extent === 'part' ? <RightsFields limit={grant.rights} label={t('mayDo')} /> : null}
        </>
      )}
    </FormDialog>
  );
}
