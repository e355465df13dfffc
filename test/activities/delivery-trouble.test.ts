import { expect, test } from '@jest/globals';
import { wait } from '../../activities/delivery-trouble.ts';
import { deliveryWaitTypes } from '../../workflows/contract/activities.ts';

test('what waits for the hours, or for its access code, warns nobody: a night of texts is no trouble', () => {
  const { hours, enrolment, ...trouble } = deliveryWaitTypes;
  for (const type of [hours, enrolment]) expect(wait(type, 3_600)).toMatchObject({ category: 'BENIGN' });
  for (const type of Object.values(trouble)) expect(wait(type, 5).category).not.toBe('BENIGN');
});
