import type { LanguageTexts } from './template-text.js'

export const en: LanguageTexts = {
  locale: 'en-GB',
  // British English has only abbreviations for the zones of Europe.
  clock: { zoneLocale: 'en', time: '{time} {zone}' },
  minutes: { one: '{n} minute', other: '{n} minutes' },
  desk: { known: 'the service desk ({phone})', unknown: 'the service desk' },
  footer: 'Sent by {product}, {origin}. Replies to this address are not read.',
  templates: {
    'one-time-code': {
      subject: 'Code to {purpose}',
      choices: {
        purpose: {
          'password-reset': 'reset your password',
          'account-unlock': 'unlock your account',
          'self-service-sign-in': 'sign in to self-service',
          'password-change': 'change your password',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'Use this code to {purpose}:' },
        { kind: 'code' },
        {
          kind: 'paragraph',
          text: 'It works once, until {validUntil} ({validMinutes}). If you asked for more than one code, only '
            + 'the newest works.',
        },
        {
          kind: 'paragraph',
          text: 'Type it only on the page where you asked for it, and tell it to nobody. The service desk never '
            + 'asks for it.',
        },
        {
          kind: 'paragraph',
          text: 'The code was asked for on {askedAt}. If this was not you, you need not do anything: nothing has '
            + 'been changed, and nothing can be without the code. If it happens again, tell {desk}.',
        },
      ],
    },
    'password-changed': {
      subject: 'Your password was changed',
      choices: {
        by: {
          'self-service': 'in self-service, after a check of who you are',
          'service-desk': 'by the service desk',
          administrator: 'by an administrator',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'The password for {accounts} was changed on {at}, {by}.' },
        {
          kind: 'paragraph',
          text: 'Use the new password from now on, also on your phone and on other devices that remember the old '
            + 'one.',
        },
        { kind: 'paragraph', text: 'If this was not you, call {desk} at once and give the reference {reference}.' },
      ],
    },
    'account-unlocked': {
      subject: 'Your account was unlocked',
      choices: {
        by: {
          'self-service': 'in self-service, after a check of who you are',
          'service-desk': 'by the service desk',
          administrator: 'by an administrator',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'Unlocked on {at}, {by}: {accounts}. The password is the same as before.' },
        { kind: 'paragraph', text: 'If this was not you, call {desk} at once and give the reference {reference}.' },
      ],
    },
    'reset-not-possible': {
      subject: 'This could not be done in self-service',
      choices: {
        operation: { reset: 'reset your password', unlock: 'unlock your account' },
        reason: {
          protected: 'Your account has special rights, and such accounts are not changed in self-service.',
          disabled: 'Your account is disabled.',
          'no-contact': 'We have no contact on record that a code could be sent to: it is missing, it was changed in '
            + 'the last few days, or it is opened with the same password.',
          locked: 'Changes to your accounts have been stopped in your organisation.',
        },
      },
      parts: [
        {
          kind: 'paragraph',
          text: 'On {at} someone asked to {operation} in self-service. No code was sent and nothing has been '
            + 'changed.',
        },
        { kind: 'paragraph', text: '{reason}' },
        {
          kind: 'paragraph',
          text: 'If it was you, call {desk} or ask your manager. If it was not you, you need not do anything.',
        },
        { kind: 'paragraph', text: 'This message is sent at most once a day.' },
      ],
    },
    'provisioning-failed': {
      subject: 'Provisioning failed: {reference}',
      choices: {
        operation: {
          reset: 'Reset password', change: 'Change password', unlock: 'Unlock account', activate: 'Activate account',
          deactivate: 'Deactivate account',
        },
      },
      parts: [
        { kind: 'paragraph', text: 'A task ended without success and is not tried again by itself.' },
        {
          kind: 'facts',
          rows: [
            ['Reference', '{reference}'], ['Directory', '{directory}'], ['Operation', '{operation}'], ['Error', '{errorCode}'],
            ['Attempts', '{attempts}'], ['Ended', '{at}'],
          ],
        },
        {
          kind: 'paragraph',
          text: 'The task in {product} holds the directory’s own words and says whether it can be run again.',
        },
      ],
    },
    'outcome-settled': {
      subject: 'Your request {reference} {outcome}',
      choices: {
        operation: { reset: 'reset your password', change: 'change your password', unlock: 'unlock your account' },
        outcome: { completed: 'is done', 'partly-completed': 'is partly done', failed: 'was not done' },
      },
      parts: [
        { kind: 'paragraph', text: 'Your request {reference} to {operation} ended on {at}.' },
        { kind: 'paragraph', text: 'New password in use: {done}.', filled: 'done', is: { operation: ['reset', 'change'] } },
        { kind: 'paragraph', text: 'Unlocked: {done}.', filled: 'done', is: { operation: ['unlock'] } },
        {
          kind: 'paragraph',
          text: 'Not changed: {notDone}. Use the old password there.',
          filled: 'notDone', is: { operation: ['reset', 'change'] },
        },
        { kind: 'paragraph', text: 'Not unlocked: {notDone}.', filled: 'notDone', is: { operation: ['unlock'] } },
        {
          kind: 'paragraph',
          text: 'Not known: {unknown}. Try the new password first, then the old one, not more than twice each.',
          filled: 'unknown', is: { operation: ['reset', 'change'] },
        },
        {
          kind: 'paragraph',
          text: 'Not known: {unknown}. Try to sign in there; if it does not work, ask for the unlock again.',
          filled: 'unknown', is: { operation: ['unlock'] },
        },
        { kind: 'paragraph', text: 'The request is listed in self-service: {origin}', is: { outcome: ['completed'] } },
        {
          kind: 'paragraph',
          text: 'You can try again in self-service, {origin}, or call {desk} and give the reference {reference}.',
          is: { outcome: ['partly-completed', 'failed'] },
        },
        { kind: 'paragraph', text: 'If you did not make this request, call {desk} at once.' },
      ],
    },
    'reset-attempts': {
      subject: 'Wrong codes were typed for your account',
      choices: {},
      parts: [
        {
          kind: 'paragraph',
          text: '{wrongCodes} wrong codes have been typed for your account, the last one on {at}. Nothing has '
            + 'been changed and your password is the same as before.',
        },
        {
          kind: 'paragraph',
          text: 'To protect you, codes are not accepted until {until}. A browser in which you have proved who '
            + 'you are before still takes them.',
        },
        {
          kind: 'paragraph',
          text: 'If it was you and you need your password now, call {desk}. If it was not you, you need not do '
            + 'anything; tell {desk} if it goes on.',
        },
        { kind: 'paragraph', text: 'This message is sent at most once a day.' },
      ],
    },
    'contact-changed': {
      subject: 'A contact of yours was changed',
      choices: { contact: { mail: 'mail address', phone: 'phone number' } },
      parts: [
        {
          kind: 'paragraph',
          text: 'On {at} we read from your organisation’s directory that a {contact} of yours has changed. This message goes '
            + 'to the contact that was on record before.',
        },
        {
          kind: 'paragraph',
          text: 'For some days the new one alone cannot be used to reset your password. If you changed it, you need not do '
            + 'anything.',
        },
        {
          kind: 'paragraph',
          text: 'If it was not you, somebody else may be using your account: change your password and tell {desk} at once.',
        },
      ],
    },
  },
}
