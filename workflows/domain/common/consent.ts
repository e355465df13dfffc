/**
 * What a person agrees to, each by itself and each to be taken back by itself: that what happens is shared with other
 * agencies, to be treated, to be texted, to be in the national and in the shared care record. None of them touches
 * a duty of the compulsory path.
 */
export const consentPurposes = ['sharing', 'treatment', 'texts', 'national-data', 'care-record'] as const;

export type ConsentPurpose = (typeof consentPurposes)[number];
