import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { updateMe } from '../../api/gen';
import { ifMatch } from '../../api/problem';
import { setShortcutsOn, shortcutsOn } from '../../app/commands/shortcuts';
import { isDensity, isTheme } from '../../app/theme';
import { session, useMe } from '../../session';
import { Card } from '../../ui/Card';
import { Form } from '../../ui/Form';
import { RadioGroup } from '../../ui/RadioGroup';
import { Select } from '../../ui/Select';
import { Toggle } from '../../ui/Toggle';
import type { PanelProps } from './panel';
import { useText } from './text';

const THEMES = ['system', 'light', 'dark'] as const;
const DENSITIES = ['comfortable', 'compact'] as const;

export function DisplayPanel({ onDone }: PanelProps) {
  const t = useText();
  const me = useMe();
  const zones = useMemo(() => {
    const known = Intl.supportedValuesOf('timeZone');
    return [...new Set([me.time_zone, 'UTC', ...known])];
  }, [me.time_zone]);
  const schema = useMemo(
    () => z.object({ theme: z.enum(THEMES), density: z.enum(DENSITIES), time_zone: z.string() }),
    [],
  );
  const [keysOn, setKeysOn] = useState(shortcutsOn);
  return (
    <>
      <Card title={t('display')}>
        <Form
          schema={schema}
          defaultValues={{
            theme: isTheme(me.theme) ? me.theme : 'system',
            density: isDensity(me.density) ? me.density : 'comfortable',
            time_zone: me.time_zone,
          }}
          submitLabel={t('common:save')}
          onSubmit={async (values) => {
            const { data } = await updateMe({ headers: ifMatch(me), body: values });
            session.updateMe(data);
            onDone(t('saved'));
          }}
        >
          <RadioGroup
            name="theme"
            label={t('theme')}
            options={THEMES.map((value) => ({ value, label: t(`themes.${value}`) }))}
          />
          <RadioGroup
            name="density"
            label={t('density')}
            options={DENSITIES.map((value) => ({ value, label: t(`densities.${value}`) }))}
          />
          <Select
            name="time_zone"
            label={t('timeZone')}
            hint={t('timeZoneHint')}
            options={zones.map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
          />
        </Form>
      </Card>
      <Card title={t('keyboard')}>
        <p>{t('keyboardText')}</p>
        <Toggle
          label={t('singleKeys')}
          on={keysOn}
          onChange={(on) => {
            setShortcutsOn(on);
            setKeysOn(on);
          }}
        />
      </Card>
    </>
  );
}
