import type { Application } from '../../api/gen';
import { Facts } from '../../ui/Facts';
import { useText } from './text';

/** What was entered, to be read once more. */
export function ApplicationFacts({ application }: { application: Application }) {
  const t = useText();
  const none = <span className="qm-muted">{t('notGiven')}</span>;
  const name = [application.owner_given_name, application.owner_family_name].filter(Boolean).join(' ');
  const officer = [application.officer_name, application.officer_title].filter(Boolean).join(', ');
  return (
    <Facts
      items={[
        [t('companyName'), application.company_name ?? none],
        [t('activity'), application.activity ? t(`common:activity.${application.activity}`) : none],
        [
          application.identifier_kind
            ? t(`common:identifierKind.${application.identifier_kind}`)
            : t('value'),
          application.identifier_value ? <code key="value">{application.identifier_value}</code> : none,
        ],
        [t('task.owner'), name || none],
        [t('common:email'), application.email ?? none],
        [t('phone'), application.phone ?? none],
        [t('task.officer'), officer || none],
      ]}
    />
  );
}
