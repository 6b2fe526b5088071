export interface PanelProps {
  /** Says on the page what was done. */
  onDone: (text: string) => void;
}
