import { DateTime, Duration, Interval } from 'luxon';

export default ({ from, to, zone }) => {
  const start = DateTime.fromISO(from, { zone }), end = DateTime.fromISO(to, { zone });
  return {
    zoned: start.toISO(),
    format: start.setLocale('de').toFormat('cccc d. LLLL yyyy HH:mm ZZ'),
    nextSpring: start.plus({ months: 4 }).offset,
    days: Interval.fromDateTimes(start, end).length('days'),
    diff: end.diff(start, ['months', 'days', 'hours']).toObject(),
    parsed: DateTime.fromFormat('07 Mar 2026 14:05', 'dd LLL yyyy HH:mm', { zone: 'utc', locale: 'en' }).toISO(),
    duration: Duration.fromISO('P1Y2M3DT4H5M6S').toFormat('d hh:mm'),
    week: [start.weekNumber, start.weekYear, start.ordinal],
    invalid: DateTime.fromISO('2026-02-30').invalidReason,
  };
};
