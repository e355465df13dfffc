import { describe, expect, test } from '@jest/globals';
import { ConfigError, readConfig, readPublicUrl } from '../../platform/config.ts';
import { createLog, describeError } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

const production = {
  LLWYBR_ENV: 'production',
  DATABASE_URL: 'postgres://somebody:secret@db/llwybr',
  PUBLIC_URL: 'https://llwybr.example.org/',
  OIDC_ISSUER: 'https://issuer.example.org',
  OIDC_AUDIENCE: 'llwybr',
  TWILIO_ACCOUNT_SID: 'AC1',
  TWILIO_AUTH_TOKEN: 'token-secret',
  TWILIO_FROM: 'Llwybr',
  SMTP_URL: 'smtps://sender:mail-secret@mail.example.org',
  MAIL_FROM: 'messages@contact.example.org',
  ENCRYPTION_KEYS: `b:${key(2)},a:${key(1)}`,
  BLIND_INDEX_KEY: key(3),
  BUILD_ID: 'build-1',
};

describe('configuration', () => {
  test('needs nothing but its name in development', () => {
    const config = readConfig({ LLWYBR_ENV: 'development' });
    expect(config).toMatchObject({
      environment: 'development',
      port: 3000,
      logLevel: 'info',
      build: 'development',
    });
    expect(config.publicUrl).toBe('http://127.0.0.1:3000');
    expect(config.twilio.baseUrl).toBe('http://127.0.0.1:3001');
    expect(config.mail).toEqual({
      smtpUrl: 'smtp://127.0.0.1:3004',
      from: 'messages@contact.example',
      replyTo: null,
    });
  });

  test.each([{}, { LLWYBR_ENV: '' }])(
    'a process that is not told where it runs gets no public keys (%j)',
    (said) => {
      const { LLWYBR_ENV: _production, ...rest } = production;
      const told = { ...rest, ...said };
      expect(readConfig(told).environment).toBe('production');
      for (const name of ['ENCRYPTION_KEYS', 'BLIND_INDEX_KEY'] as const) {
        const { [name]: _key, ...without } = told;
        expect(() => readConfig(without)).toThrow(ConfigError);
        expect(() => readConfig(without)).toThrow(
          new RegExp(`^${name} is not set.*LLWYBR_ENV is not set either.*LLWYBR_ENV=development`),
        );
      }
      expect(() => readConfig(said)).toThrow('LLWYBR_ENV=development');
      expect(() => readConfig({ ...told, TWILIO_BASE_URL: 'http://127.0.0.1:3001' })).toThrow(
        'LLWYBR_ENV=development',
      );
      // Who said production knows.
      expect(() => readConfig({ LLWYBR_ENV: 'production' })).toThrow(/no default for it\.$/);
    },
  );

  test('says where the API is to a program that has no other settings', () => {
    expect(readPublicUrl({})).toBe('http://127.0.0.1:3000');
    expect(readPublicUrl({ PORT: '3010' })).toBe('http://127.0.0.1:3010');
    expect(readPublicUrl(production)).toBe('https://llwybr.example.org');
    expect(() => readPublicUrl({ PUBLIC_URL: 'llwybr.example.org' })).toThrow(ConfigError);
  });

  test('is read whole in production, the first key active', () => {
    const config = readConfig({ ...production, PORT: '8080' });
    expect(config).toMatchObject({
      environment: 'production',
      databaseUrl: production.DATABASE_URL,
      port: 8080,
      publicUrl: 'https://llwybr.example.org',
      pageUrl: 'https://llwybr.example.org',
      twilio: { accountSid: 'AC1', baseUrl: null },
      mail: { smtpUrl: production.SMTP_URL, from: production.MAIL_FROM, replyTo: null },
      build: 'build-1',
    });
    expect(readConfig({ ...production, PAGE_URL: 'https://diary.example.org/' }).pageUrl).toBe(
      'https://diary.example.org',
    );
    expect(config.caseUrl).toBeNull();
    const caseUrl = 'https://work.example.org/cases/{pathwayId}';
    expect(readConfig({ ...production, CASE_URL: caseUrl }).caseUrl).toBe(caseUrl);
    // The page's cookie goes over nothing else, so neither does its link.
    expect(() => readConfig({ ...production, PUBLIC_URL: 'http://diary.example.org' })).toThrow('PAGE_URL');
    expect(config.keys.activeId).toBe('b');
    expect(config.keys.ids).toEqual(['b', 'a']);
  });

  test.each(Object.keys(production).filter((name) => name !== 'LLWYBR_ENV'))(
    'names %s when production misses it',
    (name) => {
      const incomplete = Object.fromEntries(Object.entries(production).filter(([other]) => other !== name));
      expect(() => readConfig(incomplete)).toThrow(ConfigError);
      expect(() => readConfig(incomplete)).toThrow(name);
      expect(() => readConfig({ ...production, [name]: '' })).toThrow(name);
    },
  );

  test.each([
    ['LLWYBR_ENV', 'staging'],
    ['PORT', '80.5'],
    ['PORT', '70000'],
    ['LOG_LEVEL', 'loud'],
    ['PUBLIC_URL', 'llwybr.example.org'],
    ['PAGE_URL', 'diary.example.org'],
    ['PAGE_URL', 'http://diary.example.org'],
    ['CASE_URL', 'http://work.example.org/{pathwayId}'],
    ['CASE_URL', 'https://work.example.org/cases'],
    ['CASE_URL', 'work.example.org/{pathwayId}'],
    ['OIDC_ISSUER', 'file:///issuer'],
    ['TWILIO_BASE_URL', 'http://127.0.0.1:3001'],
    ['SMTP_URL', 'https://mail.example.org'],
    ['SMTP_URL', 'smtp://127.0.0.1:3004'],
    ['SMTP_URL', 'smtp://localhost'],
    ['SMTP_URL', 'smtp://mail.example.org?pool=true'],
    ['MAIL_FROM', 'Messages <messages@contact.example.org>'],
    ['MAIL_FROM', 'messages@contact.example.org\r\nBcc: all@example.org'],
    ['MAIL_REPLY_TO', 'nobody'],
    ['ENCRYPTION_KEYS', `a:${key(1)},a:${key(2)}`],
    ['ENCRYPTION_KEYS', 'a:c2hvcnQ='],
    ['ENCRYPTION_KEYS', key(1)],
    ['BLIND_INDEX_KEY', 'c2hvcnQ='],
    ['TZ', 'Europe/London'],
  ])('refuses %s=%s by name, and says no value of a secret', (name, value) => {
    const read = (): unknown => readConfig({ ...production, [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(name);
    if (/KEY|SMTP_URL/.test(name)) expect(read).not.toThrow(value);
  });

  test('M29 reads the online programme whole or not at all, and in production over TLS alone', () => {
    const given = {
      ONLINE_PROGRAMME_URL: 'https://programme.example.org/',
      ONLINE_PROGRAMME_TOKEN: 'programme-secret',
      ONLINE_PROGRAMME_SIGN_IN_URL: 'https://begin.example.org/log-in',
    };
    expect(readConfig(production).onlineProgramme).toBeNull();
    expect(readConfig({ LLWYBR_ENV: 'development' }).onlineProgramme).toBeNull();
    expect(readConfig({ ...production, ...given }).onlineProgramme).toEqual({
      ...{ url: 'https://programme.example.org', token: 'programme-secret' },
      signInUrl: 'https://begin.example.org/log-in',
    });
    for (const name of Object.keys(given)) {
      expect(() => readConfig({ ...production, ...given, [name]: '' })).toThrow(`${name} must be set`);
    }
    for (const name of ['ONLINE_PROGRAMME_URL', 'ONLINE_PROGRAMME_SIGN_IN_URL']) {
      const inClear = { ...given, [name]: 'http://127.0.0.1:3005' };
      expect(() => readConfig({ ...production, ...inClear })).toThrow(`${name} must be an https address`);
      expect(readConfig({ LLWYBR_ENV: 'test', ...inClear }).onlineProgramme).not.toBeNull();
      expect(() => readConfig({ ...production, ...given, [name]: 'nowhere' })).toThrow(ConfigError);
    }
  });

  test('gives its keys away in no text', () => {
    expect(JSON.stringify(readConfig(production).keys)).toBe('{"activeId":"b","ids":["b","a"]}');
  });
});

describe('the log', () => {
  function logged(write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
    const lines: string[] = [];
    const log = createLog(
      { level: 'info', process: 'test', build: 'b1' },
      { write: (line: string) => void lines.push(line) },
    );
    write(log);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  test('is one JSON object a line, with instant, level, process and build', () => {
    const [line, ...rest] = logged((log) => {
      log.debug('not shown');
      log.warn({ pathwayId: 'p' }, 'two\nlines');
    });
    expect(rest).toEqual([]);
    expect(line).toEqual({
      level: 'warn',
      time: expect.stringMatching(/Z$/),
      process: 'test',
      build: 'b1',
      pathwayId: 'p',
      msg: 'two\nlines',
    });
  });

  test('keeps personal data and secrets out, wherever they slip in', () => {
    const person = { surname: 'Morgan', mobile: '07700900123' };
    const lines = logged((log) => {
      log.info(
        { ...person, person, request: { headers: { authorization: 'Bearer x', cookie: 'c' }, body: person } },
        'm',
      );
    });
    expect(JSON.stringify(lines)).not.toMatch(/Morgan|07700900123|Bearer/);
  });

  test('says of an error its type, code and place, not its text, which may quote a row', () => {
    const cause = Object.assign(new Error('duplicate key (Morgan)'), { code: '23505' });
    const [line] = logged((log) => {
      log.error({ err: new RangeError('for Morgan', { cause }) }, 'failed');
    });
    expect(line).toMatchObject({ err: { type: 'RangeError', cause: { type: 'Error', code: '23505' } } });
    expect(JSON.stringify(line)).not.toContain('Morgan');
    expect(describeError(new Error('x'))).toMatchObject({
      stack: expect.arrayContaining([expect.stringContaining('config.test')]),
    });
    expect(describeError(42)).toBe('number');
  });
});

describe('metrics', () => {
  test('are served in the text format, each registry its own', async () => {
    const [one, two] = [
      createMetrics({ process: 'api', build: 'b1' }),
      createMetrics({ process: 'worker', build: 'b1' }),
    ];
    one.commands.inc({ kind: 'diversion', command: 'book-appointment', outcome: 'taken' });
    expect(await one.registry.metrics()).toContain(
      'llwybr_commands_total{kind="diversion",command="book-appointment",outcome="taken",process="api",build="b1"} 1',
    );
    expect(await two.registry.metrics()).not.toContain('book-appointment');
    one.registry.clear();
    two.registry.clear();
  });
});
