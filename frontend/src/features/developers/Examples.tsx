import { CodeBlock } from '../../ui/CodeBlock';
import { ExternalLink } from '../../ui/ExternalLink';
import { Tabs } from '../../ui/Tabs';
import { CALLS, examplesOf, LANGUAGES, type Language, type Thing } from './content';
import { useText } from './text';

interface Props {
  thing: Thing;
  /** What is set in the shell before the example is run. */
  environment: string[];
  /** Where these values come from. */
  note: string;
  language: Language;
  onLanguage: (language: Language) => void;
}

/** The programs of one thing to copy, a language at a time, with what they need and what they call. */
export function Examples({ thing, environment, note, language, onLanguage }: Props) {
  const t = useText();
  const examples = examplesOf(thing);
  const example = examples.find((one) => one.language === language) ?? examples[0];
  return (
    <>
      <p>{t(`${thing}.text`)}</p>
      <p>{t(`${thing}.setFirst`)}</p>
      <CodeBlock
        label={t(`${thing}.environment`)}
        copy={t('copyOf', { name: t(`${thing}.environment`) })}
        source={environment.join('\n')}
      />
      <p className="qm-muted">{note}</p>
      <Tabs
        label={t(`${thing}.language`)}
        tabs={LANGUAGES.map((key) => ({ key, label: t(`languages.${key}`) }))}
        active={language}
        onChange={(key) => onLanguage(key as Language)}
      >
        {example ? (
          <>
            <p>{t('save', { file: example.file })}</p>
            <CodeBlock
              label={example.file}
              copy={t('copyOf', { name: example.file })}
              source={example.source}
            />
            <p>{t('run')}</p>
            <CodeBlock
              label={t(`${thing}.command`)}
              copy={t('copyOf', { name: example.run })}
              source={example.run}
            />
          </>
        ) : null}
      </Tabs>
      <h3>{t(`${thing}.operations`)}</h3>
      <ul>
        {CALLS[thing].map(([operation, address]) => (
          <li key={address}>
            <ExternalLink href={`/docs/#/${address}`}>{operation}</ExternalLink>
          </li>
        ))}
      </ul>
    </>
  );
}
