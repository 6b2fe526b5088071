// Amounts come as decimal text, so that no cent is lost on the way; they are shown as text as well.

/** "-1234567.5" → "-1,234,567.50". Text that is not an amount stays as it is. */
export function formatMoney(value: string | null | undefined, scale = 2): string {
  if (value === null || value === undefined) return '';
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value);
  if (!found) return value;
  const [, sign = '', whole = '', part = ''] = found;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const cents = part.padEnd(scale, '0');
  return `${sign}${grouped}${cents ? `.${cents}` : ''}`;
}

/** 1234567 → "1,234,567". */
export const formatCount = (value: number) => new Intl.NumberFormat('en-US').format(value);
