export const identifierKinds = [
  'importer_number',
  'ein',
  'filer_code',
  'scac',
  'air_carrier_code',
  'firms_code',
  'surety_code',
  'ftz_zone',
] as const;
