/**
 * From this age on a person is dealt with as an adult, here in years by common/london-time.ts `ageOn`: Adult Community
 * Resolutions are for adults, and a person is tested on arrest from 18 on (PACE 1984 s.63B(3)(a)).
 */
export const adultAge = 18;
