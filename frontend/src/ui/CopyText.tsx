import { CopyButton } from './CopyButton';

/** A value that is meant to be copied, with a button that does it. */
export function CopyText({ value, label }: { value: string; label: string }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: nothing here is a form field
    <div className="qm-copy" role="group" aria-label={label}>
      <code className="qm-copy__value">{value}</code>
      <CopyButton value={value} />
    </div>
  );
}
