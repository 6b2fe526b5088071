// What a company can apply with: the activities that are open, the numbers that prove each, and whether a
// registrar decides in any case. The server checks it again.
import type { BusinessActivity, IdentifierKind } from '../../api/gen';

export interface Offer {
  activity: BusinessActivity;
  /** Empty: the activity has no number of its own, and any number of the company proves it. */
  kinds: IdentifierKind[];
  byRegistrar?: boolean;
}

export const OFFERS: Offer[] = [
  { activity: 'importer', kinds: ['importer_number'] },
  { activity: 'exporter', kinds: ['ein'] },
  { activity: 'protest_filer', kinds: ['importer_number', 'filer_code'] },
  { activity: 'surety', kinds: ['surety_code'] },
  { activity: 'service_provider', kinds: ['ein'] },
  { activity: 'facility_operator', kinds: ['firms_code'] },
  { activity: 'vessel_agency', kinds: ['ein', 'scac'] },
  { activity: 'driver_crew', kinds: [] },
  { activity: 'broker', kinds: ['filer_code'], byRegistrar: true },
  { activity: 'filer', kinds: ['filer_code'], byRegistrar: true },
  { activity: 'carrier_truck', kinds: ['scac'], byRegistrar: true },
  { activity: 'carrier_rail', kinds: ['scac'], byRegistrar: true },
  { activity: 'carrier_sea', kinds: ['scac'], byRegistrar: true },
  { activity: 'carrier_air', kinds: ['air_carrier_code'], byRegistrar: true },
  { activity: 'ftz_operator', kinds: ['ftz_zone'], byRegistrar: true },
];
