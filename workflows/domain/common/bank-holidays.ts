import type { LocalDate } from './london-time.ts';

/**
 * Bank holidays of England and Wales, 2024 to 2028, with Good Friday and Christmas Day (common law
 * holidays) and the substitute days: the list of https://www.gov.uk/bank-holidays as published on 24
 * November 2025. The default for new policies and nothing more: each policy carries its own list, so a
 * day proclaimed later (Banking and Financial Dealings Act 1971 s.1) is added there and moves no clock
 * that already runs. Years not listed have no bank holidays: extend the list as GOV.UK does.
 */
export const englandAndWalesBankHolidays: readonly LocalDate[] = [
  '2024-01-01', // New Year's Day
  '2024-03-29', // Good Friday
  '2024-04-01', // Easter Monday
  '2024-05-06', // Early May
  '2024-05-27', // Spring
  '2024-08-26', // Summer
  '2024-12-25', // Christmas Day
  '2024-12-26', // Boxing Day

  '2025-01-01', // New Year's Day
  '2025-04-18', // Good Friday
  '2025-04-21', // Easter Monday
  '2025-05-05', // Early May
  '2025-05-26', // Spring
  '2025-08-25', // Summer
  '2025-12-25', // Christmas Day
  '2025-12-26', // Boxing Day

  '2026-01-01', // New Year's Day
  '2026-04-03', // Good Friday
  '2026-04-06', // Easter Monday
  '2026-05-04', // Early May
  '2026-05-25', // Spring
  '2026-08-31', // Summer
  '2026-12-25', // Christmas Day
  '2026-12-28', // Boxing Day, substitute: 26 December is a Saturday

  '2027-01-01', // New Year's Day
  '2027-03-26', // Good Friday
  '2027-03-29', // Easter Monday
  '2027-05-03', // Early May
  '2027-05-31', // Spring
  '2027-08-30', // Summer
  '2027-12-27', // Christmas Day, substitute: 25 December is a Saturday
  '2027-12-28', // Boxing Day, substitute: 26 December is a Sunday

  '2028-01-03', // New Year's Day, substitute: 1 January is a Saturday
  '2028-04-14', // Good Friday
  '2028-04-17', // Easter Monday
  '2028-05-01', // Early May
  '2028-05-29', // Spring
  '2028-08-28', // Summer
  '2028-12-25', // Christmas Day
  '2028-12-26', // Boxing Day
];
