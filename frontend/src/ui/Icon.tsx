// Drawn signs, always beside words.
const PATHS = {
  check: 'M9 16.2 4.8 12l-1.4 1.4L9 19 21 7l-1.4-1.4z',
  lock: 'M18 9h-1V7A5 5 0 0 0 7 7v2H6a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-8a2 2 0 0 0-2-2zM9 7a3 3 0 0 1 6 0v2H9z',
  clock:
    'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 18a8 8 0 1 1 0-16 8 8 0 0 1 0 16zm.8-13h-1.6v6l5 3 .8-1.3-4.2-2.5z',
  stop: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM4 12a8 8 0 0 1 12.9-6.3L5.7 16.9A8 8 0 0 1 4 12zm8 8a8 8 0 0 1-4.9-1.7L18.3 7.1A8 8 0 0 1 12 20z',
  mail: 'M20 4H4a2 2 0 0 0-2 2v12c0 1.1.9 2 2 2h16a2 2 0 0 0 2-2V6a2 2 0 0 0-2-2zm0 4-8 5-8-5V6l8 5 8-5z',
  alert: 'M1 21h22L12 2zm12-3h-2v-2h2zm0-4h-2v-4h2z',
  info: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 15h-2v-6h2zm0-8h-2V7h2z',
  home: 'M10 20v-6h4v6h5v-8h3L12 3 2 12h3v8z',
  people:
    'M9 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm7 0a3 3 0 1 0 0-6 3 3 0 0 0 0 6zm-7 2c-3 0-8 1.400-8 4.300V20h16v-1.700C17 15.400 12 14 9 14zm7.500.100c1.500.900 2.500 2.200 2.500 4.200V20h4v-1.700c0-2.500-3.600-3.900-6.500-4.200z',
  company:
    'M12 7V3H2v18h20V7zM6 19H4v-2h2zm0-4H4v-2h2zm0-4H4V9h2zm0-4H4V5h2zm4 12H8v-2h2zm0-4H8v-2h2zm0-4H8V9h2zm0-4H8V5h2zm10 12h-8v-2h2v-2h-2v-2h2v-2h-2V9h8zm-2-8h-2v2h2zm0 4h-2v2h2z',
  history:
    'M13 3a9 9 0 0 0-9 9H1l4 4 4-4H6a7 7 0 1 1 2 4.900l-1.400 1.400A9 9 0 1 0 13 3zm-1 5v5l4.300 2.500.700-1.200-3.500-2.100V8z',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm0 2c-2.700 0-8 1.300-8 4v2h16v-2c0-2.700-5.300-4-8-4z',
  search:
    'M15.500 14h-.800l-.300-.300a6.500 6.500 0 1 0-.700.700l.300.300v.800l5 5 1.500-1.500zm-6 0a4.500 4.500 0 1 1 0-9 4.500 4.500 0 0 1 0 9z',
  register: 'M4 3h16v4H4zm0 6h16v4H4zm0 6h16v6H4zm2-10v1h2V5zm0 6v1h2v-1zm0 6v1h2v-1z',
  chart: 'M4 20h18v2H2V2h2zm3-9h3v7H7zm5-6h3v13h-3zm5 4h3v9h-3z',
  plus: 'M19 13h-6v6h-2v-6H5v-2h6V5h2v6h6z',
  close:
    'M19 6.400 17.600 5 12 10.600 6.400 5 5 6.400 10.600 12 5 17.600 6.400 19 12 13.400 17.600 19 19 17.600 13.400 12z',
  down: 'M7.400 8.600 12 13.200l4.600-4.600L18 10l-6 6-6-6z',
  menu: 'M3 18h18v-2H3zm0-5h18v-2H3zm0-7v2h18V6z',
  linked:
    'M15 7h4a5 5 0 0 1 0 10h-4v-2h4a3 3 0 0 0 0-6h-4zM9 17H5A5 5 0 0 1 5 7h4v2H5a3 3 0 0 0 0 6h4zm-1-6h8v2H8z',
  briefcase:
    'M20 7h-4V5a2 2 0 0 0-2-2h-4a2 2 0 0 0-2 2v2H4a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V9a2 2 0 0 0-2-2zm-10-2h4v2h-4zm10 14H4V9h16z',
  pending: 'M6 2v6l4 4-4 4v6h12v-6l-4-4 4-4V2zm10 14.500V20H8v-3.500l4-4zm-4-5-4-4V4h8v3.500z',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="qm-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
