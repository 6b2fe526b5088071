// The pages of report schedules, each a chunk of its own.
import { lazyRouteComponent } from '@tanstack/react-router';

export const Schedules = lazyRouteComponent(() => import('./SchedulesPage'), 'SchedulesPage');
export const Schedule = lazyRouteComponent(() => import('./SchedulePage'), 'SchedulePage');
export const NewSchedule = lazyRouteComponent(() => import('./EditPages'), 'NewSchedulePage');
export const EditSchedule = lazyRouteComponent(() => import('./EditPages'), 'EditSchedulePage');
