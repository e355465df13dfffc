import { localParts } from '../workflows/domain/common/london-time.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';

const dayMs = 86_400_000;

/**
 * A provider's caseload of one fictional person, as its own system exports it: referred four months ago and still in
 * treatment. So the time of the referral is over on its true date, and it is concluded.
 * @param today ms since the epoch
 */
export function demoCaseload(today: number): string {
  const day = (daysAgo: number): string => {
    const [year, month, date] = localParts(toInstant(today - daysAgo * dayMs)).date.split('-');
    return `${date ?? ''}/${month ?? ''}/${year ?? ''}`;
  };
  const row = {
    ProviderRef: 'DEMO-C1',
    OccurrenceNumber: 'DEMO-C1',
    NominalNumber: 'N90020',
    Surname: 'Tudor',
    Forenames: 'Gwenllian',
    DateOfBirth: '11/11/1986',
    Postcode: 'SA31 1ZZ',
    Mobile: '07700900120',
    PreferredLanguage: 'W',
    SafeToText: 'Y',
    ReferralReceived: day(120),
    FirstContact: day(117),
    ContactAttempts: '1',
    AssessmentDate: day(105),
    NextAppointment: '',
    TreatmentStart: day(98),
    Stage: 'In treatment',
    Worker: '',
  };
  return `${Object.keys(row).join(',')}\r\n${Object.values(row).join(',')}\r\n`;
}
