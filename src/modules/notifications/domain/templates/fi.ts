import type { LanguageTexts } from './template-text.js'

export const fi: LanguageTexts = {
  locale: 'fi-FI',
  clock: { zoneLocale: 'fi', time: '{time} ({zone})' },
  minutes: { one: '{n} minuutti', other: '{n} minuuttia' },
  desk: { known: 'palvelupisteeseen ({phone})', unknown: 'palvelupisteeseen' },
  footer: 'Lähettäjä: {product}, {origin}. Tähän osoitteeseen lähetettyjä vastauksia ei lueta.',
  templates: {
    'one-time-code': {
      subject: 'Koodi {purpose}',
      choices: {
        purpose: {
          'password-reset': 'salasanan uusimiseen',
          'account-unlock': 'tilin lukituksen avaamiseen',
          'self-service-sign-in': 'itsepalveluun kirjautumiseen',
          'password-change': 'salasanan vaihtamiseen',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'Koodisi {purpose}:' },
        { kind: 'code' },
        {
          kind: 'paragraph',
          text: 'Käytä koodi viimeistään kello {validUntil}: se on voimassa {validMinutes} ja toimii kerran. Jos pyysit '
            + 'useamman koodin, vain uusin toimii.',
        },
        {
          kind: 'paragraph',
          text: 'Kirjoita koodi vain sille sivulle, jolla pyysit sitä, äläkä kerro sitä kenellekään. '
            + 'Palvelupiste ei koskaan kysy sitä.',
        },
        {
          kind: 'paragraph',
          text: 'Koodi pyydettiin {askedAt}. Jos pyytäjä et ollut sinä, sinun ei tarvitse tehdä mitään: mitään '
            + 'ei ole muutettu, eikä ilman koodia voi muuttaa. Jos näin käy uudelleen, ilmoita siitä {desk}.',
        },
      ],
    },
    'password-changed': {
      subject: 'Salasanasi on vaihdettu',
      choices: {
        by: {
          'self-service': 'itsepalvelussa henkilöllisyyden tarkistamisen jälkeen',
          'service-desk': 'palvelupisteessä',
          administrator: 'ylläpidon toimesta',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'Salasana vaihdettiin {at} {by}. Vaihto koskee: {accounts}.' },
        {
          kind: 'paragraph',
          text: 'Käytä tästä lähtien uutta salasanaa, myös puhelimessa ja muissa laitteissa, jotka muistavat '
            + 'vanhan.',
        },
        { kind: 'paragraph', text: 'Jos vaihtaja et ollut sinä, soita heti {desk} ja kerro viite {reference}.' },
      ],
    },
    'account-unlocked': {
      subject: 'Tilisi lukitus on avattu',
      choices: {
        by: {
          'self-service': 'itsepalvelussa henkilöllisyyden tarkistamisen jälkeen',
          'service-desk': 'palvelupisteessä',
          administrator: 'ylläpidon toimesta',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'Lukitus avattiin {at} {by}. Avaaminen koskee: {accounts}. Salasana on sama kuin ennen.' },
        { kind: 'paragraph', text: 'Jos avaaja et ollut sinä, soita heti {desk} ja kerro viite {reference}.' },
      ],
    },
    'reset-not-possible': {
      subject: 'Tätä ei voitu tehdä itsepalvelussa',
      choices: {
        operation: { reset: 'salasanasi uusimista', unlock: 'tilisi lukituksen avaamista' },
        reason: {
          protected: 'Tililläsi on erityisiä oikeuksia, eikä sellaisia tilejä muuteta itsepalvelussa.',
          disabled: 'Tilisi on poistettu käytöstä.',
          'no-contact': 'Tiedoissasi ei ole yhteystietoa, johon koodin voisi lähettää: se puuttuu, sitä on muutettu '
            + 'viime päivinä tai se avautuu samalla salasanalla.',
          locked: 'Tiliesi muuttaminen on pysäytetty organisaatiossasi.',
        },
      },
      parts: [
        {
          kind: 'paragraph',
          text: 'Itsepalvelussa pyydettiin {operation} {at}. Koodia ei lähetetty eikä mitään ole muutettu.',
        },
        { kind: 'paragraph', text: '{reason}' },
        {
          kind: 'paragraph',
          text: 'Jos pyytäjä olit sinä, soita {desk} tai kysy esihenkilöltäsi. Jos se et ollut sinä, sinun ei '
            + 'tarvitse tehdä mitään.',
        },
        { kind: 'paragraph', text: 'Tämä viesti lähetetään enintään kerran päivässä.' },
      ],
    },
    'provisioning-failed': {
      subject: 'Provisiointi epäonnistui: {reference}',
      choices: {
        operation: {
          reset: 'Salasanan uusiminen', change: 'Salasanan vaihto', unlock: 'Lukituksen avaaminen',
          activate: 'Tilin käyttöönotto',
          deactivate: 'Tilin poistaminen käytöstä',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'Tehtävä päättyi tuloksetta, eikä sitä yritetä enää itsestään.' },
        {
          kind: 'facts',
          rows: [
            ['Viite', '{reference}'], ['Hakemisto', '{directory}'], ['Toiminto', '{operation}'], ['Virhe', '{errorCode}'],
            ['Yrityksiä', '{attempts}'], ['Päättyi', '{at}'],
          ],
        },
        {
          kind: 'paragraph',
          text: 'Hakemiston oma vastaus ja tieto siitä, voiko tehtävän ajaa uudelleen, näkyvät tehtävällä '
            + '({product}).',
        },
      ],
    },
    'outcome-settled': {
      subject: 'Pyyntösi {reference} {outcome}',
      choices: {
        operation: { reset: 'salasanan uusiminen', change: 'salasanan vaihto', unlock: 'lukituksen avaaminen' },
        outcome: { completed: 'on valmis', 'partly-completed': 'onnistui osittain', failed: 'ei onnistunut' },
      },
      parts: [
        { kind: 'paragraph', text: 'Pyyntösi {reference} ({operation}) päättyi {at}.' },
        {
          kind: 'paragraph',
          text: 'Uusi salasana on käytössä: {done}.',
          filled: 'done', is: { operation: ['reset', 'change'] },
        },
        { kind: 'paragraph', text: 'Lukitus avattu: {done}.', filled: 'done', is: { operation: ['unlock'] } },
        {
          kind: 'paragraph',
          text: 'Ei vaihdettu: {notDone}. Käytä siellä vanhaa salasanaa.',
          filled: 'notDone', is: { operation: ['reset', 'change'] },
        },
        { kind: 'paragraph', text: 'Lukitusta ei avattu: {notDone}.', filled: 'notDone', is: { operation: ['unlock'] } },
        {
          kind: 'paragraph',
          text: 'Ei vielä tiedossa: {unknown}. Kokeile ensin uutta salasanaa, sitten vanhaa, kumpaakin enintään '
            + 'kahdesti.',
          filled: 'unknown', is: { operation: ['reset', 'change'] },
        },
        {
          kind: 'paragraph',
          text: 'Ei vielä tiedossa: {unknown}. Kokeile kirjautua sinne; jos se ei onnistu, pyydä lukituksen '
            + 'avaamista uudelleen.',
          filled: 'unknown', is: { operation: ['unlock'] },
        },
        { kind: 'paragraph', text: 'Pyyntö näkyy itsepalvelussa: {origin}', is: { outcome: ['completed'] } },
        {
          kind: 'paragraph',
          text: 'Voit yrittää uudelleen itsepalvelussa, {origin}, tai soittaa {desk} ja kertoa viitteen '
            + '{reference}.',
          is: { outcome: ['partly-completed', 'failed'] },
        },
        { kind: 'paragraph', text: 'Jos et tehnyt tätä pyyntöä, soita heti {desk}.' },
      ],
    },
    'reset-attempts': {
      subject: 'Tilillesi on syötetty vääriä koodeja',
      choices: {},
      parts: [
        {
          kind: 'paragraph',
          text: 'Tilillesi on syötetty {wrongCodes} väärää koodia, viimeksi {at}. Mitään ei ole muutettu, ja '
            + 'salasanasi on sama kuin ennen.',
        },
        {
          kind: 'paragraph',
          text: 'Suojaksesi koodeja ei hyväksytä ennen kuin {until}. Selain, jossa olet aiemmin todistanut '
            + 'henkilöllisyytesi, hyväksyy ne edelleen.',
        },
        {
          kind: 'paragraph',
          text: 'Jos se olit sinä ja tarvitset salasanan nyt, soita {desk}. Jos se et ollut sinä, sinun ei '
            + 'tarvitse tehdä mitään; ilmoita {desk}, jos se jatkuu.',
        },
        { kind: 'paragraph', text: 'Tämä viesti lähetetään enintään kerran päivässä.' },
      ],
    },
    'contact-changed': {
      subject: 'Yhteystietosi on muuttunut',
      choices: { contact: { mail: 'sähköpostiosoitteesi', phone: 'puhelinnumerosi' } },
      parts: [
        {
          kind: 'paragraph',
          text: 'Organisaatiosi hakemistosta luettiin {at}, että {contact} on muuttunut. Tämä viesti lähetetään aiemmin '
            + 'tiedossa olleeseen osoitteeseen.',
        },
        {
          kind: 'paragraph',
          text: 'Muutamaan päivään uusi yhteystieto ei yksin riitä salasanan uusimiseen. Jos muutit sen itse, sinun ei '
            + 'tarvitse tehdä mitään.',
        },
        {
          kind: 'paragraph',
          text: 'Jos et muuttanut sitä, joku muu saattaa käyttää tiliäsi: vaihda salasanasi ja ilmoita heti {desk}.',
        },
      ],
    },
  },
}
