import type { LanguageTexts } from './template-text.js'

export const sv: LanguageTexts = {
  locale: 'sv-SE',
  clock: { zoneLocale: 'sv', zoneName: 'longGeneric', time: 'kl. {time} ({zone})' },
  minutes: { one: '{n} minut', other: '{n} minuter' },
  desk: { known: 'servicedesken ({phone})', unknown: 'servicedesken' },
  footer: 'Skickat av {product}, {origin}. Svar till den här adressen läses inte.',
  templates: {
    'one-time-code': {
      subject: 'Kod för att {purpose}',
      choices: {
        purpose: {
          'password-reset': 'återställa ditt lösenord',
          'account-unlock': 'låsa upp ditt konto',
          'self-service-sign-in': 'logga in i självbetjäningen',
          'password-change': 'byta ditt lösenord',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'Använd den här koden för att {purpose}:' },
        { kind: 'code' },
        {
          kind: 'paragraph',
          text: 'Den fungerar en gång och gäller i {validMinutes}, till {validUntil}. Om du bad om flera koder '
            + 'fungerar bara den senaste.',
        },
        {
          kind: 'paragraph',
          text: 'Skriv den bara på sidan där du bad om den och berätta den inte för någon. Servicedesken frågar '
            + 'aldrig efter den.',
        },
        {
          kind: 'paragraph',
          text: 'Koden begärdes den {askedAt}. Om det inte var du behöver du inte göra något: inget har ändrats, '
            + 'och inget kan ändras utan koden. Om det händer igen, meddela {desk}.',
        },
      ],
    },
    'password-changed': {
      subject: 'Ditt lösenord har bytts',
      choices: {
        by: {
          'self-service': 'i självbetjäningen, efter en kontroll av vem du är',
          'service-desk': 'av servicedesken',
          administrator: 'av en administratör',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'Lösenordet för {accounts} byttes den {at}, {by}.' },
        {
          kind: 'paragraph',
          text: 'Använd det nya lösenordet från och med nu, också på telefonen och på andra enheter som minns '
            + 'det gamla.',
        },
        { kind: 'paragraph', text: 'Om det inte var du, ring genast {desk} och uppge referensen {reference}.' },
      ],
    },
    'account-unlocked': {
      subject: 'Ditt konto har låsts upp',
      choices: {
        by: {
          'self-service': 'i självbetjäningen, efter en kontroll av vem du är',
          'service-desk': 'av servicedesken',
          administrator: 'av en administratör',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'Upplåst den {at}, {by}: {accounts}. Lösenordet är detsamma som förut.' },
        { kind: 'paragraph', text: 'Om det inte var du, ring genast {desk} och uppge referensen {reference}.' },
      ],
    },
    'reset-not-possible': {
      subject: 'Det här kunde inte göras i självbetjäningen',
      choices: {
        operation: { reset: 'återställa ditt lösenord', unlock: 'låsa upp ditt konto' },
        reason: {
          protected: 'Ditt konto har särskilda rättigheter, och sådana konton ändras inte i självbetjäningen.',
          disabled: 'Ditt konto är inaktiverat.',
          'no-contact': 'Vi har ingen registrerad kontaktuppgift som en kod kan skickas till: den saknas, den har ändrats '
            + 'de senaste dagarna eller så öppnas den med samma lösenord.',
          locked: 'Ändringar av dina konton har stoppats i din organisation.',
        },
      },
      parts: [
        {
          kind: 'paragraph',
          text: 'Den {at} bad någon om att få {operation} i självbetjäningen. Ingen kod skickades och inget har '
            + 'ändrats.',
        },
        { kind: 'paragraph', text: '{reason}' },
        {
          kind: 'paragraph',
          text: 'Om det var du, ring {desk} eller fråga din chef. Om det inte var du behöver du inte göra något.',
        },
        { kind: 'paragraph', text: 'Det här meddelandet skickas högst en gång om dagen.' },
      ],
    },
    'provisioning-failed': {
      subject: 'Provisioneringen misslyckades: {reference}',
      choices: {
        operation: {
          reset: 'Återställa lösenord', change: 'Byta lösenord', unlock: 'Låsa upp konto', activate: 'Aktivera konto',
          deactivate: 'Inaktivera konto',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'En uppgift misslyckades och körs inte igen av sig själv.' },
        {
          kind: 'facts',
          rows: [
            ['Referens', '{reference}'], ['Katalog', '{directory}'], ['Åtgärd', '{operation}'], ['Fel', '{errorCode}'],
            ['Försök', '{attempts}'], ['Avslutad', '{at}'],
          ],
        },
        {
          kind: 'paragraph',
          text: 'Uppgiften i {product} innehåller katalogens egna ord och anger om den kan köras igen.',
        },
      ],
    },
    'outcome-settled': {
      subject: 'Din begäran {reference} {outcome}',
      choices: {
        operation: { reset: 'återställa ditt lösenord', change: 'byta ditt lösenord', unlock: 'låsa upp ditt konto' },
        outcome: { completed: 'är klar', 'partly-completed': 'är delvis klar', failed: 'kunde inte utföras' },
      },
      parts: [
        { kind: 'paragraph', text: 'Din begäran {reference} om att {operation} avslutades den {at}.' },
        { kind: 'paragraph', text: 'Nytt lösenord i bruk: {done}.', filled: 'done', is: { operation: ['reset', 'change'] } },
        { kind: 'paragraph', text: 'Upplåst: {done}.', filled: 'done', is: { operation: ['unlock'] } },
        {
          kind: 'paragraph',
          text: 'Inte ändrat: {notDone}. Använd det gamla lösenordet där.',
          filled: 'notDone', is: { operation: ['reset', 'change'] },
        },
        { kind: 'paragraph', text: 'Inte upplåst: {notDone}.', filled: 'notDone', is: { operation: ['unlock'] } },
        {
          kind: 'paragraph',
          text: 'Inte känt: {unknown}. Prova först det nya lösenordet, sedan det gamla, högst två gånger var.',
          filled: 'unknown', is: { operation: ['reset', 'change'] },
        },
        {
          kind: 'paragraph',
          text: 'Inte känt: {unknown}. Försök logga in där; om det inte går, be om upplåsningen igen.',
          filled: 'unknown', is: { operation: ['unlock'] },
        },
        { kind: 'paragraph', text: 'Begäran finns i listan i självbetjäningen: {origin}', is: { outcome: ['completed'] } },
        {
          kind: 'paragraph',
          text: 'Du kan försöka igen i självbetjäningen, {origin}, eller ringa {desk} och uppge referensen {reference}.',
          is: { outcome: ['partly-completed', 'failed'] },
        },
        { kind: 'paragraph', text: 'Om det inte var du som bad om detta, ring genast {desk}.' },
      ],
    },
    'reset-attempts': {
      subject: 'Felaktiga koder har skrivits för ditt konto',
      choices: {},
      parts: [
        {
          kind: 'paragraph',
          text: 'Felaktiga koder har skrivits {wrongCodes} gånger för ditt konto, senast den {at}. Inget har '
            + 'ändrats och ditt lösenord är detsamma som förut.',
        },
        {
          kind: 'paragraph',
          text: 'För att skydda dig godtas inga koder före den {until}. En webbläsare där du redan tidigare har '
            + 'bekräftat vem du är godtar dem ändå.',
        },
        {
          kind: 'paragraph',
          text: 'Om det var du och du behöver ditt lösenord nu, ring {desk}. Om det inte var du behöver du inte '
            + 'göra något; meddela {desk} om det fortsätter.',
        },
        { kind: 'paragraph', text: 'Det här meddelandet skickas högst en gång om dagen.' },
      ],
    },
    'contact-changed': {
      subject: 'En av dina kontaktuppgifter har ändrats',
      choices: { contact: { mail: 'e-postadress', phone: 'telefonnummer' } },
      parts: [
        {
          kind: 'paragraph',
          text: 'Den {at} läste vi i din organisations katalog att en av dina kontaktuppgifter har ändrats: {contact}. Det '
            + 'här meddelandet går till den uppgift som var registrerad tidigare.',
        },
        {
          kind: 'paragraph',
          text: 'Under några dagar räcker den nya uppgiften inte ensam för att återställa ditt lösenord. Om du själv ändrade '
            + 'den behöver du inte göra något.',
        },
        {
          kind: 'paragraph',
          text: 'Om det inte var du kan någon annan använda ditt konto: byt ditt lösenord och meddela genast {desk}.',
        },
      ],
    },
  },
}
