import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { TextLink } from '../../ui/TextLink';
import type { NavEntry } from '../nav';
import { useShellText } from '../text';
import { GO_KEYS, shortcutsOn } from './shortcuts';

export default function ShortcutList({ entries, onClose }: { entries: NavEntry[]; onClose: () => void }) {
  const t = useShellText();
  const rows: [string[], string][] = [
    [[t('keys.ctrl'), 'K'], t('keys.palette')],
    [['/'], t('keys.filter')],
    [['?'], t('keys.help')],
  ];
  for (const [key, to] of Object.entries(GO_KEYS)) {
    const entry = entries.find((one) => one.to === to);
    if (entry) rows.push([['g', key], t('keys.goTo', { page: t(entry.text) })]);
  }
  return (
    <Dialog title={t('keys.title')} onClose={onClose}>
      <dl className="qm-keys">
        {rows.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className="qm-muted">
        {shortcutsOn() ? t('keys.on') : t('keys.off')}{' '}
        <TextLink to="/me" search={{ tab: 'display' }} onClick={onClose}>
          {t('keys.change')}
        </TextLink>
      </p>
      <div className="qm-actions">
        <Button kind="secondary" onClick={onClose}>
          {t('common:close')}
        </Button>
      </div>
    </Dialog>
  );
}
