import type { LanguageTexts } from './template-text.js'

export const de: LanguageTexts = {
  locale: 'de-DE',
  clock: { zoneLocale: 'de', zoneName: 'longGeneric', time: '{time} Uhr ({zone})', hour: ' Uhr' },
  minutes: { one: '{n} Minute', other: '{n} Minuten' },
  // in the accusative: "rufen Sie … an", "informieren Sie …"
  desk: { known: 'den Servicedesk ({phone})', unknown: 'den Servicedesk' },
  footer: 'Gesendet von {product}, {origin}. Antworten an diese Adresse werden nicht gelesen.',
  templates: {
    'one-time-code': {
      subject: 'Einmalcode: {purpose}',
      choices: {
        purpose: {
          'password-reset': 'Passwort zurücksetzen',
          'account-unlock': 'Konto entsperren',
          'self-service-sign-in': 'Anmeldung im Self-Service',
          'password-change': 'Passwort ändern',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'Ihr Einmalcode ({purpose}):' },
        { kind: 'code' },
        {
          kind: 'paragraph',
          text: 'Er gilt einmal und {validMinutes} lang, bis {validUntil}. Wenn Sie mehrere Codes angefordert haben, '
            + 'gilt nur der neueste.',
        },
        {
          kind: 'paragraph',
          text: 'Geben Sie ihn nur auf der Seite ein, auf der Sie ihn angefordert haben, und sagen Sie ihn '
            + 'niemandem. Der Servicedesk fragt nie danach.',
        },
        {
          kind: 'paragraph',
          text: 'Der Code wurde am {askedAt} angefordert. Wenn Sie das nicht waren, müssen Sie nichts tun: Es wurde '
            + 'nichts geändert, und ohne den Code geht das auch nicht. Geschieht es wieder, informieren Sie {desk}.',
        },
      ],
    },
    'password-changed': {
      subject: 'Ihr Passwort wurde geändert',
      choices: {
        by: {
          'self-service': 'im Self-Service, nach einer Prüfung Ihrer Identität',
          'service-desk': 'vom Servicedesk',
          administrator: 'von der Administration',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'Am {at} wurde das Passwort geändert, {by}. Es betrifft: {accounts}.' },
        {
          kind: 'paragraph',
          text: 'Verwenden Sie ab jetzt das neue Passwort, auch auf dem Telefon und auf anderen Geräten, die das '
            + 'alte gespeichert haben.',
        },
        {
          kind: 'paragraph',
          text: 'Wenn Sie das nicht waren, rufen Sie sofort {desk} an und nennen Sie die Referenz {reference}.',
        },
      ],
    },
    'account-unlocked': {
      subject: 'Ihr Konto wurde entsperrt',
      choices: {
        by: {
          'self-service': 'im Self-Service, nach einer Prüfung Ihrer Identität',
          'service-desk': 'vom Servicedesk',
          administrator: 'von der Administration',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'Entsperrt am {at}, {by}: {accounts}. Das Passwort ist dasselbe wie zuvor.' },
        {
          kind: 'paragraph',
          text: 'Wenn Sie das nicht waren, rufen Sie sofort {desk} an und nennen Sie die Referenz {reference}.',
        },
      ],
    },
    'reset-not-possible': {
      subject: 'Das war im Self-Service nicht möglich',
      choices: {
        operation: { reset: 'Ihr Passwort zurückzusetzen', unlock: 'Ihr Konto zu entsperren' },
        reason: {
          protected: 'Ihr Konto hat besondere Rechte, und solche Konten werden nicht im Self-Service geändert.',
          disabled: 'Ihr Konto ist deaktiviert.',
          'no-contact': 'Uns liegt keine Kontaktangabe vor, an die ein Code gesendet werden kann: Sie fehlt, sie wurde in '
            + 'den letzten Tagen geändert, oder sie ist mit demselben Passwort geschützt.',
          locked: 'Änderungen an Ihren Konten wurden in Ihrer Organisation angehalten.',
        },
      },
      parts: [
        {
          kind: 'paragraph',
          text: 'Am {at} hat jemand im Self-Service versucht, {operation}. Es wurde kein Code gesendet und '
            + 'nichts geändert.',
        },
        { kind: 'paragraph', text: '{reason}' },
        {
          kind: 'paragraph',
          text: 'Wenn Sie es waren, rufen Sie {desk} an oder fragen Sie Ihre Führungskraft. Wenn nicht, müssen Sie '
            + 'nichts tun.',
        },
        { kind: 'paragraph', text: 'Diese Nachricht wird höchstens einmal am Tag gesendet.' },
      ],
    },
    'provisioning-failed': {
      subject: 'Provisionierung fehlgeschlagen: {reference}',
      choices: {
        operation: {
          reset: 'Passwort zurücksetzen', change: 'Passwort ändern', unlock: 'Konto entsperren',
          activate: 'Konto aktivieren', deactivate: 'Konto deaktivieren',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'Eine Aufgabe endete ohne Erfolg und wird nicht von selbst wiederholt.' },
        {
          kind: 'facts',
          rows: [
            ['Referenz', '{reference}'], ['Verzeichnis', '{directory}'], ['Operation', '{operation}'],
            ['Fehler', '{errorCode}'], ['Versuche', '{attempts}'], ['Beendet', '{at}'],
          ],
        },
        {
          kind: 'paragraph',
          text: 'Die Aufgabe in {product} enthält die Worte des Verzeichnisses selbst und sagt, ob sie wiederholt '
            + 'werden kann.',
        },
      ],
    },
    'outcome-settled': {
      subject: 'Ihre Anfrage {reference} {outcome}',
      choices: {
        operation: { reset: 'Passwort zurücksetzen', change: 'Passwort ändern', unlock: 'Konto entsperren' },
        outcome: {
          completed: 'ist erledigt', 'partly-completed': 'ist teilweise erledigt', failed: 'wurde nicht ausgeführt',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'Ihre Anfrage {reference} ({operation}) wurde am {at} abgeschlossen.' },
        { kind: 'paragraph', text: 'Neues Passwort gilt: {done}.', filled: 'done', is: { operation: ['reset', 'change'] } },
        { kind: 'paragraph', text: 'Entsperrt: {done}.', filled: 'done', is: { operation: ['unlock'] } },
        {
          kind: 'paragraph',
          text: 'Nicht geändert: {notDone}. Verwenden Sie dort das alte Passwort.',
          filled: 'notDone', is: { operation: ['reset', 'change'] },
        },
        { kind: 'paragraph', text: 'Nicht entsperrt: {notDone}.', filled: 'notDone', is: { operation: ['unlock'] } },
        {
          kind: 'paragraph',
          text: 'Nicht bekannt: {unknown}. Probieren Sie erst das neue Passwort, dann das alte, jedes höchstens zweimal.',
          filled: 'unknown', is: { operation: ['reset', 'change'] },
        },
        {
          kind: 'paragraph',
          text: 'Nicht bekannt: {unknown}. Versuchen Sie, sich dort anzumelden; geht das nicht, fordern Sie das '
            + 'Entsperren noch einmal an.',
          filled: 'unknown', is: { operation: ['unlock'] },
        },
        { kind: 'paragraph', text: 'Die Anfrage steht im Self-Service: {origin}', is: { outcome: ['completed'] } },
        {
          kind: 'paragraph',
          text: 'Sie können es im Self-Service noch einmal versuchen, {origin}, oder {desk} anrufen und die Referenz '
            + '{reference} nennen.',
          is: { outcome: ['partly-completed', 'failed'] },
        },
        { kind: 'paragraph', text: 'Wenn diese Anfrage nicht von Ihnen kam, rufen Sie sofort {desk} an.' },
      ],
    },
    'reset-attempts': {
      subject: 'Für Ihr Konto wurden falsche Codes eingegeben',
      choices: {},
      parts: [
        {
          kind: 'paragraph',
          text: 'Für Ihr Konto wurden {wrongCodes} falsche Codes eingegeben, der letzte am {at}. Es wurde nichts '
            + 'geändert, und Ihr Passwort ist dasselbe wie zuvor.',
        },
        {
          kind: 'paragraph',
          text: 'Zu Ihrem Schutz werden bis zum {until} keine Codes angenommen. In einem Browser, in dem Sie Ihre '
            + 'Identität schon einmal bestätigt haben, gelten sie weiterhin.',
        },
        {
          kind: 'paragraph',
          text: 'Wenn Sie es waren und Ihr Passwort jetzt brauchen, rufen Sie {desk} an. Wenn nicht, müssen Sie nichts '
            + 'tun; geht es weiter, informieren Sie {desk}.',
        },
        { kind: 'paragraph', text: 'Diese Nachricht wird höchstens einmal am Tag gesendet.' },
      ],
    },
    'contact-changed': {
      subject: 'Eine Ihrer Kontaktangaben wurde geändert',
      choices: { contact: { mail: 'E-Mail-Adresse', phone: 'Telefonnummer' } },
      parts: [
        {
          kind: 'paragraph',
          text: 'Am {at} haben wir im Verzeichnis Ihrer Organisation gelesen, dass sich eine Ihrer Kontaktangaben geändert '
            + 'hat: {contact}. Diese Nachricht geht an die Angabe, die vorher hinterlegt war.',
        },
        {
          kind: 'paragraph',
          text: 'Einige Tage lang genügt die neue Angabe allein nicht, um Ihr Passwort zurückzusetzen. Wenn Sie sie selbst '
            + 'geändert haben, müssen Sie nichts tun.',
        },
        {
          kind: 'paragraph',
          text: 'Wenn Sie es nicht waren, nutzt vielleicht jemand anderes Ihr Konto: Ändern Sie Ihr Passwort und '
            + 'informieren Sie sofort {desk}.',
        },
      ],
    },
  },
}
