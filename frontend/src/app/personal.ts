/** Has the form of a Social Security number, which must not reach the address bar, the history or a bookmark. */
export const isPersonalNumber = (value: string) => /^\s*\d{3}[-\s]?\d{2}[-\s]?\d{4}\s*$/.test(value);
