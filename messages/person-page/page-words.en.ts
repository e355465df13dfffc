import type { PageWords } from './page-words.ts';

export const personPageEnglish: PageWords = {
  error: 'Error',
  problem: 'There is a problem',
  year: {
    why: 'To see your appointment, tell us the year you were born. We ask so that only you can see it.',
    label: 'Year of birth',
    hint: 'For example, 1925',
    malformed: 'Enter your year of birth as 4 digits, for example 1925',
    goOn: 'Continue',
    notForYou: 'If the text was not meant for you, close this page. You do not need to do anything else.',
    inOther: 'Gweld y dudalen hon yn Gymraeg',
  },
  appointment: {
    when: (dateAndTime) => `Your appointment is on ${dateAndTime}.`,
    place: 'Place',
    noPlace:
      'The place is not shown on this page. If you are not sure where to go, ask the person you are meeting.',
    none: 'There is no appointment to show at the moment. If you expected one, wait to hear from us.',
    confirmed: 'You told us that you will be there.',
    cannotCome:
      'You told us that you need another time. Somebody will contact you. Until then, the appointment stays as it is.',
    confirm: 'I’ll be there',
    askForAnother: 'I need another time',
    addToCalendar: 'Add to your calendar',
  },
  language: { heading: 'Language', change: 'Tudalen a negeseuon yn Gymraeg' },
  texts: {
    heading: 'Text messages',
    about: 'You can stop the texts at any time. Somebody may contact you in another way.',
    aboutAppointment:
      'You can stop the texts at any time. Your appointment stays as it is, and somebody may contact you in another way.',
    stop: 'Stop the texts',
    stopped: 'The texts are stopped. To get them again, reply START to one of our texts.',
  },
  ended: {
    says: [
      'If you may have typed the year wrongly, try again.',
      'The link may also have ended. Wait for your next text, or ring the person you are meeting, who can send you a new link.',
      'If you have an appointment, it stays as it is.',
    ],
    tryAgain: 'Try again',
  },
  tryLater:
    'We could not show this page just now. Try again in a few minutes. If you pressed a button, it is safe to press it again.',
};
