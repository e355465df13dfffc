import type { PageWords } from './page-words.ts';

export const personPageWelsh: PageWords = {
  error: 'Gwall',
  problem: 'Mae problem',
  year: {
    why: 'I weld eich apwyntiad, rhowch y flwyddyn y cawsoch eich geni. Rydym yn gofyn fel mai dim ond chi sy’n gallu ei weld.',
    label: 'Blwyddyn geni',
    hint: 'Er enghraifft, 1925',
    malformed: 'Rhowch flwyddyn eich geni fel 4 digid, er enghraifft 1925',
    goOn: 'Parhau',
    notForYou: 'Os nad i chi yr oedd y neges, caewch y dudalen hon. Nid oes angen i chi wneud dim arall.',
    inOther: 'See this page in English',
  },
  appointment: {
    when: (dateAndTime) => `Mae eich apwyntiad ${dateAndTime}.`,
    place: 'Lle',
    noPlace:
      'Nid yw’r lle yn cael ei ddangos ar y dudalen hon. Os nad ydych yn siŵr ble i fynd, gofynnwch i’r person rydych yn ei gyfarfod.',
    none: 'Nid oes apwyntiad i’w ddangos ar hyn o bryd. Os oeddech yn disgwyl un, arhoswch i glywed gennym.',
    confirmed: 'Rydych wedi dweud wrthym y byddwch yno.',
    cannotCome:
      'Rydych wedi dweud wrthym fod angen amser arall arnoch. Bydd rhywun yn cysylltu â chi. Tan hynny, mae’r apwyntiad yn aros fel y mae.',
    confirm: 'Byddaf yno',
    askForAnother: 'Mae angen amser arall arnaf',
    addToCalendar: 'Ychwanegu at eich calendr',
  },
  language: { heading: 'Iaith', change: 'Page and texts in English' },
  texts: {
    heading: 'Negeseuon testun',
    about: 'Gallwch atal y negeseuon unrhyw bryd. Efallai y bydd rhywun yn cysylltu â chi mewn ffordd arall.',
    aboutAppointment:
      'Gallwch atal y negeseuon unrhyw bryd. Mae eich apwyntiad yn aros fel y mae, ac efallai y bydd rhywun yn cysylltu â chi mewn ffordd arall.',
    stop: 'Atal y negeseuon',
    stopped: 'Mae’r negeseuon wedi’u hatal. I’w cael eto, atebwch START i un o’n negeseuon.',
  },
  ended: {
    says: [
      'Os ydych efallai wedi teipio’r flwyddyn yn anghywir, rhowch gynnig arall arni.',
      'Mae’n bosibl hefyd fod y ddolen wedi dod i ben. Arhoswch am eich neges nesaf, neu ffoniwch y person rydych yn ei gyfarfod, a all anfon dolen newydd atoch.',
      'Os oes gennych apwyntiad, mae’n aros fel y mae.',
    ],
    tryAgain: 'Rhoi cynnig arall arni',
  },
  tryLater:
    'Nid oedd modd dangos y dudalen hon nawr. Rhowch gynnig arall arni ymhen ychydig funudau. Os gwnaethoch bwyso botwm, mae’n iawn ei bwyso eto.',
};
