import { CopyButton } from './CopyButton';

interface Props {
  /** What this is, for people who do not see it. */
  label: string;
  /** What the button that copies says. */
  copy: string;
  source: string;
}

/** A program or a command, as it stands, with a button that copies it. Scrolls by keyboard too. */
export function CodeBlock({ label, copy, source }: Props) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: nothing here is a form field
    <div className="qm-code" role="group" aria-label={label}>
      <CopyButton value={source} name={copy} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className="qm-code__text" tabIndex={0}>
        <code>{source}</code>
      </pre>
    </div>
  );
}
