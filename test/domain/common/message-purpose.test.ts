import { expect, test } from '@jest/globals';
import {
  emailPurposes,
  isEmailPurpose,
  isMessagePurpose,
  isTextPurpose,
  messagePurposes,
  programmePurposes,
  purposeRow,
  textPurposes,
} from '../../../workflows/domain/common/message-purpose.ts';

test('every purpose is a text to the person, an e-mail to somebody at work, or asked of the online programme', () => {
  expect([...textPurposes, ...emailPurposes, ...programmePurposes].sort()).toEqual(
    Object.keys(messagePurposes).sort(),
  );
  for (const purpose of textPurposes) expect(purposeRow(purpose)?.audience).toBe('person');
  for (const purpose of emailPurposes) expect(purposeRow(purpose)?.audience).not.toBe('person');
  expect(textPurposes).toHaveLength(11);
  expect(emailPurposes).toHaveLength(7);
  expect(programmePurposes).toEqual(['online-enrolment']);
});

test('what is moved goes first, what is tomorrow before what is booked, and all else after', () => {
  const urgency = (purpose: keyof typeof messagePurposes): number => messagePurposes[purpose].urgency;
  expect(urgency('appointment-moved')).toBeLessThan(urgency('appointment-reminder'));
  expect(urgency('appointment-reminder')).toBeLessThan(urgency('appointment-booked'));
  expect(urgency('appointment-booked')).toBeLessThan(urgency('referral-received'));
});

test('only what leads to a page may lead to a place', () => {
  const naming = Object.entries(messagePurposes).filter(([, { namesPlace }]) => namesPlace);
  expect(naming.map(([purpose]) => purpose)).toEqual(['page-link', 'online-invitation']);
});

test('a purpose is known by its exact name', () => {
  expect(isMessagePurpose('appointment-reminder')).toBe(true);
  expect(isMessagePurpose('Appointment-reminder')).toBe(false);
  expect(isMessagePurpose('toString')).toBe(false);
  expect(isTextPurpose('new-referral')).toBe(false);
  expect(isEmailPurpose('new-referral')).toBe(true);
  expect(isTextPurpose('__proto__')).toBe(false);
  expect(purposeRow('constructor')).toBeUndefined();
});
